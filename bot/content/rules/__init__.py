"""The lint rules, one small function each. A rule's docstring gives its reason; `rulebook` gives it a code."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeAlias

from bot.content.pack_draft import DraftTexts, LessonDraft, PackDraft, ProgramDraft
from bot.content.yaml_reader import YamlPath

Finding: TypeAlias = tuple[YamlPath, str]
"""Where in the lesson the problem is, and the message for authors."""
PackFinding: TypeAlias = tuple[str, int, str]
"""The problem's path and line, and the message for authors."""

TextCheck: TypeAlias = Callable[[DraftTexts], Iterator[Finding]]
LessonCheck: TypeAlias = Callable[[LessonDraft], Iterator[Finding]]
ProgramCheck: TypeAlias = Callable[[ProgramDraft], Iterator[Finding]]
DatedCheck: TypeAlias = Callable[[LessonDraft, date], Iterator[Finding]]
PackCheck: TypeAlias = Callable[[PackDraft], Iterator[PackFinding]]
