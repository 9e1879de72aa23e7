"""How long a lesson is trusted, to the day."""

from dataclasses import replace
from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.review import GRACE, SOON, Rotation, in_rotation, is_overdue, reviews
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
def test_lesson_warns_from_the_day_after_its_review_and_is_given_for_ninety_days_more(day, overdue, given_out):
    assert is_overdue(RULE, day) is overdue
    assert in_rotation(RULE, day) is given_out


def test_lesson_without_a_review_date_is_always_given_and_never_warns():
    assert in_rotation(lesson("listen"), date.max)
    assert not is_overdue(lesson("listen"), date.max)


def test_reviews_are_sorted_by_date_and_standing():
    lessons = [
        replace(lesson(name), review_by=DUE + timedelta(days=days))
        for name, days in (("later", 31), ("soon", 30), ("today", 0), ("past", -1), ("nearly-out", -90), ("out", -91))
    ]

    found = reviews([*lessons, lesson("listen")], DUE)

    assert [each.id for each in found.soon] == ["today", "soon"]
    assert [each.id for each in found.past] == ["nearly-out", "past"]
    assert [each.id for each in found.out] == ["out"]
    assert [each.id for each in found.all] == ["out", "nearly-out", "past", "today", "soon"]


@given(st.lists(st.none() | DAYS, max_size=12), DAYS)
def test_rotation_counts_what_looking_at_each_lesson_would(dates, day):
    lessons = [replace(lesson(f"lesson-{number}"), review_by=each) for number, each in enumerate(dates)]

    assert Rotation(lessons).left_out(day) == sum(not in_rotation(each, day) for each in lessons)


@given(st.lists(st.none() | DAYS, max_size=12), DAYS)
def test_every_lesson_near_its_date_has_one_standing(dates, day):
    lessons = [replace(lesson(f"lesson-{number}"), review_by=each) for number, each in enumerate(dates)]

    found = reviews(lessons, day)

    near = {each.id for each in lessons if each.review_by and each.review_by <= day + SOON}
    assert sorted(each.id for each in found.all) == sorted(near)
    assert all(each.review_by and each.review_by + GRACE >= day for each in found.past + found.soon)
