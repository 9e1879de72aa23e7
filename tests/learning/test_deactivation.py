"""Those who leave get nothing more, those who return in time have lost nothing, and the others are erased."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from sqlmodel import col, func, select

from bot.domain.learner import Person
from bot.domain.spaced_repetition import Rating, update_memory
from bot.errors import Refused
from bot.learning import deactivation, enrollment, packs, practice, reflections, workspace_lifecycle
from bot.storage import Session
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import (
    Delivery,
    Learner,
    LearnerState,
    LessonRevision,
    PackBibliography,
    PackVersion,
    QuestionMemory,
    Reflection,
    Workspace,
)
from tests.builders import CLERK, NURSE, TEAM, lesson, pack
from tests.ward import Ward

GRID = "E0GRID"
HERE, THERE = "T0HERE", "T0THERE"


@pytest.fixture
def ward(ward: Ward) -> Ward:
    """Return a ward with a nurse and a clerk who get lessons. Their first lessons are due."""
    ward.enrol(NURSE)
    ward.enrol(CLERK)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    return ward


def leave(ward: Ward, team_id: str = TEAM) -> None:
    ward.run(workspace_lifecycle.mark_workspace_left, team_id, ward.clock())
    while ward.run(workspace_lifecycle.clear_plans_of_workspace, team_id, 1):
        pass


def come_back(ward: Ward) -> bool:
    return ward.run(workspace_lifecycle.register_workspace, TEAM, None, "Hospital", "U0ROUNDS", ward.clock())


def count(ward: Ward, table: type) -> int:
    return ward.run(lambda session: session.exec(select(func.count()).select_from(table)).one())


def planned(ward: Ward) -> int:
    return ward.run(
        lambda session: session.exec(
            select(func.count()).select_from(Learner).where(col(Learner.next_due_at).is_not(None))
        ).one()
    )


def test_a_workspace_that_left_gets_nothing_that_was_due(ward: Ward) -> None:
    ward.run(workspace_lifecycle.mark_workspace_left, TEAM, ward.clock())

    assert ward.deliver() == []  # before any plans were cleared
    assert [day[2] for day in ward.days(NURSE)] == ["left"]


def test_clearing_plans_skips_what_is_due_and_plans_nothing(ward: Ward) -> None:
    leave(ward)

    assert [day[2] for day in ward.days(NURSE)] == ["left"]
    assert planned(ward) == 0


def test_leaving_twice_changes_nothing(ward: Ward) -> None:
    assert ward.run(workspace_lifecycle.mark_workspace_left, TEAM, ward.clock()) is True
    first = ward.clock()
    ward.clock.advance(hours=1)

    assert ward.run(workspace_lifecycle.mark_workspace_left, TEAM, ward.clock()) is False
    assert [gone.left_at for gone in ward.run(workspace_lifecycle.list_departed_workspaces, ward.clock())] == [first]


def test_an_unknown_workspace_cannot_leave(ward: Ward) -> None:
    assert ward.run(workspace_lifecycle.mark_workspace_left, "T0NOBODY", ward.clock()) is False
    assert ward.run(workspace_lifecycle.clear_plans_of_workspace, "T0NOBODY") == 0


def test_clearing_plans_stops_when_the_workspace_is_back(ward: Ward) -> None:
    ward.run(workspace_lifecycle.mark_workspace_left, TEAM, ward.clock())
    come_back(ward)

    assert ward.run(workspace_lifecycle.clear_plans_of_workspace, TEAM) == 0
    assert planned(ward) == 2


def test_after_reinstalling_the_next_lesson_comes_and_nothing_piles_up(ward: Ward) -> None:
    leave(ward)
    ward.clock.set("2026-03-12 10:00")

    assert come_back(ward) is True
    assert ward.deliver() == []
    ward.clock.set("2026-03-13 09:00")
    assert sorted(each.user_id for each in ward.deliver()) == [CLERK.user_id, NURSE.user_id]
    assert [what for _, kind, what in ward.days(NURSE) if kind == "lesson"] == ["left", "sent"]


def test_paused_learners_are_still_paused_when_the_workspace_is_back(ward: Ward) -> None:
    ward.run(enrollment.pause_lessons, CLERK, None, ward.clock())
    leave(ward)
    ward.clock.advance(days=3)
    come_back(ward)
    ward.clock.set("2026-03-06 09:00")

    assert [each.user_id for each in ward.deliver()] == [NURSE.user_id]
    assert ward.find(CLERK).state is LearnerState.PAUSED


def test_a_first_installation_is_not_a_return(ward: Ward) -> None:
    assert come_back(ward) is False


def test_an_uncertain_delivery_is_looked_up_when_the_workspace_is_back(ward: Ward) -> None:
    from bot.delivery.reconcile import find_uncertain

    ward.claim()
    leave(ward)
    ward.clock.advance(minutes=10)

    assert ward.run(find_uncertain, ward.clock()) == []
    come_back(ward)
    assert len(ward.run(find_uncertain, ward.clock())) == 2


def test_a_workspace_is_erased_with_all_its_learners_and_data(ward: Ward) -> None:
    own = replace(pack(lesson("ward-only"), slug="ward"), bibliography="{}")
    ward.run(packs.load_pack, own, TEAM, "admin", ward.clock())
    ward.deliver()
    ref = ward.lesson_of(NURSE)
    ward.run(practice.answer_lesson, ward.library, NURSE, ref, "B", ward.clock())
    ward.run(reflections.save_reflection, ward.library, NURSE, ref, "Words", ward.clock())
    everyones = ward.run(lambda session: len(packs.list_live_packs(session, EVERYONES_SCOPE)))
    leave(ward)

    ward.clock.advance(days=31)
    before = ward.clock() - workspace_lifecycle.WORKSPACE_RETENTION
    rounds = 1
    while ward.run(workspace_lifecycle.erase_part_of_workspace, TEAM, before, 1):
        rounds += 1

    assert rounds == 3  # one learner at a time, then the rest
    assert {count(ward, table) for table in (Workspace, Learner, Delivery, Reflection, PackBibliography)} == {0}
    assert ward.run(lambda session: {row.scope for row in session.exec(select(PackVersion))}) == {EVERYONES_SCOPE}
    assert ward.run(lambda session: {row.scope for row in session.exec(select(LessonRevision))}) == {EVERYONES_SCOPE}
    assert ward.run(lambda session: len(packs.list_live_packs(session, EVERYONES_SCOPE))) == everyones


def test_nothing_is_erased_early_or_from_a_workspace_that_is_back(ward: Ward) -> None:
    leave(ward)
    ward.clock.advance(days=29)
    assert (
        ward.run(
            workspace_lifecycle.erase_part_of_workspace, TEAM, ward.clock() - workspace_lifecycle.WORKSPACE_RETENTION
        )
        is False
    )

    ward.clock.advance(days=2)
    come_back(ward)
    assert (
        ward.run(
            workspace_lifecycle.erase_part_of_workspace, TEAM, ward.clock() - workspace_lifecycle.WORKSPACE_RETENTION
        )
        is False
    )
    assert count(ward, Learner) == 2


@pytest.fixture
def grid(ward: Ward) -> Person:
    """Return a learner in one workspace of a Grid. Another workspace of it has Rounds, too."""
    for team_id in (HERE, THERE):
        ward.run(workspace_lifecycle.register_workspace, team_id, GRID, team_id, "U0ROUNDS", ward.clock())
    person = Person(HERE, "W0GRID", GRID)
    ward.enrol(person)
    return person


def test_in_a_grid_a_learner_can_start_in_another_workspace_after_theirs_left(ward: Ward, grid: Person) -> None:
    leave(ward, HERE)
    elsewhere = replace(grid, team_id=THERE)

    assert ward.find(elsewhere).has_started is False
    with pytest.raises(Refused):
        ward.run(practice.request_todays_lesson, ward.library, elsewhere, ward.clock())
    assert ward.run(enrollment.start_lessons, elsewhere, None, ward.clock()).person.team_id == THERE


def test_lessons_of_learners_elsewhere_stay_when_a_workspace_is_erased(ward: Ward, grid: Person) -> None:
    ward.run(packs.load_pack, pack(lesson("here-only"), slug="here"), HERE, "admin", ward.clock())
    ward.run(packs.load_pack, pack(lesson("here-too"), slug="here-too"), HERE, "admin", ward.clock())
    revision = ward.run(_revision, "here-only")
    assert revision is not None
    ward.run(practice.save_lesson, ward.library, grid, revision, ward.clock())
    ward.run(packs.load_pack, pack(lesson("asked-here"), slug="asked"), HERE, "admin", ward.clock())
    ward.run(_remember, ward.find(grid).id, ward.run(_revision, "asked-here"), ward.clock().date())
    leave(ward, HERE)
    ward.run(enrollment.start_lessons, replace(grid, team_id=THERE), None, ward.clock())
    ward.clock.advance(days=31)

    while ward.run(
        workspace_lifecycle.erase_part_of_workspace, HERE, ward.clock() - workspace_lifecycle.WORKSPACE_RETENTION
    ):
        pass

    kept = ward.run(practice.list_saved_lessons, ward.library, grid)
    assert [each.lesson.id for each in kept] == ["here-only"]
    assert ward.run(_revision, "here-too") is None
    assert ward.run(_revision, "asked-here") is not None, "its question may come back"


def _remember(session: Session, learner_id: int, revision_id: int | None, day: date) -> None:
    assert revision_id is not None
    known = update_memory(None, Rating.GOOD, day)
    session.add(
        QuestionMemory(
            learner_id=learner_id,
            lesson_id="asked-here",
            revision_id=revision_id,
            stability=known.stability,
            difficulty=known.difficulty,
            last_answered_on=known.last_answered_on,
            due_on=known.due_on,
        )
    )


def _revision(session: Session, lesson_id: str) -> int | None:
    return session.exec(select(LessonRevision.id).where(LessonRevision.lesson_id == lesson_id)).one_or_none()


def test_a_deactivated_person_gets_nothing_more(ward: Ward) -> None:
    assert ward.run(deactivation.deactivate_learner, ward.find(NURSE).id, ward.clock()) is True
    assert ward.run(deactivation.deactivate_learner, ward.find(NURSE).id, ward.clock()) is False

    assert [each.user_id for each in ward.deliver()] == [CLERK.user_id]
    ward.clock.set("2026-03-03 09:00")
    assert [each.user_id for each in ward.deliver()] == [CLERK.user_id]
    assert [day[2] for day in ward.days(NURSE)] == ["left"]


def test_a_reactivated_person_is_paused_until_they_resume(ward: Ward) -> None:
    learner_id = ward.find(NURSE).id
    ward.run(deactivation.deactivate_learner, learner_id, ward.clock())
    ward.clock.set("2026-03-10 08:00")

    assert ward.run(deactivation.reactivate_learner, learner_id, ward.clock()) is True
    assert ward.find(NURSE).is_paused is True
    ward.run(enrollment.resume_lessons, NURSE, ward.clock())
    ward.clock.set("2026-03-10 09:00")
    assert sorted(each.user_id for each in ward.deliver()) == [CLERK.user_id, NURSE.user_id]


def test_a_reactivated_person_who_never_started_is_new_again(ward: Ward) -> None:
    stranger = Person(TEAM, "U0STRANGER")
    ward.meet(stranger)
    learner_id = ward.find(stranger).id
    ward.run(deactivation.deactivate_learner, learner_id, ward.clock())

    ward.run(deactivation.reactivate_learner, learner_id, ward.clock())

    assert ward.find(stranger).state is LearnerState.NEW


def test_a_person_marked_as_left_by_mistake_can_press_start(ward: Ward) -> None:
    ward.run(deactivation.deactivate_learner, ward.find(NURSE).id, ward.clock())

    assert ward.run(enrollment.start_lessons, NURSE, None, ward.clock()).state is LearnerState.ACTIVE


def test_reactivating_someone_who_never_left_changes_nothing(ward: Ward) -> None:
    assert ward.run(deactivation.reactivate_learner, ward.find(NURSE).id, ward.clock()) is False
    assert ward.find(NURSE).state is LearnerState.ACTIVE


def test_leaving_again_restarts_the_thirty_days(ward: Ward) -> None:
    leave(ward)
    ward.clock.advance(days=20)
    come_back(ward)
    ward.clock.advance(days=1)
    leave(ward)
    ward.clock.advance(days=20)

    assert (
        ward.run(workspace_lifecycle.list_departed_workspaces, ward.clock() - workspace_lifecycle.WORKSPACE_RETENTION)
        == ()
    )
    assert timedelta(days=30) == workspace_lifecycle.WORKSPACE_RETENTION
