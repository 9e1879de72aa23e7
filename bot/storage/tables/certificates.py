"""The table of certificates."""

from datetime import date, datetime

from sqlalchemy import JSON, Column, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from bot.storage.tables.base import NEVER_REUSE_IDS


class Certificate(SQLModel, table=True):
    """A certificate that a learner asked for. Whoever has its `code` can read what it says.

    `name`: as the learner gave it, encrypted like their words. `slug` and `program`: the program that it is about, ""
    and None for all lessons. `skills`: their names. There is one for each state of what was learned: asking again
    returns the same one.
    """

    __table_args__ = (UniqueConstraint("learner_id", "slug", "lessons", "last_day"), NEVER_REUSE_IDS)

    id: int = Field(default=None, primary_key=True)  # set by the database
    code: str = Field(max_length=16, unique=True)
    learner_id: int = Field(foreign_key="learner.id")
    name: bytes = Field(repr=False, sa_column=Column(LargeBinary, nullable=False))
    slug: str = Field(max_length=40)
    program: str | None = Field(default=None, max_length=60)
    lessons: int
    minutes: int
    skills: list[str] = Field(sa_column=Column(JSON, nullable=False))
    first_day: date
    last_day: date
    issued_on: date
    language: str = Field(max_length=8)
    at: datetime
