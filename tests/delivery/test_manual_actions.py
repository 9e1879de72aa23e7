"""Manual actions never cause duplicates: uncertain deliveries are looked up, and those being sent are left alone."""

from datetime import timedelta
from uuid import UUID

import pytest

from bot.delivery import manual_actions
from bot.delivery.reconcile import GRACE_PERIOD, LOOKUP_RETRY_DELAY, Reconciler
from bot.delivery.sender import Sender
from bot.errors import NotFound, Refused
from bot.storage.tables import Delivery, SendState
from tests.builders import NURSE
from tests.delivery.conftest import send_batch
from tests.delivery.slack_stand_in import Fault, SlackStandIn
from tests.ward import Ward

JUST_OVER = GRACE_PERIOD + timedelta(seconds=1)


@pytest.fixture
def due(ward: Ward) -> Ward:
    """A ward with one learner whose Monday lesson is due."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    return ward


def row_of(ward: Ward) -> Delivery:
    (row,) = ward.deliveries(NURSE)
    return row


def retry(ward: Ward) -> str:
    return ward.run(manual_actions.retry_delivery, row_of(ward).id, ward.clock())


def skip(ward: Ward) -> str:
    return ward.run(manual_actions.skip_delivery, row_of(ward).id, ward.clock())


async def test_what_failed_is_sent_after_all(due: Ward, sender: Sender, slack: SlackStandIn) -> None:
    slack.faults = [Fault.REFUSE]
    await send_batch(sender)
    assert row_of(due).state == SendState.FAILED

    said = retry(due)
    await send_batch(sender)

    assert "due again" in said
    assert (row_of(due).state, row_of(due).reason, len(slack.messages)) == (SendState.SENT, None, 1)


async def test_what_is_on_its_way_is_left_alone(due: Ward, sender: Sender, slack: SlackStandIn) -> None:
    slack.faults = [Fault.REPLY_LOST]
    await send_batch(sender)

    for act in (retry, skip):
        with pytest.raises(Refused, match="being sent"):
            act(due)

    assert row_of(due).state == SendState.SENDING


async def test_what_may_have_arrived_is_looked_up_and_not_blindly_sent(
    due: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn
) -> None:
    """Its history couldn't be read. The operator fixed that, and doesn't want to wait another five minutes."""
    slack.faults = [Fault.REPLY_LOST]
    await send_batch(sender)
    slack.unreadable = {row_of(due).id}
    due.clock.now += JUST_OVER
    await reconciler.run()
    slack.unreadable = set()
    assert row_of(due).not_before == due.clock() + LOOKUP_RETRY_DELAY

    said = retry(due)
    assert await send_batch(sender) == 0
    await reconciler.run()

    assert "looks in Slack's history first" in said
    assert (row_of(due).state, len(slack.messages)) == (SendState.SENT, 1)


async def test_what_was_sent_is_never_sent_again(due: Ward, sender: Sender) -> None:
    await send_batch(sender)

    for act in (retry, skip):
        with pytest.raises(Refused, match="Nothing was changed"):
            act(due)

    assert row_of(due).state == SendState.SENT


async def test_a_row_that_waits_is_let_go_and_its_workspaces_pace_decides(
    due: Ward, sender: Sender, slack: SlackStandIn
) -> None:
    slack.faults = [Fault.DELAY]
    await send_batch(sender)
    assert row_of(due).not_before is not None

    said = retry(due)

    assert row_of(due).not_before is None
    assert "at its workspace's next turn" in said


async def test_what_is_skipped_stays_unsent_until_it_is_retried(due: Ward, sender: Sender, slack: SlackStandIn) -> None:
    assert skip(due) == "Skipped. It won't be sent."
    assert (row_of(due).state, row_of(due).reason) == (SendState.SKIPPED, manual_actions.SKIPPED_BY_OPERATOR)
    assert await send_batch(sender) == 0

    retry(due)
    await send_batch(sender)

    assert len(slack.messages) == 1


async def test_skipping_what_may_have_arrived_says_that_nobody_knows(
    due: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn
) -> None:
    slack.faults = [Fault.REQUEST_LOST]
    await send_batch(sender)
    due.clock.now += JUST_OVER

    said = skip(due)

    assert "may have received it" in said
    assert await reconciler.run() == 0
    assert (await send_batch(sender), slack.messages) == (0, [])


async def test_what_is_too_late_is_not_sent_by_hand_either(due: Ward, sender: Sender, slack: SlackStandIn) -> None:
    slack.faults = [Fault.REFUSE]
    await send_batch(sender)
    due.clock.advance(hours=48)

    with pytest.raises(Refused, match="expired at 2026-03-0"):
        retry(due)

    assert row_of(due).state == SendState.FAILED


def test_an_unknown_delivery_is_said_to_be_none(ward: Ward) -> None:
    for act in (manual_actions.retry_delivery, manual_actions.skip_delivery):
        with pytest.raises(NotFound, match="There is no delivery"):
            ward.run(act, UUID(int=1), ward.clock())
