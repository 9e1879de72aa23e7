"""Writes a pack as a workbook for people: headings that stay in sight, wrapped text, lists to choose from.

Every text is written as text, whatever it begins with: a spreadsheet calculates nothing that came out of a pack.
"""

import io
from typing import TYPE_CHECKING

from bot.content.pack_files import PackFiles
from bot.content.pack_templates import template_files
from bot.content.sheets.columns import (
    HOW_TO_SHEET,
    LESSONS_TABLE,
    PACK_TABLE,
    SKILL_PATH,
    SKILLS_TABLE,
    SOURCES_TABLE,
    CellType,
    Column,
    Table,
)
from bot.content.sheets.csv_files import write_csv
from bot.content.sheets.exporting import CellValue, Rows, export_rows
from bot.content.sheets.grid import column_letters
from bot.content.sheets.how_to import HOW_TO_LINES

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

_SPARE_ROWS = 100
"""Empty rows below the last one that are formatted, and have their lists to choose from."""
_HEADING_COLOUR, _HEADING_TEXT = "1F4E5F", "FFFFFF"
_OPTIONAL_COLOUR = "5B7F8C"
_LONGEST_HINT = 255
"""Characters of a hint (Excel's limit)."""


def write_workbook(pack_files: PackFiles) -> bytes:
    """A pack as an .xlsx workbook: the sheets of `columns`, and how to use them. PackError if it can't be read."""
    from openpyxl import Workbook  # takes 0.2 s to import, and most processes never write a sheet

    rows = export_rows(pack_files)
    book = Workbook()
    book.remove(book.worksheets[0])
    for table in (LESSONS_TABLE, SKILLS_TABLE, SOURCES_TABLE, PACK_TABLE):
        _write_table(book.create_sheet(table.name), table, rows[table])
    _write_how_to(book)
    _offer_skills(book, len(rows[SKILLS_TABLE]))
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()


def write_lessons_csv(pack_files: PackFiles) -> bytes:
    """The lessons of a pack as CSV, and nothing else of it. PackError if it can't be read."""
    rows = export_rows(pack_files)[LESSONS_TABLE]
    headings = [column.heading for column in LESSONS_TABLE.columns]
    return write_csv([headings, *([_as_text(value) for value in row] for row in rows)])


def write_template() -> bytes:
    """The workbook to begin with: one worked lesson."""
    return write_workbook(PackFiles("template", template_files("Our lessons")))


def _as_text(value: CellValue) -> str:
    return "" if value is None else str(value)


def _write_table(sheet: "Worksheet", table: Table, rows: Rows) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    top = Alignment(wrap_text=True, vertical="top")
    for number, column in enumerate(table.columns, start=1):
        colour = _HEADING_COLOUR if column.required else _OPTIONAL_COLOUR
        heading = sheet.cell(1, number, column.heading)
        heading.font = Font(bold=True, color=_HEADING_TEXT)
        heading.fill = PatternFill("solid", start_color=colour)
        heading.alignment = Alignment(wrap_text=True, vertical="center")
        sheet.column_dimensions[column_letters(number)].width = column.width
    spare = min(_SPARE_ROWS, table.max_rows - len(rows))
    for row in range(2, 2 + len(rows) + spare):
        for number, column in enumerate(table.columns, start=1):
            value = rows[row - 2][number - 1] if row - 2 < len(rows) else None
            cell = sheet.cell(row, number)
            cell.alignment = top
            cell.number_format = _format(column)
            if value is not None:
                cell.value = value
            if isinstance(value, str):
                cell.data_type = "s"  # openpyxl makes a formula of what begins with =
                cell.quotePrefix = True  # and so does Excel, as soon as somebody changes the cell
    sheet.freeze_panes = "D2" if table is LESSONS_TABLE else "B2"
    for number, column in enumerate(table.columns, start=1):
        _explain(sheet, column, column_letters(number), 1 + len(rows) + spare)


def _format(column: Column) -> str:
    """Text stays text, so that a spreadsheet makes no date of "2-3" and no 7 of "007"."""
    return {CellType.DATE: "yyyy-mm-dd", CellType.WHOLE_NUMBER: "0"}.get(column.cell_type, "@")


def _explain(sheet: "Worksheet", column: Column, letter: str, last: int) -> None:
    """A hint beside the cell that is chosen, and a list to choose from where there is one."""
    from openpyxl.worksheet.datavalidation import DataValidation

    rule = DataValidation(type="list", formula1=f'"{",".join(column.choices)}"') if column.choices else DataValidation()
    _add_hint(rule, column)
    sheet.add_data_validation(rule)
    rule.add(f"{letter}2:{letter}{last}")


def _add_hint(rule: object, column: Column) -> None:
    for name, value in {
        "allow_blank": True,
        "showInputMessage": True,
        "promptTitle": column.heading[:32],
        "prompt": column.hint[:_LONGEST_HINT],
        "showErrorMessage": bool(column.choices),
        "error": "Choose one of the list.",
    }.items():
        setattr(rule, name, value)


def _offer_skills(book: "Workbook", count: int) -> None:
    """The skills to choose from are those of the sheet Skills, also those that somebody adds there."""
    sheet = book[LESSONS_TABLE.name]
    column = LESSONS_TABLE.column_for(*SKILL_PATH)
    for rule in sheet.data_validations.dataValidation:
        if rule.promptTitle == column.heading:
            rule.type = "list"
            rule.formula1 = f"{SKILLS_TABLE.name}!$A$2:$A${1 + max(SKILLS_TABLE.max_rows, count)}"
            rule.showErrorMessage = True
            rule.error = "Choose a short name of the sheet Skills."


def _write_how_to(book: "Workbook") -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(HOW_TO_SHEET)
    sheet.column_dimensions["A"].width = 100
    for number, line in enumerate(HOW_TO_LINES, start=1):
        cell = sheet.cell(number, 1, line.lstrip("#").strip())
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if line.startswith("#"):
            cell.font = Font(bold=True, size=13)
