"""What the engine needs to know about a kind of delivery. Each kind is declared once, in a module of `bot/kinds/`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from bot.learning import planning
from bot.learning.due_planning import AdjustNewDeliveries
from bot.learning.library import Library
from bot.storage import Session
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery
from bot.storage.due_learners import NewDelivery
from bot.storage.tables import STARTED_STATES, SendState


class ClaimDecision(StrEnum):
    """What happens to a row: it is sent, deferred, moved to another time, or removed from the queue for this reason.

    `NOT_IN_USE`: its lesson was retracted, or its pack removed.
    """

    SEND = "send"
    DEFER = "put_off"
    MOVE = "moved"
    LATE = "late"
    STARTED = "started"
    DECLINED = "declined"
    LEFT = "left"
    PAUSED = "paused"
    NOTHING_DUE = "nothing_due"
    NO_LESSON = "no_lesson"
    NOT_IN_USE = "not_in_use"
    UNREADABLE = "unreadable"
    UNKNOWN_KIND = "unknown_kind"


class LessonToSend(Enum):
    """Which lesson a delivery sends."""

    NEXT_LESSON = "the next one, chosen at the claim"
    DAYS_LESSON = "the learning day's lesson again"
    NOTHING = "none"


class Extras:
    """The personal part of a message. Kinds with such a part define a subclass."""

    __slots__ = ()

    @property
    def recall_revision_id(self) -> int | None:
        """The revision of the recall question in the message, saved with the delivery; None without one."""
        return None

    @property
    def worth_sending(self) -> bool:
        """Whether the message is worth sending; False skips it."""
        return True


X = TypeVar("X", bound=Extras)

Decide = Callable[[QueuedDelivery, LessonOfDay | None, datetime], ClaimDecision]
"""Decides about a row, given its day's lesson (for kinds that send it again) and the current time."""

ReadExtras = Callable[
    [Session, Library, Sequence[QueuedDelivery], Mapping[UUID, LessonOfDay], datetime], Mapping[UUID, X]
]
"""Reads the extras of a whole batch, by row id; most rows have none. The number of statements must not grow with the
batch."""


def decide_by_learner(row: QueuedDelivery, _lesson: LessonOfDay | None, now: datetime) -> ClaimDecision:
    """Decide as most kinds do: skip late rows, and learners who haven't started or have paused."""
    if row.is_expired:
        return ClaimDecision.LATE
    if row.learner_state not in STARTED_STATES:
        return ClaimDecision.LEFT
    return ClaimDecision.PAUSED if not row.is_requested and _is_in_pause(row, now) else ClaimDecision.SEND


def decide_after_lesson(row: QueuedDelivery, lesson: LessonOfDay | None, now: datetime) -> ClaimDecision:
    """Decide as `decide_by_learner`, but send only after that day's lesson has arrived; defer until then."""
    decision = decide_by_learner(row, lesson, now)
    if decision is not ClaimDecision.SEND:
        return decision
    if lesson is not None and lesson.state in {SendState.DUE, SendState.SENDING}:
        return ClaimDecision.DEFER
    return ClaimDecision.SEND if lesson is not None and lesson.state == SendState.SENT else ClaimDecision.NOTHING_DUE


def _is_in_pause(row: QueuedDelivery, now: datetime) -> bool:
    """Return whether the learner is paused now or was on the row's learning day.

    A night shift's messages are sent on the date after its learning day.
    """
    paused_until = row.paused_until
    return planning.is_paused(row, now) or (paused_until is not None and row.learning_day < paused_until)


@dataclass(frozen=True, kw_only=True)
class DeliveryKind(Generic[X]):
    """A kind of delivery as the engine sees it. A subclass adds how its message looks."""

    name: str
    """The name in the database. It must never change once a row has it, because messages in Slack carry it."""
    lesson_to_send: LessonToSend
    plan: AdjustNewDeliveries | None = None
    """Changes the rows that the tick is about to insert. None if shifts or users' actions plan this kind."""
    decide: Decide = decide_by_learner
    """Decides about a due row. The engine itself skips workspaces that have left."""
    find_next_time: Callable[[QueuedDelivery, datetime], datetime] | None = None
    """Finds when a row is due instead. Required if `decide` moves rows."""
    follow_up: Callable[[Sequence[QueuedDelivery], datetime], Sequence[NewDelivery]] | None = None
    """Builds rows to plan because these are being sent. Each attempt plans them again, so their ids and learning days
    must not depend on the time; only their due time may change."""
    read_extras: ReadExtras[X] | None = None
    """Reads the personal part of the messages, for all rows about to be sent."""
    on_skipped_late: Callable[[Session, Sequence[LessonOfDay]], None] | None = None
    """Called with the days' lessons of all rows that were skipped because they were late."""


KindsByName = Mapping[str, DeliveryKind[Any]]
"""All delivery kinds by name."""
