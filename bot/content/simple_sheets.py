"""Writes plain tables as a workbook (.xlsx) in a process of its own: openpyxl takes memory that the bot would keep."""

import io
import json
from collections.abc import Sequence

from bot.content.parsing_process import ParsingLimits, ParsingStopped, parse_in_process
from bot.errors import Refused
from bot.language import gettext as _

CellValue = str | int | None
"""A text, a whole number, or an empty cell."""

SheetRows = tuple[str, Sequence[Sequence[CellValue]]]
"""A sheet's name and its rows, the first of which names the columns."""

LIMITS = ParsingLimits(file_bytes=8 * 2**20)
"""openpyxl writes each sheet to a temporary file."""

MAX_WIDTH = 80
"""Characters of the widest column."""


async def write_sheets(sheets: Sequence[SheetRows]) -> bytes:
    """Return the tables as a workbook, texts always as text. Raises Refused if that can't be done."""
    try:
        return await parse_in_process(sheets_to_workbook, json.dumps(sheets).encode(), limits=LIMITS)
    except ParsingStopped:
        raise Refused(_("The spreadsheet couldn't be made. Nothing was changed. Try again in a while.")) from None


def sheets_to_workbook(content: bytes) -> bytes:
    """Return the workbook of tables as JSON. Runs in the process of its own."""
    from openpyxl import Workbook
    from openpyxl.styles import Alignment, Font

    book = Workbook()
    book.remove(book.worksheets[0])
    for name, rows in json.loads(content):
        sheet = book.create_sheet(name)
        for number, row in enumerate(rows, start=1):
            for place, value in enumerate(row, start=1):
                cell = sheet.cell(number, place, value)
                cell.alignment = Alignment(wrap_text=True, vertical="top")
                cell.font = Font(bold=number == 1)
                if isinstance(value, str):
                    cell.data_type = "s"  # otherwise openpyxl turns text that starts with = into a formula
                    cell.quotePrefix = True  # otherwise Excel does so when somebody edits the cell
        for column in sheet.columns:
            longest = max(len(str(cell.value or "")) for cell in column)
            sheet.column_dimensions[column[0].column_letter].width = min(longest + 2, MAX_WIDTH)
        sheet.freeze_panes = "B2"
    memory = io.BytesIO()
    book.save(memory)
    return memory.getvalue()
