"""Files made to take a reader's time or memory. The tests of the readers and `make attack` send them."""

import io
import zipfile
from itertools import pairwise

from tests.content.sheets.books import template

FIRST_SHEET = "xl/worksheets/sheet1.xml"

EMPTY_DATES = "EXDATE:" + "," * 1_900_000
"""A line of an entry in a calendar: a million dates with nothing in them."""


def repacked(**parts: bytes) -> bytes:
    """The template with parts added or replaced; `__` stands for a slash in their names."""
    named = {name.replace("__", "/"): content for name, content in parts.items()}
    memory = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(template())) as old, zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            if name not in named:
                new.writestr(name, old.read(name))
        for name, content in named.items():
            new.writestr(name, content)
    return memory.getvalue()


def first_sheet() -> bytes:
    """The XML of the template's first sheet."""
    with zipfile.ZipFile(io.BytesIO(template())) as archive:
        return archive.read(FIRST_SHEET)


def with_rows(rows: bytes) -> bytes:
    """The template with more rows on its first sheet, as XML."""
    return repacked(**{FIRST_SHEET: first_sheet().replace(b"</sheetData>", rows + b"</sheetData>")})


def merged_cells() -> dict[str, bytes]:
    """A part of a workbook that unfolds from a few kilobytes to millions of merged cells."""
    return {FIRST_SHEET: b"<worksheet>" + b"<mergeCell " * 2_800_000}


def styles() -> dict[str, bytes]:
    """A part of a workbook that unfolds from a few kilobytes to millions of styles."""
    return {"xl/styles.xml": b"<styleSheet>" + b"<xf/>" * 5_000_000}


def zipped(files: dict[str, bytes]) -> bytes:
    """A zip of these files."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_DEFLATED) as archive:
        for path, content in files.items():
            archive.writestr(path, content)
    return memory.getvalue()


def lists_of_values() -> bytes:
    """A zip whose lists unfold to gigabytes of values."""
    return zipped({f"handoff/{number:02}-x.yaml": b"a: [" + b"x," * 90_000 + b"]" for number in range(40)})


def alias_bomb() -> str:
    """YAML in which each list names the one before twice."""
    return "a: &a [x, x]\n" + "".join(f"{new}: &{new} [*{old}, *{old}]\n" for old, new in pairwise("abcdefgh"))


def nested_lists(levels: int) -> str:
    """YAML with a list in a list in a list, none of them closed."""
    return "[" * levels


def calendar_of(lines: str) -> bytes:
    """A calendar of one entry with these lines."""
    entry = f"BEGIN:VEVENT\nDTSTART:20260310T070000\nDTEND:20260310T150000\n{lines}\nEND:VEVENT\n"
    return f"BEGIN:VCALENDAR\n{entry}END:VCALENDAR\n".encode()
