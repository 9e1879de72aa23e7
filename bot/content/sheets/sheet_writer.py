"""Writes a pack as a workbook for people: fixed headings, wrapped text, and drop-down lists.

Every text is written as text, whatever it starts with, so a spreadsheet program never runs a formula from a pack.
"""

import io
from collections.abc import Mapping
from typing import TYPE_CHECKING

from bot.content.pack_files import PackFiles
from bot.content.pack_templates import template_files
from bot.content.sheets.columns import (
    HOW_TO_SHEET,
    LESSONS_TABLE,
    SKILL_PATH,
    SKILLS_TABLE,
    TABLES,
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
"""Formatted empty rows, with drop-down lists, below the last one."""
_HEADING_COLOR, _HEADING_TEXT_COLOR = "1F4E5F", "FFFFFF"
_OPTIONAL_COLOR = "5B7F8C"
_MAX_HINT_LENGTH = 255
"""Longest hint, in characters (Excel's limit)."""


def write_workbook(pack_files: PackFiles) -> bytes:
    """Return a pack as an .xlsx workbook with instructions. Raises PackError if the pack can't be exported."""
    return build_workbook(export_rows(pack_files))


def build_workbook(rows: Mapping[Table, Rows]) -> bytes:
    """Return the rows of each table as an .xlsx workbook with instructions."""
    from openpyxl import Workbook  # takes 0.2 s to import, and most processes never write a sheet

    book = Workbook()
    book.remove(book.worksheets[0])
    for table in TABLES:
        _write_table(book.create_sheet(table.name), table, rows[table])
    _write_how_to(book)
    _add_skill_choices(book, len(rows[SKILLS_TABLE]))
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()


def write_lessons_csv(pack_files: PackFiles) -> bytes:
    """Return only a pack's lessons, as CSV. Raises PackError if the pack can't be exported."""
    rows = export_rows(pack_files)[LESSONS_TABLE]
    headings = [column.heading for column in LESSONS_TABLE.columns]
    return write_csv([headings, *([_as_text(value) for value in row] for row in rows)])


def write_template() -> bytes:
    """Return the workbook for new authors, with one example lesson."""
    return write_workbook(PackFiles("template", template_files("Our lessons")))


def _as_text(value: CellValue) -> str:
    return "" if value is None else str(value)


def _write_table(sheet: "Worksheet", table: Table, rows: Rows) -> None:
    from openpyxl.styles import Alignment, Font, PatternFill

    top = Alignment(wrap_text=True, vertical="top")
    for number, column in enumerate(table.columns, start=1):
        color = _HEADING_COLOR if column.required else _OPTIONAL_COLOR
        heading = sheet.cell(1, number, column.heading)
        heading.font = Font(bold=True, color=_HEADING_TEXT_COLOR)
        heading.fill = PatternFill("solid", start_color=color)
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
                cell.data_type = "s"  # otherwise openpyxl turns text that starts with = into a formula
                cell.quotePrefix = True  # otherwise Excel does so when somebody edits the cell
    sheet.freeze_panes = "D2" if table is LESSONS_TABLE else "B2"
    for number, column in enumerate(table.columns, start=1):
        _add_validation(sheet, column, column_letters(number), 1 + len(rows) + spare)


def _format(column: Column) -> str:
    """Return the number format. Text format keeps Excel from turning "2-3" into a date and "007" into 7."""
    return {CellType.DATE: "yyyy-mm-dd", CellType.WHOLE_NUMBER: "0"}.get(column.cell_type, "@")


def _add_validation(sheet: "Worksheet", column: Column, letter: str, last: int) -> None:
    """Add a hint for selected cells and, if the column has choices, a drop-down list."""
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
        "prompt": column.hint[:_MAX_HINT_LENGTH],
        "showErrorMessage": bool(column.choices),
        "error": "Choose a value from the list.",
    }.items():
        setattr(rule, name, value)


def _add_skill_choices(book: "Workbook", count: int) -> None:
    """Make the Skill column a drop-down list of the Skills sheet, including skills that somebody adds there later."""
    sheet = book[LESSONS_TABLE.name]
    column = LESSONS_TABLE.column_for(*SKILL_PATH)
    for rule in sheet.data_validations.dataValidation:
        if rule.promptTitle == column.heading:
            rule.type = "list"
            rule.formula1 = f"{SKILLS_TABLE.name}!$A$2:$A${1 + max(SKILLS_TABLE.max_rows, count)}"
            rule.showErrorMessage = True
            rule.error = "Choose a short name from the Skills sheet."


def _write_how_to(book: "Workbook") -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(HOW_TO_SHEET)
    sheet.column_dimensions["A"].width = 100
    for number, line in enumerate(HOW_TO_LINES, start=1):
        cell = sheet.cell(number, 1, line.lstrip("#").strip())
        cell.alignment = Alignment(wrap_text=True, vertical="top")
        if line.startswith("#"):
            cell.font = Font(bold=True, size=13)
