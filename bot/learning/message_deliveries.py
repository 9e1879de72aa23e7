"""Finds the delivery behind a message in Slack, and the lesson it belongs to."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from bot.domain.schedule import LESSON_KINDS, DeliveryKindName
from bot.errors import NotFound
from bot.language import gettext as _
from bot.language import mark
from bot.storage import Session, deliveries
from bot.storage.tables import Delivery, Learner, SendState

MAX_CLOCK_DIFFERENCE = timedelta(minutes=10)
"""How much Slack's clock and ours may differ when a message's time is compared with a claim's."""

_GONE = mark("This lesson is no longer available. Nothing was changed. Type /lesson to get today's lesson.")


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message in Slack: its channel and ts, and the delivery id in its metadata, if any.

    `kind`: the kind of its delivery, if that was read.
    """

    channel: str
    ts: str
    delivery_id: UUID | None = None
    kind: str | None = field(default=None, compare=False)

    @property
    def sent_at(self) -> datetime:
        """When Slack received it, by Slack's clock. A ts is seconds since 1970."""
        return datetime.fromtimestamp(float(self.ts), UTC)


def get_delivery(session: Session, learner: Learner, ref: MessageRef) -> Delivery:
    """Return the delivery behind a message. Raises NotFound if this learner has none for it.

    A click can arrive before its message is recorded, if Slack's reply was lost or delayed. Then the id in the
    message's metadata identifies the delivery.
    """
    delivery = deliveries.find_by_message(session, learner.id, ref.channel, ref.ts)
    if delivery is not None:
        return delivery
    if ref.delivery_id is not None:
        return get_own_delivery(session, learner, ref.delivery_id)
    in_flight = [each for each in deliveries.list_in_flight(session, learner.id) if _may_be_message_of(each, ref)]
    if len(in_flight) == 1:
        return in_flight[0]  # a click without metadata: only one of their messages is possible
    raise NotFound(_(_GONE))


def _may_be_message_of(delivery: Delivery, ref: MessageRef) -> bool:
    """Return whether the message is recent enough to be this delivery. An old, unknown message proves nothing."""
    return delivery.claimed_at is not None and ref.sent_at >= delivery.claimed_at - MAX_CLOCK_DIFFERENCE


def get_pressed_delivery(session: Session, learner: Learner, ref: MessageRef, now: datetime) -> Delivery:
    """Return the delivery behind a message for a use case that writes. The click proves that the message arrived."""
    # PostgreSQL: a second click waits for the lock, and so does the reconciler.
    delivery = deliveries.find_by_message(session, learner.id, ref.channel, ref.ts, locked=True)
    if delivery is None:
        delivery = get_delivery(session, learner, ref)
        session.refresh(delivery, with_for_update=True)
    if delivery.attempt and delivery.state != SendState.SENT:
        delivery.state, delivery.channel, delivery.ts = SendState.SENT, ref.channel, ref.ts
        delivery.sent_at = now
    return delivery


def get_own_delivery(session: Session, learner: Learner, delivery_id: UUID) -> Delivery:
    """Return the delivery with this id. Raises NotFound if it went to someone else."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None or delivery.learner_id != learner.id:
        raise NotFound(_(_GONE))
    return delivery


def get_lesson_delivery(session: Session, delivery: Delivery) -> Delivery:
    """Return the delivery that answers and reflections belong to, whichever message of the lesson they are given in.

    A day-end message and a postponed copy belong to the day's lesson, and an extra lesson to itself. A carried-over
    lesson belongs to the delivery that brought it again.
    """
    lesson: Delivery | None = delivery
    if delivery.kind not in LESSON_KINDS:
        lesson = deliveries.find(session, delivery.learner_id, delivery.learning_day, DeliveryKindName.LESSON)
    if lesson is None:
        raise NotFound(_("That day's lesson is no longer available. Nothing was changed."))
    while lesson.carried_over and (again := deliveries.find_next_time_sent(session, lesson)) is not None:
        lesson = again
    return lesson


def list_deliveries_of_lesson(session: Session, lesson: Delivery, lesson_id: str) -> list[Delivery]:
    """Return the deliveries that show this lesson delivery, including planned ones.

    These are the delivery itself, older ones that were postponed, and those that brought the lesson again on its day.
    """
    runs: list[list[Delivery]] = [[]]
    carried_over = False
    for row in deliveries.list_showing_lesson(session, lesson.learner_id, lesson_id):
        if row.kind in LESSON_KINDS and not carried_over:
            runs.append([])  # sent as a new lesson, not because it was postponed
        carried_over = row.carried_over if row.kind in LESSON_KINDS else carried_over
        runs[-1].append(row)
    return next((run for run in runs if lesson in run), [])


def find_copy_of_day(session: Session, lesson: Delivery) -> Delivery | None:
    """Find the postponed copy of a lesson's day. An extra lesson, which can't be postponed, has none."""
    if lesson.kind != DeliveryKindName.LESSON:
        return None
    return deliveries.find(session, lesson.learner_id, lesson.learning_day, DeliveryKindName.POSTPONED_LESSON)


def find_postponed_copy(shown: list[Delivery], lesson: Delivery) -> Delivery | None:
    """Return the copy that was postponed to its own day, among the deliveries that show a lesson."""
    return next(
        (
            row
            for row in shown
            if row.kind == DeliveryKindName.POSTPONED_LESSON and row.learning_day == lesson.learning_day
        ),
        None,
    )


def other_messages(shown: list[Delivery], here: Delivery) -> tuple[MessageRef, ...]:
    """Return a lesson's messages, except for the one at `here`, which is updated anyway."""
    return tuple(
        MessageRef(row.channel, row.ts, row.id, row.kind) for row in shown if row is not here and row.channel and row.ts
    )


def get_revision_id(delivery: Delivery) -> int:
    """Return the revision that a delivery brought. Raises NotFound for one without a lesson, such as an invitation."""
    if delivery.revision_id is None:
        raise NotFound(_("This message has no lesson. Nothing was changed. Type /lesson to get today's lesson."))
    return delivery.revision_id
