"""The heartbeat: beats at its interval and on request, one beat at a time, and stops cleanly."""

import asyncio
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import LogCapture

from bot.delivery import engine as engine_module
from bot.delivery.engine import Engine
from bot.delivery.ports import OutgoingDelivery
from bot.delivery.reconcile import GRACE_PERIOD, Reconciler
from bot.delivery.sender import Sender
from bot.delivery.transactions import Transactions
from bot.domain.learner import Person
from bot.learning import practice
from bot.storage.tables import SendState
from tests.builders import CLERK, NURSE, TEAM, SetClock
from tests.delivery.slack_stand_in import Fault, SlackStandIn
from tests.engine_kinds import KINDS
from tests.ward import Ward


class CountingEngine(Engine):
    """An engine that counts its beats."""

    beats = 0

    async def beat(self) -> None:
        self.beats += 1
        await super().beat()


@pytest.fixture
def engine(transactions: Transactions, sender: Sender, reconciler: Reconciler, clock: SetClock) -> CountingEngine:
    """The whole engine. Its interval is a day, so only the test makes it beat."""
    return CountingEngine(transactions, KINDS, sender, reconciler, clock, interval_seconds=86_400)


async def test_beats_plan_send_and_look_up(
    engine: Engine, reconciler: Reconciler, ward: Ward, slack: SlackStandIn
) -> None:
    ward.enrol(NURSE)
    ward.enrol(CLERK)
    ward.clock.set("2026-03-02 09:00")
    slack.faults = [Fault.REQUEST_LOST]
    await engine.beat()
    assert len(slack.messages) == 1
    ward.clock.now += GRACE_PERIOD + timedelta(seconds=1)

    await engine.beat()
    await reconciler.wait_for_runs()
    await engine.beat()

    assert len(slack.of(NURSE.user_id)) == len(slack.of(CLERK.user_id)) == 1


async def test_a_beat_goes_on_until_nothing_is_due(
    engine: Engine, ward: Ward, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    """More learners than one transaction plans, and more messages than a batch sends."""
    monkeypatch.setattr(engine_module, "MAX_LEARNERS_PER_TRANSACTION", 2)
    monkeypatch.setattr("bot.delivery.sender.MAX_DELIVERIES_PER_CLAIM", 3)
    for number in range(7):
        ward.enrol(Person(TEAM, f"U{number}"))
    ward.clock.set("2026-03-02 09:00")

    await engine.beat()

    assert len(slack.messages) == 7


async def test_it_begins_at_once_when_started(engine: Engine, ward: Ward, slack: SlackStandIn) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")

    engine.start()
    await slack.taken.acquire()
    await engine.stop()

    assert ward.days(NURSE)[0][2] == "sent"


async def test_it_beats_by_itself(
    transactions: Transactions, sender: Sender, reconciler: Reconciler, clock: SetClock, ward: Ward, slack: SlackStandIn
) -> None:
    engine = Engine(transactions, KINDS, sender, reconciler, clock, interval_seconds=0.01)
    ward.enrol(NURSE)
    engine.start()
    await asyncio.sleep(0)

    clock.set("2026-03-02 09:00")
    await slack.taken.acquire()
    await engine.stop()


async def test_someone_who_asks_does_not_wait_for_the_next_interval(
    engine: Engine, ward: Ward, slack: SlackStandIn
) -> None:
    ward.enrol(NURSE)
    engine.start()
    ward.run(practice.request_todays_lesson, ward.library, NURSE, ward.clock())

    engine.wake()
    await slack.taken.acquire()
    await engine.stop()


async def test_many_who_ask_at_once_share_one_beat_after_the_one_at_hand(engine: CountingEngine, ward: Ward) -> None:
    engine.start()

    for _ in range(50):
        engine.wake()
    await engine.stop()

    assert engine.beats == 2


async def test_it_does_not_beat_before_the_start_or_after_the_end(
    engine: CountingEngine, ward: Ward, slack: SlackStandIn
) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    engine.wake()
    await asyncio.sleep(0)
    assert engine.beats == 0
    engine.start()
    await engine.stop()

    engine.wake()
    await asyncio.sleep(0)

    assert engine.beats == 1, "the one that it began with"


async def test_it_can_be_stopped_without_having_been_started(engine: Engine) -> None:
    await engine.stop()


async def test_stopping_finishes_and_records_what_is_under_way(engine: Engine, ward: Ward, slack: SlackStandIn) -> None:
    """APScheduler cancels its jobs when it shuts down. A beat among them would leave posted rows as `sending`."""
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    posting = asyncio.Event()
    slack.before_send = lambda _outgoing: posting.set()
    engine.start()
    await posting.wait()

    await engine.stop()

    (row,) = ward.deliveries(NURSE)
    assert row.state == SendState.SENT


async def test_stopping_leaves_the_next_batch_to_the_next_start(
    engine: Engine, ward: Ward, slack: SlackStandIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.delivery.sender.MAX_DELIVERIES_PER_CLAIM", 1)
    for number in range(5):
        ward.enrol(Person(TEAM, f"U{number}"))
    ward.clock.set("2026-03-02 09:00")
    stopping: list[asyncio.Task[None]] = []

    def stop(_outgoing: OutgoingDelivery) -> None:
        if not stopping:
            stopping.append(asyncio.create_task(engine.stop()))

    slack.before_send = stop
    engine.start()
    await slack.taken.acquire()
    await stopping[0]

    assert len(slack.messages) <= 2, "the one at hand, and the one that was claimed meanwhile"
    states = [str(ward.deliveries(Person(TEAM, f"U{number}"))[0].state) for number in range(5)]
    assert sorted(set(states)) == ["due", "sent"], "nothing is left in the air"


async def test_an_error_ends_its_beat_alone_and_is_told(
    engine: Engine, ward: Ward, slack: SlackStandIn, database: Path, logged: LogCapture
) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    with closing(sqlite3.connect(database)) as connection:
        connection.execute("ALTER TABLE delivery RENAME TO elsewhere")
        await engine.beat()
        connection.execute("ALTER TABLE elsewhere RENAME TO delivery")

    assert [entry["event"] for entry in logged.entries] == ["delivery.beat_broke"]
    await engine.beat()
    assert len(slack.messages) == 1
