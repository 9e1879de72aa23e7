"""A trial's plan can't be changed unseen, and its arms are drawn fairly and in secret."""

import hashlib
import json
from collections import Counter
from dataclasses import replace
from datetime import date, timedelta
from itertools import combinations

import pytest

from bot.domain.trial import (
    BLOCK_SIZES,
    ENTRY_PERIOD,
    FINAL_QUESTIONS,
    MIN_DISTANCE,
    WEEKS,
    AskingWay,
    TrialPlan,
    assign_way,
    draw_final_questions,
    find_fixed_due,
    hash_text,
    plan_period,
)
from bot.domain.trial_statistics import size_trial

MONDAY = date(2026, 3, 2)
PLAN = TrialPlan("K7M2QX", plan_period(MONDAY, 12), size_trial(15, 60), hash_text("a secret"))


def test_the_hash_is_that_of_the_text_which_is_shown() -> None:
    shown = PLAN.canonical_json

    assert hash_text(shown) == hashlib.sha256(shown.encode()).hexdigest()
    assert json.dumps(json.loads(shown), sort_keys=True, separators=(",", ":")) == shown


@pytest.mark.parametrize(
    "other",
    [
        replace(PLAN, cohort="K7M2QY"),
        replace(PLAN, period=plan_period(MONDAY, 16)),
        replace(PLAN, sizing=size_trial(20, 60)),
        replace(PLAN, sizing=size_trial(15, 61)),
        replace(PLAN, seed_hash=hash_text("another")),
    ],
)
def test_another_plan_has_another_hash(other: TrialPlan) -> None:
    assert hash_text(other.canonical_json) != hash_text(PLAN.canonical_json)


def test_slack_shows_the_plan_as_it_is_hashed() -> None:
    assert not set("&<>`") & set(PLAN.canonical_json)
    assert PLAN.canonical_json.isascii()


@pytest.mark.parametrize("weeks", WEEKS)
def test_whoever_enters_last_still_has_two_weeks_of_lessons_that_can_be_asked_about(weeks: int) -> None:
    period = plan_period(MONDAY, weeks)

    assert period.ends_on == MONDAY + timedelta(weeks=weeks, days=-1)
    assert (period.entry_until - MONDAY).days + 1 == ENTRY_PERIOD.days == 28
    assert period.final_from - MIN_DISTANCE - period.entry_until >= timedelta(days=14)


def test_fixed_gaps_are_twelve_days_and_then_twenty_four() -> None:
    assert [find_fixed_due(MONDAY, count) - MONDAY for count in range(3)] == [
        timedelta(days=days) for days in (12, 24, 24)
    ]


@pytest.mark.parametrize("seed", ["one", "two", "three"])
def test_arms_never_differ_by_more_than_four_people(seed: str) -> None:
    arms = [assign_way(seed, "new", place) for place in range(200)]

    for people in range(1, 201):
        count = Counter(arms[:people])
        assert abs(count[AskingWay.SPACED] - count[AskingWay.FIXED]) <= 4


def _possible_sequences(length: int) -> set[str]:
    """All sequences of arms, at least so long, that blocks can make."""
    blocks = {
        size: {
            "".join("1" if place in ones else "0" for place in range(size))
            for ones in combinations(range(size), size // 2)
        }
        for size in BLOCK_SIZES
    }
    whole, open_ = set(), {""}
    while open_:
        longer = {begun + block for begun in open_ for size in BLOCK_SIZES for block in blocks[size]}
        whole |= {each[:length] for each in longer if len(each) >= length}
        open_ = {each for each in longer if len(each) < length}
    return whole


def test_three_who_know_their_arms_and_places_cannot_tell_the_arm_of_another() -> None:
    sequences = _possible_sequences(9)

    for known in combinations(range(9), 3):
        seen: dict[tuple[str, ...], set[tuple[int, str]]] = {}
        for each in sequences:
            seen.setdefault(tuple(each[place] for place in known), set()).update(enumerate(each))
        others = {(place, arm) for place in range(9) if place not in known for arm in "01"}
        assert all(others <= possible for possible in seen.values()), known


def test_each_arm_is_as_likely_for_everybody() -> None:
    seeds = 2_000
    for place in range(8):
        fixed = sum(assign_way(f"seed {each}", "new", place) is AskingWay.FIXED for each in range(seeds))
        assert 0.45 < fixed / seeds < 0.55


def test_the_next_arm_cant_be_told_from_the_one_before() -> None:
    """Blocks have a random size, so after one person of an arm the other arm is likely, and never certain."""
    same = sum(assign_way(f"seed {each}", "new", 0) is assign_way(f"seed {each}", "new", 1) for each in range(2_000))

    assert 0.3 < same / 2_000 < 0.45


def test_strata_are_drawn_apart_and_a_seed_draws_the_same_again() -> None:
    new, steady = ([assign_way("seed", stratum, place) for place in range(40)] for stratum in ("new", "steady"))

    assert new != steady
    assert new == [assign_way("seed", "new", place) for place in range(40)]


def test_final_questions_are_drawn_at_random_for_each_person() -> None:
    lessons = [f"pack/{number:02}" for number in range(30)]
    drawn = draw_final_questions("seed", 1, lessons)

    assert len(set(drawn)) == FINAL_QUESTIONS
    assert drawn == draw_final_questions("seed", 1, reversed(lessons))
    assert drawn != draw_final_questions("seed", 2, lessons)
    often = Counter(each for learner in range(1_000) for each in draw_final_questions("seed", learner, lessons))
    assert all(250 < often[each] < 420 for each in lessons)


def test_somebody_with_few_questions_is_asked_all_of_them() -> None:
    assert sorted(draw_final_questions("seed", 1, ["b", "a", "c"])) == ["a", "b", "c"]
