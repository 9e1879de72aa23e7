"""What a certificate needs and says: complete programs or twenty lessons, time in quarters of an hour, its code."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.domain.certificate import (
    CODE_LENGTH,
    MAX_SKILLS,
    AnsweredLesson,
    clean_name,
    count_minutes,
    find_achievements,
    find_unprintable,
    read_code,
    write_code,
)
from bot.domain.certificate_text import duration_text
from bot.domain.cohort import CODE_ALPHABET
from tests.builders import program

DAY = date(2026, 3, 2)
PATH = program("a-01", "a-02", "b-01")
TAUGHT = {"a-01", "a-02", "b-01", *(f"c-{number:02}" for number in range(60))}


def answered(*lesson_ids: str) -> dict[str, AnsweredLesson]:
    """Answers to these lessons, one a day."""
    return {
        lesson_id: AnsweredLesson(f"Skill {lesson_id[0].upper()}", DAY + timedelta(days=number))
        for number, lesson_id in enumerate(lesson_ids)
    }


@pytest.mark.parametrize(
    ("lessons", "minutes"), [(1, 15), (7, 15), (8, 15), (15, 30), (20, 30), (22, 30), (23, 45), (30, 60), (366, 720)]
)
def test_time_is_two_minutes_a_lesson_in_full_quarters_of_an_hour(lessons: int, minutes: int) -> None:
    assert count_minutes(lessons) == minutes


@given(st.integers(1, 100_000))
def test_time_is_never_more_than_the_lessons_took_but_at_least_a_quarter(lessons: int) -> None:
    minutes = count_minutes(lessons)

    assert minutes % 15 == 0
    assert minutes == 15 or 2 * lessons - 15 < minutes <= 2 * lessons


@pytest.mark.parametrize(
    ("minutes", "said"), [(15, "15 minutes"), (60, "1 hour"), (75, "1 hour 15 minutes"), (720, "12 hours")]
)
def test_time_is_written_in_hours_and_minutes(minutes: int, said: str) -> None:
    assert duration_text(minutes) == said


def test_a_whole_program_is_enough() -> None:
    (found,) = find_achievements([PATH], "first-weeks", TAUGHT, answered("a-02", "b-01", "a-01"))

    assert (found.slug, found.program, found.lessons, found.minutes) == ("first-weeks", "First weeks", 3, 15)
    assert found.skills == ("Skill A", "Skill B")
    assert (found.first_day, found.last_day) == (DAY, DAY + timedelta(days=2))


def test_a_program_without_one_of_its_lessons_is_not() -> None:
    assert find_achievements([PATH], "first-weeks", TAUGHT, answered("a-01", "a-02")) == ()


def test_a_lesson_that_is_not_taught_anymore_is_not_waited_for() -> None:
    (found,) = find_achievements([PATH], None, TAUGHT - {"b-01"}, answered("a-01", "a-02"))

    assert (found.program, found.lessons) == ("First weeks", 2)


def test_a_program_of_which_nothing_is_taught_is_no_achievement() -> None:
    assert find_achievements([PATH], None, set(), {}) == ()


def test_twenty_lessons_are_enough_without_a_program_and_all_of_them_count() -> None:
    many = [f"c-{number:02}" for number in range(20)]

    assert find_achievements([PATH], None, TAUGHT, answered(*many[:19])) == ()
    (found,) = find_achievements([PATH], None, TAUGHT, answered(*many, "a-01"))

    assert (found.slug, found.program, found.lessons) == (None, None, 21)


def test_lessons_of_the_program_that_somebody_follows_do_not_count_as_without_one() -> None:
    many = [f"c-{number:02}" for number in range(18)]

    assert find_achievements([PATH], "first-weeks", TAUGHT, answered(*many, "a-01", "a-02")) == ()
    assert len(find_achievements([PATH], None, TAUGHT, answered(*many, "a-01", "a-02"))) == 1


def test_the_skills_with_most_lessons_come_first_and_there_are_not_too_many() -> None:
    few = {f"c-{number:02}": AnsweredLesson(f"Skill {number % 50:02}", DAY) for number in range(55)}

    (found,) = find_achievements([], None, TAUGHT, few)

    assert len(found.skills) == MAX_SKILLS
    assert found.skills[:6] == ("Skill 00", "Skill 01", "Skill 02", "Skill 03", "Skill 04", "Skill 05")


@given(st.text(CODE_ALPHABET, min_size=CODE_LENGTH, max_size=CODE_LENGTH))
def test_a_code_is_read_as_it_is_written_in_any_case_and_with_any_spaces(code: str) -> None:
    assert read_code(write_code(code)) == code
    assert read_code(f" {write_code(code).lower().replace('-', ' - ')} ") == code


@pytest.mark.parametrize("typed", ["", "K7M2Q", "K7M2Q-X9PTBB", "K7M2Q-X9PT0", "K7M2Q-X9PTÖ", "../etc", "K" * 9_999])
def test_what_cannot_be_a_code_is_none(typed: str) -> None:
    assert read_code(typed) is None


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("  Amara \n Okafor\t", "Amara Okafor"),
        ("Zoe\u0301 Łuc\u0301", "Zoé Łuć"),
        ("\u202egnorw\u202c \u0000Name\u200b", "gnorw Name"),
        (" \n\u202e ", ""),
    ],
)
def test_a_name_is_printed_in_one_line_without_marks_that_nobody_sees(typed: str, name: str) -> None:
    assert clean_name(typed) == name


def test_letters_that_no_font_has_are_found_before_printing() -> None:
    assert find_unprintable("Wilhelmína Łukaszewska-Núñez y Öztürk O’Neill Ελένη Олена Nguyễn") == ""
    assert find_unprintable("Li 李 明明 😀") == "李明😀"
