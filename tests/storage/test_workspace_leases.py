"""Which worker delivers to which workspace: one at a time, shared out, and passed on when a worker dies."""

from datetime import timedelta

import pytest
from sqlmodel import select

from bot.storage import Store, workspace_leases
from bot.storage.tables import Worker
from bot.storage.workspace_leases import LEASE_DURATION
from tests.builders import SetClock

TEAMS = frozenset(f"T{number}" for number in range(40))


class Workers:
    """Workers that ask for every workspace, on the test's clock."""

    def __init__(self, store: Store, clock: SetClock) -> None:
        self.store = store
        self.clock = clock

    def hold(self, worker: str, teams: frozenset[str] = TEAMS, *, ahead: float = 0) -> frozenset[str]:
        """Return what one worker gets; its clock may be ahead by some seconds."""
        return self.store.run(workspace_leases.acquire_leases, worker, teams, self.clock() + timedelta(seconds=ahead))

    def settle(self, *names: str) -> dict[str, frozenset[str]]:
        """Return what each worker has after all have asked every second for a minute."""
        for _ in range(60):
            self.clock.advance(seconds=1)
            held = {name: self.hold(name) for name in names}
            assert sum(map(len, held.values())) == len(frozenset().union(*held.values()))
        return held


@pytest.fixture
def workers(empty_store: Store, clock: SetClock) -> Workers:
    return Workers(empty_store, clock)


def test_one_worker_alone_holds_every_workspace(workers: Workers) -> None:
    assert workers.hold("w1") == TEAMS
    assert workers.hold("w1", frozenset({"T1"})) == {"T1"}


def test_a_second_worker_gets_nothing_that_the_first_still_holds(workers: Workers) -> None:
    workers.hold("w1")

    assert workers.hold("w2") == frozenset()


def test_two_workers_come_to_share_the_workspaces_and_none_has_two(workers: Workers) -> None:
    workers.hold("w1")

    held = workers.settle("w1", "w2")

    assert held["w1"] | held["w2"] == TEAMS
    assert len(held["w1"]) > 8
    assert len(held["w2"]) > 8


def test_a_worker_more_moves_only_its_own_share(workers: Workers) -> None:
    before = workers.settle("w1", "w2")

    after = workers.settle("w1", "w2", "w3")

    assert after["w1"] <= before["w1"]
    assert after["w2"] <= before["w2"]
    assert after["w3"] == TEAMS - after["w1"] - after["w2"]


def test_what_a_dead_worker_held_passes_on_after_its_lease_and_not_before(workers: Workers) -> None:
    lost = workers.settle("w1", "w2")["w1"]

    workers.clock.advance(seconds=9)
    assert not workers.hold("w2") & lost
    workers.clock.now += LEASE_DURATION

    assert workers.hold("w2") == TEAMS


def test_a_worker_that_stops_gives_everything_up_at_once(workers: Workers) -> None:
    workers.settle("w1", "w2")

    workers.store.run(workspace_leases.release_leases, "w1")

    assert workers.hold("w2") == TEAMS


def test_a_lease_is_renewed_as_long_as_its_worker_asks(workers: Workers) -> None:
    for _ in range(30):
        workers.clock.advance(seconds=5)
        assert workers.hold("w1") == TEAMS

    assert workers.hold("w2") == frozenset()


def test_workers_whose_clocks_differ_by_nine_seconds_come_to_share_the_workspaces(workers: Workers) -> None:
    for _ in range(60):
        workers.clock.advance(seconds=1)
        first, second = workers.hold("w1"), workers.hold("w2", ahead=9)

    for _ in range(60):
        workers.clock.advance(seconds=1)
        assert workers.hold("w1") == first
        assert workers.hold("w2", ahead=9) == second
    assert first | second == TEAMS
    assert not first & second


def test_a_lease_made_by_a_clock_that_was_an_hour_ahead_holds_nobody_up(workers: Workers) -> None:
    workers.hold("w1", ahead=3600)

    assert workers.hold("w2") == TEAMS


def test_workers_that_are_long_gone_are_forgotten(workers: Workers) -> None:
    workers.hold("w1")
    workers.clock.advance(days=2)

    workers.hold("w2")

    assert workers.store.run(lambda session: session.exec(select(Worker.name)).all()) == ["w2"]
