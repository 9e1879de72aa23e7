"""Workbooks to read, and ways to spoil them."""

import functools
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from openpyxl import Workbook, load_workbook

from bot.content.checked_pack import CheckedPack
from bot.content.pack_files import PackFiles
from bot.content.pack_loading import load_folder
from bot.content.pack_templates import shipped_pack_folder
from bot.content.sheets.columns import TABLES
from bot.content.sheets.sheet_checker import check_sheet
from bot.content.sheets.sheet_reader import read_sheet
from bot.content.sheets.sheet_writer import write_template, write_workbook
from tests.content.examples import TODAY

template = functools.cache(write_template)


@functools.cache
def shipped() -> bytes:
    """The shipped pack as a workbook."""
    return write_workbook(load_folder(shipped_pack_folder()))


@functools.cache
def forty_lessons() -> PackFiles:
    """The shipped pack, cut down to the first four lessons of each skill."""
    whole = load_folder(shipped_pack_folder())
    first = tuple(f"/0{number}-" for number in range(1, 5))
    kept = {path: text for path, text in whole.files.items() if "/" not in path or any(each in path for each in first)}
    return replace(whole, files=kept)


def spoiled(spoil: Callable[[Workbook], object], book: bytes | None = None) -> bytes:
    """A workbook (the template) after somebody worked on it."""
    opened = load_workbook(io.BytesIO(book or template()))
    spoil(opened)
    memory = io.BytesIO()
    opened.save(memory)
    return memory.getvalue()


def changed(cells: dict[str, Any], book: bytes | None = None) -> bytes:
    """A workbook with other values in some cells: {"Lessons!F2": "…"}."""

    def change(opened: Workbook) -> None:
        for place, value in cells.items():
            sheet, _, cell = place.partition("!")
            opened[sheet][cell].value = value

    return spoiled(change, book)


def at(heading: str, row: int = 2, sheet: str = "Lessons") -> str:
    """The name of a cell by its heading: at("Tip") is "Lessons!F2"."""
    from bot.content.sheets.grid import column_letters

    table = next(table for table in TABLES if table.name == sheet)
    number = [column.heading for column in table.columns].index(heading) + 1
    return f"{sheet}!{column_letters(number)}{row}"


def checked(content: bytes, name: str = "ward.xlsx") -> CheckedPack:
    """All that is found in a spreadsheet."""
    return check_sheet(read_sheet(name, content), TODAY)


def places(content: bytes, name: str = "ward.xlsx") -> dict[str, str]:
    """What is said of each place that keeps a spreadsheet from being used."""
    return {problem.location: problem.message for problem in checked(content, name).blocking_problems}
