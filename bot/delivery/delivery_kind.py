"""What the engine knows of a kind of delivery. Each kind is declared once, in a module of `bot/kinds/`."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, Generic, TypeVar
from uuid import UUID

from bot.learning import enrollment, planning
from bot.learning.due_planning import AdjustNewDeliveries
from bot.learning.library import Library
from bot.storage import Session
from bot.storage.delivery_queue import LessonOfDay, QueuedDelivery
from bot.storage.tables import SendState


class ClaimDecision(StrEnum):
    """What becomes of a row: it is sent, or put off, or else leaves the queue for this reason."""

    SEND = "send"
    DEFER = "put_off"
    LATE = "late"
    STARTED = "started"
    LEFT = "left"
    PAUSED = "paused"
    NOTHING_DUE = "nothing_due"
    NO_LESSON = "no_lesson"
    UNREADABLE = "unreadable"
    UNKNOWN_KIND = "unknown_kind"


class LessonToSend(Enum):
    """Which lesson a delivery brings."""

    NEXT_LESSON = "the next one, chosen when it is claimed"
    DAYS_LESSON = "the lesson of its learning day, again"
    NOTHING = "none"


class Extras:
    """What a message holds for its reader alone. A kind that has some makes a subclass."""

    __slots__ = ()

    @property
    def recall_revision_id(self) -> int | None:
        """The revision whose question the message asks again, kept with the delivery."""
        return None

    @property
    def worth_sending(self) -> bool:
        """Whether the message is worth sending; False skips it."""
        return True


X = TypeVar("X", bound=Extras)

Decide = Callable[[QueuedDelivery, LessonOfDay | None, datetime], ClaimDecision]
"""Says what becomes of a row, given its day's lesson (for kinds that bring that) and the time."""

ReadExtras = Callable[
    [Session, Library, Sequence[QueuedDelivery], Mapping[UUID, LessonOfDay], datetime], Mapping[UUID, X]
]
"""Reads the extras of a whole batch, by row id; most rows have none. The number of statements must not grow with it."""


def decide_by_learner(row: QueuedDelivery, _lesson: LessonOfDay | None, now: datetime) -> ClaimDecision:
    """What holds for most kinds: not late, and not for people who haven't started or paused their lessons."""
    if row.is_expired:
        return ClaimDecision.LATE
    if row.learner_state not in enrollment.STARTED_STATES:
        return ClaimDecision.LEFT
    return ClaimDecision.PAUSED if not row.is_requested and _in_pause(row, now) else ClaimDecision.SEND


def decide_after_lesson(row: QueuedDelivery, lesson: LessonOfDay | None, now: datetime) -> ClaimDecision:
    """`decide_by_learner`, and only once the lesson of that day has arrived; while that is on its way, this one
    waits."""
    verdict = decide_by_learner(row, lesson, now)
    if verdict is not ClaimDecision.SEND:
        return verdict
    if lesson is not None and lesson.state in {SendState.DUE, SendState.SENDING}:
        return ClaimDecision.DEFER
    return ClaimDecision.SEND if lesson is not None and lesson.state == SendState.SENT else ClaimDecision.NOTHING_DUE


def _in_pause(row: QueuedDelivery, now: datetime) -> bool:
    """Whether lessons wait now, or did on the row's learning day: a night shift's messages come on the date after."""
    until = row.paused_until
    return planning.is_paused(row, now) or (until is not None and row.learning_day < until)


@dataclass(frozen=True, kw_only=True)
class DeliveryKind(Generic[X]):
    """A kind of delivery, as far as the engine is concerned. What its message looks like stands in a subclass."""

    name: str
    """What the database keeps. Never changed once a row has it: messages in Slack are named by it."""
    lesson_to_send: LessonToSend
    plan: AdjustNewDeliveries | None = None
    """Changes the rows that the tick is about to write. None: a shift brings this kind, or something people do."""
    decide: Decide = decide_by_learner
    """Says whether a due row is sent, put off or skipped. Nothing is sent to a workspace that left: the engine sees to
    that before it asks."""
    read_extras: ReadExtras[X] | None = None
    """Reads what the messages hold beside the lesson, for all rows that are about to be sent."""
    on_skipped_late: Callable[[Session, Sequence[LessonOfDay]], None] | None = None
    """Told of the days' lessons of all rows that were skipped because they came too late."""


KindsByName = Mapping[str, DeliveryKind[Any]]
"""The kinds there are, by name."""
