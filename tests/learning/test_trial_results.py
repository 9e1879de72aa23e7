"""Whoever planned a trial is told how it ended, in their working hours, and nobody in their place."""

from dataclasses import replace

import pytest

from bot.domain.disclosure import Difference
from bot.domain.learner import Person
from bot.domain.trial import AskingWay, TrialEnding
from bot.learning import cohorts, deactivation, privacy, trial_results, trials
from bot.learning.cohorts import CohortView
from bot.learning.trial_results import TrialResult
from bot.storage.tables import Trial
from tests.builders import TEAM
from tests.learning.test_cohorts import ADMIN, SPRING, crowd, start
from tests.learning.test_trials import advance, enter, plan, set_answers
from tests.ward import Ward

OTHER_ADMIN = Person(TEAM, "U0OTHER")


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """A ward a week before a cohort begins."""
    ward.clock.set("2026-03-02 10:00")
    ward.meet(ADMIN)
    return ward


@pytest.fixture
def cohort(ward: Ward) -> CohortView:
    return start(ward, replace(SPRING, program=None))


def claim(ward: Ward, when: str) -> tuple[TrialResult, ...]:
    ward.clock.set(when)
    return ward.run(trial_results.claim_results, ward.clock())


def test_the_result_is_told_once_in_working_hours(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)
    for person in crowd(26):
        enter(ward, cohort, person)
    halves = [(AskingWay.SPACED, 5 + each % 2, 10) for each in range(10)], [(AskingWay.FIXED, 9, 10)] * 9
    set_answers(ward, [*halves[0], *halves[1], (AskingWay.FIXED, 8, 10), *[(AskingWay.SPACED, 2, 2)] * 6])
    assert claim(ward, "2026-06-02 10:00") == ()

    advance(ward, "2026-06-03")
    assert claim(ward, "2026-06-03 05:00") == ()
    (told,) = claim(ward, "2026-06-03 10:00")
    ward.run(trial_results.settle_result, told, ward.clock())

    assert (told.person, told.cohort_name, told.ending) == (ADMIN, cohort.name, TrialEnding.FINISHED)
    assert told.result == Difference(points=35, low=25, high=40, people=20)
    assert told.formats.language == "en"
    assert claim(ward, "2026-06-03 11:00") == ()


def test_what_a_crash_left_open_is_claimed_again_as_begun(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)
    advance(ward, "2026-06-03")
    (first,) = claim(ward, "2026-06-03 10:00")
    begun_at = ward.clock()

    (again,) = claim(ward, "2026-06-03 11:00")

    assert again == replace(first, begun_at=begun_at)
    ward.run(trial_results.release_result, again)
    assert claim(ward, "2026-06-03 12:00") == (first,)


def test_a_trial_that_another_admin_ended_is_told_with_the_reason(ward: Ward, cohort: CohortView) -> None:
    planned = plan(ward, cohort)
    ward.run(trials.cancel_trial, OTHER_ADMIN, planned.id, ward.clock())
    (canceled,) = claim(ward, "2026-03-02 11:00")
    ward.run(trial_results.settle_result, canceled, ward.clock())
    plan(ward, cohort)
    ward.run(cohorts.close_cohort, OTHER_ADMIN, cohort.id, True, ward.clock())

    (closed,) = claim(ward, "2026-03-02 12:00")

    assert (canceled.ending, canceled.result) == (TrialEnding.CANCELED, None)
    assert (closed.ending, closed.result) == (TrialEnding.CLOSED, None)


def test_whoever_cancels_their_own_trial_is_told_by_the_answer_alone(ward: Ward, cohort: CohortView) -> None:
    planned = plan(ward, cohort)

    ward.run(trials.cancel_trial, ADMIN, planned.id, ward.clock())

    assert claim(ward, "2026-03-02 11:00") == ()


@pytest.mark.parametrize("gone", ["left", "deleted everything"])
def test_of_those_who_are_gone_nobody_is_told(ward: Ward, cohort: CohortView, gone: str) -> None:
    plan(ward, cohort)
    if gone == "left":
        ward.run(deactivation.deactivate_learner, ward.find(ADMIN).id, ward.clock())
    else:
        ward.run(privacy.erase_learner, ADMIN, ward.clock())
    advance(ward, "2026-06-03")

    assert claim(ward, "2026-06-03 10:00") == ()
    assert ward.run(lambda session: session.get_one(Trial, 1).told_at) is not None


def test_an_end_of_more_than_a_week_ago_is_no_news(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)
    advance(ward, "2026-06-03")

    assert claim(ward, "2026-06-11 10:00") == ()
