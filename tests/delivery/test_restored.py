"""An old backup is restored: what was sent since is found in Slack, and each lesson still arrives once."""

import asyncio
import shutil
from collections.abc import Callable, Iterator
from datetime import time, timedelta
from pathlib import Path

import pytest

from bot.delivery.engine import Engine
from bot.delivery.reconcile import GRACE_PERIOD, MIN_LOOKUPS_BEFORE_TRUST, Reconciler, find_uncertain
from bot.delivery.restore_check import MAX_HEARTBEAT_AGE
from bot.delivery.sender import Sender
from bot.delivery.transactions import Transactions
from bot.domain.learner import Person
from bot.domain.schedule_kinds import weekly_around_messages
from bot.learning import practice
from bot.learning.library import Library
from bot.storage import Store
from bot.storage.backup import back_up_sqlite
from bot.storage.encryption import Cipher
from bot.storage.tables import SendState
from tests.builders import TEAM, SetClock
from tests.delivery.conftest import pace_by
from tests.delivery.slack_stand_in import Fault, SlackStandIn
from tests.engine_kinds import KINDS
from tests.ward import Ward

LATE_SHIFT = weekly_around_messages(range(5), time(14), time(21))

MANY = [Person(TEAM, f"U{number:02}") for number in range(3 * MIN_LOOKUPS_BEFORE_TRUST)]


class Worker:
    """The engine on a store, as one process runs it."""

    def __init__(self, store: Store, slack: SlackStandIn, clock: SetClock) -> None:
        self.store = store
        self.clock = clock
        self.ward = Ward(store, Library(), clock)
        transactions = Transactions(store)
        sender = Sender(transactions, self.ward.library, KINDS, slack, pace_by(clock, burst=100), clock, f"w{id(self)}")
        self.reconciler = Reconciler(transactions, slack, clock)
        self.engine = Engine(transactions, KINDS, sender, self.reconciler, clock)

    async def beat(self, until: str | None = None) -> None:
        """Beat and finish the look-ups; then beat every minute until a local time."""
        await self._beat()
        if until is not None:
            end = SetClock(self.clock()).set(until)
            while self.clock() < end:
                self.clock.advance(minutes=1)
                await self._beat()

    async def _beat(self) -> None:
        await self.engine.beat()
        await self.reconciler.wait_for_runs()

    def states(self) -> list[str]:
        return sorted({str(row.state) for person in MANY for row in self.ward.deliveries(person)})


Start = Callable[[Store], Worker]


@pytest.fixture
def start(slack: SlackStandIn, clock: SetClock) -> Start:
    return lambda store: Worker(store, slack, clock)


@pytest.fixture
def worker(start: Start, ward: Ward) -> Worker:
    """The first process, for a hospital with thirty learners."""
    for person in MANY:
        ward.enrol(person)
    return start(ward.store)


@pytest.fixture
def restored(database: Path, tmp_path: Path, cipher: Cipher) -> Iterator[Callable[[], Store]]:
    """Restore the backup and open it, in place of the database that has changed since."""
    opened: list[Store] = []

    def restore() -> Store:
        opened.append(Store(f"sqlite:///{shutil.copy(tmp_path / 'backup.db', tmp_path / 'restored.db')}", cipher))
        return opened[-1]

    yield restore
    for store in opened:
        store.close()


@pytest.fixture
def keep(database: Path, tmp_path: Path) -> Callable[[], int]:
    """Make a backup."""
    return lambda: back_up_sqlite(f"sqlite:///{database}", tmp_path / "backup.db")


def arrivals(slack: SlackStandIn) -> list[int]:
    """How many messages each of the thirty learners has."""
    return [len(slack.of(person.user_id)) for person in MANY]


async def test_what_was_sent_after_the_backup_is_not_sent_again(
    worker: Worker, keep: Callable[[], int], restored: Callable[[], Store], start: Start, slack: SlackStandIn
) -> None:
    """The rows were written after the backup, which lacks them completely."""
    await worker.beat()
    keep()
    await worker.beat(until="2026-03-02 09:10")
    assert arrivals(slack) == [1] * len(MANY)

    later = start(restored())
    await later.beat(until="2026-03-02 10:00")

    assert arrivals(slack) == [1] * len(MANY)
    assert later.states() == ["sent"]


async def test_a_lesson_found_again_can_be_answered_and_is_not_chosen_again(
    worker: Worker, keep: Callable[[], int], restored: Callable[[], Store], start: Start, slack: SlackStandIn
) -> None:
    await worker.beat()
    keep()
    await worker.beat(until="2026-03-02 09:10")
    (message,) = slack.of(MANY[0].user_id)
    later = start(restored())
    await later.beat(until="2026-03-02 09:40")

    ref = later.ward.lesson_of(MANY[0])
    answered = later.ward.run(practice.answer_lesson, later.ward.library, MANY[0], ref, "B", later.clock())
    later.clock.set("2026-03-03 09:00")
    await later.beat()

    assert answered.state.lesson == message.outgoing.lesson
    assert slack.of(MANY[0].user_id)[-1].outgoing.lesson != message.outgoing.lesson


async def test_a_rush_that_was_cut_short_is_finished_and_not_begun_again(
    worker: Worker, keep: Callable[[], int], restored: Callable[[], Store], start: Start, slack: SlackStandIn
) -> None:
    await worker.beat()
    keep()
    worker.clock.set("2026-03-02 09:00")
    slack.faults = [*[None] * 12, *[Fault.HANG_BEFORE] * len(MANY)]
    rush = asyncio.create_task(worker.engine.beat())
    for _ in range(12):
        await slack.taken.acquire()
    rush.cancel()

    slack.faults = []
    worker.clock.set("2026-03-02 09:10")
    later = start(restored())
    await later.beat(until="2026-03-02 10:00")

    assert arrivals(slack) == [1] * len(MANY)
    assert later.states() == ["sent"]
    assert len(slack.lookups) == len(MANY), "one that arrived shows that all must be looked up"


async def test_a_queue_that_the_backup_holds_is_looked_up_too(
    worker: Worker, keep: Callable[[], int], restored: Callable[[], Store], start: Start, slack: SlackStandIn
) -> None:
    await worker.beat(until="2026-03-02 08:59")
    worker.clock.set("2026-03-02 09:00")
    worker.ward.plan()
    keep()
    await worker.beat(until="2026-03-02 09:10")

    await start(restored()).beat(until="2026-03-02 10:00")

    assert arrivals(slack) == [1] * len(MANY)


async def test_an_attempt_that_the_backup_holds_is_found_wherever_it_went(
    worker: Worker, keep: Callable[[], int], restored: Callable[[], Store], start: Start, slack: SlackStandIn
) -> None:
    await worker.beat(until="2026-03-02 08:59")
    worker.clock.set("2026-03-02 09:00")
    slack.faults = [Fault.REQUEST_LOST] * len(MANY)
    await worker.beat()
    keep()
    await worker.beat(until="2026-03-02 09:10")
    assert arrivals(slack) == [1] * len(MANY)

    await start(restored()).beat(until="2026-03-02 10:00")

    assert arrivals(slack) == [1] * len(MANY)


async def test_a_lesson_that_was_asked_for_early_does_not_come_again_at_its_time(
    worker: Worker, keep: Callable[[], int], restored: Callable[[], Store], start: Start, slack: SlackStandIn
) -> None:
    late_shift = Person(TEAM, "U0LATE")
    worker.ward.enrol(late_shift, LATE_SHIFT)
    await worker.beat()
    keep()
    await worker.beat(until="2026-03-02 09:05")
    worker.ward.run(practice.request_todays_lesson, worker.ward.library, late_shift, worker.clock())
    await worker.beat(until="2026-03-02 09:10")
    assert len(slack.of(late_shift.user_id)) == 1

    later = start(restored())
    await later.beat(until="2026-03-02 10:00")
    later.clock.set("2026-03-02 15:00")
    await later.beat()

    assert len(slack.of(late_shift.user_id)) == 1
    assert later.ward.days(late_shift)[0][2] == "sent"


async def test_a_lesson_that_nobody_asked_for_early_comes_at_its_time_after_a_restore(
    worker: Worker, keep: Callable[[], int], restored: Callable[[], Store], start: Start, slack: SlackStandIn
) -> None:
    late_shift = Person(TEAM, "U0LATE")
    worker.ward.enrol(late_shift, LATE_SHIFT)
    await worker.beat()
    keep()
    await worker.beat(until="2026-03-02 09:10")

    later = start(restored())
    await later.beat(until="2026-03-02 10:00")
    before = len(slack.of(late_shift.user_id))
    later.clock.set("2026-03-02 15:00")
    await later.beat()

    assert (before, len(slack.of(late_shift.user_id))) == (0, 1)


async def test_an_outage_costs_a_few_look_ups_and_no_message(
    worker: Worker, start: Start, slack: SlackStandIn, clock: SetClock
) -> None:
    await worker.beat()
    clock.set("2026-03-02 09:30")

    later = start(worker.store)
    await later.beat(until="2026-03-02 09:34")

    assert len(slack.lookups) == MIN_LOOKUPS_BEFORE_TRUST
    assert arrivals(slack) == [1] * len(MANY)


async def test_a_restart_looks_nothing_up(worker: Worker, start: Start, slack: SlackStandIn, clock: SetClock) -> None:
    await worker.beat(until="2026-03-02 08:59")
    clock.now += MAX_HEARTBEAT_AGE

    await start(worker.store).beat()

    assert slack.lookups == []
    assert arrivals(slack) == [1] * len(MANY)


async def test_days_without_trouble_cost_no_look_up(worker: Worker, slack: SlackStandIn, clock: SetClock) -> None:
    await worker.beat()
    for moment in ("2026-03-02 09:00", "2026-03-02 16:30", "2026-03-03 09:00"):
        clock.set(moment)
        await worker.beat()

    assert slack.lookups == []
    assert arrivals(slack) == [3] * len(MANY)


async def test_a_database_that_is_put_back_under_a_running_worker_is_noticed(
    worker: Worker, keep: Callable[[], int], slack: SlackStandIn, clock: SetClock, tmp_path: Path, cipher: Cipher
) -> None:
    await worker.beat()
    keep()
    await worker.beat(until="2026-03-02 09:10")
    backup = Store(f"sqlite:///{tmp_path / 'backup.db'}", cipher)
    worker.engine._transactions._store = worker.engine._sender._transactions._store = backup
    worker.reconciler._transactions._store = worker.reconciler._restore_check._transactions._store = backup

    await worker.beat(until="2026-03-02 10:00")
    backup.close()

    assert arrivals(slack) == [1] * len(MANY)


async def test_what_the_old_process_sent_last_is_given_time_to_show(
    worker: Worker, keep: Callable[[], int], restored: Callable[[], Store], start: Start, slack: SlackStandIn
) -> None:
    """Its last messages may be seconds old, and Slack may take the grace period to show them."""
    await worker.beat()
    keep()
    await worker.beat(until="2026-03-02 08:59")
    worker.clock.set("2026-03-02 09:00")
    slack.faults = [Fault.LATE] * len(MANY)
    await worker.beat()

    await start(restored()).beat(until="2026-03-02 10:00")

    assert arrivals(slack) == [1] * len(MANY)


async def test_a_doubtful_row_that_nobody_can_look_up_is_not_sent(
    worker: Worker, keep: Callable[[], int], restored: Callable[[], Store], start: Start, slack: SlackStandIn
) -> None:
    await worker.beat()
    keep()
    await worker.beat(until="2026-03-02 09:10")
    slack.unreadable = {message.delivery_id for message in slack.messages}

    later = start(restored())
    await later.beat(until="2026-03-02 10:00")

    assert arrivals(slack) == [1] * len(MANY)
    assert later.states() == [str(SendState.SENDING)]


async def test_what_one_worker_found_another_knows(
    worker: Worker, keep: Callable[[], int], restored: Callable[[], Store], start: Start, slack: SlackStandIn
) -> None:
    """One worker looks up those that arrived and stops; the other sees only those that didn't, and one more."""
    await worker.beat()
    keep()
    await worker.beat(until="2026-03-02 09:10")
    early = sorted(slack.messages, key=lambda message: message.delivery_id)
    slack.messages = [*early[:2], early[-1]]
    store = restored()
    first, second = start(store), start(store)
    await first.engine.beat()
    first.clock.now += GRACE_PERIOD + timedelta(seconds=1)
    for each in first.ward.run(find_uncertain, first.clock())[:2]:
        await first.reconciler._look_up(each)

    await second.beat(until="2026-03-02 10:00")

    assert arrivals(slack) == [1] * len(MANY)


def test_rows_are_claimed_in_the_order_in_which_doubts_are_looked_up(ward: Ward) -> None:
    """By due time, then learner; in another order the first look-ups would prove nothing."""
    for person in MANY:
        ward.enrol(person)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    rows = [(row.learner_id, row.id) for person in MANY for row in ward.deliveries(person)]

    claimed = {outgoing.delivery_id for outgoing in ward.claim(limit=MIN_LOOKUPS_BEFORE_TRUST)}

    assert claimed == {row_id for _, row_id in sorted(rows)[:MIN_LOOKUPS_BEFORE_TRUST]}


def test_the_grace_is_shorter_than_the_gap() -> None:
    """A quick restart may leave earlier attempts open, and they are looked up like any others."""
    assert timedelta(0) < GRACE_PERIOD < MAX_HEARTBEAT_AGE
