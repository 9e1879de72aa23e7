"""How long a lesson may be used, to the day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.lesson_review import (
    DUE_SOON_WITHIN,
    WITHDRAWN_AFTER,
    WithdrawalDates,
    find_lessons_to_review,
    is_in_use,
    is_review_overdue,
)
from tests.builders import lesson

DUE = date(2027, 5, 23)
RULE = replace(lesson("say-the-rule"), review_by=DUE)
DAYS = st.dates(date(2026, 1, 1), date(2029, 1, 1))


@pytest.mark.parametrize(
    ("day", "overdue", "given_out"),
    [
        (DUE - timedelta(days=1), False, True),
        (DUE, False, True),
        (DUE + timedelta(days=1), True, True),
        (DUE + timedelta(days=90), True, True),
        (DUE + timedelta(days=91), True, False),
    ],
)
def test_lesson_warns_from_the_day_after_its_review_date_and_is_used_for_ninety_more_days(day, overdue, given_out):
    assert is_review_overdue(RULE, day) is overdue
    assert is_in_use(RULE, day) is given_out


def test_lesson_with_the_last_review_date_there_is_stays_in_use():
    forever = replace(RULE, review_by=date.max)

    assert is_in_use(forever, date.max)
    assert WithdrawalDates([forever]).count_withdrawn(DUE) == 0


def test_lesson_without_a_review_date_is_always_used_and_never_warns():
    assert is_in_use(lesson("listen"), date.max)
    assert not is_review_overdue(lesson("listen"), date.max)


def test_reviews_are_sorted_by_date_and_status():
    lessons = [
        replace(lesson(name), review_by=DUE + timedelta(days=days))
        for name, days in (("later", 31), ("soon", 30), ("today", 0), ("past", -1), ("nearly-out", -90), ("out", -91))
    ]

    found = find_lessons_to_review([*lessons, lesson("listen")], DUE)

    assert [each.id for each in found.due_soon] == ["today", "soon"]
    assert [each.id for each in found.overdue] == ["nearly-out", "past"]
    assert [each.id for each in found.withdrawn] == ["out"]
    assert [each.id for each in found.all] == ["out", "nearly-out", "past", "today", "soon"]


@given(st.lists(st.none() | DAYS, max_size=12), DAYS)
def test_withdrawal_dates_agree_with_checking_each_lesson(dates, day):
    lessons = [replace(lesson(f"lesson-{number}"), review_by=each) for number, each in enumerate(dates)]

    assert WithdrawalDates(lessons).count_withdrawn(day) == sum(not is_in_use(each, day) for each in lessons)


@given(st.lists(st.none() | DAYS, max_size=12), DAYS)
def test_every_lesson_near_its_review_date_has_one_status(dates, day):
    lessons = [replace(lesson(f"lesson-{number}"), review_by=each) for number, each in enumerate(dates)]

    found = find_lessons_to_review(lessons, day)

    near = {each.id for each in lessons if each.review_by and each.review_by <= day + DUE_SOON_WITHIN}
    assert sorted(each.id for each in found.all) == sorted(near)
    assert all(each.review_by and each.review_by + WITHDRAWN_AFTER >= day for each in found.overdue + found.due_soon)
