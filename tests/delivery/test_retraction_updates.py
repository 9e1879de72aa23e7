"""A retracted lesson isn't posted even if it was claimed, and its messages are updated in the background."""

from dataclasses import dataclass, field

import pytest

from bot.delivery.outbox import LESSON_RECHECK_INTERVAL
from bot.delivery.ports import OutgoingDelivery
from bot.delivery.retraction_updates import RetractionUpdater
from bot.delivery.sender import Sender
from bot.delivery.transactions import Transactions
from bot.domain.learner import Person
from bot.errors import SendDelayed, SendError, SendFailed, SendUncertain
from bot.learning import packs, retractions
from bot.learning.library import Library
from bot.learning.retraction_messages import OutdatedMessage
from tests.builders import NURSE, TEAM, SetClock
from tests.delivery.conftest import send_batch
from tests.delivery.slack_stand_in import SlackStandIn
from tests.waits import eventually
from tests.ward import Ward


@dataclass
class Updates:
    """Records updates in place of Slack; `faults` are raised by the next ones."""

    shown: list[OutdatedMessage] = field(default_factory=list)
    faults: list[SendError | None] = field(default_factory=list)

    async def update(self, outdated: OutdatedMessage) -> None:
        fault = self.faults.pop(0) if self.faults else None
        if fault is not None:
            raise fault
        self.shown.append(outdated)


@pytest.fixture
def updates() -> Updates:
    return Updates()


@pytest.fixture
def updater(transactions: Transactions, library: Library, updates: Updates, clock: SetClock) -> RetractionUpdater:
    return RetractionUpdater(transactions, library, updates, clock, interval_seconds=0.01)


def retract(ward: Ward) -> None:
    (live,) = ward.run(packs.list_live_packs, TEAM)
    ward.run(
        retractions.retract_lesson,
        ward.library,
        live.version_id,
        TEAM,
        "budget-lines",
        "It is wrong.",
        "U0ADMIN",
        ward.clock(),
    )


def people(count: int) -> list[Person]:
    return [Person(TEAM, f"U{number:04}") for number in range(count)]


def got(ward: Ward, *learners: Person) -> Ward:
    """These people got the first lesson."""
    for each in learners:
        ward.enrol(each)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    return ward


async def test_what_waits_in_a_batch_when_its_lesson_is_retracted_is_sent_with_another(
    ward: Ward, sender: Sender, slack: SlackStandIn
) -> None:
    for each in people(70):
        ward.enrol(each)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()

    def retract_after_some(_outgoing: OutgoingDelivery) -> None:
        if len(slack.attempts) == 3:
            retract(ward)
            ward.clock.now += LESSON_RECHECK_INTERVAL

    slack.before_send = retract_after_some

    while await send_batch(sender):
        ward.clock.advance(seconds=30)

    sent = [each.outgoing.lesson.id for each in slack.messages if each.outgoing.lesson]
    assert len(sent) == 70, "everyone got a lesson"
    assert 3 <= sent.count("budget-lines") < 70
    late = [each.outgoing.lesson for each in slack.messages[-6:]]
    assert all(each is not None and each.id != "budget-lines" for each in late)


async def test_every_message_is_updated_once_in_batches(
    ward: Ward, updater: RetractionUpdater, updates: Updates, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.learning.retraction_messages.MAX_MESSAGES_PER_BATCH", 2)
    got(ward, *people(5))
    ward.clock.advance(minutes=5)
    retract(ward)

    while await updater.update_some():
        pass

    assert len(updates.shown) == len({each.ref.delivery_id for each in updates.shown}) == 5
    assert all(each.state.retraction is not None for each in updates.shown)
    ward.clock.advance(minutes=2)
    while await updater.update_some():
        pass
    assert len(updates.shown) == 5, "the second pass finds nothing new"


@pytest.mark.parametrize("fault", [SendUncertain("timeout"), SendDelayed(30)])
async def test_an_update_that_slack_did_not_take_is_made_later(
    ward: Ward, updater: RetractionUpdater, updates: Updates, fault: SendError
) -> None:
    got(ward, NURSE)
    retract(ward)
    updates.faults = [fault]

    for _ in range(3):
        await updater.update_some()

    assert len(updates.shown) == 1


async def test_a_message_that_can_never_be_updated_holds_up_no_other(
    ward: Ward, updater: RetractionUpdater, updates: Updates
) -> None:
    got(ward, *people(3))
    retract(ward)
    updates.faults = [SendFailed("message_not_found")]

    while await updater.update_some():
        pass

    assert len(updates.shown) == 2


async def test_updates_run_by_themselves_until_they_are_stopped(
    ward: Ward, updater: RetractionUpdater, updates: Updates
) -> None:
    got(ward, NURSE)
    updater.start()

    retract(ward)

    await eventually(lambda: len(updates.shown) == 1)
    await updater.stop()
