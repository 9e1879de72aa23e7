"""Defines every field of a pack's four kinds of files, with its type and limit. Other fields are refused.

Limits in characters block a pack, because they keep a lesson within what Slack shows: 3,000 characters per section and
about 13,000 per message. A lesson at all its limits takes 3,900, and its pushback, shown apart, 1,100 more. Limits in
words are advice (`rules/lengths.py`).
"""

import re
from datetime import date
from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, BaseModel, BeforeValidator, ConfigDict, Field, StringConstraints, ValidationInfo
from pydantic_core import PydanticCustomError

from bot.language import ENGLISH

SKILL_SLUG_PATTERN = r"[a-z][a-z0-9]*(?:-[a-z0-9]+)*"
MAX_PUSHBACK = 3
_KEY = r"^[a-z0-9]+(?:-[a-z0-9]+)*$"
_YEARS = range(1990, 2200)
"""Years in which a source may be checked. A spreadsheet program makes January 7, 1900, of a 7."""
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}")

# The values that `level`, `evidence`, and a source's `kind` and `level` may have.
LessonLevel: TypeAlias = Literal["foundation", "practice", "advanced"]
Evidence: TypeAlias = Literal[
    "practice", "guideline", "rule", "observational", "experiment", "trial", "review", "meta-analysis"
]
SourceKind: TypeAlias = Literal[
    "article", "book", "experiment", "guideline", "meta-analysis", "observational study", "RCT", "regulation", "report",
    "review", "standard",
]  # fmt: skip
SourceGrade: TypeAlias = Literal["A", "B", "C"]


def _whole_number(value: object, info: ValidationInfo) -> int:
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,6}", value):
        return int(value)
    example = 2024 if info.field_name == "year" else 3
    raise PydanticCustomError("author", "must be a whole number, such as {example}.", {"example": example})


def _yes_or_no(value: object) -> bool:
    if value in ("true", "false"):
        return value == "true"
    raise PydanticCustomError("author", "must be `true` or `false`.")


def _day(value: object) -> date:
    if isinstance(value, str) and _DAY.fullmatch(value):
        try:
            day = date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("author", "is a date that doesn't exist. Check the day and the month.") from None
        if day.year not in _YEARS:
            raise PydanticCustomError("author", "is a date in the year {year}. Check the year.", {"year": day.year})
        return day
    raise PydanticCustomError("author", "must be a date, such as 2026-11-23.")


def _one_line(text: str) -> str:
    if "\n" in text:
        raise PydanticCustomError("author", "has a line break. Write it on one line.")
    return text


Text: TypeAlias = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
Line: TypeAlias = Annotated[Text, AfterValidator(_one_line)]
WholeNumber: TypeAlias = Annotated[int, BeforeValidator(_whole_number)]
TrueOrFalse: TypeAlias = Annotated[bool, BeforeValidator(_yes_or_no)]
IsoDate: TypeAlias = Annotated[date, BeforeValidator(_day)]
SourceKey: TypeAlias = Annotated[Text, StringConstraints(pattern=_KEY, max_length=60)]
SkillSlug: TypeAlias = Annotated[Text, StringConstraints(pattern=f"^{SKILL_SLUG_PATTERN}$", max_length=40)]
ProgramSlug: TypeAlias = Annotated[Text, StringConstraints(pattern=f"^{SKILL_SLUG_PATTERN}$", max_length=40)]
LessonId: TypeAlias = Annotated[Text, StringConstraints(pattern=f"^{SKILL_SLUG_PATTERN}-[0-9]{{2}}$", max_length=43)]
Situation: TypeAlias = Annotated[Text, StringConstraints(max_length=160)]


class StrictSchema(BaseModel):
    """A mapping that refuses unknown fields."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)


class OptionSchema(StrictSchema):
    """One answer option of a question."""

    key: Literal["A", "B", "C", "D"]
    text: Text = Field(max_length=160)
    correct: TrueOrFalse
    explanation: Text = Field(max_length=500)


class QuestionSchema(StrictSchema):
    """A lesson's scenario and options. `rules/options.py` checks their order and that one is correct."""

    scenario: Text = Field(max_length=900)
    stem: Text = Field(max_length=200)
    options: list[OptionSchema] = Field(min_length=3, max_length=4)


class PushbackSchema(StrictSchema):
    """What the other person may say when somebody tries the tip, and what to say or do then."""

    they: Text = Field(max_length=75)
    you: Text = Field(max_length=300)


class LessonSchema(StrictSchema):
    """A lesson: one file in its skill's folder."""

    id: LessonId
    title: Text = Field(max_length=60)
    skill: SkillSlug
    level: LessonLevel
    minutes: WholeNumber = Field(ge=1, le=10)
    tip: Text = Field(max_length=600)
    why: Text = Field(max_length=900)
    try_today: Text = Field(max_length=500)
    words: Text = Field(max_length=300)
    pushback: list[PushbackSchema] = Field(default_factory=list, max_length=MAX_PUSHBACK)
    fits_when: Text | None = Field(default=None, max_length=80)
    situations: list[Situation] = Field(min_length=4, max_length=8)
    question: QuestionSchema
    reflection: Text = Field(max_length=300)
    evidence: Evidence
    applies_to: Text | None = Field(default=None, max_length=60)
    sources: list[SourceKey] = Field(min_length=1, max_length=3)
    checked_on: IsoDate
    review_by: IsoDate | None = None
    notice: Text | None = Field(default=None, max_length=500)
    elsewhere: Text | None = Field(default=None, max_length=500)


class SkillSchema(StrictSchema):
    """One subject of the pack. People reach a skill without a command with `/tip <slug>`."""

    slug: SkillSlug
    name: Line = Field(max_length=60)
    command: Text | None = Field(default=None, pattern="^/[a-z0-9_-]{1,31}$")
    scope: Line = Field(max_length=200)


class ProgramSchema(StrictSchema):
    """A program: one file in the folder `programs`. A menu shows `name` and, below it, `role`."""

    slug: ProgramSlug
    name: Line = Field(max_length=60)
    role: Line = Field(max_length=75)
    weeks: WholeNumber = Field(ge=1, le=26)
    goal: Line = Field(max_length=200)
    welcome: Text = Field(max_length=500)
    lessons: list[LessonId] = Field(min_length=3, max_length=130)


class PackSchema(StrictSchema):
    """The file pack.yaml."""

    name: Line = Field(max_length=60)
    slug: Text = Field(pattern=_KEY, max_length=40)
    version: Text = Field(pattern=r"^[0-9]{1,6}(?:\.[0-9]{1,6}){1,2}$")
    language: Text = Field(default=ENGLISH, pattern="^[a-z]{2}$")
    bibliography: Text = Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_-]*\.yaml$", max_length=60)
    skills: list[SkillSchema] = Field(min_length=1, max_length=25)


class SourceSchema(StrictSchema):
    """A work that lessons may cite. `supports` says what it shows, with figures; only authors see `caution`."""

    key: SourceKey
    title: Line = Field(max_length=300)
    authors: Line = Field(max_length=200)
    year: WholeNumber = Field(ge=1800, le=2200)
    kind: SourceKind
    publication: Line = Field(max_length=200)
    doi: Text | None = Field(default=None, pattern=r"^10\.[0-9]{4,9}/[^\s<>|]+$", max_length=200)
    url: Text | None = Field(default=None, pattern=r"^https?://[^\s<>|]+$", max_length=500)
    supports: Text = Field(max_length=1000)
    caution: Text | None = Field(default=None, max_length=1000)
    skills: list[SkillSlug] = Field(default_factory=list, max_length=25)
    level: SourceGrade
    review_by: IsoDate | None = None


class BibliographySchema(StrictSchema):
    """The bibliography: all works that a pack's lessons may cite."""

    version: WholeNumber
    checked_on: IsoDate
    sources: list[SourceSchema] = Field(min_length=1, max_length=5000)
