"""Hourly, in one process: old events are deleted, and departed workspaces are checked and finally erased."""

import asyncio
from dataclasses import replace

import pytest

from bot.delivery.departures import Departures
from bot.delivery.housekeeping import Housekeeping
from bot.delivery.transactions import Transactions
from bot.domain.trial import TrialEnding
from bot.learning import trials, workspace_lifecycle
from bot.learning.trials import TrialDraft
from bot.storage import once_only_events
from bot.storage.tables import SeenEvent, Workspace
from tests.builders import NURSE, TEAM
from tests.learning.test_cohorts import ADMIN, SPRING
from tests.learning.test_cohorts import start as start_cohort
from tests.ward import Ward


class Elsewhere:
    """What Slack says about our tokens, and which workspaces were restored."""

    def __init__(self, ward: Ward) -> None:
        self.installed: bool | None = False
        self._ward = ward

    async def is_installed(self, team_id: str) -> bool | None:
        return self.installed

    async def back(self, team_id: str) -> None:
        self._ward.run(
            workspace_lifecycle.register_workspace, team_id, None, "Hospital", "U0ROUNDS", self._ward.clock()
        )


@pytest.fixture
def elsewhere(ward: Ward) -> Elsewhere:
    return Elsewhere(ward)


@pytest.fixture
def processes(transactions: Transactions, ward: Ward, elsewhere: Elsewhere) -> list[Housekeeping]:
    """Three processes on one database."""
    departures = Departures(transactions, ward.clock, elsewhere.is_installed)
    return [
        Housekeeping(transactions, departures, elsewhere.is_installed, ward.clock, elsewhere.back, ward.library)
        for _ in range(3)
    ]


@pytest.fixture
def left(ward: Ward) -> Ward:
    """A workspace that has left while its learner is still planned: the process was killed in between."""
    ward.enrol(NURSE)
    ward.run(workspace_lifecycle.mark_workspace_left, TEAM, ward.clock())
    return ward


async def test_one_process_keeps_house_in_an_hour(ward: Ward, processes: list[Housekeeping]):
    done = [await process.run_if_due() for process in processes]
    ward.clock.advance(minutes=40)
    again = [await process.run_if_due() for process in processes]
    ward.clock.advance(minutes=30)
    next_hour = [await process.run_if_due() for process in reversed(processes)]

    assert [done, again, next_hour] == [[True, False, False], [False] * 3, [True, False, False]]


async def test_a_process_that_was_started_again_does_not_repeat_the_hour(ward: Ward, processes: list[Housekeeping]):
    await processes[0].run_if_due()
    ward.clock.advance(minutes=55)

    assert await processes[1].run_if_due() is False


async def test_old_events_are_swept(ward: Ward, processes: list[Housekeeping]):
    ward.run(once_only_events.claim_event, "EvOld", ward.clock())
    ward.clock.advance(hours=1)
    ward.run(once_only_events.claim_event, "EvNew", ward.clock())

    await processes[0].run_if_due()

    assert ward.run(lambda session: session.get(SeenEvent, "EvOld")) is None
    assert ward.run(lambda session: session.get(SeenEvent, "EvNew")) is not None


async def test_a_trial_begins_and_ends_on_its_days(ward: Ward, processes: list[Housekeeping]):
    ward.clock.set("2026-03-02 10:00")
    cohort = start_cohort(ward, replace(SPRING, program=None))
    ward.run(trials.plan_trial, ADMIN, TrialDraft(cohort.id, 12, 40, 15), ward.clock())

    for day, ending in (("2026-03-09", None), ("2026-06-02", None), ("2026-06-03", TrialEnding.FINISHED)):
        ward.clock.set(f"{day} 03:00")
        await processes[0].run_if_due()
        (trial,) = ward.run(trials.list_trials, TEAM)
        assert (trial.has_begun, trial.ending) == (True, ending)


async def test_what_a_crash_left_planned_is_taken_away(left: Ward, processes: list[Housekeeping]):
    await processes[0].run_if_due()

    assert left.run(workspace_lifecycle.clear_plans_of_workspace, TEAM) == 0


async def test_a_workspace_whose_token_works_again_is_back(
    left: Ward, processes: list[Housekeeping], elsewhere: Elsewhere
):
    elsewhere.installed = True
    left.clock.advance(hours=1)

    await processes[0].run_if_due()

    assert left.run(workspace_lifecycle.list_departed_workspaces, left.clock()) == ()


@pytest.mark.parametrize("said", [None, False])
async def test_a_workspace_that_does_not_answer_stays_gone(
    left: Ward, processes: list[Housekeeping], elsewhere: Elsewhere, said: bool | None
):
    elsewhere.installed = said
    left.clock.advance(hours=1)

    await processes[0].run_if_due()

    assert len(left.run(workspace_lifecycle.list_departed_workspaces, left.clock())) == 1


async def test_a_workspace_is_erased_after_thirty_days_and_not_before(left: Ward, processes: list[Housekeeping]):
    left.clock.advance(days=29, hours=23)
    await processes[0].run_if_due()
    assert left.run(lambda session: session.get(Workspace, TEAM)) is not None

    left.clock.advance(hours=1)
    await processes[0].run_if_due()

    assert left.run(lambda session: session.get(Workspace, TEAM)) is None


async def test_housekeeping_ends_when_rounds_stops(processes: list[Housekeeping]):
    before = asyncio.all_tasks()

    processes[0].start()
    await processes[0].stop()
    await processes[1].stop()

    assert asyncio.all_tasks() == before


async def test_a_team_whose_week_cannot_be_looked_at_holds_up_nothing_else(
    transactions: Transactions, elsewhere: Elsewhere, ward: Ward, monkeypatch: pytest.MonkeyPatch
):
    done: list[str] = []

    def breaks(*_: object) -> int:
        raise ValueError("no such week")

    async def chore() -> None:
        done.append("chore")

    monkeypatch.setattr("bot.learning.teams.record_team_weeks", breaks)
    departures = Departures(transactions, ward.clock, elsewhere.is_installed)
    house = Housekeeping(
        transactions, departures, elsewhere.is_installed, ward.clock, elsewhere.back, ward.library, [chore]
    )

    assert await house.run_if_due()

    assert done == ["chore"]
