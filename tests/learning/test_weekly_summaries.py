"""The last day end of a week: what the learner did in it, and what they wrote some weeks ago."""

from dataclasses import replace

import pytest

from bot.domain.learner import Person
from bot.domain.schedule import DeliveryKindName
from bot.errors import NotFound
from bot.kinds.day_end import DayEnd
from bot.learning import enrollment, journal, lesson_state, practice, reflections
from bot.learning.weekly_summaries import EarlierEntry, WeeklySummary
from tests.builders import NURSE, TEAM
from tests.statements import statements
from tests.ward import Ward, day_end_of

WORDS = "Words that are nobody else's"
OTHER = Person(TEAM, "U0OTHER")
WEEK = ("2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05", "2026-03-06")


def lesson_on(ward: Ward, day: str) -> None:
    ward.clock.set(f"{day} 09:00")
    ward.deliver()


def answer(ward: Ward, person: Person = NURSE) -> None:
    ward.run(practice.answer_lesson, ward.library, person, ward.lesson_of(person), "A", ward.clock())


def reflect(ward: Ward, person: Person = NURSE) -> None:
    ward.run(reflections.save_reflection, ward.library, person, ward.lesson_of(person), WORDS, ward.clock())


def try_step(ward: Ward) -> None:
    ward.run(practice.record_step, ward.library, NURSE, ward.lesson_of(NURSE), True, ward.clock())


def end_of(ward: Ward, day: str) -> dict[str, DayEnd]:
    """Return the day-end messages of a day, by person."""
    ward.clock.set(f"{day} 16:30")
    return {each.user_id: day_end_of(each) for each in ward.deliver() if each.kind == DeliveryKindName.DAY_END}


def wants_summary(ward: Ward, person: Person = NURSE) -> None:
    wanted = replace(ward.find(person).preferences, weekly_summary=True)
    ward.run(enrollment.change_preferences, person, wanted, ward.clock())


def shown(ward: Ward) -> WeeklySummary | None:
    """Return the current summary in the message of the newest day end."""
    ref = ward.message_of(NURSE, DeliveryKindName.DAY_END)
    return ward.run(lesson_state.get_lesson_state, ward.library, NURSE, ref, ward.clock()).week


@pytest.fixture
def at_work(ward: Ward) -> Ward:
    """Return a ward with a nurse who reflected on a Wednesday four weeks before the current week."""
    ward.clock.set("2026-02-02 08:00")
    ward.enrol(NURSE)
    lesson_on(ward, "2026-02-04")
    reflect(ward)
    return ward


def through_the_week(ward: Ward) -> None:
    """Answer on Monday and Tuesday, and try the step on Tuesday."""
    for day in WEEK:
        lesson_on(ward, day)
        if day in WEEK[:2]:
            answer(ward)
        if day == WEEK[1]:
            try_step(ward)


def test_the_last_day_of_a_week_tells_what_was_done_and_what_was_written_four_weeks_ago(at_work: Ward):
    through_the_week(at_work)

    week = end_of(at_work, WEEK[-1])[NURSE.user_id].week

    assert week is not None
    assert (week.practice_days, week.steps_tried) == (2, 1)
    assert week.lessons == (), "nobody asked for a list"
    assert week.earlier_entry is not None
    assert (week.earlier_entry.learning_day.isoformat(), week.earlier_entry.weeks_ago) == ("2026-02-04", 4)
    assert WORDS not in repr(week)


def test_no_other_day_has_a_summary(at_work: Ward):
    lesson_on(at_work, WEEK[0])
    answer(at_work)

    assert end_of(at_work, WEEK[0])[NURSE.user_id].week is None


def test_an_empty_week_has_no_summary(ward: Ward):
    ward.clock.set("2026-03-02 08:00")
    ward.enrol(NURSE)
    lesson_on(ward, WEEK[-1])

    assert end_of(ward, WEEK[-1])[NURSE.user_id].week is None


def test_if_four_weeks_ago_is_empty_an_older_week_is_used(at_work: Ward):
    for day in ("2026-04-27", "2026-05-01"):
        lesson_on(at_work, day)

    week = end_of(at_work, "2026-05-01")[NURSE.user_id].week

    assert week == WeeklySummary(practice_days=0, steps_tried=0, earlier_entry=week.earlier_entry if week else None)
    assert week is not None
    assert week.earlier_entry is not None
    assert week.earlier_entry.weeks_ago == 12


def test_learners_who_want_a_summary_get_the_weeks_lessons_listed(at_work: Ward):
    wants_summary(at_work)
    through_the_week(at_work)

    week = end_of(at_work, WEEK[-1])[NURSE.user_id].week

    assert week is not None
    did = [(each.learning_day.isoformat(), each.answered, each.reflected, each.tried) for each in week.lessons]
    assert did[:3] == [(WEEK[0], True, False, False), (WEEK[1], True, False, True), (WEEK[2], False, False, False)]
    assert len(did) == 5


def test_a_summary_is_sent_after_a_reflection_but_a_plain_day_end_is_not(at_work: Ward):
    at_work.enrol(OTHER)
    wants_summary(at_work, OTHER)
    lesson_on(at_work, WEEK[-1])
    reflect(at_work)
    reflect(at_work, OTHER)

    ends = end_of(at_work, WEEK[-1])

    assert set(ends) == {OTHER.user_id}
    assert ends[OTHER.user_id].reflected


def test_the_message_keeps_its_week_when_something_is_pressed_in_it(at_work: Ward):
    through_the_week(at_work)
    end_of(at_work, WEEK[-1])

    answer(at_work)

    week = shown(at_work)
    assert week is not None
    assert week.practice_days == 3, "today counts by now"


def test_a_deleted_entry_is_no_longer_mentioned(at_work: Ward):
    through_the_week(at_work)
    end_of(at_work, WEEK[-1])
    week = shown(at_work)
    assert week is not None
    assert isinstance(week.earlier_entry, EarlierEntry)

    at_work.run(journal.remove_entry, at_work.library, NURSE, week.earlier_entry.entry_id, at_work.clock())

    after = shown(at_work)
    assert after is not None
    assert after.earlier_entry is None
    with pytest.raises(NotFound):
        at_work.run(journal.get_entry, at_work.library, NURSE, week.earlier_entry.entry_id)


def test_nobody_is_told_what_someone_else_wrote(at_work: Ward):
    at_work.enrol(OTHER)
    lesson_on(at_work, WEEK[-1])
    answer(at_work, OTHER)

    week = end_of(at_work, WEEK[-1])[OTHER.user_id].week

    assert week is not None
    assert (week.practice_days, week.earlier_entry) == (1, None)


def test_the_number_of_statements_does_not_depend_on_how_many_weeks_end(at_work: Ward):
    through_the_week(at_work)
    at_work.clock.set(f"{WEEK[-1]} 16:30")
    at_work.plan()
    with statements(at_work.store) as one:
        assert len(at_work.claim()) == 1
    at_work.clock.set("2026-03-07 08:00")
    for number in range(12):
        at_work.enrol(Person(TEAM, f"U0MORE{number}"))
    lesson_on(at_work, "2026-03-13")
    at_work.clock.set("2026-03-13 16:30")
    at_work.plan()
    with statements(at_work.store) as many:
        assert len(at_work.claim()) == 13

    assert len(many) == len(one)
