"""Whatever goes wrong, and in whichever order: each lesson arrives once."""

import asyncio
import shutil
import tempfile
from datetime import timedelta
from pathlib import Path

from cryptography.fernet import Fernet
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule, run_state_machine_as_test

from bot.delivery.engine import Engine
from bot.delivery.hop import Hop
from bot.delivery.reconcile import GRACE, Reconciler
from bot.delivery.sender import Sender
from bot.domain.learner import Person
from bot.learning import enrolment, packs, practice
from bot.learning.delivered import MessageRef
from bot.learning.library import Library
from bot.storage import Store
from bot.storage.encryption import Cipher
from bot.storage.packs import EVERYONE
from bot.storage.tables import SendState
from tests.builders import TEAM, SetClock, at, six_lessons
from tests.delivery.conftest import pace_by
from tests.delivery.slack_stand_in import Fault, SlackStandIn
from tests.ward import Ward

PEOPLE = [Person(TEAM, f"U{number}") for number in range(4)]

FAULTS = st.lists(
    st.one_of(st.none(), st.sampled_from([fault for fault in Fault if not fault.name.startswith("HANG")])), max_size=5
)
KILLS = st.sampled_from([Fault.HANG_BEFORE, Fault.HANG_AFTER])


class ExactlyOnce(RuleBasedStateMachine):
    """Two workers over one database, a Slack that fails in every way it has, and people who click meanwhile."""

    migrated: Path

    def __init__(self) -> None:
        super().__init__()
        self.folder = Path(tempfile.mkdtemp())
        database = shutil.copy(self.migrated, self.folder / "rounds.db")
        self.store = Store(f"sqlite:///{database}", Cipher([Fernet.generate_key().decode()]))
        self.clock = SetClock(at("2026-03-02 08:00"))
        self.slack = SlackStandIn(self.clock)
        self.ward = Ward(self.store, Library(), self.clock)
        self.runner = asyncio.Runner()
        self.started = 0
        self.workers = [self._worker(), self._worker()]

    def teardown(self) -> None:
        """When all is quiet again, every lesson has arrived once, or was refused for good."""
        try:
            self._come_to_rest()
            self._every_lesson_arrived_once()
        finally:
            self.runner.close()
            self.store.close()
            shutil.rmtree(self.folder)

    @initialize()
    def a_morning(self) -> None:
        """Everyone has started, and it is nine."""
        self.ward.run(enrolment.remember_workspace, TEAM, None, "Hospital", "U0", self.clock())
        self.ward.run(packs.load, six_lessons(), EVERYONE, "rounds", self.clock())
        for person in PEOPLE:
            self.ward.enrol(person)
        self.clock.set("2026-03-02 09:00")

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
        self.runner.close()  # every task dies where it stands: nothing more is recorded
        self.runner = asyncio.Runner()
        self.slack.faults, self.slack.hung = [], asyncio.Event()
        self.workers = [self._worker(), self._worker()]

    @rule(seconds=st.sampled_from([1, 20, 60, 121, 180]))
    def time_passes(self, seconds: int) -> None:
        self.clock.advance(seconds=seconds)

    @rule(person=st.sampled_from(PEOPLE))
    def someone_asks_for_the_lesson(self, person: Person) -> None:
        self.ward.run(practice.todays_lesson, self.ward.library, person, self.clock())

    @rule(number=st.integers(0, 3))
    def someone_answers_a_message_they_see(self, number: int) -> None:
        seen = [message for message in self.slack.messages if message.shows_at <= self.clock()]
        if number < len(seen):
            message = seen[number]
            ref = MessageRef(message.posted.channel, message.posted.ts, message.delivery_id)
            person = Person(TEAM, message.user_id)
            self.ward.run(practice.answer, self.ward.library, person, ref, "A", self.clock())

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
        hop, library = Hop(self.store), Library()
        sender = Sender(hop, library, self.slack, pace_by(self.clock), self.clock, f"w{self.started}")
        return Engine(hop, sender, Reconciler(hop, self.slack, self.clock), self.clock)

    async def _both(self) -> None:
        await asyncio.gather(*(worker.beat() for worker in self.workers))

    async def _until_it_hangs(self, worker: int) -> None:
        """Run until a post hangs, or all is sent."""
        beat = asyncio.create_task(self.workers[worker].beat())
        hung = asyncio.create_task(self.slack.hung.wait())
        await asyncio.wait({beat, hung}, return_when=asyncio.FIRST_COMPLETED)

    def _come_to_rest(self) -> None:
        self.slack.faults, self.slack.unreadable = [], set()
        for _ in range(4):
            self.clock.now += GRACE + timedelta(minutes=4)
            self.runner.run(self.workers[0].beat())

    def _every_lesson_arrived_once(self) -> None:
        for person in PEOPLE:
            (row,) = self.ward.deliveries(person)
            messages = self.slack.of(person.user_id)
            assert row.state in {SendState.SENT, SendState.FAILED}, row
            assert len(messages) == (1 if row.state == SendState.SENT else 0)
            if messages:
                assert (row.channel, row.ts) == (messages[0].posted.channel, messages[0].posted.ts)


def test_each_lesson_arrives_once_whatever_goes_wrong(migrated: Path) -> None:
    ExactlyOnce.migrated = migrated

    run_state_machine_as_test(  # type: ignore[no-untyped-call]
        ExactlyOnce,
        settings=settings(
            max_examples=40,
            stateful_step_count=15,
            deadline=None,
            suppress_health_check=[HealthCheck.too_slow],
        ),
    )
