"""Workbooks to read, and ways to spoil them."""

import functools
import io
from collections.abc import Callable
from dataclasses import replace
from typing import Any

from openpyxl import Workbook, load_workbook

from bot.content.intake import PackSource
from bot.content.lint import CheckedPack
from bot.content.packs import shipped_path
from bot.content.sheets.checking import check
from bot.content.sheets.columns import TABLES
from bot.content.sheets.reading import read_sheets
from bot.content.sheets.writing import template_bytes, workbook_bytes
from bot.content.sources import folder
from tests.content.examples import TODAY

template = functools.cache(template_bytes)


@functools.cache
def shipped() -> bytes:
    """The shipped pack as a workbook."""
    return workbook_bytes(folder(shipped_path()))


@functools.cache
def forty_lessons() -> PackSource:
    """The shipped pack, cut down to the first four lessons of each skill."""
    whole = folder(shipped_path())
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
    from bot.content.sheets.grid import letters

    table = next(table for table in TABLES if table.name == sheet)
    number = [column.heading for column in table.columns].index(heading) + 1
    return f"{sheet}!{letters(number)}{row}"


def checked(content: bytes, name: str = "ward.xlsx") -> CheckedPack:
    """All that is found in a spreadsheet."""
    return check(read_sheets(name, content), TODAY)


def places(content: bytes, name: str = "ward.xlsx") -> dict[str, str]:
    """What is said of each place that keeps a spreadsheet from being used."""
    return {problem.place: problem.message for problem in checked(content, name).blocking}
