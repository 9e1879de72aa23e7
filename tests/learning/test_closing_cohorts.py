"""Closing a cohort ends its trial and its pilots, and whoever closes it is told before and after."""

from dataclasses import replace

import pytest

from bot.errors import NotFound
from bot.learning import cohorts
from bot.learning.cohorts import EndsWithCohort
from tests.learning.test_cohorts import ADMIN, SPRING, start
from tests.learning.test_trials import plan
from tests.ward import Ward


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """A ward a week before a cohort begins."""
    ward.clock.set("2026-03-02 10:00")
    ward.meet(ADMIN)
    return ward


def test_with_a_cohort_alone_nothing_else_ends(ward: Ward) -> None:
    cohort = start(ward, replace(SPRING, program=None))

    assert ward.run(cohorts.read_what_ends, ADMIN, cohort.id, True) == EndsWithCohort()
    assert ward.run(cohorts.close_cohort, ADMIN, cohort.id, True, ward.clock()).ended == EndsWithCohort()


def test_its_trial_ends_with_it(ward: Ward) -> None:
    cohort = start(ward, replace(SPRING, program=None))
    plan(ward, cohort)

    assert ward.run(cohorts.read_what_ends, ADMIN, cohort.id, True) == EndsWithCohort(has_trial=True)
    assert ward.run(cohorts.close_cohort, ADMIN, cohort.id, True, ward.clock()).ended == EndsWithCohort(has_trial=True)


def test_of_a_closed_cohort_nothing_can_end(ward: Ward) -> None:
    cohort = start(ward, replace(SPRING, program=None))
    ward.run(cohorts.close_cohort, ADMIN, cohort.id, True, ward.clock())

    with pytest.raises(NotFound):
        ward.run(cohorts.read_what_ends, ADMIN, cohort.id, True)
