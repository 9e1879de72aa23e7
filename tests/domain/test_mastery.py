"""How far someone has come with a skill, in words."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mastery import MasteryLevel, SkillMastery, assess_skills, find_weak_skills
from bot.domain.spaced_repetition import MemoryState

DAY = date(2026, 3, 2)
LESSONS = [f"finance-{number:02}" for number in range(20)]


def remembered(count: int, stability: float, on: date = DAY) -> dict[str, MemoryState]:
    """Return the memories of this many lessons that were answered on a day."""
    return {each: MemoryState(stability, 5.0, on, on + timedelta(days=1)) for each in LESSONS[:count]}


def one(memories: dict[str, MemoryState], today: date = DAY) -> SkillMastery:
    (found,) = assess_skills({"finance": LESSONS}, memories, today)
    return found


def test_nothing_practiced_is_new() -> None:
    assert one({}) == SkillMastery("finance", MasteryLevel.NEW, 0, 20, None)


def test_a_few_lessons_are_growing_however_well_they_are_remembered() -> None:
    assert one(remembered(7, 1000)).level is MasteryLevel.GROWING


def test_two_fifths_remembered_well_are_steady_and_three_quarters_strong() -> None:
    assert one(remembered(8, 1000)).level is MasteryLevel.STEADY
    assert one(remembered(15, 1000)).level is MasteryLevel.STRONG


def test_all_of_it_badly_remembered_is_growing() -> None:
    assert one(remembered(20, 1), DAY + timedelta(days=30)).level is MasteryLevel.GROWING


def test_a_level_lowered_by_days_off_says_by_how_many_days() -> None:
    memories = remembered(20, 10)

    assert (one(memories).level, one(memories).previous_level, one(memories).days_without_answer) == (
        MasteryLevel.STRONG,
        None,
        0,
    )
    later = one(memories, DAY + timedelta(days=40))
    assert (later.level, later.previous_level, later.days_without_answer) == (
        MasteryLevel.STEADY,
        MasteryLevel.STRONG,
        40,
    )


def test_a_skill_is_weak_when_less_than_seven_in_ten_would_still_be_right() -> None:
    later = DAY + timedelta(days=60)

    assert find_weak_skills(assess_skills({"finance": LESSONS}, remembered(3, 1), later)) == {"finance"}
    assert find_weak_skills(assess_skills({"finance": LESSONS}, remembered(2, 1), later)) == frozenset(), (
        "two say little"
    )
    assert find_weak_skills(assess_skills({"finance": LESSONS}, remembered(3, 1000), later)) == frozenset()
    assert find_weak_skills(assess_skills({"finance": LESSONS}, {}, later)) == frozenset()


@given(st.integers(0, 20), st.floats(0.1, 1000), st.integers(0, 500), st.integers(0, 500))
def test_days_off_never_lower_a_level_silently(count: int, stability: float, days: int, more: int) -> None:
    memories = remembered(count, stability)
    sooner, later = one(memories, DAY + timedelta(days=days)), one(memories, DAY + timedelta(days=days + more))

    if later.level is not sooner.level:
        assert later.previous_level is not None
        assert later.days_without_answer == days + more
