"""A cohort's figures say nothing about one person, and its code is read as people type it."""

from hypothesis import given
from hypothesis import strategies as st

from bot.domain.cohort import CODE_ALPHABET, normalize_code, settle_people_shown
from bot.domain.team import MIN_PEOPLE_COUNTED as LEAST


@given(st.integers(0, 500), st.integers(0, 500))
def test_whoever_is_told_of_some_knows_of_none(started: int, others: int) -> None:
    shown, _ = settle_people_shown(started, started + others, 0, 0, LEAST)

    assert shown % LEAST == 0
    assert shown <= started
    assert shown == 0 or others >= LEAST or started - shown >= LEAST - others


@given(st.lists(st.integers(-1, 1), max_size=60), st.integers(0, 60))
def test_one_person_more_or_less_is_never_seen(steps: list[int], began_with: int) -> None:
    chosen, counted = 100, began_with
    shown, before = settle_people_shown(counted, chosen, 0, 0, LEAST)
    for step in steps:
        with_one_more = settle_people_shown(max(0, counted + 1), chosen, shown, before, LEAST)
        with_one_less = settle_people_shown(max(0, counted - 1), chosen, shown, before, LEAST)
        if abs(counted - before) < LEAST - 1:
            assert with_one_more[0] == with_one_less[0] == shown
        counted = max(0, counted + step)
        shown, before = settle_people_shown(counted, chosen, shown, before, LEAST)


def test_fewer_than_five_on_either_side_are_never_told() -> None:
    assert settle_people_shown(4, 40, 0, 0, LEAST)[0] == 0
    assert settle_people_shown(5, 9, 0, 0, LEAST)[0] == 0
    assert settle_people_shown(5, 10, 0, 0, LEAST)[0] == 5
    assert settle_people_shown(40, 40, 0, 0, LEAST)[0] == 35


def test_a_code_is_read_as_people_type_it() -> None:
    assert normalize_code(" k7m-2qx ") == "K7M2QX"
    assert not set("01OI") & set(CODE_ALPHABET)
