"""Claim, post, record: what the database contains at each moment, and what each of Slack's answers causes."""

import asyncio
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from structlog.testing import LogCapture

from bot.delivery import outbox
from bot.delivery import sender as sender_module
from bot.delivery.outbox import HELD_SECONDS, MAX_CLAIM_AGE, MAX_CONCURRENT_POSTS, SendResult, record_results
from bot.delivery.ports import OutgoingDelivery
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.sender import Sender
from bot.delivery.transactions import Transactions
from bot.domain.learner import Person
from bot.learning import enrollment, workspace_lifecycle
from bot.learning.library import Library
from bot.storage import Session
from bot.storage.tables import SendState
from tests.builders import CLERK, NURSE, TEAM, SetClock, at
from tests.delivery.conftest import pace_by, send_batch
from tests.delivery.slack_stand_in import WAIT, Fault, SlackStandIn
from tests.engine_kinds import KINDS
from tests.ward import Ward


@pytest.fixture
def due(ward: Ward) -> Ward:
    """A ward with one learner whose Monday lesson is due."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    return ward


def row_of(ward: Ward):
    (row,) = ward.deliveries(NURSE)
    return row


async def test_a_lesson_is_sent_and_where_it_stands_is_kept(sender: Sender, due: Ward, slack: SlackStandIn) -> None:
    assert await send_batch(sender) == 1

    (message,) = slack.messages
    row = row_of(due)
    assert (row.state, row.channel, row.ts) == (SendState.SENT, message.posted.channel, message.posted.ts)
    assert row.sent_at == due.clock()
    assert due.find(NURSE).dm_channel == message.posted.channel


async def test_nothing_due_is_nothing_sent(sender: Sender, ward: Ward, slack: SlackStandIn) -> None:
    assert await send_batch(sender) == 0
    assert slack.attempts == []


async def test_sending_is_committed_before_the_post(
    sender: Sender, due: Ward, slack: SlackStandIn, database: Path
) -> None:
    """Read through another connection, because a crash after the post must leave a trace."""
    seen: list[tuple[str, str, int]] = []

    def look(_outgoing: OutgoingDelivery) -> None:
        with closing(sqlite3.connect(database)) as connection:
            seen.extend(connection.execute("SELECT state, worker, attempt FROM delivery"))

    slack.before_send = look
    await send_batch(sender)

    assert seen == [("sending", "w1", 1)]


async def test_a_delay_puts_the_row_back_until_slack_said(sender: Sender, due: Ward, slack: SlackStandIn) -> None:
    slack.faults = [Fault.DELAY]

    await send_batch(sender)

    row = row_of(due)
    assert (row.state, row.not_before) == (SendState.DUE, due.clock() + timedelta(seconds=WAIT))
    assert await send_batch(sender) == 0
    due.clock.advance(seconds=WAIT + 1)
    assert await send_batch(sender) == 1
    assert len(slack.messages) == 1


async def test_a_delay_holds_the_rest_of_its_workspace(
    transactions: Transactions, library: Library, slack: SlackStandIn, clock: SetClock, ward: Ward
) -> None:
    rate_limiter = pace_by(clock)
    ward.enrol(NURSE)
    clock.set("2026-03-02 09:00")
    ward.plan()
    slack.faults = [Fault.DELAY]

    await send_batch(Sender(transactions, library, KINDS, slack, rate_limiter, clock, "w1"))

    assert await rate_limiter.try_acquire(TEAM, max_wait_seconds=WAIT - 1) > WAIT - 1
    assert await rate_limiter.try_acquire("T0ELSEWHERE", max_wait_seconds=0) == 0.0


async def test_a_refusal_of_the_whole_workspace_holds_it_for_half_an_hour_and_is_told_once(
    transactions: Transactions, library: Library, slack: SlackStandIn, ward: Ward, logged: LogCapture
) -> None:
    people = [Person(TEAM, f"U{number}") for number in range(6)]
    for person in people:
        ward.enrol(person)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    slack.faults = [Fault.HOLD] * len(people)
    sender = Sender(transactions, library, KINDS, slack, pace_by(ward.clock), ward.clock, "w1")

    await send_batch(sender)

    rows = [row for person in people for row in ward.deliveries(person)]
    assert {row.state for row in rows} == {SendState.DUE}, "nothing failed"
    told = [each for each in logged.entries if each["event"] == "workspace.held"]
    assert [(each["team"], each["refused"], each["log_level"]) for each in told] == [
        (TEAM, "org_login_required", "error")
    ]
    slack.faults = []
    ward.clock.advance(seconds=HELD_SECONDS / 2)
    assert await send_batch(sender) == 0
    for seconds in (HELD_SECONDS / 2 + 1, 60):  # slowly at first
        ward.clock.advance(seconds=seconds)
        await send_batch(sender)
    assert sorted(message.user_id for message in slack.messages) == [person.user_id for person in people]


async def test_a_permanent_refusal_is_kept_with_slacks_word_for_it(
    sender: Sender, due: Ward, slack: SlackStandIn
) -> None:
    slack.faults = [Fault.REFUSE]

    await send_batch(sender)

    row = row_of(due)
    assert (row.state, row.reason) == (SendState.FAILED, "channel_not_found")
    assert await send_batch(sender) == 0


@pytest.mark.parametrize("fault", [Fault.REPLY_LOST, Fault.REQUEST_LOST, Fault.DEFECT])
async def test_an_uncertain_outcome_leaves_the_row_as_it_is(
    sender: Sender, due: Ward, slack: SlackStandIn, fault: Fault, logged: LogCapture
) -> None:
    slack.faults = [fault]

    await send_batch(sender)

    assert row_of(due).state == SendState.SENDING
    assert await send_batch(sender) == 0, "never blindly sent again"
    assert "delivery.uncertain" in [entry["event"] for entry in logged.entries]


async def test_a_batch_is_sent_at_once_and_each_result_recorded(
    sender: Sender, ward: Ward, slack: SlackStandIn
) -> None:
    people = [Person(TEAM, f"U{number}") for number in range(6)]
    for person in people:
        ward.enrol(person)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    slack.faults = [None, Fault.REFUSE, Fault.REPLY_LOST, None, Fault.DEFECT, None]

    await send_batch(sender)

    ends = sorted(str(ward.deliveries(person)[0].state) for person in people)
    assert ends == ["failed", "sending", "sending", "sent", "sent", "sent"]


async def test_a_batch_that_is_moot_does_not_end_the_sending(
    sender: Sender, ward: Ward, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    ward.run(enrollment.pause_lessons, NURSE, None, ward.clock())

    assert await send_batch(sender) == 1, "one row left the queue, though nothing was sent"
    assert slack.attempts == []


async def test_what_must_wait_for_its_workspace_stays_in_the_queue(
    transactions: Transactions, library: Library, slack: SlackStandIn, clock: SetClock, due: Ward
) -> None:
    """Waiting in memory as `sending`, it would outlast the grace period, and another worker would look it up."""
    rate_limiter = pace_by(clock)
    rate_limiter.pause(TEAM, 300)

    assert await send_batch(Sender(transactions, library, KINDS, slack, rate_limiter, clock, "w1")) == 0

    assert slack.attempts == []
    assert row_of(due).state == SendState.DUE


async def test_what_was_claimed_before_slack_asked_for_patience_goes_back(
    transactions: Transactions, library: Library, slack: SlackStandIn, clock: SetClock, due: Ward
) -> None:
    class Full(RateLimiter):
        async def try_acquire(self, *_whose: Any, **_how: Any) -> float:
            return 300.0

    await send_batch(Sender(transactions, library, KINDS, slack, Full(lambda: 0.0), clock, "w1"))

    row = row_of(due)
    assert slack.attempts == []
    assert (row.state, row.not_before) == (SendState.DUE, due.clock() + timedelta(seconds=300))


async def test_a_rush_at_its_workspaces_pace_is_sent_to_the_end(
    transactions: Transactions, library: Library, slack: SlackStandIn, clock: SetClock, ward: Ward
) -> None:
    """Twenty are sent at once, then five per second; the rest waits in the queue for a few moments."""
    for number in range(30):
        ward.enrol(Person(TEAM, f"U{number}"))
    clock.set("2026-03-02 09:00")
    ward.plan()
    sender = Sender(transactions, library, KINDS, slack, pace_by(clock), clock, "w1")

    while await sender.send_due(lambda: True):
        pass

    assert len(slack.messages) == 30
    assert clock() - at("2026-03-02 09:00") == timedelta(seconds=2)


async def test_a_workspace_that_waits_for_slack_holds_up_no_other(
    transactions: Transactions, library: Library, slack: SlackStandIn, clock: SetClock, ward: Ward
) -> None:
    elsewhere = Person("T0ELSEWHERE", "U0")
    ward.run(workspace_lifecycle.register_workspace, elsewhere.team_id, None, "Clinic", "U0", clock())
    for person in (NURSE, elsewhere):
        ward.enrol(person)
    clock.set("2026-03-02 09:00")
    ward.plan()
    rate_limiter = pace_by(clock)
    rate_limiter.pause(TEAM, 300)

    assert await Sender(transactions, library, KINDS, slack, rate_limiter, clock, "w1").send_due(lambda: True)

    assert [message.user_id for message in slack.messages] == [elsewhere.user_id]


async def test_a_claim_that_has_grown_old_is_not_posted(
    transactions: Transactions, library: Library, slack: SlackStandIn, clock: SetClock, due: Ward
) -> None:
    """The machine slept between claim and post, and another worker's reconciler may have looked meanwhile."""

    class SlowPace(RateLimiter):
        async def try_acquire(self, *_: object, **__: object) -> float:
            clock.now += MAX_CLAIM_AGE + timedelta(seconds=1)
            return 0.0

    await send_batch(Sender(transactions, library, KINDS, slack, SlowPace(lambda: 0.0), clock, "w1"))

    assert slack.attempts == []
    assert row_of(due).state == SendState.DUE


async def test_results_that_could_not_be_written_down_are_kept_for_the_next_time(
    sender: Sender, due: Ward, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise OSError("disk full")

    with monkeypatch.context() as meanwhile:
        meanwhile.setattr(outbox, "record_results", broken)
        with pytest.raises(OSError, match="disk full"):
            await send_batch(sender)
    assert (len(slack.messages), row_of(due).state) == (1, SendState.SENDING)

    await send_batch(sender)

    assert (len(slack.messages), row_of(due).state) == (1, SendState.SENT)


async def test_many_results_are_written_down_together(
    transactions: Transactions,
    library: Library,
    ward: Ward,
    slack: SlackStandIn,
    clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    groups: list[int] = []

    def counting(session: Session, outcomes: Sequence[SendResult], now: datetime) -> None:
        groups.append(len(outcomes))
        record_results(session, outcomes, now)

    monkeypatch.setattr(outbox, "record_results", counting)
    for number in range(30):
        ward.enrol(Person(TEAM, f"U{number}"))
    clock.set("2026-03-02 09:00")
    ward.plan()

    await send_batch(Sender(transactions, library, KINDS, slack, pace_by(clock, burst=100), clock, "w1"))

    assert sum(groups) == 30
    assert len(groups) < 6


async def test_what_arrives_while_others_are_written_down_is_written_down_too(
    transactions: Transactions,
    library: Library,
    ward: Ward,
    slack: SlackStandIn,
    clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Results come one by one, in any order, while a transaction is running; none may be lost."""
    monkeypatch.setattr(outbox, "MAX_RESULTS_PER_TRANSACTION", 2)
    people = [Person(TEAM, f"U{number}") for number in range(40)]
    for person in people:
        ward.enrol(person)
    clock.set("2026-03-02 09:00")
    ward.plan()
    slack.slowly = True

    await send_batch(Sender(transactions, library, KINDS, slack, pace_by(clock, burst=100), clock, "w1"))

    assert {str(row.state) for person in people for row in ward.deliveries(person)} == {"sent"}


async def test_the_next_batch_is_claimed_while_the_first_is_posted(
    transactions: Transactions,
    library: Library,
    ward: Ward,
    slack: SlackStandIn,
    clock: SetClock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(sender_module, "MAX_DELIVERIES_PER_CLAIM", 3)
    for number in range(6):
        ward.enrol(Person(TEAM, f"U{number}"))
    clock.set("2026-03-02 09:00")
    ward.plan()
    slack.faults = [Fault.HANG_BEFORE] * 6

    sending = asyncio.create_task(
        Sender(transactions, library, KINDS, slack, pace_by(clock), clock, "w1").send_due(lambda: True)
    )
    for _ in range(6):
        await slack.attempted.acquire()

    assert len(slack.attempts) == 6
    await give_up(sending)


async def test_only_so_many_posts_are_under_way_at_once(
    transactions: Transactions, library: Library, ward: Ward, slack: SlackStandIn, clock: SetClock
) -> None:
    sender = Sender(transactions, library, KINDS, slack, pace_by(clock, per_minute=10_000, burst=1_000), clock, "w1")
    for number in range(MAX_CONCURRENT_POSTS + 5):
        ward.enrol(Person(TEAM, f"U{number}"))
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    slack.faults = [Fault.HANG_BEFORE] * (MAX_CONCURRENT_POSTS + 5)

    sending = asyncio.create_task(send_batch(sender))
    for _ in range(MAX_CONCURRENT_POSTS):
        await slack.attempted.acquire()
    for _ in range(50):
        await asyncio.sleep(0)  # time enough for one more

    assert len(slack.attempts) == MAX_CONCURRENT_POSTS
    await give_up(sending)


async def test_what_was_sent_is_told_with_its_lateness_and_without_content(
    sender: Sender, due: Ward, logged: LogCapture
) -> None:
    due.clock.advance(minutes=2)

    await send_batch(sender)

    (entry,) = logged.entries
    assert (entry["event"], entry["late_seconds"]) == ("delivery.sent", 120.0)
    assert NURSE.user_id not in str(entry)
    assert "budget" not in repr(entry)


def test_a_long_worker_name_keeps_the_end_that_tells_it_apart(
    transactions: Transactions,
    library: Library,
    slack: SlackStandIn,
    clock: SetClock,
    due: Ward,
    rate_limiter: RateLimiter,
) -> None:
    name = "h" * 70 + ":4711:a1b2c3"

    asyncio.run(send_batch(Sender(transactions, library, KINDS, slack, rate_limiter, clock, name)))

    worker = row_of(due).worker
    assert worker is not None
    assert len(worker) == 64
    assert worker.endswith(":4711:a1b2c3")


async def test_two_learners_get_their_own_messages(sender: Sender, ward: Ward, slack: SlackStandIn) -> None:
    ward.enrol(NURSE)
    ward.enrol(CLERK)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()

    await send_batch(sender)

    assert len(slack.of(NURSE.user_id)) == len(slack.of(CLERK.user_id)) == 1


async def give_up(task: asyncio.Task[bool] | asyncio.Task[int]) -> None:
    """Cancel a task together with those it waits for."""
    for each in asyncio.all_tasks() - {asyncio.current_task()}:
        each.cancel()
    await asyncio.gather(task, return_exceptions=True)
