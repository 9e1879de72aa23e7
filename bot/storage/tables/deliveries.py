"""The table of deliveries: what is due, and what became of it (docs/delivery.md)."""

from datetime import date, datetime
from enum import StrEnum
from uuid import UUID

from sqlalchemy import Column, Text, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from bot.storage.tables.base import partial_index


class SendState(StrEnum):
    """The five states of a delivery (docs/delivery.md)."""

    DUE = "due"
    SENDING = "sending"
    SENT = "sent"
    FAILED = "failed"
    SKIPPED = "skipped"


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
        partial_index("delivery_turn", "team_id", "due_at", "learner_id", where=_IS_DUE),
        partial_index("delivery_requested", "state", "requested_at", where=_IS_REQUESTED),
        partial_index("delivery_open", "state", "due_at", where=_IS_OPEN),
        partial_index("delivery_uncertain", "team_id", "claimed_at", where=_IS_UNCERTAIN),
        partial_index("delivery_message", "channel", "ts", where=_IS_POSTED),
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
