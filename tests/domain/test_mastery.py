"""How far somebody has come with a skill, in words."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.mastery import Level, Mastery, masteries, weak_skills
from bot.domain.recall import Memory

DAY = date(2026, 3, 2)
LESSONS = [f"finance-{number:02}" for number in range(20)]


def remembered(count: int, stability: float, on: date = DAY) -> dict[str, Memory]:
    """So many lessons that were answered on a day."""
    return {each: Memory(stability, 5.0, on, on + timedelta(days=1)) for each in LESSONS[:count]}


def one(memories: dict[str, Memory], today: date = DAY) -> Mastery:
    (found,) = masteries({"finance": LESSONS}, memories, today)
    return found


def test_nothing_practised_is_new() -> None:
    assert one({}) == Mastery("finance", Level.NEW, 0, 20, None)


def test_a_few_lessons_are_growing_however_well_they_are_remembered() -> None:
    assert one(remembered(7, 1000)).level is Level.GROWING


def test_two_fifths_well_remembered_are_steady_and_three_quarters_strong() -> None:
    assert one(remembered(8, 1000)).level is Level.STEADY
    assert one(remembered(15, 1000)).level is Level.STRONG


def test_all_of_it_badly_remembered_is_growing() -> None:
    assert one(remembered(20, 1), DAY + timedelta(days=30)).level is Level.GROWING


def test_what_days_off_have_lowered_says_so_and_by_how_many_days() -> None:
    memories = remembered(20, 10)

    assert (one(memories).level, one(memories).was, one(memories).away) == (Level.STRONG, None, 0)
    later = one(memories, DAY + timedelta(days=40))
    assert (later.level, later.was, later.away) == (Level.STEADY, Level.STRONG, 40)


def test_a_skill_is_weak_when_less_than_seven_in_ten_would_still_be_right() -> None:
    later = DAY + timedelta(days=60)

    assert weak_skills(masteries({"finance": LESSONS}, remembered(3, 1), later)) == {"finance"}
    assert weak_skills(masteries({"finance": LESSONS}, remembered(2, 1), later)) == frozenset(), "two say little"
    assert weak_skills(masteries({"finance": LESSONS}, remembered(3, 1000), later)) == frozenset()
    assert weak_skills(masteries({"finance": LESSONS}, {}, later)) == frozenset()


@given(st.integers(0, 20), st.floats(0.1, 1000), st.integers(0, 500), st.integers(0, 500))
def test_days_off_alone_never_lower_a_level_in_silence(count: int, stability: float, days: int, more: int) -> None:
    memories = remembered(count, stability)
    sooner, later = one(memories, DAY + timedelta(days=days)), one(memories, DAY + timedelta(days=days + more))

    if later.level is not sooner.level:
        assert later.was is not None
        assert later.away == days + more
