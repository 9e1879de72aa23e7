"""A ward of learners whose lessons arrive without fail: for tests of what people do with them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Concatenate, ParamSpec, TypeVar
from uuid import UUID

from sqlmodel import col, select

from bot.delivery.claim import claim_deliveries
from bot.delivery.outbox import SendResult, record_results
from bot.delivery.ports import OutgoingDelivery, PostedMessage, UncertainDelivery
from bot.delivery.tick import plan_due_deliveries
from bot.domain.formats import Formats
from bot.domain.learner import Person, Preferences
from bot.domain.schedule import DeliveryKindName
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, WeeklySchedule
from bot.kinds.day_end import DayEnd
from bot.learning import enrollment, invitations
from bot.learning.enrollment import LearnerView
from bot.learning.invitations import Guest
from bot.learning.library import Library
from bot.learning.message_deliveries import MessageRef
from bot.storage import Session, Store
from bot.storage.tables import Delivery, Learner, SendState
from tests.builders import SetClock
from tests.engine_kinds import KINDS

P = ParamSpec("P")
T = TypeVar("T")


IN_BRITAIN = Formats("en-GB")
"""How everybody in the ward reads dates and times."""


@dataclass
class Ward:
    """Runs use cases in transactions of their own, at the clock's time."""

    store: Store
    library: Library
    clock: SetClock
    messages: int = 0

    def run(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """One transaction."""
        return self.store.run(work, *args, **kwargs)

    def meet(self, person: Person, tz: str = "Europe/London") -> LearnerView:
        """Someone whom Rounds has met, and who has not started. Slack said that they read dates as in Britain."""
        return self.run(enrollment.register_learner, person, tz, self.clock(), IN_BRITAIN.locale)

    def enrol(
        self, person: Person, schedule: WeeklySchedule = WORKDAY_SCHEDULE, tz: str = "Europe/London"
    ) -> LearnerView:
        """Someone who has started."""
        self.meet(person, tz)
        self.run(enrollment.change_preferences, person, Preferences(tz, schedule), self.clock())
        return self.run(enrollment.start_lessons, person, tz, self.clock())

    def invite(self, inviter: Person, *user_ids: str, tz: str | None = "Europe/London") -> None:
        """Invite people as an admin."""
        guests = [Guest(user_id, tz) for user_id in user_ids]
        self.run(invitations.invite_people, inviter, guests, None, None, self.clock())

    def invited(self) -> list[str]:
        """The user ids of those with a planned invitation, in order."""
        due = (
            select(Learner.user_id)
            .join(Delivery)
            .where(col(Delivery.kind) == DeliveryKindName.INVITATION, col(Delivery.state) == SendState.DUE)
        )
        return sorted(self.run(lambda session: session.exec(due).all()))

    def plan(self) -> None:
        """Write the rows that are due."""
        self.run(plan_due_deliveries, KINDS, self.clock())

    def claim(self, limit: int = 100) -> tuple[OutgoingDelivery, ...]:
        """Take what may be sent, and leave it at that."""
        return self.run(claim_deliveries, self.library, KINDS, "ward", self.clock(), limit).outgoing

    def deliver(self) -> list[OutgoingDelivery]:
        """Send all that is due by now; it arrives."""
        self.plan()
        sent: list[OutgoingDelivery] = []
        while (claimed := self.run(claim_deliveries, self.library, KINDS, "ward", self.clock())).row_count:
            outcomes = [SendResult(each, posted=self._arrived(each)) for each in claimed.outgoing]
            self.run(record_results, outcomes, self.clock())
            sent += claimed.outgoing
        return sent

    def lesson_of(self, person: Person) -> MessageRef:
        """The message of the newest lesson that this person got."""
        return self.message_of(person, DeliveryKindName.LESSON)

    def lesson_id(self, person: Person) -> UUID:
        """The delivery of that lesson."""
        found = self.lesson_of(person).delivery_id
        assert found is not None
        return found

    def message_of(self, person: Person, kind: DeliveryKindName) -> MessageRef:
        """Their newest message of a kind."""
        row = [each for each in self.deliveries(person) if each.kind == kind][-1]
        return MessageRef(row.channel or "", row.ts or "", row.id)

    def deliveries(self, person: Person) -> list[Delivery]:
        """All rows of a person, by due time."""
        return self.run(_deliveries, self.find(person).id)

    def days(self, person: Person) -> list[tuple[date, str, str]]:
        """What a person was owed and what became of it, in short."""
        return [(row.learning_day, str(row.kind), str(row.reason or row.state)) for row in self.deliveries(person)]

    def find(self, person: Person) -> LearnerView:
        """The learner as they stand."""
        found = self.run(enrollment.find_learner, person, self.clock())
        assert found is not None
        return found

    def _arrived(self, outgoing: OutgoingDelivery) -> PostedMessage:
        self.messages += 1
        return PostedMessage(f"D{outgoing.user_id}", f"{self.messages}.000100")


def _deliveries(session: Session, learner_id: int) -> list[Delivery]:
    rows = select(Delivery).where(Delivery.learner_id == learner_id)
    return list(session.exec(rows.order_by(col(Delivery.due_at), col(Delivery.kind).desc())))


def day_end_of(outgoing: OutgoingDelivery) -> DayEnd:
    """What a day's end brings beside the prompt."""
    assert outgoing.kind == DeliveryKindName.DAY_END
    assert outgoing.extras is None or isinstance(outgoing.extras, DayEnd)
    return outgoing.extras or DayEnd()


def uncertain_of(outgoing: OutgoingDelivery) -> UncertainDelivery:
    """An attempt whose outcome nobody heard of."""
    return UncertainDelivery(
        delivery_id=outgoing.delivery_id,
        team_id=outgoing.team_id,
        user_id=outgoing.user_id,
        learner_id=outgoing.learner_id,
        channel=outgoing.channel,
        posted_after=outgoing.due_at,
        worker=outgoing.worker,
        attempt=outgoing.attempt,
    )
