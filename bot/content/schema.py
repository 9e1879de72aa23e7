"""The shape of a pack's three kinds of file: every field, its type and its limit. Nothing else is accepted.

Limits in characters are hard, for they keep a lesson on the screen: Slack takes 3,000 characters a section and about
13,000 a message, and a whole lesson at its limits has 3,900 there. Limits in words are advice (`rules/lengths.py`).
"""

import re
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints
from pydantic_core import PydanticCustomError

SKILL_SLUG = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
_KEY = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

# What an author may write in `level`, `evidence` and a source's `kind` and `level`.
Level: TypeAlias = Literal["foundation", "practice", "advanced"]
Evidence: TypeAlias = Literal[
    "practice", "guideline", "rule", "observational", "experiment", "trial", "review", "meta-analysis"
]
Kind: TypeAlias = Literal[
    "article", "book", "experiment", "guideline", "meta-analysis", "observational study", "RCT", "regulation", "report",
    "review", "standard",
]  # fmt: skip
Grade: TypeAlias = Literal["A", "B", "C"]


def _whole(value: object) -> int:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}", value):
        return int(value)
    raise PydanticCustomError("author", "must be a whole number, such as 3.")


def _yes_or_no(value: object) -> bool:
    if value in ("true", "false"):
        return value == "true"
    raise PydanticCustomError("author", "must be `true` or `false`.")


def _day(value: object) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("author", "is a day that isn't in the calendar.") from None
    raise PydanticCustomError("author", "must be a date written like 2026-11-23.")


Text: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Whole: TypeAlias = Annotated[int, BeforeValidator(_whole)]
YesOrNo: TypeAlias = Annotated[bool, BeforeValidator(_yes_or_no)]
Day: TypeAlias = Annotated[date, BeforeValidator(_day)]
SourceKey: TypeAlias = Annotated[Text, StringConstraints(pattern=_KEY, max_length=60)]
SkillSlug: TypeAlias = Annotated[Text, StringConstraints(pattern=f"^{SKILL_SLUG}$", max_length=40)]
Situation: TypeAlias = Annotated[Text, StringConstraints(max_length=160)]


class Shape(BaseModel):
    """A mapping with known fields and no others."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class OptionShape(Shape):
    """One answer."""

    key: Literal["A", "B", "C", "D"]
    text: Text = Field(max_length=160)
    correct: YesOrNo
    explanation: Text = Field(max_length=500)


class QuestionShape(Shape):
    """The scenario and its answers; which are right, and in what order, is for `rules/options.py`."""

    scenario: Text = Field(max_length=900)
    stem: Text = Field(max_length=200)
    options: list[OptionShape] = Field(min_length=3, max_length=4)


class LessonShape(Shape):
    """One file in a skill's folder."""

    id: Text = Field(pattern=f"^{SKILL_SLUG}-[0-9]{{2}}$", max_length=43)
    title: Text = Field(max_length=60)
    skill: SkillSlug
    level: Level
    minutes: Whole = Field(ge=1, le=10)
    tip: Text = Field(max_length=600)
    why: Text = Field(max_length=900)
    try_today: Text = Field(max_length=500)
    words: Text = Field(max_length=300)
    situations: list[Situation] = Field(min_length=4, max_length=8)
    question: QuestionShape
    reflection: Text = Field(max_length=300)
    evidence: Evidence
    sources: list[SourceKey] = Field(min_length=1, max_length=3)
    checked_on: Day
    review_by: Day | None = None
    notice: Text | None = Field(default=None, max_length=500)
    elsewhere: Text | None = Field(default=None, max_length=500)


class SkillShape(Shape):
    """One subject of the pack. Without a command it is reached by `/tip <slug>`."""

    slug: SkillSlug
    name: Text = Field(max_length=60)
    command: Text | None = Field(default=None, pattern="^/[a-z0-9_-]{1,31}$")
    scope: Text = Field(max_length=200)


class PackShape(Shape):
    """pack.yaml."""

    name: Text = Field(max_length=60)
    slug: Text = Field(pattern=_KEY, max_length=40)
    version: Text = Field(pattern=r"^[0-9]{1,6}(?:\.[0-9]{1,6}){1,2}$")
    bibliography: Text = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*\.yaml$", max_length=60)
    skills: list[SkillShape] = Field(min_length=1, max_length=25)


class SourceShape(Shape):
    """A work that lessons may cite. `supports` says what it shows, with its figures; `caution` is for authors alone."""

    key: SourceKey
    title: Text = Field(max_length=300)
    authors: Text = Field(max_length=200)
    year: Whole = Field(ge=1800, le=2200)
    kind: Kind
    publication: Text = Field(max_length=200)
    doi: Text | None = Field(default=None, pattern=r"^10\.[0-9]{4,9}/[^\s<>|]+$", max_length=200)
    url: Text | None = Field(default=None, pattern=r"^https?://[^\s<>|]+$", max_length=500)
    supports: Text = Field(max_length=1000)
    caution: Text | None = Field(default=None, max_length=1000)
    skills: list[SkillSlug] = Field(default_factory=list, max_length=25)
    level: Grade
    review_by: Day | None = None


class BibliographyShape(Shape):
    """The works of a pack."""

    version: Whole
    checked_on: Day
    sources: list[SourceShape] = Field(min_length=1, max_length=5000)
