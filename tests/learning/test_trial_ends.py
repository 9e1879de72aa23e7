"""Whoever took part in a trial reads once, in a lesson, that it is over, and gets the usual way wherever they learn."""

from dataclasses import replace
from datetime import date

import pytest
from sqlmodel import col, select, update

from bot.delivery.ports import OutgoingDelivery
from bot.domain.disclosure import Difference
from bot.domain.learner import Person
from bot.domain.schedule import DeliveryKindName
from bot.domain.trial import AskingWay
from bot.kinds.lesson import SinceLastLesson
from bot.learning import cohorts, practice, trial_entry, trials, workspace_lifecycle
from bot.learning.cohorts import CohortView
from bot.learning.slack_profile import SlackProfile
from bot.learning.trial_ends import EndedPart
from bot.storage import Session
from bot.storage.tables import Delivery, SendState, Trial, TrialMember
from tests.builders import NURSE, TEAM
from tests.learning.test_cohorts import ADMIN, SPRING, start
from tests.learning.test_trials import (
    advance,
    answer_lesson,
    enter,
    finish_steps,
    memories,
    only,
    plan,
    put_in_arm,
)
from tests.ward import Ward

GRID, ELSEWHERE = "E0GRID", "T0OTHER"


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """A ward a week before a cohort begins."""
    ward.clock.set("2026-03-02 10:00")
    ward.meet(ADMIN)
    return ward


@pytest.fixture
def cohort(ward: Ward) -> CohortView:
    return start(ward, replace(SPRING, program=None))


def rows(ward: Ward) -> int:
    """How many people something is stored of."""
    return ward.run(lambda session: len(session.exec(select(TrialMember)).all()))


def said(sent: list[OutgoingDelivery]) -> list[EndedPart | None]:
    """What each lesson says of a trial that is over."""
    return [
        each.extras.ended_trial if isinstance(each.extras, SinceLastLesson) else None
        for each in sent
        if each.kind == DeliveryKindName.LESSON
    ]


def lesson_on(ward: Ward, day: str) -> list[EndedPart | None]:
    ward.clock.set(f"{day} 09:00")
    return said(ward.deliver())


def cancel(ward: Ward, trial_id: int, when: str) -> None:
    ward.clock.set(when)
    ward.run(trials.cancel_trial, ADMIN, trial_id, ward.clock())
    finish_steps(ward)


def test_the_next_lesson_says_once_that_the_comparison_is_over(ward: Ward, cohort: CohortView) -> None:
    planned = plan(ward, cohort)
    enter(ward, cohort, NURSE)
    assert lesson_on(ward, "2026-03-10") == [None]
    cancel(ward, planned.id, "2026-03-10 12:00")

    assert lesson_on(ward, "2026-03-11") == [EndedPart()]
    answered = ward.run(practice.answer_lesson, ward.library, NURSE, ward.lesson_of(NURSE), "B", ward.clock())
    assert answered.state.ended_trial == EndedPart(), "the message still says so once it is answered"
    assert lesson_on(ward, "2026-03-12") == [None]

    advance(ward, "2026-03-20")
    assert rows(ward) == 0


def test_the_result_is_told_with_it(ward: Ward, cohort: CohortView) -> None:
    plan(ward, cohort)
    enter(ward, cohort, NURSE)
    advance(ward, "2026-06-03")
    ward.run(lambda session: session.exec(update(Trial).values(difference=-10, low=-15, high=-5, people=20)))

    assert lesson_on(ward, "2026-06-03") == [EndedPart(Difference(-10, -15, -5, 20))]


def test_a_lesson_that_was_not_sent_after_all_told_nobody(ward: Ward, cohort: CohortView) -> None:
    planned = plan(ward, cohort)
    enter(ward, cohort, NURSE)
    cancel(ward, planned.id, "2026-03-10 12:00")
    assert lesson_on(ward, "2026-03-11") == [EndedPart()]
    failed = update(Delivery).where(col(Delivery.learning_day) == date(2026, 3, 11))
    ward.run(lambda session: session.exec(failed.values(state=SendState.FAILED)))

    assert lesson_on(ward, "2026-03-12") == [EndedPart()]


def test_whoever_opted_out_or_gets_no_lessons_is_not_told_and_is_forgotten(ward: Ward, cohort: CohortView) -> None:
    planned, paused = plan(ward, cohort), Person(TEAM, "U0PAUSED")
    for person in (NURSE, paused):
        enter(ward, cohort, person)
    ward.run(trial_entry.opt_out, NURSE)
    cancel(ward, planned.id, "2026-03-10 12:00")

    assert lesson_on(ward, "2026-03-11")[0] is None
    assert rows(ward) == 1
    advance(ward, "2026-06-10")
    assert rows(ward) == 0


def test_whoever_enters_another_trial_takes_part_in_that_one(ward: Ward, cohort: CohortView) -> None:
    first = plan(ward, cohort)
    enter(ward, cohort, NURSE)
    cancel(ward, first.id, "2026-03-03 10:00")
    second = plan(ward, cohort)

    assert ward.run(trial_entry.enter_trial, ward.library, NURSE, ward.clock())

    (member,) = ward.run(_members)
    assert (member.trial_id, member.told_on) == (second.id, None)


def _members(session: Session) -> list[TrialMember]:
    found = list(session.exec(select(TrialMember)))
    for each in found:
        session.expunge(each)
    return found


@pytest.fixture
def in_grid(ward: Ward) -> Person:
    """Somebody of a Grid with two workspaces, in the one where the cohort is."""
    for team_id in (TEAM, ELSEWHERE):
        ward.run(workspace_lifecycle.register_workspace, team_id, GRID, team_id, "U0BOT", ward.clock())
    return Person(TEAM, "U0GRID", GRID)


def answered_and_moved(ward: Ward, cohort: CohortView, person: Person) -> None:
    """With fixed gaps they answered a lesson; their workspace removed Rounds, and they started in another one."""
    plan(ward, cohort)
    enter(ward, cohort, person)
    put_in_arm(ward, person, AskingWay.FIXED)
    answer_lesson(ward, person, "2026-03-10", "A")
    ward.run(workspace_lifecycle.mark_workspace_left, TEAM, ward.clock())
    there = Person(ELSEWHERE, person.user_id, GRID)
    ward.run(cohorts.start_lessons, ward.library, there, SlackProfile(), ward.clock())


def test_who_moves_on_in_a_grid_gets_the_usual_way_there_and_reads_why(
    ward: Ward, cohort: CohortView, in_grid: Person
) -> None:
    answered_and_moved(ward, cohort, in_grid)

    finish_steps(ward)

    (memory,) = memories(ward, in_grid)
    assert memory.due_on == date(2026, 3, 11)
    assert only(ward).ending is None
    assert lesson_on(ward, "2026-03-11") == [EndedPart()]
    ward.run(workspace_lifecycle.register_workspace, TEAM, GRID, TEAM, "U0BOT", ward.clock())
    assert not ward.run(trial_entry.enter_trial, ward.library, in_grid, ward.clock())


def test_who_learns_only_where_the_trial_is_stays_in_it_until_the_workspace_is_back(
    ward: Ward, cohort: CohortView, in_grid: Person
) -> None:
    plan(ward, cohort)
    enter(ward, cohort, in_grid)
    ward.run(workspace_lifecycle.mark_workspace_left, TEAM, ward.clock())

    finish_steps(ward)

    (member,) = ward.run(_members)
    assert member.way is not None


def test_erasing_a_workspace_leaves_nobody_with_fixed_gaps_elsewhere(
    ward: Ward, cohort: CohortView, in_grid: Person
) -> None:
    answered_and_moved(ward, cohort, in_grid)
    ward.clock.set("2026-05-18 10:00")

    while ward.run(workspace_lifecycle.erase_part_of_workspace, TEAM, ward.clock()):
        pass

    (memory,) = memories(ward, in_grid)
    assert (memory.due_on, memory.final_place) == (date(2026, 3, 11), None)
    assert rows(ward) == 0
