"""What is unusual about a version is said before it is loaded, and what is usual isn't."""

from dataclasses import replace
from itertools import combinations

import pytest

from bot.content.load_warnings import ANOTHER_LESSON, find_load_warnings, is_another_lesson
from tests.builders import lesson
from tests.builders import pack as make_pack
from tests.shipped import shipped_pack


@pytest.mark.parametrize(
    ("live", "new", "said"),
    [
        ("1.1.0", "1.1.0", "Version 1.1.0 is live with other content. Raise the version number to tell the two apart."),
        ("1.1", "1.1.0", "Version 1.1 is live with other content. Raise the version number to tell the two apart."),
        ("1.10.0", "1.9.0", "Version 1.9.0 is lower than the live version, 1.10.0."),
    ],
)
def test_a_version_that_is_not_new_is_named(live: str, new: str, said: str) -> None:
    before = make_pack(lesson("a-01"), version=live)

    assert find_load_warnings(before, make_pack(lesson("a-01", minutes=4), version=new)) == (said,)


@pytest.mark.parametrize(
    ("before", "new", "said"),
    [
        (
            "1.1",
            "1.1.0",
            "Version 1.1 is in the pilot with other content. Raise the version number to tell the two apart.",
        ),
        ("1.10.0", "1.9.0", "Version 1.9.0 is lower than the version in the pilot, 1.10.0."),
    ],
)
def test_a_version_that_the_pilot_has_already_is_not_called_live(before: str, new: str, said: str) -> None:
    replaced = make_pack(lesson("a-01"), version=before)

    assert find_load_warnings(replaced, make_pack(lesson("a-01", minutes=4), version=new), is_for_pilot=True) == (said,)


def test_a_new_pack_a_higher_version_and_the_same_content_need_no_warning() -> None:
    before = make_pack(lesson("a-01"), version="1.9")

    assert find_load_warnings(None, before) == ()
    assert find_load_warnings(before, make_pack(lesson("a-01", minutes=4), version="1.10")) == ()
    assert find_load_warnings(before, before) == ()


def test_a_number_that_means_another_lesson_is_named_with_both_titles() -> None:
    first, second = shipped_pack().lessons[:2]
    before, after = make_pack(first), make_pack(replace(second, id=first.id), version="2.0")

    named, advice = find_load_warnings(before, after)

    assert named == f"{first.id} is another lesson now: “{first.title}” became “{second.title}”."
    assert advice == ANOTHER_LESSON


def test_no_two_shipped_lessons_are_taken_for_the_same() -> None:
    """Those of one skill, as a lesson's id names its skill."""
    pairs = [pair for pair in combinations(shipped_pack().lessons, 2) if pair[0].skill == pair[1].skill]

    assert [pair for pair in pairs if not is_another_lesson(*pair)] == []


def test_a_lesson_that_was_rewritten_stays_the_same_lesson() -> None:
    first, second = shipped_pack().lessons[:2]

    assert not is_another_lesson(first, replace(second, title=first.title)), "its title stayed"
    assert not is_another_lesson(first, replace(first, title=second.title)), "its text stayed"
    assert not is_another_lesson(first, replace(first, tip=second.tip, title=second.title)), "its question stayed"
