"""The workbook is made for people: it explains itself, and offers what may be chosen."""

import io

import pytest
from openpyxl import Workbook, load_workbook

from bot.content.sheets.columns import HOW_TO_SHEET, TABLES
from bot.content.sheets.sheet_writer import write_workbook
from bot.errors import PackError
from tests.content.examples import LESSON, lesson, pack, with_option
from tests.content.sheets.books import template


@pytest.fixture(scope="module")
def book() -> Workbook:
    return load_workbook(io.BytesIO(template()))


def test_sheets_stand_in_the_order_of_use_with_how_to_beside_them(book):
    assert book.sheetnames == ["Lessons", "Programs", "Skills", "Sources", "Pack", HOW_TO_SHEET]


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_headings_stay_in_sight_and_text_is_wrapped(book, table):
    sheet = book[table.name]

    assert [cell.value for cell in sheet[1]] == [column.heading for column in table.columns]
    assert sheet.freeze_panes in {"D2", "B2"}
    assert all(cell.alignment.wrap_text for cell in sheet[2])
    assert all(sheet.column_dimensions[cell.column_letter].width >= 8 for cell in sheet[1])


@pytest.mark.parametrize("table", TABLES, ids=lambda table: table.name)
def test_every_column_says_what_belongs_in_it(book, table):
    hints = {rule.promptTitle: rule for rule in book[table.name].data_validations.dataValidation}

    for column in table.columns:
        assert hints[column.heading].prompt == column.hint
        assert hints[column.heading].showInputMessage


def test_choices_are_offered_as_lists(book):
    rules = {rule.promptTitle: rule.formula1 for rule in book["Lessons"].data_validations.dataValidation}

    assert rules["Level"] == '"foundation,practice,advanced"'
    assert rules["Right answer"] == '"A,B,C,D"'
    assert "meta-analysis" in rules["Evidence"]
    assert rules["Skill"] == "Skills!$A$2:$A$26"
    assert rules["Tip"] is None


def test_cells_are_text_so_that_no_program_makes_dates_of_them(book):
    row = {
        str(head.value): cell.number_format for head, cell in zip(book["Lessons"][1], book["Lessons"][3], strict=True)
    }

    assert row["Title"] == row["Option A"] == "@"
    assert row["Checked on"] == "yyyy-mm-dd"


def test_broken_pack_is_not_exported_and_every_problem_is_named():
    with pytest.raises(PackError) as refused:
        write_workbook(pack((LESSON, with_option(0, correct=True))))

    assert [problem.code for problem in refused.value.problems] == ["L302"]


@pytest.mark.parametrize(
    ("spoiled", "code"),
    [
        (lesson(situations=["one\ntwo", "three", "four", "five"]), "L1007"),
        (lesson(tip="Ring\x07 the bell."), "X111"),
    ],
)
def test_text_that_no_cell_can_hold_is_named_and_not_changed(spoiled, code):
    with pytest.raises(PackError) as refused:
        write_workbook(pack((LESSON, spoiled)))

    assert [problem.code for problem in refused.value.problems] == [code]
