"""Before anything uncertain is sent again, the history is asked."""

from datetime import timedelta

import pytest
from structlog.testing import LogCapture

from bot.delivery.outbox import Outcome, record
from bot.delivery.reconcile import GRACE, LOOK_AGAIN, Reconciler, put_off
from bot.delivery.sender import Sender
from bot.domain.learner import Person
from bot.learning.delivered import CLOCKS_DIFFER
from bot.storage.tables import SendState
from tests.builders import NURSE, TEAM
from tests.delivery.slack_stand_in import Fault, SlackStandIn
from tests.ward import Ward, uncertain_of

JUST_OVER = GRACE + timedelta(seconds=1)


async def leave_uncertain(ward: Ward, sender: Sender, slack: SlackStandIn, fault: Fault) -> None:
    """Monday's lesson went out with this fault."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    slack.faults = [fault]
    await sender.send_batch()


def row_of(ward: Ward):
    (row,) = ward.deliveries(NURSE)
    return row


async def test_before_the_grace_is_over_nothing_is_looked_at(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn
) -> None:
    await leave_uncertain(ward, sender, slack, Fault.REQUEST_LOST)
    ward.clock.now += GRACE

    assert await reconciler.run() == 0
    assert slack.lookups == []
    assert row_of(ward).state == SendState.SENDING


async def test_a_message_that_is_found_was_sent(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn
) -> None:
    await leave_uncertain(ward, sender, slack, Fault.REPLY_LOST)
    ward.clock.now += JUST_OVER

    assert await reconciler.run() == 1

    row, (message,) = row_of(ward), slack.messages
    assert (row.state, row.channel, row.ts) == (SendState.SENT, message.posted.channel, message.posted.ts)
    assert ward.find(NURSE).channel == message.posted.channel
    assert await sender.send_batch() == 0


async def test_a_message_that_is_not_there_is_sent_again_exactly_once(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn
) -> None:
    await leave_uncertain(ward, sender, slack, Fault.REQUEST_LOST)
    ward.clock.now += JUST_OVER

    await reconciler.run()
    assert row_of(ward).state == SendState.DUE
    await sender.send_batch()
    ward.clock.now += JUST_OVER
    await reconciler.run()
    await sender.send_batch()

    assert row_of(ward).state == SendState.SENT
    assert len(slack.messages) == 1


async def test_the_history_is_read_from_well_before_the_claim(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn
) -> None:
    await leave_uncertain(ward, sender, slack, Fault.REPLY_LOST)
    claimed_at = ward.clock()
    ward.clock.now += JUST_OVER

    await reconciler.run()

    (asked,) = slack.lookups
    assert asked.oldest == claimed_at - CLOCKS_DIFFER
    assert (asked.team_id, asked.user_id, asked.delivery_id) == (TEAM, NURSE.user_id, row_of(ward).id)


async def test_what_cannot_be_read_stays_uncertain_and_is_told(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn, logged: LogCapture
) -> None:
    await leave_uncertain(ward, sender, slack, Fault.REQUEST_LOST)
    slack.unreadable = {row_of(ward).id}
    ward.clock.now += JUST_OVER

    assert await reconciler.run() == 0

    assert row_of(ward).state == SendState.SENDING
    assert await sender.send_batch() == 0
    told = [(entry["event"], entry.get("reason")) for entry in logged.entries]
    assert ("delivery.unreadable", "channel_not_found") in told


async def test_what_cannot_be_read_is_looked_up_again_later(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn
) -> None:
    await leave_uncertain(ward, sender, slack, Fault.REPLY_LOST)
    slack.unreadable = {row_of(ward).id}
    ward.clock.now += JUST_OVER
    await reconciler.run()
    slack.unreadable = set()

    assert await reconciler.run() == 0
    assert len(slack.lookups) == 1
    ward.clock.now += LOOK_AGAIN
    assert await reconciler.run() == 1
    assert row_of(ward).state == SendState.SENT


async def test_many_unreadable_conversations_do_not_hold_up_the_others(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.reconcile.BATCH", 2)
    people = [Person(TEAM, f"U{number}") for number in range(3)]
    for person in people:
        ward.enrol(person)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    slack.faults = [Fault.REPLY_LOST] * 3
    await sender.send_batch()
    slack.unreadable = {each.delivery_id for each in slack.messages[:2]}
    ward.clock.now += JUST_OVER

    settled = [await reconciler.run(), await reconciler.run()]

    assert sum(settled) == 1


async def test_a_defect_in_reading_one_history_does_not_stop_the_beat(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn, logged: LogCapture
) -> None:
    await leave_uncertain(ward, sender, slack, Fault.REPLY_LOST)
    slack.broken_lookups = True
    ward.clock.now += JUST_OVER

    assert await reconciler.run() == 0

    assert row_of(ward).state == SendState.SENDING
    assert "delivery.lookup_broke" in [entry["event"] for entry in logged.entries]


def test_putting_off_an_attempt_that_has_ended_meanwhile_changes_nothing(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    (outgoing,) = ward.claim()
    ward.run(record, [Outcome(outgoing, failed="account_inactive")], ward.clock())

    ward.run(put_off, uncertain_of(outgoing), ward.clock() + LOOK_AGAIN)

    row = row_of(ward)
    assert (row.state, row.not_before) == (SendState.FAILED, None)
