"""First contact: what the answers change, and with which lesson somebody begins."""

from datetime import time

import pytest

from bot.domain.learner import Preferences
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, Roster, weekly_from_lesson_time
from bot.errors import Refused
from bot.learning import coaching, enrollment, first_contact
from bot.learning.first_contact import TYPICAL_SITUATIONS, FirstChoices, Role
from bot.retrieval.calibration import Confidence
from tests.builders import NURSE
from tests.coaching.figures import search
from tests.ward import Ward

HALF_PAST_SEVEN = weekly_from_lesson_time(range(5), time(7, 30))


def lesson_time_asked_about(ward: Ward) -> time | None:
    questions = ward.run(first_contact.find_questions, ward.library, NURSE, ward.clock())
    assert questions is not None
    return questions.lesson_at


def begin(ward: Ward, lesson_at: time | None = None, skill: str | None = None, revision: int | None = None) -> None:
    choices = FirstChoices(lesson_at, skill)
    ward.run(first_contact.begin_with_lesson, ward.library, NURSE, choices, revision, ward.clock())


def test_the_first_lesson_is_the_one_that_was_found_and_comes_at_once(ward: Ward) -> None:
    ward.enrol(NURSE)
    found = ward.run(ward.library.get_workspace_curriculum, NURSE.team_id).lessons[-1]
    tip = ward.run(coaching.show_lesson_as_tip, ward.library, NURSE, found.id, ward.clock())

    begin(ward, revision=tip.revision_id)

    (sent,) = ward.deliver()
    assert sent.lesson is not None
    assert sent.lesson.id == found.id


def test_a_skill_becomes_the_focus_and_decides_the_first_lesson(ward: Ward) -> None:
    ward.enrol(NURSE)
    skill = ward.run(ward.library.get_workspace_curriculum, NURSE.team_id).skills[-1].slug

    begin(ward, skill=skill)

    assert ward.find(NURSE).preferences.focus == {skill}
    (sent,) = ward.deliver()
    assert sent.lesson is not None
    assert sent.lesson.skill.slug == skill


def test_a_skill_that_is_no_longer_taught_changes_nothing(ward: Ward) -> None:
    ward.enrol(NURSE)

    begin(ward, skill="juggling")

    assert ward.find(NURSE).preferences.focus == frozenset()


def test_a_lesson_time_moves_the_days_of_the_week_they_have(ward: Ward) -> None:
    ward.enrol(NURSE)
    assert lesson_time_asked_about(ward) == time(9)

    begin(ward, lesson_at=time(7, 30))

    assert ward.find(NURSE).preferences.schedule == HALF_PAST_SEVEN


def test_shifts_from_a_calendar_are_neither_asked_about_nor_replaced(ward: Ward) -> None:
    ward.enrol(NURSE)
    ward.run(enrollment.change_preferences, NURSE, Preferences("Europe/London", Roster(())), ward.clock())
    assert lesson_time_asked_about(ward) is None

    begin(ward, lesson_at=time(7, 30))

    assert ward.find(NURSE).preferences.schedule == Roster(())


def test_nobody_begins_before_start_or_twice(ward: Ward) -> None:
    ward.meet(NURSE)
    with pytest.raises(Refused, match="Press Start"):
        begin(ward)
    ward.enrol(NURSE)
    begin(ward)
    ward.deliver()

    assert ward.run(first_contact.find_questions, ward.library, NURSE, ward.clock()) is None
    with pytest.raises(Refused, match="You already have your first lesson"):
        begin(ward, lesson_at=time(7, 30))
    assert ward.find(NURSE).preferences.schedule == WORKDAY_SCHEDULE


@pytest.mark.parametrize("role", Role)
def test_the_coach_finds_a_lesson_for_each_role(role: Role) -> None:
    assert search(TYPICAL_SITUATIONS[role]).confidence is not Confidence.NONE
