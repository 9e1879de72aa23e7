"""The lint rules, one small function each. A rule's docstring is its rationale; `rulebook` gives it a code."""

from collections.abc import Callable, Iterator
from datetime import date
from typing import TypeAlias

from bot.content.draft import Draft, DraftLesson
from bot.content.yaml_tree import Place

Finding: TypeAlias = tuple[Place, str]
"""Where in the lesson, and what an author reads about it."""
PackFinding: TypeAlias = tuple[str, int, str]
"""Path, line, and what an author reads about it."""

LessonCheck: TypeAlias = Callable[[DraftLesson], Iterator[Finding]]
DatedCheck: TypeAlias = Callable[[DraftLesson, date], Iterator[Finding]]
PackCheck: TypeAlias = Callable[[Draft], Iterator[PackFinding]]
