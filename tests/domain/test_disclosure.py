"""What is said of many people tells nothing of one, and a share comes with how sure it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.disclosure import (
    MIN_ANSWERS,
    Answered,
    Difference,
    Share,
    add_up_answers,
    count_people,
    count_whole_shares,
    find_part_shares,
    find_share,
    may_compare_arms,
    round_difference,
    settle_people,
    settle_rest,
    wilson_interval,
)


@given(st.integers(0, 500), st.integers(0, 500))
def test_at_least_five_may_be_on_either_side(counted: int, others: int) -> None:
    shown = count_people(counted, counted + others)

    assert shown % 5 == 0
    assert 0 <= shown <= counted
    assert shown == 0 or counted + others - shown >= 5


@given(st.integers(0, 60), st.lists(st.integers(-1, 1), max_size=60))
def test_one_person_more_or_less_changes_nothing_that_was_said(counted: int, steps: list[int]) -> None:
    shown, before = settle_people(counted, 100, 0, 0)
    for step in steps:
        after_one, _ = settle_people(max(0, before + step), 100, shown, before)
        assert after_one == shown
        counted = max(0, counted + step)
        shown, before = settle_people(counted, 100, shown, before)


def test_fewer_than_five_on_either_side_are_never_told() -> None:
    assert [count_people(counted, of) for counted, of in ((4, 40), (5, 9), (5, 10), (40, 40), (7, None))] == [
        0, 0, 5, 35, 5,
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("right", "answers", "people", "of"), [(10, 19, 19, 40), (200, 400, 9, 40), (0, 0, 0, 40), (200, 400, 10, 14)]
)
def test_no_share_of_few_answers_few_people_or_nearly_all_of_them(
    right: int, answers: int, people: int, of: int
) -> None:
    assert find_share(right, answers, people, of) is None


def test_the_share_of_everyone_leaves_out_a_rest_that_has_none_of_its_own() -> None:
    cohort, one, many = Answered(141, 200, 12, 20), Answered(0, 30, 1, 1), Answered(0, 200, 12, 20)

    assert add_up_answers(one, [cohort]).share == cohort.share
    assert add_up_answers(many, [cohort]) == Answered(141, 400, 24, 40)
    assert add_up_answers(one, []).share is None


@given(st.integers(0, 60), st.integers(0, 60))
def test_of_those_in_no_cohort_at_least_five_may_not_have_started(counted: int, others: int) -> None:
    shown, _ = settle_rest(counted, counted + others, 0)

    assert shown % 5 == 0
    assert shown == 0 or shown <= min(counted, counted + others - 5)


@given(st.integers(0, 500), st.integers(0, 500), st.integers(0, 200), st.integers(0, 200))
def test_what_whole_shares_add_is_enough_for_a_share_and_five_may_have_given_none(
    answers: int, more: int, of: int, of_later: int
) -> None:
    before = count_whole_shares(answers, of, 2, 0)
    added = count_whole_shares(more, of_later, 2, before)

    assert 0 <= before <= answers
    assert 0 <= added <= more
    assert before % MIN_ANSWERS == added % MIN_ANSWERS == 0
    assert before == 0 or of - before / 2 >= 5
    assert added == 0 or of_later - (before + added) / 2 >= 5


def test_a_share_comes_in_fives_with_the_interval_around_it() -> None:
    assert find_share(141, 200, 12, 20) == Share(70, 60, 80)
    assert find_share(20, 20, 10, 15) == Share(95, 80, 100)
    assert find_share(0, 20, 10, 15) == Share(5, 0, 20)


@pytest.mark.parametrize(
    ("right", "answers", "low", "high"),
    [(15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (1, 29, 0.0061, 0.1718)],
)
def test_the_interval_is_the_published_one(right: int, answers: int, low: float, high: float) -> None:
    """Examples of Newcombe, Statistics in Medicine 1998;17:857-872, table I, method 3 (Wilson's score)."""
    assert wilson_interval(right, answers) == pytest.approx((low, high), abs=0.0002)


@given(st.integers(1, 3000).flatmap(lambda answers: st.tuples(st.integers(0, answers), st.just(answers))))
def test_the_share_is_in_its_interval(counts: tuple[int, int]) -> None:
    right, answers = counts
    low, high = wilson_interval(right, answers)

    assert 0 <= low <= right / answers + 1e-12
    assert right / answers - 1e-12 <= high <= 1


MANY, FEW = Answered(30, 40, 12, of=20), Answered(1, 5, 2, of=20)


def test_a_part_that_few_answered_is_left_out_and_cant_be_worked_out_from_the_whole() -> None:
    smaller = Answered(20, 25, 11, of=20)

    assert find_part_shares({"a": MANY, "b": smaller, "c": FEW}).keys() == {"a"}
    assert find_part_shares({"a": MANY, "b": FEW}) == {}


def test_parts_are_all_told_if_each_or_what_is_left_out_is_of_many() -> None:
    nearly = Answered(10, 19, 12, of=20)

    assert find_part_shares({"a": MANY, "b": MANY}).keys() == {"a", "b"}
    assert find_part_shares({"a": MANY, "b": nearly, "c": FEW}).keys() == {"a"}
    assert find_part_shares({"a": MANY, "b": Answered(0, 0, 0, of=20)}).keys() == {"a"}
    assert find_part_shares({}) == {}


@pytest.mark.parametrize(
    ("people", "other", "of", "may"), [(10, 10, 25, True), (9, 30, 60, False), (30, 9, 60, False), (10, 10, 24, False)]
)
def test_arms_are_compared_only_if_they_have_ten_people_each_and_five_others_are_there(
    people: int, other: int, of: int, may: bool
) -> None:
    assert may_compare_arms(people, other, of) is may


def test_a_difference_is_told_in_steps_of_five_and_its_interval_outward() -> None:
    assert round_difference(0.083, -0.021, 0.187, 23, 40) == Difference(points=10, low=-5, high=20, people=20)
    assert round_difference(0.01, 0.004, 0.02, 38, 40) == Difference(points=0, low=0, high=5, people=35)
