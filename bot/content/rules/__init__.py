"""The lint rules, one small function each. A rule's docstring is its rationale; `rulebook` gives it a code."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeAlias

from bot.content.pack_draft import LessonDraft, PackDraft
from bot.content.yaml_reader import YamlPath

Finding: TypeAlias = tuple[YamlPath, str]
"""Where in the lesson, and what an author reads about it."""
PackFinding: TypeAlias = tuple[str, int, str]
"""Path, line, and what an author reads about it."""

LessonCheck: TypeAlias = Callable[[LessonDraft], Iterator[Finding]]
DatedCheck: TypeAlias = Callable[[LessonDraft, date], Iterator[Finding]]
PackCheck: TypeAlias = Callable[[PackDraft], Iterator[PackFinding]]
