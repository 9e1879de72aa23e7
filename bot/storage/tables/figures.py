"""The tables of weekly figures: of people, and of lessons."""

from datetime import date
from typing import Any

from sqlalchemy import JSON, Column, text
from sqlmodel import Field, SQLModel


class LessonFigures(SQLModel, table=True):
    """What may be said of a workspace's lessons as of the end of a week, written once (`learning/lesson_figures.py`).

    `lessons`: by revision (id). Only a workspace's newest week is kept.
    """

    team_id: str = Field(primary_key=True, max_length=32)
    monday: date = Field(primary_key=True)
    lessons: dict[str, dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))


class WeeklyFigures(SQLModel, table=True):
    """What may be said of a week in a workspace (`cohort_id` is 0) or a cohort, written once (`domain/disclosure.py`).

    People at least, in fives: `learning` have started, as last said, `practiced` on a day of it, `wrote` a reflection.
    Percent, with the interval they are likely in, over the four weeks that end with it: `first_…`: right at the first
    try; `recalled_…`: right four weeks or more after the answer before. None: too few to say.

    Percent and interval, too: `shares`, which `learning/reports.py` names (beside them, never
    shown, what `learning/ready_shares.py` carries on: sums of a group), and `skills`, by slug. `stayed`: by weeks
    since the start, how many started then or before, and how many of them still practice.
    """

    team_id: str = Field(primary_key=True, max_length=32)
    cohort_id: int = Field(primary_key=True)
    monday: date = Field(primary_key=True)
    learning: int
    practiced: int
    wrote: int
    first_percent: int | None = None
    first_low: int | None = None
    first_high: int | None = None
    recalled_percent: int | None = None
    recalled_low: int | None = None
    recalled_high: int | None = None
    shares: dict[str, list[int]] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default=text("'{}'"))
    )
    skills: dict[str, list[int]] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default=text("'{}'"))
    )
    stayed: dict[str, list[int]] = Field(
        default_factory=dict, sa_column=Column(JSON, nullable=False, server_default=text("'{}'"))
    )
