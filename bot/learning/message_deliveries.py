"""Which delivery a message in Slack is, and which lesson it brought."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from uuid import UUID

from bot.domain.schedule import DeliveryKind
from bot.errors import NotFound
from bot.storage import Session, deliveries
from bot.storage.tables import Delivery, Learner, SendState

MAX_CLOCK_DIFFERENCE = timedelta(minutes=10)
"""How far Slack's clock and ours are trusted to agree, when a message's time is held against a claim's."""

_GONE = "This lesson isn't kept any more. Nothing was changed. Type /lesson for today's."


@dataclass(frozen=True, slots=True)
class MessageRef:
    """A message in Slack: its channel and ts, and the delivery id that its metadata carries, if any.

    `kind`: its delivery's, where that was read.
    """

    channel: str
    ts: str
    delivery_id: UUID | None = None
    kind: str | None = field(default=None, compare=False)

    @property
    def sent_at(self) -> datetime:
        """When Slack took it, by Slack's clock: a ts is seconds since 1970."""
        return datetime.fromtimestamp(float(self.ts), UTC)


def get_delivery(session: Session, learner: Learner, ref: MessageRef) -> Delivery:
    """The delivery behind a message; NotFound if it is none of this learner's.

    A click can come before its message was recorded, when Slack's reply was lost or is still on its way; then the id
    in the message's metadata tells.
    """
    delivery = deliveries.find_by_message(session, learner.id, ref.channel, ref.ts)
    if delivery is not None:
        return delivery
    if ref.delivery_id is not None:
        return get_own_delivery(session, learner, ref.delivery_id)
    under_way = [each for each in deliveries.list_in_flight(session, learner.id) if _may_be(each, ref)]
    if len(under_way) == 1:
        return under_way[0]  # a click that came without metadata: only one message of theirs can be meant
    raise NotFound(_GONE)


def _may_be(delivery: Delivery, ref: MessageRef) -> bool:
    """Whether the message is young enough to be this delivery: an old one that nobody knows any more proves nothing."""
    return delivery.claimed_at is not None and ref.sent_at >= delivery.claimed_at - MAX_CLOCK_DIFFERENCE


def get_pressed_delivery(session: Session, learner: Learner, ref: MessageRef, now: datetime) -> Delivery:
    """`get_delivery` for a use case that writes: a click proves that the message arrived, whatever we believed."""
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
    """The delivery with this id; NotFound if it went to someone else."""
    delivery = session.get(Delivery, delivery_id)
    if delivery is None or delivery.learner_id != learner.id:
        raise NotFound(_GONE)
    return delivery


def get_lesson_delivery(session: Session, delivery: Delivery) -> Delivery:
    """The delivery that answers and reflections belong to, whichever of a lesson's messages they are given in.

    A day's end and a copy belong to the day's lesson; a lesson that was put off belongs to the one that brought it
    again.
    """
    lesson: Delivery | None = delivery
    if delivery.kind != DeliveryKind.LESSON:
        lesson = deliveries.find(session, delivery.learner_id, delivery.learning_day, DeliveryKind.LESSON)
    if lesson is None:
        raise NotFound("The lesson of that day isn't kept any more. Nothing was changed.")
    while lesson.carried_over and (again := deliveries.find_next_time_sent(session, lesson)) is not None:
        lesson = again
    return lesson


def list_deliveries_of_lesson(session: Session, lesson: Delivery, lesson_id: str) -> list[Delivery]:
    """The messages that this lesson's delivery is shown in, those to come too.

    That is itself, older ones put off, and what brought the lesson again on its day.
    """
    runs: list[list[Delivery]] = [[]]
    put_off = False
    for row in deliveries.list_showing_lesson(session, lesson.learner_id, lesson_id):
        if row.kind == DeliveryKind.LESSON and not put_off:
            runs.append([])  # given anew, not brought again
        put_off = row.carried_over if row.kind == DeliveryKind.LESSON else put_off
        runs[-1].append(row)
    return next((run for run in runs if lesson in run), [])


def find_postponed_copy(shown: list[Delivery], lesson: Delivery) -> Delivery | None:
    """Of a lesson's showings, the copy that was asked for on its own day."""
    return next(
        (row for row in shown if row.kind == DeliveryKind.POSTPONED_LESSON and row.learning_day == lesson.learning_day),
        None,
    )


def other_messages(shown: list[Delivery], here: Delivery) -> tuple[MessageRef, ...]:
    """A lesson's messages, but for the one that is brought up to date anyway."""
    return tuple(
        MessageRef(row.channel, row.ts, row.id, row.kind) for row in shown if row is not here and row.channel and row.ts
    )


def get_revision_id(delivery: Delivery) -> int:
    """The revision that a delivery brought; NotFound for one without a lesson, such as an invitation."""
    if delivery.revision_id is None:
        raise NotFound("This message has no lesson. Nothing was changed. Type /lesson for today's.")
    return delivery.revision_id
