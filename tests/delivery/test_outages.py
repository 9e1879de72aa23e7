"""The database is locked or gone for a while, or clocks jump: nothing is lost or sent twice."""

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import LogCapture

from bot.delivery.engine import Engine
from bot.delivery.ports import OutgoingDelivery
from bot.delivery.reconcile import GRACE_PERIOD, Reconciler
from bot.delivery.sender import Sender
from bot.delivery.transactions import Transactions
from bot.domain.learner import Person
from bot.learning.library import Library
from bot.storage.engines import Priority
from bot.storage.tables import SendState
from tests.builders import TEAM, SetClock
from tests.delivery.conftest import pace_by
from tests.delivery.slack_stand_in import Fault, SlackStandIn
from tests.engine_kinds import KINDS
from tests.ward import Ward

PEOPLE = [Person(TEAM, f"U{number}") for number in range(6)]


class WholeBeats(Engine):
    """An engine with beats that end only when their look-ups are done too."""

    async def beat(self) -> None:
        await super().beat()
        await self._reconciler.wait_for_runs()


@pytest.fixture
def engine(transactions: Transactions, sender: Sender, reconciler: Reconciler, clock: SetClock) -> Engine:
    """The whole engine; only the test makes it beat."""
    return WholeBeats(transactions, KINDS, sender, reconciler, clock)


@pytest.fixture
def morning(ward: Ward) -> Ward:
    """Six learners with lessons due at nine."""
    for person in PEOPLE:
        ward.enrol(person)
    ward.clock.set("2026-03-02 09:00")
    return ward


@pytest.fixture(autouse=True)
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Makes SQLite give up at once when the database is locked, so that no test waits."""
    monkeypatch.setattr(Priority, "lock_timeout_ms", property(lambda _priority: 1))


@contextmanager
def locked(database: Path) -> Iterator[None]:
    """Another program holds the write lock."""
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def all_arrived_once(ward: Ward, slack: SlackStandIn) -> bool:
    rows = [row for person in PEOPLE for row in ward.deliveries(person)]
    arrived = sorted(message.delivery_id for message in slack.messages)
    return {row.state for row in rows} == {SendState.SENT} and arrived == sorted(row.id for row in rows)


async def test_a_database_that_is_locked_ends_the_beat_and_the_next_one_goes_on(
    engine: Engine, morning: Ward, slack: SlackStandIn, database: Path, logged: LogCapture
) -> None:
    with locked(database):
        for _ in range(3):
            await engine.beat()

    assert slack.attempts == []
    assert [entry["event"] for entry in logged.entries] == ["delivery.beat_broke"] * 3
    await engine.beat()
    assert all_arrived_once(morning, slack)


async def test_beats_that_fail_wait_longer_each_time_and_are_one_line_of_the_log_without_a_traceback(
    engine: Engine, morning: Ward, database: Path, logged: LogCapture
) -> None:
    with locked(database):
        for _ in range(8):
            await engine.beat()
    await engine.beat()

    broke = [entry for entry in logged.entries if entry["event"] == "delivery.beat_broke"]
    assert [entry["next_try_seconds"] for entry in broke] == [1, 2, 4, 8, 16, 32, 60, 60]
    assert not any("exc_info" in entry for entry in broke)
    assert [entry["failed_before"] for entry in logged.entries if entry["event"] == "delivery.beats_again"] == [8]


async def test_a_beat_that_failed_is_tried_again_once_its_wait_is_over(
    engine: Engine, morning: Ward, slack: SlackStandIn, database: Path, clock: SetClock
) -> None:
    with locked(database):
        engine.start()
        await asyncio.gather(*engine._beats)
        engine.wake()
        assert not engine._beats
    clock.advance(seconds=1)

    engine.wake()

    await asyncio.gather(*engine._beats)
    await engine.stop()
    assert all_arrived_once(morning, slack)


async def test_a_database_that_is_locked_after_the_posts_loses_no_result(
    engine: Engine, morning: Ward, slack: SlackStandIn, database: Path
) -> None:
    """The next beat that can records what arrived; it is neither sent again nor looked up."""
    with closing(sqlite3.connect(database, isolation_level=None, check_same_thread=False)) as other:

        def lock(_outgoing: OutgoingDelivery) -> None:
            if not other.in_transaction:
                other.execute("BEGIN IMMEDIATE")

        slack.before_send = lock
        await engine.beat()
        await engine.beat()
        other.execute("ROLLBACK")
    slack.before_send = lambda _outgoing: None
    assert len(slack.messages) == len(PEOPLE)

    await engine.beat()

    assert all_arrived_once(morning, slack)
    assert slack.lookups == []


async def test_a_worker_that_dies_while_the_database_is_gone_leaves_it_to_the_history(
    engine: Engine,
    morning: Ward,
    slack: SlackStandIn,
    database: Path,
    transactions: Transactions,
    library: Library,
    clock: SetClock,
) -> None:
    def away(_outgoing: OutgoingDelivery) -> None:
        with closing(sqlite3.connect(database)) as connection:
            if connection.execute("SELECT count(*) FROM sqlite_master WHERE name = 'delivery'").fetchone()[0]:
                connection.execute("ALTER TABLE delivery RENAME TO elsewhere")

    slack.before_send = away
    await engine.beat()
    slack.before_send = lambda _outgoing: None
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("ALTER TABLE elsewhere RENAME TO delivery")
    clock.advance(seconds=GRACE_PERIOD.total_seconds() + 1)
    after = Sender(transactions, library, KINDS, slack, pace_by(clock), clock, "w2")

    worker = WholeBeats(transactions, KINDS, after, Reconciler(transactions, slack, clock), clock)
    for _ in range(2):
        await worker.beat()

    assert all_arrived_once(morning, slack)


@pytest.mark.parametrize("jump", [timedelta(seconds=-10), timedelta(hours=1), timedelta(hours=-1)])
@pytest.mark.parametrize("fault", [None, Fault.REPLY_LOST, Fault.REQUEST_LOST, Fault.LATE])
async def test_a_clock_that_jumps_between_beats_doubles_nothing(
    engine: Engine, morning: Ward, slack: SlackStandIn, jump: timedelta, fault: Fault | None
) -> None:
    slack.faults = [fault] * 3
    await engine.beat()
    morning.clock.now += jump
    await engine.beat()
    for _ in range(6):
        morning.clock.now += GRACE_PERIOD + timedelta(minutes=5)
        await engine.beat()
    morning.clock.now = max(morning.clock(), morning.clock() - jump)
    for _ in range(2):
        await engine.beat()

    assert all_arrived_once(morning, slack)


@pytest.mark.parametrize("jump", [timedelta(seconds=-10), timedelta(hours=1)])
async def test_a_clock_that_jumps_in_the_middle_of_the_posts_doubles_nothing(
    engine: Engine, morning: Ward, slack: SlackStandIn, jump: timedelta
) -> None:
    jumps = [jump]

    def on_the_third(_outgoing: OutgoingDelivery) -> None:
        if len(slack.attempts) == 2 and jumps:
            morning.clock.now += jumps.pop()

    slack.before_send = on_the_third
    await engine.beat()
    for _ in range(3):
        morning.clock.now += GRACE_PERIOD + timedelta(minutes=5)
        await engine.beat()

    assert all_arrived_once(morning, slack)


async def test_two_workers_whose_clocks_differ_by_ten_seconds_double_nothing(
    transactions: Transactions, library: Library, slack: SlackStandIn, morning: Ward, clock: SetClock
) -> None:
    fast = SetClock(clock() + timedelta(seconds=10))
    workers = []
    for name, now in (("slow", clock), ("fast", fast)):
        sender = Sender(transactions, library, KINDS, slack, pace_by(clock), now, name)
        workers.append(WholeBeats(transactions, KINDS, sender, Reconciler(transactions, slack, now), now))
    slack.faults = [None, Fault.REPLY_LOST, Fault.REQUEST_LOST]

    for _ in range(6):
        await asyncio.gather(*(worker.beat() for worker in workers))
        for now in (clock, fast):
            now.advance(seconds=GRACE_PERIOD.total_seconds() / 2)

    assert all_arrived_once(morning, slack)
