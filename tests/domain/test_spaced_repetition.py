"""When a question is asked again, and in which order its options are shown."""

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.spaced_repetition import (
    FORGOTTEN_BELOW,
    MemoryState,
    Rating,
    compute_retrievability,
    find_usual_due,
    is_same_question,
    recall_priority,
    shuffle_options,
    update_memory,
)
from tests.builders import lesson

DAY = date(2026, 3, 2)

ratings = st.sampled_from(list(Rating))
histories = st.lists(st.tuples(ratings, st.integers(0, 400)), min_size=1, max_size=12)


def memory_after(history: list[tuple[Rating, int]]) -> MemoryState:
    """Return the memory after these answers, each this many days after the one before."""
    day, memory = DAY, None
    for rating, days in history:
        day += timedelta(days=days)
        memory = update_memory(memory, rating, day)
    assert memory is not None
    return memory


def test_a_wrong_answer_is_due_tomorrow_and_a_right_one_the_day_after() -> None:
    assert update_memory(None, Rating.AGAIN, DAY).due_on == date(2026, 3, 3)
    assert update_memory(None, Rating.HARD, DAY).due_on == date(2026, 3, 3)
    assert update_memory(None, Rating.GOOD, DAY).due_on == date(2026, 3, 4)


@given(histories)
def test_when_a_question_is_usually_due_follows_from_its_stability(history: list[tuple[Rating, int]]) -> None:
    memory = memory_after(history)

    assert find_usual_due(replace(memory, due_on=DAY)) == memory.due_on


def test_ratings_use_the_terms_of_fsrs() -> None:
    assert Rating.of_answer(correct=False) is Rating.AGAIN
    assert Rating.of_answer(correct=False, guessed=True) is Rating.AGAIN
    assert Rating.of_answer(correct=True) is Rating.GOOD
    assert Rating.of_answer(correct=True, guessed=True) is Rating.HARD


def test_each_right_answer_in_time_makes_the_next_interval_longer() -> None:
    memory = update_memory(None, Rating.GOOD, DAY)
    intervals = []
    for _ in range(5):
        after = update_memory(memory, Rating.GOOD, memory.due_on)
        intervals.append((after.due_on - after.last_answered_on).days)
        memory = after

    assert intervals == [11, 46, 163, 497, 1346], "FSRS-6 with its published default weights"


def test_a_question_is_due_when_retrievability_reaches_nine_tenths() -> None:
    memory = memory_after([(Rating.GOOD, 0), (Rating.GOOD, 2), (Rating.GOOD, 11)])

    assert 0.89 < compute_retrievability(memory, memory.due_on) < 0.91


@given(histories)
def test_a_better_rating_is_never_due_sooner(history: list[tuple[Rating, int]]) -> None:
    memory = memory_after(history)
    due = [update_memory(memory, rating, memory.due_on).due_on for rating in (Rating.AGAIN, Rating.HARD, Rating.GOOD)]

    assert due == sorted(due)


@given(histories)
def test_it_is_never_due_on_the_day_of_its_answer(history: list[tuple[Rating, int]]) -> None:
    memory = memory_after(history)

    assert memory.due_on > memory.last_answered_on


@given(histories, st.integers(0, 1000), st.integers(1, 1000))
def test_retrievability_only_falls_until_the_question_is_asked_again(
    history: list[tuple[Rating, int]], days: int, more: int
) -> None:
    memory = memory_after(history)
    sooner, later = (memory.last_answered_on + timedelta(days=each) for each in (days, days + more))

    assert 0 < compute_retrievability(memory, later) < compute_retrievability(memory, sooner) <= 1


@given(st.lists(histories, min_size=2, max_size=8), st.integers(0, 500))
def test_the_least_remembered_comes_first_and_the_forgotten_last(
    several: list[list[tuple[Rating, int]]], days: int
) -> None:
    memories = [memory_after(each) for each in several]
    day = max(memory.last_answered_on for memory in memories) + timedelta(days=days)
    left = [
        compute_retrievability(memory, day) for memory in sorted(memories, key=lambda each: recall_priority(each, day))
    ]
    kept = [each for each in left if each >= FORGOTTEN_BELOW]

    assert kept == sorted(kept)
    assert left[len(kept) :] == sorted(left[len(kept) :], reverse=True)
    assert all(each < FORGOTTEN_BELOW for each in left[len(kept) :])


@given(histories, ratings)
def test_an_answer_dated_before_the_last_one_counts_on_its_day(
    history: list[tuple[Rating, int]], rating: Rating
) -> None:
    memory = memory_after(history)
    west = update_memory(memory, rating, memory.last_answered_on - timedelta(days=1))

    assert west == update_memory(memory, rating, memory.last_answered_on)


@given(st.sampled_from(["ABC", "ABCD"]), st.integers(0, 10**9), st.integers(0, 60))
def test_option_order_differs_from_the_lesson_and_from_the_last_time(keys: str, learner_id: int, times: int) -> None:
    orders = [shuffle_options(keys, learner_id, each) for each in range(times, times + 23)]

    assert all(sorted(each) == list(keys) and each != keys for each in orders)
    assert all(one != other for one, other in pairwise(orders))
    assert len(set(orders)) == (5 if keys == "ABC" else 23), "every order comes before one comes again"


def test_a_question_is_the_same_if_nothing_that_is_asked_changed() -> None:
    question = lesson("leadership-01").question
    option = question.options[0]

    assert is_same_question(
        question, replace(question, options=(replace(option, explanation="Other"), *question.options[1:]))
    )
    assert not is_same_question(question, replace(question, scenario="Other"))
    assert not is_same_question(
        question, replace(question, options=(replace(option, text="Other"), *question.options[1:]))
    )
