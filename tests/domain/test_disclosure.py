"""What is said of many people tells nothing of one, and a share comes with how sure it is."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.disclosure import (
    Counted,
    Share,
    count_people,
    find_part_shares,
    find_share,
    settle_people,
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


@pytest.mark.parametrize(("right", "answers", "people"), [(10, 19, 19), (200, 400, 9), (0, 0, 0)])
def test_no_share_of_few_answers_or_few_people(right: int, answers: int, people: int) -> None:
    assert find_share(right, answers, people) is None


def test_a_share_comes_in_fives_with_the_interval_around_it() -> None:
    assert find_share(141, 200, 12) == Share(70, 60, 80)
    assert find_share(20, 20, 10) == Share(95, 80, 100)
    assert find_share(0, 20, 10) == Share(5, 0, 20)


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


MANY, FEW = Counted(people=12, answers=40, right=30), Counted(people=2, answers=5, right=1)


def test_a_part_that_few_answered_is_left_out_and_cant_be_worked_out_from_the_whole() -> None:
    smaller = Counted(people=11, answers=25, right=20)

    assert find_part_shares({"a": MANY, "b": smaller, "c": FEW}).keys() == {"a"}
    assert find_part_shares({"a": MANY, "b": FEW}) == {}


def test_parts_are_all_told_if_each_or_what_is_left_out_is_of_many() -> None:
    nearly = Counted(people=12, answers=19, right=10)

    assert find_part_shares({"a": MANY, "b": MANY}).keys() == {"a", "b"}
    assert find_part_shares({"a": MANY, "b": nearly, "c": FEW}).keys() == {"a"}
    assert find_part_shares({"a": MANY, "b": Counted(0, 0, 0)}).keys() == {"a"}
    assert find_part_shares({}) == {}
