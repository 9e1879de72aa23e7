"""Nothing uncertain is sent again before Slack's history has been read."""

import asyncio
from datetime import timedelta

import pytest
from structlog.testing import LogCapture

from bot.delivery.engine import Engine
from bot.delivery.outbox import POST_TIMEOUT, SendResult, record_results
from bot.delivery.reconcile import (
    GRACE_PERIOD,
    LOOKUP_RETRY_DELAY,
    MAX_SLACK_DELAY,
    Reconciler,
    defer_lookup,
    find_uncertain,
    is_still_uncertain,
)
from bot.delivery.sender import Sender
from bot.delivery.transactions import Transactions
from bot.domain.learner import Person
from bot.learning import practice, workspace_lifecycle
from bot.learning.message_deliveries import MAX_CLOCK_DIFFERENCE, MessageRef
from bot.running import CLIENT_TIMEOUT
from bot.storage import workspace_leases
from bot.storage.tables import SendState
from tests.builders import CLERK, NURSE, TEAM
from tests.delivery.conftest import send_batch
from tests.delivery.slack_stand_in import Fault, SlackStandIn
from tests.engine_kinds import KINDS
from tests.ward import Ward, uncertain_of

JUST_OVER = GRACE_PERIOD + timedelta(seconds=1)


async def leave_uncertain(ward: Ward, sender: Sender, slack: SlackStandIn, fault: Fault) -> None:
    """Send Monday's lesson with this fault."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    slack.faults = [fault]
    await send_batch(sender)


def row_of(ward: Ward):
    (row,) = ward.deliveries(NURSE)
    return row


async def _settled(ward: Ward, person: Person) -> None:
    """Wait for this learner's look-up, which runs in the background."""
    for _ in range(1000):
        if ward.deliveries(person)[0].state != SendState.SENDING:
            return
        await asyncio.sleep(0.001)
    raise AssertionError("never settled")


async def test_before_the_grace_is_over_nothing_is_looked_at(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn
) -> None:
    await leave_uncertain(ward, sender, slack, Fault.REQUEST_LOST)
    ward.clock.now += GRACE_PERIOD

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
    assert ward.find(NURSE).dm_channel == message.posted.channel
    assert await send_batch(sender) == 0


async def test_a_message_that_is_not_there_is_sent_again_exactly_once(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn
) -> None:
    await leave_uncertain(ward, sender, slack, Fault.REQUEST_LOST)
    ward.clock.now += JUST_OVER

    await reconciler.run()
    assert row_of(ward).state == SendState.DUE
    await send_batch(sender)
    ward.clock.now += JUST_OVER
    await reconciler.run()
    await send_batch(sender)

    assert row_of(ward).state == SendState.SENT
    assert len(slack.messages) == 1


async def test_a_message_that_shows_only_after_the_grace_comes_twice(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn
) -> None:
    """The limit of the promise (docs/delivery.md): Slack accepted a message and hid it beyond the grace period."""
    slack.on_the_way = GRACE_PERIOD + timedelta(seconds=30)
    await leave_uncertain(ward, sender, slack, Fault.LATE)
    ward.clock.now += JUST_OVER

    await reconciler.run()
    await send_batch(sender)

    assert len(slack.messages) == 2
    assert {message.delivery_id for message in slack.messages} == {row_of(ward).id}
    assert row_of(ward).ts == slack.messages[-1].posted.ts


async def test_a_message_that_shows_just_within_the_grace_comes_once(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn
) -> None:
    slack.on_the_way = GRACE_PERIOD
    await leave_uncertain(ward, sender, slack, Fault.LATE)
    ward.clock.now += JUST_OVER

    await reconciler.run()
    await send_batch(sender)

    assert len(slack.messages) == 1


def test_the_grace_is_at_least_six_client_timeouts() -> None:
    assert timedelta(seconds=CLIENT_TIMEOUT.total or 0) == POST_TIMEOUT
    assert 6 * POST_TIMEOUT <= MAX_SLACK_DELAY


async def test_a_look_up_that_takes_its_time_does_not_hold_up_the_sending(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn, transactions: Transactions
) -> None:
    await leave_uncertain(ward, sender, slack, Fault.REPLY_LOST)
    engine = Engine(transactions, KINDS, sender, reconciler, ward.clock)
    slack.history_opens = asyncio.Event()
    ward.enrol(CLERK)
    ward.clock.set("2026-03-03 09:00")

    await engine.beat()

    assert [each.user_id for each in slack.lookups] == [NURSE.user_id]
    assert ward.days(NURSE)[0][2] == "sending"
    assert len(slack.of(CLERK.user_id)) == 1
    slack.history_opens.set()
    await reconciler.wait_for_runs()
    assert ward.days(NURSE)[0][2] == "sent"


async def test_a_workspace_whose_histories_are_slow_holds_up_no_other(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn
) -> None:
    other = Person("T0OTHER", "U0OTHER")
    ward.run(workspace_lifecycle.register_workspace, other.team_id, None, "Clinic", "U0ROUNDS", ward.clock())
    ward.enrol(other)
    slack.slow_teams = {TEAM}
    slack.history_opens = asyncio.Event()
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    slack.faults = [Fault.REPLY_LOST] * 2
    await send_batch(sender)
    ward.clock.now += JUST_OVER

    for _ in range(3):
        await reconciler.start_run()
        await _settled(ward, other)

    assert row_of(ward).state == SendState.SENDING
    assert [each.user_id for each in slack.lookups].count(NURSE.user_id) == 1, "one that waits is not begun again"
    slack.history_opens.set()
    await reconciler.wait_for_runs()
    assert row_of(ward).state == SendState.SENT


async def test_a_click_meanwhile_saves_the_look_up(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn
) -> None:
    """Where histories can be read once per minute, a look-up may have waited half an hour."""
    ward.enrol(CLERK)
    await leave_uncertain(ward, sender, slack, Fault.REPLY_LOST)
    slack.history_opens = asyncio.Event()
    (lost,) = [row for person in (NURSE, CLERK) for row in ward.deliveries(person) if row.state == SendState.SENDING]
    ward.clock.now += JUST_OVER
    found = ward.run(find_uncertain, ward.clock())
    message = slack.messages[0]
    ref = MessageRef(message.posted.channel, message.posted.ts, lost.id)
    ward.run(practice.answer_lesson, ward.library, Person(TEAM, message.user_id), ref, "A", ward.clock())

    assert [each.delivery_id for each in found] == [lost.id]
    assert not ward.run(is_still_uncertain, found[0])
    assert await reconciler.run() == 0
    assert slack.lookups == []


async def test_giving_up_in_mid_look_up_leaves_the_row_to_the_next_start(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn
) -> None:
    await leave_uncertain(ward, sender, slack, Fault.REPLY_LOST)
    slack.history_opens = asyncio.Event()
    ward.clock.now += JUST_OVER
    await reconciler.start_run()
    await slack.looked.acquire()

    await reconciler.stop()

    assert row_of(ward).state == SendState.SENDING
    slack.history_opens.set()
    assert await reconciler.run() == 1


async def test_the_history_is_read_from_well_before_the_claim(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn
) -> None:
    await leave_uncertain(ward, sender, slack, Fault.REPLY_LOST)
    claimed_at = ward.clock()
    ward.clock.now += JUST_OVER

    await reconciler.run()

    (asked,) = slack.lookups
    assert asked.posted_after == claimed_at - MAX_CLOCK_DIFFERENCE
    assert (asked.team_id, asked.user_id, asked.delivery_id) == (TEAM, NURSE.user_id, row_of(ward).id)


async def test_what_cannot_be_read_stays_uncertain_and_is_told(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn, logged: LogCapture
) -> None:
    await leave_uncertain(ward, sender, slack, Fault.REQUEST_LOST)
    slack.unreadable = {row_of(ward).id}
    ward.clock.now += JUST_OVER

    assert await reconciler.run() == 0

    assert row_of(ward).state == SendState.SENDING
    assert await send_batch(sender) == 0
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
    ward.clock.now += LOOKUP_RETRY_DELAY
    assert await reconciler.run() == 1
    assert row_of(ward).state == SendState.SENT


async def test_many_unreadable_conversations_do_not_hold_up_the_others(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.reconcile.MAX_LOOKUPS_PER_WORKSPACE", 2)
    people = [Person(TEAM, f"U{number}") for number in range(3)]
    for person in people:
        ward.enrol(person)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    slack.faults = [Fault.REPLY_LOST] * 3
    await send_batch(sender)
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
    ward.run(record_results, [SendResult(outgoing, failed="account_inactive")], ward.clock())

    ward.run(defer_lookup, uncertain_of(outgoing), ward.clock() + LOOKUP_RETRY_DELAY)

    row = row_of(ward)
    assert (row.state, row.not_before) == (SendState.FAILED, None)


async def test_a_worker_looks_up_only_where_it_delivers(
    ward: Ward, sender: Sender, slack: SlackStandIn, transactions: Transactions
) -> None:
    await leave_uncertain(ward, sender, slack, Fault.REPLY_LOST)
    ward.clock.now += JUST_OVER
    ward.run(workspace_leases.acquire_leases, "w1", [TEAM], ward.clock())
    first, second = (Reconciler(transactions, slack, ward.clock, worker=name) for name in ("w1", "w2"))

    assert await second.run() == 0
    assert await first.run() == 1
    assert len(slack.lookups) == 1
