"""Every bad cell is named by sheet, row and column, all at once, in words that say what to do."""

import io
from datetime import datetime

import pytest
from openpyxl import Workbook, load_workbook

from bot.content.sheets.cell_values import RawCell, UnusableCell, cell_text
from bot.content.sheets.columns import LESSONS_TABLE
from bot.content.sheets.sheet_writer import write_workbook
from tests.content.sheets.books import at, changed, checked, forty_lessons, places, spoiled, template


def test_template_is_clean():
    assert checked(template()).problems == ()


def test_all_problems_are_found_at_once_each_at_its_cell():
    content = changed(
        {
            at("Tip"): None,
            at("Level"): "expert",
            at("Right answer"): "E",
            at("Checked on"): "next week",
            at("Sources"): "nobody-2020",
            at("Version", sheet="Pack"): "one",
            at("Command", sheet="Skills"): "tip",
        }
    )

    found = places(content)

    assert set(found) == {
        at("Tip"),
        at("Level"),
        at("Right answer"),
        at("Checked on"),
        at("Sources"),
        at("Version", sheet="Pack"),
        at("Command", sheet="Skills"),
    }
    assert found[at("Tip")].startswith("Tip is empty.")
    assert "must be one letter of A, B, C" in found[at("Right answer")]
    assert "must be a date, such as 2026-11-23" in found[at("Checked on")]
    assert "is not on the Sources sheet" in found[at("Sources")]


def test_problem_reads_like_a_place_in_a_spreadsheet():
    problem = checked(changed({at("Tip", row=2): None})).blocking_problems[0]

    assert str(problem) == f"{at('Tip')}: X106 Tip is empty. {LESSONS_TABLE.column_for('tip').hint}"


@pytest.mark.parametrize(
    ("heading", "value", "said"),
    [
        ("Title", "=A1&A2", "This is a formula. Copy the cell, and paste it as a value."),
        ("Title", datetime(2026, 2, 3), "turned this into a date or time"),  # noqa: DTZ001  (as a sheet holds it)
        ("Option A", 0.5, "turned this into a number"),
        ("Title", "a\u2028b", "has an invisible character"),
        ("Checked on", True, "must be a date, such as 2026-11-23"),
        ("Minutes", 2.5, "must be a whole number"),
        ("Minutes", "three", "must be a whole number"),
        ("Number", 100, "from 0 to 99"),
        ("Number", None, "from 0 to 99"),
        ("Skill", "juggling", "“juggling” isn't a skill on the Skills sheet."),
        ("Skill", None, "Skill is empty."),
        ("Option C", None, "Option C is empty."),
        ("C: why", None, "C: why is empty."),
        ("Option D", "One more", None),
        ("Situations", "one\ntwo", "There must be at least 4."),
        ("Title", "t" * 61, "The limit is 60."),
        ("Tip", "Call 555-123-4567 now.", "phone"),
        ("Right answer", "D", "Right answer must be one letter of A, B, C."),
    ],
)
def test_cell_is_named_with_what_to_do(heading, value, said):
    found = places(changed({at(heading): value}))

    where = at("D: why") if said is None else at(heading)
    assert (said or "D: why is empty.") in found[where]
    assert len(found) == 1


def test_failed_formula_is_told_from_one_that_works():
    def spoil(book: Workbook) -> None:
        cell = book["Lessons"][at("Title").partition("!")[2]]
        cell.value = "#REF!"
        cell.data_type = "e"

    assert places(spoiled(spoil))[at("Title")] == "This formula has an error. Replace it with text."


def test_two_rows_of_the_same_lesson_are_both_named():
    book = changed(
        {at(heading, row=3): "x" for heading in ("Title",)} | {at("Skill", 3): "handoff", at("Number", 3): "1"}
    )

    assert "Row 2 is also lesson 1 of handoff." in places(book)[at("Number", 3)]


def test_two_sources_with_the_same_key_are_named_by_cell():
    key = "ahrq-teamstepps-communication"

    assert places(changed({"Sources!A3": key}))["Sources!A3"] == f"`{key}` is also in A2. Change one of them."


def test_merged_cells_are_named_with_their_range():
    found = places(spoiled(lambda book: book["Lessons"].merge_cells("F2:G3")))

    assert found["Lessons!F2"] == "The cells F2:G3 are merged. Unmerge them, and write the text in each."


def test_lesson_that_repeats_another_is_told_with_the_others_cell():
    tip = "Hear each side alone, write both down, and then meet together with ground rules and an agreement."

    advice = checked(changed({at("Tip", 5): tip, at("Tip", 9): tip}, write_workbook(forty_lessons()))).advice

    assert any(each.location == at("Tip", 9) and f"with {at('Title', 5)}" in each.message for each in advice)


def test_rule_without_a_review_date_is_told_at_its_empty_cell():
    book = write_workbook(forty_lessons())
    sheet = load_workbook(io.BytesIO(book), read_only=True)["Lessons"]
    skills = [str(row[0].value) for row in sheet.iter_rows(max_col=1, max_row=300)]
    place = at("Review by", skills.index("compliance") + 1)

    advice = checked(changed({place: None}, book)).advice

    assert [(each.location, each.code) for each in advice] == [(place, "L702")]


def test_broken_source_is_named_beside_the_lessons():
    found = places(changed({at("Year", sheet="Sources"): 20.5}))

    assert found[at("Year", sheet="Sources")] == "Year must be a whole number, such as 2024."


def test_problem_names_the_column_by_its_heading():
    found = places(changed({at("Short name", sheet="Pack"): "Ward 7", at("Words to say"): "w" * 301}))

    assert found[at("Short name", sheet="Pack")].startswith("Short name must be lowercase letters")
    assert found[at("Words to say")] == "Words to say is 301 characters. The limit is 300."


def test_number_where_a_date_belongs_is_no_date():
    with pytest.raises(UnusableCell, match="This is a number, not a date"):
        cell_text(RawCell(46000), LESSONS_TABLE.column_for("checked_on"))


def test_columns_may_stand_in_any_order_and_headings_in_any_case():
    def reorder(book: Workbook) -> None:
        sheet = book["Lessons"]
        rows = [[cell.value for cell in row] for row in sheet.iter_rows(max_row=2)]
        for number, values in enumerate(rows, start=1):
            for column, value in enumerate(reversed(values), start=1):
                sheet.cell(number, column).value = f" {str(value).upper()} :" if number == 1 else value

    assert checked(spoiled(reorder)).problems == ()


@pytest.mark.parametrize(
    ("place", "value", "where", "said"),
    [
        ("F1", "Tipp", "Lessons!F1", "Did you mean “Tip”?"),
        ("F1", "Level", "Lessons!F1", "two columns “Level”"),
        ("AZ5", "a stray note", "Lessons!AZ5", "This column has no heading."),
    ],
)
def test_headings_that_do_not_fit_are_named(place, value, where, said):
    assert said in places(changed({f"Lessons!{place}": value}))[where]


def test_missing_columns_are_all_named():
    found = places(changed({"Lessons!F1": None, "Lessons!G1": None}))

    assert any("Columns “Tip”, “Why” are missing. Add them." in message for message in found.values())


def test_missing_sheet_is_told_and_a_close_name_is_offered():
    def rename(book: Workbook) -> None:
        book["Sources"].title = "Source"
        book["Source"].delete_rows(1)
        del book["Skills"]

    found = places(spoiled(rename))

    these = "This workbook has “Lessons”, “Programs”, “Source”, “Pack”, “How to”."
    assert found["Sources!A1"] == f"Sheet “Sources” is missing. {these} Rename “Source”."
    assert found["Skills!A1"] == f"Sheet “Skills” is missing. {these} Add it, with its headings in row 1."


def test_empty_pack_sheet_and_empty_lessons_are_told():
    def clear(book: Workbook) -> None:
        book["Pack"].delete_rows(2)
        book["Lessons"].delete_rows(2)

    found = places(spoiled(clear))

    assert "Fill in row 2." in found["Pack!A2"]
    assert found["Lessons!A2"] == "There are no lessons. Write the first one in this row."


def test_other_sheets_are_passed_over():
    assert checked(spoiled(lambda book: book.create_sheet("Notes").append(["=1+1"]))).problems == ()


def test_skill_may_be_called_by_its_name():
    assert checked(changed({at("Skill"): "Handoffs"})).problems == ()
