"""Tables of what learners let Rounds tell their organization's learning management system (LMS)."""

from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column
from sqlmodel import Field, SQLModel


class LmsConsent(SQLModel, table=True):
    """A learner's consent to having an LMS told what they complete. It holds for this host only.

    `home_page` is the address that stands beside their user id there, as they were shown it. `ended_at`: when they
    turned it off; the row stays, as the LMS still has what it was told.
    """

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    host: str = Field(max_length=255)
    home_page: str = Field(max_length=255)
    given_at: datetime
    ended_at: datetime | None = None


class LmsStatement(SQLModel, table=True):
    """An xAPI statement that the LMS hasn't taken yet. It is deleted once the LMS has it.

    `id` is also the statement's, so sending it twice adds nothing. `content` never changes. `next_at`: from when on it
    may be sent; a claim moves it on, so that nobody else sends it meanwhile. `refusals`: how often the LMS refused it.
    """

    id: UUID = Field(primary_key=True)
    learner_id: int = Field(foreign_key="learner.id", index=True)
    content: dict[str, Any] = Field(repr=False, sa_column=Column(JSON, nullable=False))
    at: datetime = Field(index=True)
    next_at: datetime = Field(index=True)
    refusals: int = 0
