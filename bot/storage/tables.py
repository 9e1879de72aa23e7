"""The tables. Instants are UTC (`UTCDateTime` by SQLModel); dates are the learner's own local dates.

What a person wrote stands in `Reflection.words` alone, encrypted; nothing else here holds a person's text.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Index, LargeBinary, Table, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.domain.learner import Cadence

NEVER_REUSE_IDS = {"sqlite_autoincrement": True}
"""An id is never given twice: without this SQLite gives that of a deleted row to the next one, and a button that still
carries it would act on another upload, or another person."""


def get_table(model: type[SQLModel]) -> Table:
    """The table behind a class, for statements that give plain values and no objects."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


class LearnerState(StrEnum):
    """Where a person stands: only `active` learners get lessons, and only *Start* makes one active.

    `waiting`: asked whether lessons should go on, and not answered yet. `left`: deactivated in Slack. When a workspace
    takes Rounds away (`Workspace.left_at`), its learners stay what they were, so that all can be as before.
    """

    NEW = "new"
    ACTIVE = "active"
    PAUSED = "paused"
    WAITING = "waiting"
    LEFT = "left"


class SendState(StrEnum):
    """The five states of a delivery (ARCHITECTURE.md, "Exactly once")."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


class Workspace(SQLModel, table=True):
    """One Slack team that installed the bot. `left_at`: when it took Rounds away; 30 days later it is erased."""

    team_id: str = Field(primary_key=True, max_length=32)
    enterprise_id: str | None = Field(default=None, max_length=32)
    name: str = Field(max_length=255)
    bot_user_id: str = Field(max_length=32)
    created_at: datetime
    left_at: datetime | None = None


class WorkspaceLease(SQLModel, table=True):
    """Which worker delivers to a workspace, and until when: its pace holds only if no other does."""

    team_id: str = Field(primary_key=True, max_length=32)
    worker: str = Field(max_length=64)
    until: datetime


class Heartbeat(SQLModel, table=True):
    """When a worker last wrote down that it is at work: one row. Where it lies long ago at a start, this may be an old
    backup, which doesn't know what was sent since."""

    id: int = Field(primary_key=True)
    at: datetime


class Worker(SQLModel, table=True):
    """A process that delivers, and until when it counts as alive: those who are share the workspaces out."""

    name: str = Field(primary_key=True, max_length=64)
    until: datetime


class SeenEvent(SQLModel, table=True):
    """What happens once, whichever process meets it first: an event of Slack's, an hour's housekeeping.

    Whoever meets it again before 15 minutes have passed since `at` leaves it; while it is in hand, `at` lies so far
    back that this is soon (`storage/once_only_events.py`).
    """

    event_id: str = Field(primary_key=True, max_length=64)
    at: datetime = Field(index=True)


_IN_A_TEAM = text("team_channel IS NOT NULL")


class TeamWeek(SQLModel, table=True):
    """Whether most of a team practised in the week from a Monday on; None where that wasn't to be said.

    A team is those of an organisation who named the same Slack channel. Written once, and about nobody.
    """

    organization_id: str = Field(primary_key=True, max_length=32)
    channel: str = Field(primary_key=True, max_length=32)
    monday: date = Field(primary_key=True)
    most_practiced: bool | None = None


class Learner(SQLModel, table=True):
    """One person who met Rounds: unique by organisation (`organization_id`: the enterprise, or else the team) and user.

    `team_id` is the workspace they pressed *Start* in, which delivers. `next_due_at` is what the tick looks for;
    `paused_until` is the local date on which lessons come again, `paused_by_status` whether a Slack status said so.
    `silence_counted_from`: unanswered lessons before this learning day are forgotten (they said that they want to go
    on). `focus_skills`: skills (slugs) that they chose; `weak_skills`: those that come oftener because little of them
    is remembered, as of their last answer. `team_channel`: the channel of the team that they count with, from
    `team_since` on.
    """

    __table_args__ = (
        UniqueConstraint("organization_id", "user_id"),
        Index("learner_next_due", "next_due_at"),
        Index("learner_team", "organization_id", "team_channel", sqlite_where=_IN_A_TEAM, postgresql_where=_IN_A_TEAM),
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


class PackVersion(SQLModel, table=True):
    """One content of a pack, for everyone (`scope` is empty) or for one workspace (its team id)."""

    __table_args__ = (UniqueConstraint("scope", "slug", "digest"), NEVER_REUSE_IDS)

    id: int = Field(default=None, primary_key=True)  # set by the database
    scope: str = Field(max_length=32)
    slug: str = Field(max_length=64)
    name: str = Field(max_length=255)
    version: str = Field(max_length=32)
    digest: str = Field(max_length=64)
    skills: list[dict[str, Any]] = Field(sa_column=Column(JSON, nullable=False))
    added_at: datetime
    added_by: str = Field(max_length=64)


class PackActivation(SQLModel, table=True):
    """A version going live. The newest one of a scope and slug that was not undone is live: a stack, with history."""

    id: int = Field(default=None, primary_key=True)  # set by the database
    version_id: int = Field(foreign_key="packversion.id", index=True)
    scope: str = Field(max_length=32)
    slug: str = Field(max_length=64)
    at: datetime
    by: str = Field(max_length=64)
    undone_at: datetime | None = None


class LessonRevision(SQLModel, table=True):
    """A lesson as it read at one time. Answers point here, so that they keep their question when the lesson changes."""

    __table_args__ = (UniqueConstraint("scope", "pack_slug", "lesson_id", "digest"),)

    id: int = Field(default=None, primary_key=True)  # set by the database
    scope: str = Field(max_length=32)
    pack_slug: str = Field(max_length=64)
    lesson_id: str = Field(max_length=96)
    digest: str = Field(max_length=64)
    content: str = Field(sa_column=Column(Text, nullable=False))


class PackLesson(SQLModel, table=True):
    """Which revisions a version of a pack holds, in order."""

    version_id: int = Field(foreign_key="packversion.id", primary_key=True)
    position: int = Field(primary_key=True)
    revision_id: int = Field(foreign_key="lessonrevision.id", index=True)


_IS_DUE = text("state = 'due'")
_IS_REQUESTED = text("state = 'due' AND requested_at IS NOT NULL")
_IS_OPEN = text("state = 'sending' OR state = 'failed'")
_IS_UNCERTAIN = text("worker = 'uncertain'")
_IS_POSTED = text("channel IS NOT NULL")
"""Of years of deliveries, claims, look-ups and operators look at the few that are due, workspace by workspace, on their
way, failed or in doubt; a message is looked for once there is one. The fewer indexes hold a row, the less does sending
it cost. Statements write such a state out, and don't bind it: only then does SQLite know that the index will do."""


class Delivery(SQLModel, table=True):
    """One message owed to one learner for one learning day and kind. A row before it is a message.

    `id` is a uuid5 of workspace, user, learning day and kind, so that a restored database names the same deliveries.
    `not_before` is set when Slack asked to wait, or can't say yet whether it took the message; `reason` says why a row
    failed or was skipped. `requested_at`: the learner asked for it, so it goes first, and in a pause too.
    `counts_for_streak` is False for what was asked for on a day off or in a pause: missing it breaks no streak.
    `carried_over`: the lesson was put off to the next shift, as that shift's one lesson. `recall_revision_id`: the
    revision whose question a day's end asks again. `closes_week_from`: this day's end closes the week that began on
    that day, and looks back on it.
    """

    __table_args__ = (
        UniqueConstraint("learner_id", "learning_day", "kind"),
        Index("delivery_turn", "team_id", "due_at", "learner_id", sqlite_where=_IS_DUE, postgresql_where=_IS_DUE),
        Index(
            "delivery_requested", "state", "requested_at", sqlite_where=_IS_REQUESTED, postgresql_where=_IS_REQUESTED
        ),
        Index("delivery_open", "state", "due_at", sqlite_where=_IS_OPEN, postgresql_where=_IS_OPEN),
        Index(
            "delivery_uncertain", "team_id", "claimed_at", sqlite_where=_IS_UNCERTAIN, postgresql_where=_IS_UNCERTAIN
        ),
        Index("delivery_message", "channel", "ts", sqlite_where=_IS_POSTED, postgresql_where=_IS_POSTED),
    )

    id: UUID = Field(primary_key=True)
    learner_id: int = Field(foreign_key="learner.id")
    team_id: str = Field(max_length=32)
    learning_day: date
    kind: str = Field(sa_column=Column(Text, nullable=False))
    due_at: datetime
    expires_at: datetime
    state: SendState = Field(default=SendState.DUE, sa_column=Column(Text, nullable=False))
    reason: str | None = Field(default=None, max_length=64)
    not_before: datetime | None = None
    claimed_at: datetime | None = None
    worker: str | None = Field(default=None, max_length=64)
    attempt: int = 0
    revision_id: int | None = Field(default=None, foreign_key="lessonrevision.id")
    channel: str | None = Field(default=None, max_length=32)
    ts: str | None = Field(default=None, max_length=32)
    sent_at: datetime | None = None
    requested_at: datetime | None = None
    counts_for_streak: bool = True
    carried_over: bool = False
    recall_revision_id: int | None = None
    closes_week_from: date | None = None


class Answer(SQLModel, table=True):
    """The first choice made in a delivered scenario question. Final."""

    delivery_id: UUID = Field(primary_key=True, foreign_key="delivery.id")
    learner_id: int = Field(foreign_key="learner.id", index=True)
    revision_id: int = Field(foreign_key="lessonrevision.id")
    choice: str = Field(max_length=1)
    correct: bool
    guessed: bool = False
    learning_day: date
    at: datetime


class QuestionMemory(SQLModel, table=True):
    """What FSRS knows of a learner's memory of one lesson's question (`domain/spaced_repetition.py`), as it read in a
    revision.

    `recall_count`: how often it was asked again. `previous_state`: what the last answer found, to take it up again if
    its learner says that they guessed; None if that answer was the first.
    """

    __table_args__ = (Index("memory_due", "learner_id", "due_on"),)

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    lesson_id: str = Field(primary_key=True, max_length=96)
    revision_id: int = Field(foreign_key="lessonrevision.id")
    stability: float
    difficulty: float
    last_answered_on: date
    due_on: date
    recall_count: int = 0
    previous_state: dict[str, Any] | None = Field(default=None, sa_column=Column(JSON(none_as_null=True)))


class RecallAnswer(SQLModel, table=True):
    """A question that came back and was answered: at most one a learning day. The first choice is final.

    `option_order`: the options in the order in which they were shown; `choice`: the lesson's own letter. `asked_in`:
    the day's end that asked it; None if it was asked for in Home.
    """

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    learning_day: date = Field(primary_key=True)
    revision_id: int = Field(foreign_key="lessonrevision.id")
    asked_in: UUID | None = Field(default=None, foreign_key="delivery.id", index=True)
    option_order: str = Field(max_length=4)
    choice: str = Field(max_length=1)
    correct: bool
    guessed: bool = False
    days_since_answer: int
    """Learning days since it was last answered, when it came back."""
    at: datetime


class Reflection(SQLModel, table=True):
    """What a learner wrote to a lesson's prompt, or kept of an exchange with the coach (`delivery_id` is None then).

    `words` is encrypted; only its author ever reads it.
    """

    id: int = Field(default=None, primary_key=True)  # set by the database
    delivery_id: UUID | None = Field(default=None, foreign_key="delivery.id", unique=True)
    learner_id: int = Field(foreign_key="learner.id", index=True)
    revision_id: int = Field(foreign_key="lessonrevision.id")
    learning_day: date
    words: bytes = Field(repr=False, sa_column=Column(LargeBinary, nullable=False))
    written_at: datetime
    edited_at: datetime | None = None


class PracticeDay(SQLModel, table=True):
    """A learning day on which the learner answered or reflected; `had_shift` if a shift started that day."""

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    learning_day: date = Field(primary_key=True)
    had_shift: bool
    first_practiced_at: datetime


class StreakRepair(SQLModel, table=True):
    """A missed learning day that was made up for afterwards."""

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    learning_day: date = Field(primary_key=True)
    at: datetime


class CalendarSource(SQLModel, table=True):
    """Where a learner's roster comes from. The address is a secret, and encrypted; of events only times are kept.

    `address` is None for an uploaded file. `next_fetch_at`: when it is fetched next, or looked at because its shifts
    end. `notified_at`: when its learner was told that it can't be read, or has no shifts left; None once all is well.
    """

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    address: bytes | None = Field(default=None, repr=False, sa_column=Column(LargeBinary))
    last_read_at: datetime
    next_fetch_at: datetime | None = Field(default=None, index=True)
    notified_at: datetime | None = None


class StepReport(SQLModel, table=True):
    """Whether a learner tried the day's step, in their own word. Shown, never counted."""

    delivery_id: UUID = Field(primary_key=True, foreign_key="delivery.id")
    learner_id: int = Field(foreign_key="learner.id", index=True)
    tried: bool
    at: datetime


class SavedLesson(SQLModel, table=True):
    """A lesson that a learner keeps at hand."""

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    revision_id: int = Field(foreign_key="lessonrevision.id", primary_key=True)
    at: datetime


class TipShown(SQLModel, table=True):
    """When a lesson was last shown as a tip, so that the next tip is another one."""

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    lesson_id: str = Field(primary_key=True, max_length=96)
    at: datetime


class ExportedFile(SQLModel, table=True):
    """A file with a learner's words that Rounds put into their DM, to be taken back when they ask for it."""

    file_id: str = Field(primary_key=True, max_length=32)
    learner_id: int = Field(foreign_key="learner.id", index=True)
    at: datetime
