"""Whatever fails, in any order, each lesson arrives exactly once."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.delivery import sender
from bot.delivery.claim import MAX_DELIVERIES_PER_CLAIM
from bot.delivery.engine import Engine
from bot.delivery.reconcile import GRACE_PERIOD, Reconciler
from bot.delivery.sender import Sender
from bot.delivery.transactions import Transactions
from bot.domain.learner import Person
from bot.domain.schedule import DeliveryKindName, DueMessage
from bot.learning import extra_lessons, packs, planning, practice, workspace_lifecycle
from bot.learning.library import Library
from bot.learning.message_deliveries import MessageRef
from bot.storage import Session, Store, deliveries, learners
from bot.storage.encryption import Cipher
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import SendState
from tests.builders import TEAM, SetClock, at, six_lessons
from tests.delivery.conftest import pace_by
from tests.delivery.slack_stand_in import Fault, SlackStandIn
from tests.engine_kinds import KINDS
from tests.engines import fresh_copy
from tests.examples import many
from tests.postgres import Server
from tests.ward import Ward

PEOPLE = [Person(TEAM, f"U{number}") for number in range(4)]

FAULTS = st.lists(
    st.sampled_from([None, *(fault for fault in Fault if not fault.name.startswith("HANG"))]), min_size=2, max_size=6
)
KILLS = st.sampled_from([Fault.HANG_BEFORE, Fault.HANG_AFTER])


class ExactlyOnce(RuleBasedStateMachine):
    """Two workers on one database, a Slack with every kind of failure, and users who click meanwhile."""

    new_database: Callable[[], AbstractContextManager[str]]
    """Creates an upgraded, empty database and gives its address, for one sequence of events."""

    def __init__(self) -> None:
        super().__init__()
        self.resources = ExitStack()
        address = self.resources.enter_context(type(self).new_database())
        self.store = Store(address, Cipher([Fernet.generate_key().decode()]))
        self.resources.callback(self.store.close)
        self.clock = SetClock(at("2026-03-02 08:00"))
        self.slack = SlackStandIn(self.clock)
        self.ward = Ward(self.store, Library(), self.clock)
        self.runner = asyncio.Runner()
        self.started = 0
        self.workers = [self._worker(), self._worker()]

    def teardown(self) -> None:
        """Once all is quiet, every lesson must have arrived once or been refused for good."""
        try:
            self._settle()
        finally:
            self.runner.close()
            self.resources.close()

    @initialize()
    def a_morning(self) -> None:
        """Everyone has started, and it is nine o'clock."""
        self.ward.run(workspace_lifecycle.register_workspace, TEAM, None, "Hospital", "U0", self.clock())
        self.ward.run(packs.load_pack, six_lessons(), EVERYONES_SCOPE, "rounds", self.clock())
        for person in PEOPLE:
            self.ward.enrol(person)
        self.mornings = iter(f"2026-03-{day:02} 09:00" for day in (*range(2, 7), *range(9, 14), *range(16, 21)))
        self.clock.set(next(self.mornings))

    @rule()
    def it_is_the_next_morning(self) -> None:
        self._settle()
        self.clock.set(next(self.mornings, "2026-03-23 09:00"))

    @rule(faults=FAULTS, worker=st.integers(0, 1))
    def one_worker_beats(self, faults: list[Fault | None], worker: int) -> None:
        self.slack.faults = faults
        self.runner.run(self.workers[worker].beat())

    @rule(faults=FAULTS)
    def both_workers_beat_at_once(self, faults: list[Fault | None]) -> None:
        self.slack.faults = faults
        self.runner.run(self._both())

    @rule(faults=FAULTS, kill=KILLS, worker=st.integers(0, 1))
    def a_worker_is_killed_in_mid_post(self, faults: list[Fault | None], kill: Fault, worker: int) -> None:
        self.slack.faults = [*faults, kill]
        self.runner.run(self._until_it_hangs(worker))
        self.runner.close()  # every task stops where it is, and nothing more is recorded
        self.runner = asyncio.Runner()
        self.slack.faults, self.slack.hung = [], asyncio.Event()
        self.workers = [self._worker(), self._worker()]

    @rule(seconds=st.sampled_from([1, 20, 45, 121, 180]))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)

    @rule(person=st.sampled_from(PEOPLE))
    def someone_asks_for_the_lesson(self, person: Person) -> None:
        self.ward.run(practice.request_todays_lesson, self.ward.library, person, self.clock())

    @rule(person=st.sampled_from(PEOPLE))
    def someone_asks_for_one_more(self, person: Person) -> None:
        self.ward.run(extra_lessons.request_extra_lesson, self.ward.library, person, None, self.clock())

    @rule(person=st.sampled_from(PEOPLE))
    def someone_puts_the_lesson_off(self, person: Person) -> None:
        self.ward.run(plan_copy, person, self.clock())

    @rule(number=st.integers(0, 3))
    def someone_answers_a_message_they_see(self, number: int) -> None:
        seen = [message for message in self.slack.messages if message.shows_at <= self.clock()]
        if number < len(seen):
            message = seen[number]
            ref = MessageRef(message.posted.channel, message.posted.ts, message.delivery_id)
            person = Person(TEAM, message.user_id)
            self.ward.run(practice.answer_lesson, self.ward.library, person, ref, "A", self.clock())

    @rule()
    def the_history_cannot_be_read_for_a_while(self) -> None:
        self.slack.unreadable = {attempt.delivery_id for attempt in self.slack.attempts}

    @rule()
    def the_history_can_be_read_again(self) -> None:
        self.slack.unreadable = set()

    @invariant()
    def nobody_has_the_same_message_twice(self) -> None:
        ids = [message.delivery_id for message in self.slack.messages]
        assert len(ids) == len(set(ids))

    def _worker(self) -> Engine:
        self.started += 1
        transactions, library = Transactions(self.store), Library()
        sends = Sender(transactions, library, KINDS, self.slack, pace_by(self.clock), self.clock, f"w{self.started}")
        return Engine(transactions, KINDS, sends, Reconciler(transactions, self.slack, self.clock), self.clock)

    async def _both(self) -> None:
        await asyncio.gather(*(worker.beat() for worker in self.workers))

    async def _until_it_hangs(self, worker: int) -> None:
        """Run until a post hangs or everything is sent."""
        beat = asyncio.create_task(self.workers[worker].beat())
        hung = asyncio.create_task(self.slack.hung.wait())
        await asyncio.wait({beat, hung}, return_when=asyncio.FIRST_COMPLETED)

    def _settle(self) -> None:
        """Stop failing and beat until everything is settled."""
        self.slack.faults, self.slack.unreadable = [], set()
        for _ in range(6):
            self.clock.now += GRACE_PERIOD + timedelta(minutes=4)
            self.runner.run(self.workers[0].beat())
            if not self._under_way():
                break
        for person in PEOPLE:
            self._each_lesson_arrived_once(person)

    def _under_way(self) -> bool:
        rows = [row for person in PEOPLE for row in self.ward.deliveries(person)]
        return any(row.state in {SendState.DUE, SendState.SENDING} for row in rows)

    def _each_lesson_arrived_once(self, person: Person) -> None:
        rows = [row for row in self.ward.deliveries(person) if row.kind != DeliveryKindName.DAY_END]
        ends = {SendState.SENT, SendState.FAILED}
        assert {row.state for row in rows if row.kind == DeliveryKindName.LESSON} <= ends
        assert {row.state for row in rows} <= {*ends, SendState.SKIPPED}
        sent = [(row.id, row.channel, row.ts) for row in rows if row.state == SendState.SENT]
        arrived = [(each.delivery_id, each.posted.channel, each.posted.ts) for each in self.slack.of(person.user_id)]
        assert sorted(arrived) == sorted(sent)


def plan_copy(session: Session, person: Person, now: datetime) -> None:
    """Plan a copy of today's lesson in ten minutes, if it was sent and not postponed before."""
    learner = learners.find(session, person)
    assert learner is not None
    lesson = deliveries.find(session, learner.id, now.date(), DeliveryKindName.LESSON)
    again = deliveries.find(session, learner.id, now.date(), DeliveryKindName.POSTPONED_LESSON)
    if lesson is not None and lesson.state == SendState.SENT and again is None:
        due = DueMessage(
            DeliveryKindName.POSTPONED_LESSON, now.date(), now + timedelta(minutes=10), now + timedelta(hours=4)
        )
        session.add(planning.new_delivery(learner, due))


@contextmanager
def copied(template: Path, folder: Path) -> Iterator[str]:
    """Create a SQLite database."""
    yield f"sqlite:///{fresh_copy(template, folder)}"


@contextmanager
def emptied(server: Server, name: str) -> Iterator[str]:
    """Create an empty PostgreSQL database."""
    try:
        yield server.url(name)
    finally:
        server.empty(name)


@pytest.fixture
def new_database(request: pytest.FixtureRequest, backend: str) -> Callable[[], AbstractContextManager[str]]:
    """Creates databases of the kind this test runs on."""
    if backend == "sqlite":
        return partial(copied, request.getfixturevalue("migrated"), request.getfixturevalue("databases"))
    return partial(emptied, request.getfixturevalue("postgres"), request.getfixturevalue("shared_database"))


@pytest.mark.hypothesis  # it asks for examples itself
@pytest.mark.parametrize("batch", [2, MAX_DELIVERIES_PER_CLAIM])
def test_each_lesson_arrives_once_whatever_goes_wrong(
    backend: str, new_database: Callable[[], AbstractContextManager[str]], batch: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With batches smaller than the crowd, one is claimed while another is posted."""
    monkeypatch.setattr(sender, "MAX_DELIVERIES_PER_CLAIM", batch)
    machine = type("ExactlyOnceHere", (ExactlyOnce,), {"new_database": staticmethod(new_database)})

    run_state_machine_as_test(
        machine,
        settings=settings(
            max_examples=many(15 if backend == "sqlite" else 6),
            stateful_step_count=20,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
