"""Several processes with connections of their own on one database: nothing is planned, claimed, or written twice."""

from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlmodel import select

from bot.delivery.claim import claim_deliveries
from bot.delivery.outbox import SendResult, record_results
from bot.delivery.ports import PostedMessage
from bot.delivery.tick import plan_due_deliveries
from bot.domain.learner import Person
from bot.learning.library import Library
from bot.storage import Session, Store
from bot.storage.encryption import Cipher
from bot.storage.tables import Delivery, SendState, Workspace
from tests.builders import SetClock
from tests.engine_kinds import KINDS
from tests.ward import Ward

WORKERS, TEAMS, LEARNERS = 4, 7, 60


@pytest.fixture
def stores(ward: Ward, address: str, cipher: Cipher) -> Iterator[list[Store]]:
    """One store per process. It is nine o'clock, and everyone's lesson is due."""
    for number in range(LEARNERS):
        ward.enrol(Person(f"T{number % TEAMS}", f"U{number}"))
    ward.clock.set("2026-03-02 09:00")
    opened = [Store(address, cipher) for _ in range(WORKERS)]
    yield opened
    for store in opened:
        store.close()


@pytest.fixture
def ward(store: Store, library: Library, clock: SetClock) -> Ward:
    """Seven workspaces besides the usual one."""
    store.run(lambda session: session.add_all(_workspace(f"T{number}", clock) for number in range(TEAMS)))
    return Ward(store, library, clock)


def _workspace(team_id: str, clock: SetClock) -> Workspace:
    return Workspace(team_id=team_id, name="Hospital", bot_user_id="U0", created_at=clock())


def all_at_once(stores: list[Store], work: Callable[[int, Store], None]) -> None:
    """Run it in every process at the same time."""
    with ThreadPoolExecutor(len(stores)) as pool:
        list(pool.map(work, range(len(stores)), stores))


def states(session: Session) -> Counter[str]:
    return Counter(str(state) for state in session.exec(select(Delivery.state)))


def test_workers_that_tick_at_once_owe_each_lesson_once(ward: Ward, stores: list[Store]) -> None:
    planned: list[int] = []

    def tick(_number: int, store: Store) -> None:
        while count := store.run(plan_due_deliveries, KINDS, ward.clock(), 7):
            planned.append(count)

    all_at_once(stores, tick)

    assert sum(planned) == LEARNERS
    assert ward.run(states) == {SendState.DUE: LEARNERS}


def test_workers_that_claim_at_once_send_each_lesson_once_and_share_the_workspaces(
    ward: Ward, stores: list[Store]
) -> None:
    ward.plan()
    sent: list[tuple[str, int, str]] = []

    def deliver(number: int, store: Store) -> None:
        library = Library()
        while (claimed := store.run(claim_deliveries, library, KINDS, f"w{number}", ward.clock(), 5)).row_count:
            outcomes = [
                SendResult(each, posted=PostedMessage(f"D{each.user_id}", "1.000100")) for each in claimed.outgoing
            ]
            store.run(record_results, outcomes, ward.clock())
            sent.extend((each.team_id, number, each.user_id) for each in claimed.outgoing)

    all_at_once(stores, deliver)

    assert sorted(user for _, _, user in sent) == sorted(f"U{number}" for number in range(LEARNERS))
    assert ward.run(states) == {SendState.SENT: LEARNERS}
    assert len({(team, number) for team, number, _ in sent}) == TEAMS  # each workspace had one worker
