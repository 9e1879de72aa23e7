"""Tables of trials: a cohort split at random into two ways of asking."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import JSON, Column, Text, false
from sqlmodel import Field, SQLModel

from bot.storage.tables.base import NEVER_REUSE_IDS


class Trial(SQLModel, table=True):
    """A trial of two ways of asking in a cohort, from its plan to its result. A cohort has one at a time.

    `plan`: the text that was hashed. `seed`: what the arms are drawn with, None from the end on. `places`: how many
    people have entered, by stratum. `asked_at`: when the final questions were drawn. `ending`: how it ended
    (`TrialEnding`). `difference` to `people`: its result, written once, None if it may not be said
    (`domain/disclosure.py`). `telling_since`: when whoever planned it was first sent its end. `told_at`: when that was
    settled, whether they were told or nobody is to be told.
    """

    __table_args__ = (NEVER_REUSE_IDS,)

    id: int = Field(default=None, primary_key=True)  # set by the database
    team_id: str = Field(max_length=32, index=True)
    cohort_id: int = Field(foreign_key="cohort.id", index=True)
    plan: str = Field(sa_column=Column(Text, nullable=False))
    plan_hash: str = Field(max_length=64)
    starts_on: date
    entry_until: date
    final_from: date
    ends_on: date
    seed: str | None = Field(default=None, max_length=64, repr=False)
    places: dict[str, Any] = Field(default_factory=dict, sa_column=Column(JSON, nullable=False))
    planned_at: datetime
    planned_by: str = Field(max_length=64)
    begun_at: datetime | None = None
    asked_at: datetime | None = None
    ended_at: datetime | None = None
    ending: str | None = Field(default=None, max_length=16)
    difference: int | None = None
    low: int | None = None
    high: int | None = None
    people: int | None = None
    telling_since: datetime | None = None
    told_at: datetime | None = None


class TrialMember(SQLModel, table=True):
    """Somebody who takes part in a trial: their arm (`AskingWay`), and their final answers.

    `opted_out`: they get the usual way and aren't counted. `way` is None once their part is over, and the row stays
    only until they have been told: `told_on` is the learning day of the lesson that says so.
    """

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    trial_id: int = Field(foreign_key="trial.id", index=True)
    way: str | None = Field(default=None, max_length=16, repr=False)
    entered_on: date
    answers: int = 0
    right: int = 0
    opted_out: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    told_on: date | None = None
