"""Cells are read as people type and paste them; what a program made of their words is caught."""

import csv
import io
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import Workbook

from bot.content.pack_files import PackFiles
from bot.content.schema import LessonSchema
from bot.content.sheets.csv_files import write_csv
from bot.content.sheets.dates import possible_dates
from bot.content.sheets.sheet_reader import read_sheet
from bot.content.sheets.sheet_writer import write_lessons_csv
from bot.content.yaml_reader import read_yaml
from tests.content.examples import lesson, pack
from tests.content.sheets.books import at, changed, checked, places, spoiled

SITUATIONS = ["My shift ends in chaos", "Nobody reads my notes", "They call me at home", "Things get lost at night"]


def read_back(cells: dict[str, Any]) -> LessonSchema:
    """The template's lesson after these cells were changed."""
    sheet = read_sheet("ward.xlsx", changed(cells))
    assert sheet.problems == ()
    (path,) = (path for path in sheet.files if "/" in path)
    tree, _ = read_yaml(path, sheet.files[path])
    assert tree is not None
    return LessonSchema.model_validate(tree.root)


def csv_with(**cells: str) -> tuple[bytes, PackFiles]:
    """Lessons as CSV with other texts under some headings (`_` for a space), and the pack that they belong to."""
    base = pack(("handoff/01-a.yaml", lesson()))
    headings, values = list(csv.reader(io.StringIO(write_lessons_csv(base).decode("utf-8-sig"), newline="")))
    named = {name.replace("_", " "): text for name, text in cells.items()}
    return write_csv([headings, [named.get(*pair) for pair in zip(headings, values, strict=True)]]), base


@pytest.mark.parametrize(
    ("heading", "sheet", "value"),
    [
        ("Level", "Lessons", "Foundation"),
        ("Level", "Lessons", " FOUNDATION "),
        ("Evidence", "Lessons", "Meta-Analysis"),
        ("Evidence", "Lessons", "meta analysis"),
        ("Level", "Sources", "b"),
        ("Kind", "Sources", "rct"),
        ("Kind", "Sources", "Observational  Study"),
        ("Right answer", "Lessons", "b)"),
        ("Right answer", "Lessons", "Option B"),
        ("Skill", "Lessons", "HANDOFF"),
        ("Skill", "Lessons", "Hand\u200boffs\u00a0"),
        ("Sources", "Lessons", "AHRQ-TeamSTEPPS-Communication"),
        ("Key", "Sources", "AHRQ-TeamSTEPPS-communication"),
        ("Short name", "Pack", "Our-Lessons"),
        ("Short name", "Skills", "Handoff"),
        ("Command", "Skills", "/Ward-Tip"),
        ("Skills", "Sources", "HANDOFF, Handoff"),
    ],
)
def test_what_is_chosen_from_a_list_or_named_may_be_in_any_case(heading: str, sheet: str, value: str):
    assert checked(changed({at(heading, sheet=sheet): value})).blocking_problems == ()


@pytest.mark.parametrize(
    "typed",
    [
        "23.11.2026",
        "23. 11. 2026",
        "23.11.26",
        "2026-11-23",
        "2026/11/23",
        "2026.11.23",
        "11/23/2026",
        "23/11/2026",
        "23-11-2026",
        "23-Nov-26",
        "23 Nov 2026",
        "Nov 23, 2026",
        "November 23rd, 2026",
        "Monday, November 23, 2026",
        "2026-11-23T00:00:00",
        "2026-11-23 00:00:00",
        "20261123",
        "\u200e23\u200e.\u200e11\u200e.\u200e2026",
        datetime(2026, 11, 23, 9, 30),  # noqa: DTZ001  (as a sheet holds it)
        date(2026, 11, 23),
        46349,
        46349.5,
    ],
)
def test_a_date_is_read_as_people_and_programs_write_it(typed: object):
    assert read_back({at("Checked on"): typed}).checked_on == date(2026, 11, 23)


@pytest.mark.parametrize("typed", ["23.11.2026", "11/23/2026", "23-Nov-26"])
def test_a_date_in_csv_is_read_as_excel_writes_it(typed: str):
    content, base = csv_with(Checked_on=typed)

    assert checked_on_of(content, base) == date(2026, 11, 23)


def checked_on_of(content: bytes, base: PackFiles) -> date:
    sheet = read_sheet("ward.csv", content, base)
    assert sheet.problems == ()
    tree, _ = read_yaml("a", sheet.files["handoff/01-a.yaml"])
    assert tree is not None
    return LessonSchema.model_validate(tree.root).checked_on


def test_a_date_that_could_be_two_days_is_asked_for_again():
    found = places(changed({at("Checked on"): "03/04/2026"}))

    assert found == {
        at("Checked on"): "03/04/2026 may be March 4, 2026 or April 3, 2026. Write the date like 2026-11-23."
    }


def test_a_date_that_could_be_two_days_is_read_as_the_others_in_its_file():
    cells = {at("Checked on"): "03/04/2026", at("Review by"): "25/04/2027"}

    assert read_back(cells).checked_on == date(2026, 4, 3)


def test_dates_in_a_file_that_contradict_each_other_settle_nothing():
    cells = {
        at("Checked on"): "03/04/2026",
        at("Review by"): "25/04/2027",
        at("Review by", sheet="Sources"): "04/25/2027",
    }

    assert at("Checked on") in places(changed(cells))


@pytest.mark.parametrize(
    "typed", ["next May", "May 2026", "2026", "12", "31.02.2026", "10:30", "23.11.", 7, "Monday", "46349", "23.11.0026"]
)
def test_what_is_no_whole_date_stays_a_problem(typed: object):
    assert "date" in places(changed({at("Checked on"): typed}))[at("Checked on")]


@given(st.text(alphabet="0123456789./-: ,TZJanFebMondayst+\u200e٣²", max_size=50) | st.text(max_size=60))
def test_any_text_in_a_column_of_dates_is_read_as_two_dates_at_most(text: str):
    days = possible_dates(text)

    assert len(set(days)) == len(days) <= 2


@pytest.mark.parametrize(
    "mark", ["• ", "•\t", "- ", "* ", "– ", "\u25aa ", "\u25cf ", "\u25e6 ", "\uf0b7\t", "· ", "➢ "]
)
def test_bullets_are_left_out(mark: str):
    typed = "\n".join(f"{mark}{line}" for line in SITUATIONS)

    read = read_back({at("Situations"): typed, at("Tip"): f"{mark}Write one line today."})

    assert read.situations == SITUATIONS
    assert read.tip == "Write one line today."


@pytest.mark.parametrize("form", ["{}. {}", "{}) {}", "({}) {}"])
def test_numbers_of_a_numbered_list_are_left_out(form: str):
    typed = "\n".join(form.format(number, line) for number, line in enumerate(SITUATIONS, start=1))

    assert read_back({at("Situations"): typed}).situations == SITUATIONS


def test_a_number_that_begins_a_situation_is_kept():
    lines = ["2 nurses are out", *SITUATIONS[1:]]

    assert read_back({at("Situations"): "\n".join(lines)}).situations == lines


@pytest.mark.parametrize(
    "unseen", ["\u200b", "\u200c", "\u200d", "\u2060", "\ufeff", "\u00ad", "\u200e", "\u202a", "\u2066"]
)
def test_characters_without_width_are_left_out(unseen: str):
    read = read_back(
        {
            at("Title"): f"{unseen}Write one{unseen} line",
            at("Level"): f"{unseen}prac{unseen}tice",
            at("Sources"): f"ahrq-{unseen}teamstepps-communication",
            at("Number"): f"{unseen}1",
            "Lessons!F1": f"{unseen}Ti{unseen}p",
        }
    )

    assert (read.title, read.level, read.id) == ("Write one line", "practice", "handoff-01")


def test_rows_of_nothing_but_characters_without_width_are_no_lessons():
    cells = {f"Lessons!{column}{row}": "\u200b \ufeff" for column in "ABCDEF" for row in (5, 6)}

    assert checked(changed(cells)).problems == ()


def test_line_breaks_of_a_word_processor_are_line_breaks():
    assert read_back({at("Tip"): "Write one line._x000B_Read it aloud."}).tip == "Write one line.\nRead it aloud."


@pytest.mark.parametrize("heading", ["Comment", "comments", " COMMENT: ", "Remarks"])
@pytest.mark.parametrize("sheet", ["Lessons", "Skills", "Sources", "Pack"])
def test_a_comment_column_is_for_people_and_holds_anything(heading: str, sheet: str):
    def comment(book: Workbook) -> None:
        column = book[sheet].max_column + 1
        day = datetime(2026, 1, 2)  # noqa: DTZ001  (as a sheet holds it)
        values: tuple[Any, ...] = (heading, "=1+1", day, "Ask Dr. Smith, 555-123-4567")
        for row, value in enumerate(values, start=1):
            book[sheet].cell(row, column, value)

    assert checked(spoiled(comment)).problems == ()


def test_two_comment_columns_are_fine():
    assert checked(changed({"Lessons!AR1": "Comment", "Lessons!AS1": "Comment", "Lessons!AS2": "x"})).problems == ()


@pytest.mark.parametrize(
    ("heading", "value", "said"),
    [
        ("Title", 42, "has no words"),
        ("Title", "42", "has no words"),
        ("Title", "…", "has no words"),
        ("Tip", "12", "has no words"),
        ("Question", "?", "has no words"),
        ("A: why", "-", "has no words"),
        ("Situations", "one more\n2\nthree more\nfour more", "has no words"),
        ("Title", "Write one\nline", "has a line break"),
        ("Option A", "Write one\nline", "has a line break"),
        ("They say 1", "No\nnever", "has a line break"),
        ("Words to say", True, "turned this into TRUE or FALSE"),
        ("Tip", False, "turned this into TRUE or FALSE"),
        ("Sources", True, "turned this into TRUE or FALSE"),
    ],
)
def test_text_that_a_program_or_a_slip_changed_is_caught(heading: str, value: object, said: str):
    found = places(changed({at(heading): value, at("You answer 1"): "Say what the line is for."}))

    assert said in found.pop(at(heading))
    assert set(found) <= {at("They say 1")}


@pytest.mark.parametrize(
    ("heading", "sheet"), [("Name", "Pack"), ("Name", "Skills"), ("Scope", "Skills"), ("Title", "Sources")]
)
def test_a_line_break_in_a_name_is_caught(heading: str, sheet: str):
    found = places(changed({at(heading, sheet=sheet): "Two\nlines"}))

    assert found == {at(heading, sheet=sheet): f"{heading} has a line break. Write it on one line."}


@pytest.mark.parametrize(
    "value", ["TRUE", "FALSE", "WAHR", "#REF!", "#NAME?", "#N/A", "#DIV/0!", "#ÜBERLAUF!", "########"]
)
def test_what_a_program_left_of_a_text_in_csv_is_caught(value: str):
    content, base = csv_with(Words_to_say=value)

    (problem,) = read_sheet("ward.csv", content, base).problems

    assert problem.cell == at("Words to say").partition("!")[2]
    assert "instead of your text" in problem.message


@pytest.mark.parametrize("text", ["Say #1 rule!", "#1 rule!", "True story", "#Handoff now?"])
def test_what_only_looks_like_a_programs_leftover_is_kept(text: str):
    assert read_back({at("Reflection"): text}).reflection == text


def test_options_may_be_numbers():
    numbers = {at(f"Option {letter}"): number for letter, number in zip("ABC", (2, 3, 4), strict=True)}

    assert checked(changed(numbers)).blocking_problems == ()


def test_a_version_that_became_a_number_says_how_to_type_it():
    found = places(changed({at("Version", sheet="Pack"): 1.1}))

    assert "turned this into a number. Format the cell as Text" in found[at("Version", sheet="Pack")]
