"""The tables. Instants are UTC (`UTCDateTime` by SQLModel); dates are the learner's local dates.

Only `Reflection.words` contains what people wrote for themselves, and it is encrypted. `Retraction.reason` is what an
admin publishes.
"""

from datetime import date, datetime
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Index, LargeBinary, Table, Text, UniqueConstraint, false, text, true
from sqlmodel import Field, SQLModel

from bot.domain.formats import MAX_LOCALE_LENGTH
from bot.domain.learner import Cadence

NEVER_REUSE_IDS = {"sqlite_autoincrement": True}
"""Makes SQLite never reuse an id. Otherwise a deleted row's id would go to the next row, and an old button would act on
another upload or person."""


def get_table(model: type[SQLModel]) -> Table:
    """Return the table behind a model, for statements that return plain values instead of objects."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


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


class SendState(StrEnum):
    """The five states of a delivery (docs/delivery.md)."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


class Workspace(SQLModel, table=True):
    """One Slack team that installed the bot. `left_at`: when it removed Rounds; it is erased 30 days later.

    `learners_shown`: what admins are told of how many people learn, a multiple of five; `learners_counted`: how many
    there were when it last changed; `counted_on`: the Monday of the week it was last counted in
    (`learning/workspace_overview.py`).
    """

    team_id: str = Field(primary_key=True, max_length=32)
    enterprise_id: str | None = Field(default=None, max_length=32)
    name: str = Field(max_length=255)
    bot_user_id: str = Field(max_length=32)
    created_at: datetime
    left_at: datetime | None = None
    learners_shown: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    learners_counted: int = Field(default=0, sa_column_kwargs={"server_default": "0"})
    counted_on: date | None = None


class WorkspaceLease(SQLModel, table=True):
    """Which worker delivers to a workspace, and until when. Its rate limit holds only with a single worker."""

    team_id: str = Field(primary_key=True, max_length=32)
    worker: str = Field(max_length=64)
    until: datetime


class Heartbeat(SQLModel, table=True):
    """When a worker last recorded that it was running: one row.

    If it is old at a start, the database may be a restored backup that lacks what was sent since.
    """

    id: int = Field(primary_key=True)
    at: datetime


class Worker(SQLModel, table=True):
    """A process that sends deliveries, and until when it counts as alive. Live workers share the workspaces."""

    name: str = Field(primary_key=True, max_length=64)
    until: datetime


class SeenEvent(SQLModel, table=True):
    """An event that must be handled once, by any process: a Slack event, or an hour's housekeeping.

    An event is ignored until 15 minutes after `at`. While it is being handled, `at` is in the past, so that a claim
    expires soon (`storage/once_only_events.py`).
    """

    event_id: str = Field(primary_key=True, max_length=64)
    at: datetime = Field(index=True)
    done: bool = Field(default=False, sa_column_kwargs={"server_default": true()})


_HAS_TEAM = text("team_channel IS NOT NULL")


class TeamWeek(SQLModel, table=True):
    """Whether most of a team practiced in the week of a Monday; None if that must not be shown.

    A team is the learners of an organization who chose the same Slack channel. Written once, and about no single
    person.
    """

    organization_id: str = Field(primary_key=True, max_length=32)
    channel: str = Field(primary_key=True, max_length=32)
    monday: date = Field(primary_key=True)
    most_practiced: bool | None = None


class Learner(SQLModel, table=True):
    """A person who has met Rounds: unique by organization (the enterprise, or else the team) and user.

    `team_id` is the workspace they pressed *Start* in; it delivers. `locale` is that of their Slack, or None if it is
    unknown. `next_due_at` is when the tick plans them next. `paused_until` is the local date on which lessons resume,
    and `paused_by_status` says that a Slack status paused them. `silence_counted_from`: unanswered lessons before this
    learning day don't count, because the learner chose to continue. `declined_at`: when they pressed *Not now*;
    `invited_at`: when an admin invited them, or they declined in advance. `focus_skills` are the skills (slugs) they
    chose; `weak_skills` come up more often, because recall of them was weak at the last answer. `team_channel` is their
    team's channel, where they count from `team_since` on.
    """

    __table_args__ = (
        UniqueConstraint("organization_id", "user_id"),
        Index("learner_next_due", "next_due_at"),
        Index("learner_team", "organization_id", "team_channel", sqlite_where=_HAS_TEAM, postgresql_where=_HAS_TEAM),
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


class HashingKey(SQLModel, table=True):
    """The secret that `ErasedPerson.digest` is made with: one row, encrypted as people's words are."""

    id: int = Field(primary_key=True)
    secret: bytes = Field(repr=False, sa_column=Column(LargeBinary, nullable=False))


class ErasedPerson(SQLModel, table=True):
    """Somebody who deleted everything, as a keyed hash: until that day, nobody can invite them."""

    digest: bytes = Field(sa_column=Column(LargeBinary, primary_key=True))
    until: date = Field(index=True)


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
    """An activation of a version. The newest one of a scope and slug that wasn't undone is live (a stack).

    A rollback undoes the newest one, and removing a pack undoes all of them.
    """

    id: int = Field(default=None, primary_key=True)  # set by the database
    version_id: int = Field(foreign_key="packversion.id", index=True)
    scope: str = Field(max_length=32)
    slug: str = Field(max_length=64)
    at: datetime
    by: str = Field(max_length=64)
    undone_at: datetime | None = None
    undone_by: str | None = Field(default=None, max_length=64)


class PackReach(SQLModel, table=True):
    """How many people have answered a lesson of a pack, as admins are told (`learning/workspace_overview.py`).

    `people_shown`: a multiple of five; `people_counted`: how many there were when it last changed; `counted_on`: the
    Monday of the week they were last counted in.
    """

    scope: str = Field(primary_key=True, max_length=32)
    slug: str = Field(primary_key=True, max_length=64)
    people_shown: int
    people_counted: int
    counted_on: date


class PackBibliography(SQLModel, table=True):
    """All that a version's authors know of its sources, as JSON. Read only to give the pack back as a spreadsheet."""

    version_id: int = Field(foreign_key="packversion.id", primary_key=True)
    content: str = Field(sa_column=Column(Text, nullable=False))


class LessonRevision(SQLModel, table=True):
    """A lesson as it read at one time. Answers refer to revisions, so they keep their question if a lesson changes."""

    __table_args__ = (UniqueConstraint("scope", "pack_slug", "lesson_id", "digest"),)

    id: int = Field(default=None, primary_key=True)  # set by the database
    scope: str = Field(max_length=32)
    pack_slug: str = Field(max_length=64)
    lesson_id: str = Field(max_length=96)
    digest: str = Field(max_length=64)
    content: str = Field(sa_column=Column(Text, nullable=False))


class PackLesson(SQLModel, table=True):
    """The revisions in a version of a pack, in order."""

    version_id: int = Field(foreign_key="packversion.id", primary_key=True)
    position: int = Field(primary_key=True)
    revision_id: int = Field(foreign_key="lessonrevision.id", index=True)


class Retraction(SQLModel, table=True):
    """A lesson that an admin (`scope`: their team id) or an operator (for everyone: empty) took back, and why.

    It covers the revisions up to `up_to_revision_id`: all that had been live by then. A newer one is live again.
    `lifted_at`: the lesson is in use again. `updated_up_to`: the messages of learners up to this id show it, in the
    current one of the `passes_done` over all learners (`learning/retractions.py`).
    """

    __table_args__ = (NEVER_REUSE_IDS,)

    id: int = Field(default=None, primary_key=True)  # set by the database
    scope: str = Field(max_length=32)
    pack_slug: str = Field(max_length=64)
    lesson_id: str = Field(max_length=96)
    up_to_revision_id: int
    reason: str = Field(sa_column=Column(Text, nullable=False))
    at: datetime
    by: str = Field(max_length=64)
    lifted_at: datetime | None = None
    lifted_by: str | None = Field(default=None, max_length=64)
    updated_up_to: int = 0
    passes_done: int = 0


_IS_DUE = text("state = 'due'")
_IS_REQUESTED = text("state = 'due' AND requested_at IS NOT NULL")
_IS_OPEN = text("state = 'sending' OR state = 'failed'")
_IS_UNCERTAIN = text("worker = 'uncertain'")
_IS_POSTED = text("channel IS NOT NULL")
"""Conditions of partial indexes. Of years of deliveries, claims, look-ups, and operators read only the few that are
due, being sent, failed, or uncertain, and messages are looked up only once posted. Fewer indexes per row make sends
cheaper. Statements must write these states as literals, because only then does SQLite use such an index."""


class Delivery(SQLModel, table=True):
    """One message for one learner, learning day, and kind. The row exists before the message.

    `id` is a uuid5 of workspace, user, learning day, and kind, so a restored database has the same ids. `not_before` is
    set while Slack asks us to wait, or can't say yet whether it has the message. `reason` says why a row failed or was
    skipped. `requested_at`: the learner asked for it, so it goes first, even during a pause. `counts_for_streak` is
    False if it was requested on a day off or in a pause, or if its shift was taken back: missing it breaks no streak.
    `carried_over`: the lesson was moved to the next shift, as that shift's lesson. `recall_revision_id`: the revision
    whose question a day-end message asks again. `closes_week_from`: this day-end message closes the week that began on
    that day, and may summarize it.
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
    """The first choice in a delivered lesson's question. It is final."""

    delivery_id: UUID = Field(primary_key=True, foreign_key="delivery.id")
    learner_id: int = Field(foreign_key="learner.id", index=True)
    revision_id: int = Field(foreign_key="lessonrevision.id")
    choice: str = Field(max_length=1)
    correct: bool
    guessed: bool = False
    learning_day: date
    at: datetime


class QuestionMemory(SQLModel, table=True):
    """FSRS's memory state of one lesson's question for one learner (`domain/spaced_repetition.py`).

    `revision_id` is the revision it was last answered in. `recall_count`: how often it was asked again.
    `previous_state`: the state before the last answer, which is restored if the learner says they guessed; None after
    the first answer.
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
    """An answered recall question: at most one per learning day. The first choice is final.

    `option_order`: the options in the order shown. `choice`: the letter in the lesson. `asked_in`: the day-end message
    that asked it; None if the learner asked for it in Home.
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
    """Learning days since the question was last answered."""
    at: datetime


class Reflection(SQLModel, table=True):
    """What a learner wrote for a lesson's prompt, or saved from an exchange with the coach (without `delivery_id`).

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
    """A learning day on which the learner answered or reflected. `had_shift`: a shift started on that day."""

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    learning_day: date = Field(primary_key=True)
    had_shift: bool
    first_practiced_at: datetime


class StreakRepair(SQLModel, table=True):
    """A missed learning day that was made up for later."""

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    learning_day: date = Field(primary_key=True)
    at: datetime


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


class StepReport(SQLModel, table=True):
    """Whether a learner says they tried the day's step. Shown to them, never counted.

    `planned_at`: when they planned it; None if they didn't. `tried`: None until they say. `did_not_fit`: they didn't
    try it because it didn't fit. `at`: when they last said something.
    """

    delivery_id: UUID = Field(primary_key=True, foreign_key="delivery.id")
    learner_id: int = Field(foreign_key="learner.id", index=True)
    tried: bool | None = None
    did_not_fit: bool = Field(default=False, sa_column_kwargs={"server_default": false()})
    planned_at: datetime | None = None
    at: datetime


class SavedLesson(SQLModel, table=True):
    """A lesson that a learner saved."""

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    revision_id: int = Field(foreign_key="lessonrevision.id", primary_key=True)
    at: datetime


class TipShown(SQLModel, table=True):
    """When a lesson was last shown as a tip, so that the next tip is a different one."""

    learner_id: int = Field(foreign_key="learner.id", primary_key=True)
    lesson_id: str = Field(primary_key=True, max_length=96)
    at: datetime


class ExportedFile(SQLModel, table=True):
    """A file with a learner's words that Rounds sent to their DM, to be deleted on request.

    `channel`, `ts`: the message that introduces the export's files; None for files of older versions.
    """

    file_id: str = Field(primary_key=True, max_length=32)
    learner_id: int = Field(foreign_key="learner.id", index=True)
    at: datetime
    channel: str | None = Field(default=None, max_length=32)
    ts: str | None = Field(default=None, max_length=32)
