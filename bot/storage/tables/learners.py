"""Tables of learners: who they are, what they chose, their calendars and exported files, and who deleted everything."""

from datetime import date, datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Column, Index, LargeBinary, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.domain.formats import MAX_LOCALE_LENGTH
from bot.domain.learner import Cadence
from bot.storage.tables.base import NEVER_REUSE_IDS, partial_index


class LearnerState(StrEnum):
    """A learner's state. Only `active` learners get lessons, and only *Start* makes a learner active.

    `waiting`: has a check-in and hasn't answered it. `left`: deactivated in Slack. When a workspace removes Rounds
    (`Workspace.left_at`), its learners' states stay, so they can continue after a reinstallation.
    """

    NEW = "new"
    ACTIVE = "active"
    PAUSED = "paused"
    WAITING = "waiting"
    LEFT = "left"


STARTED_STATES = frozenset({LearnerState.ACTIVE, LearnerState.PAUSED, LearnerState.WAITING})
"""The states of learners who pressed *Start*."""


_HAS_TEAM = text("team_channel IS NOT NULL")


class Learner(SQLModel, table=True):
    """A person who has met Rounds: unique by organization (the enterprise, or else the team) and user.

    `team_id` is the workspace they pressed *Start* in; it delivers. `locale` is that of their Slack, or None if it is
    unknown. `next_due_at` is when the tick plans them next. `paused_until` is the local date on which lessons resume,
    and `paused_by_status` says that a Slack status paused them. `silence_counted_from`: unanswered lessons before this
    learning day don't count, because the learner chose to continue. `declined_at`: when they pressed *Not now*;
    `invited_at`: when an admin invited them, or they declined in advance. `focus_skills` are the skills (slugs) they
    chose; `weak_skills` come up more often, because recall of them was weak at the last answer. `team_channel` is their
    team's channel, where they count from `team_since` on. `program` is the program (slug) whose lessons come first,
    from the instant `program_since` on. It stays after its last lesson; then the skills take turns again.
    """

    __table_args__ = (
        UniqueConstraint("organization_id", "user_id"),
        Index("learner_next_due", "next_due_at"),
        partial_index("learner_team", "organization_id", "team_channel", where=_HAS_TEAM),
        NEVER_REUSE_IDS,
    )

    id: int = Field(default=None, primary_key=True)  # set by the database
    organization_id: str = Field(max_length=32)
    enterprise_id: str | None = Field(default=None, max_length=32)
    team_id: str = Field(max_length=32, foreign_key="workspace.team_id", index=True)
    user_id: str = Field(max_length=32)
    state: LearnerState = Field(default=LearnerState.NEW, sa_column=Column(Text, nullable=False))
    channel: str | None = Field(default=None, max_length=32)
    tz: str = Field(max_length=64)
    locale: str | None = Field(default=None, max_length=MAX_LOCALE_LENGTH)
    schedule: dict[str, Any] = Field(sa_column=Column(JSON, nullable=False))
    focus_skills: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    weak_skills: list[str] = Field(default_factory=list, sa_column=Column(JSON, nullable=False))
    cadence: Cadence = Field(default=Cadence.EACH_SHIFT, sa_column=Column(Text, nullable=False))
    follows_zone: bool = True
    follows_status: bool = False
    weekly_summary: bool = False
    team_channel: str | None = Field(default=None, max_length=32)
    team_since: date | None = None
    paused_until: date | None = None
    paused_by_status: bool = False
    silence_counted_from: date | None = None
    next_due_at: datetime | None = None
    created_at: datetime
    started_at: datetime | None = None
    invited_at: datetime | None = None
    declined_at: datetime | None = None
    program: str | None = Field(default=None, max_length=40)
    program_since: datetime | None = None


class HashingKey(SQLModel, table=True):
    """The secret that `ErasedPerson.digest` is made with: one row, encrypted as people's words are."""

    id: int = Field(primary_key=True)
    secret: bytes = Field(repr=False, sa_column=Column(LargeBinary, nullable=False))


class ErasedPerson(SQLModel, table=True):
    """Somebody who deleted everything, as a keyed hash: until that day, nobody can invite them."""

    digest: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    until: date = Field(index=True)


class CalendarSource(SQLModel, table=True):
    """The calendar that a learner's roster comes from. The address is secret and encrypted; of events, only times are
    stored.

    `address` is None for an uploaded file. `next_fetch_at`: when it is fetched next, or checked because its shifts end.
    `notified_at`: when the learner was told that it can't be read or has no shifts left; None once all is well.
    `left_out_notified_at`: when they were told that some entries can't be read; None once all can be.
    """

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    address: bytes | None = Field(default=None, repr=False, sa_column=Column(LargeBinary))
    last_read_at: datetime
    next_fetch_at: datetime | None = Field(default=None, index=True)
    notified_at: datetime | None = None
    left_out_notified_at: datetime | None = None


class ExportedFile(SQLModel, table=True):
    """A file with a learner's words that Rounds sent to their DM, to be deleted on request.

    `channel`, `ts`: the message that introduces the export's files; None for files of older versions.
    """

    file_id: str = Field(primary_key=True, max_length=32)
    learner_id: int = Field(foreign_key="learner.id", index=True)
    at: datetime
    channel: str | None = Field(default=None, max_length=32)
    ts: str | None = Field(default=None, max_length=32)
