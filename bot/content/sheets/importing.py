"""Puts the lessons of a spreadsheet into a pack's folder: all of them, or none."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ValidationError

from bot.content.drafting import LESSON_PATH
from bot.content.intake import PackSource
from bot.content.schema import BibliographyShape, LessonShape, PackShape
from bot.content.sheets.checking import check
from bot.content.sheets.limits import MAX_BYTES
from bot.content.sheets.reading import SheetPack, read_sheets
from bot.content.sources import PACK_FILE, folder
from bot.content.yaml_tree import parse
from bot.errors import NotFound, PackError, Problem, Refused


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import did, in paths within the folder; `advice` is what the pack's authors may want to mend.

    `unchanged` files said the same already and were left as they are, comments and all; `others` are lessons in the
    folder that the spreadsheet doesn't have.
    """

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    others: tuple[str, ...]
    advice: tuple[Problem, ...]


def import_sheet(file: Path, into: Path, today: date, *, replace: bool = False) -> Imported:
    """Write the lessons of a spreadsheet into the folder of a pack.

    PackError with every problem, each at its cell, and then nothing is written. A file that says something else already
    is such a problem, unless `replace`. NotFound if there is no spreadsheet; Refused if the folder can't be written.
    """
    if not file.is_file():
        raise NotFound(f"There is no file {file}. Nothing was written.")
    with file.open("rb") as opened:
        content = opened.read(MAX_BYTES + 1)
    beside = folder(into) if into.exists() else PackSource(into.name, {})
    sheet = read_sheets(file.name, content, beside)
    if sheet.files and not sheet.whole and PACK_FILE not in beside.files:
        raise PackError([_no_pack(sheet.name, into)])
    checked = check(sheet, today, beside)
    changed = tuple(path for path in sheet.files if not _says_the_same(path, sheet, beside))
    in_the_way = () if replace else tuple(_in_the_way(sheet, beside, changed))
    if checked.blocking or in_the_way:
        raise PackError([*checked.blocking, *in_the_way])
    _write(into, {path: sheet.files[path] for path in changed})
    return Imported(
        written=changed,
        unchanged=tuple(path for path in sheet.files if path not in changed),
        others=tuple(path for path in sorted(beside.files) if LESSON_PATH.fullmatch(path) and path not in sheet.files),
        advice=checked.advice,
    )


def _no_pack(name: str, into: Path) -> Problem:
    """Lessons alone need a pack to go into."""
    message = (
        f"Here are lessons only, and {into} has no pack.yaml. Begin a pack with `rounds packs new {into}`, or import a "
        "workbook that has the sheets Pack, Skills and Sources, too."
    )
    return Problem(name, 1, "X112", message)


def _in_the_way(sheet: SheetPack, beside: PackSource, changed: tuple[str, ...]) -> Iterator[Problem]:
    for path in changed:
        if path in beside.files:
            message = f"`{path}` is there already and says something else. Add --replace to write over it."
            yield sheet.cells[path][()].problem("X110", message)


def _says_the_same(path: str, sheet: SheetPack, beside: PackSource) -> bool:
    if path not in beside.files:
        return False
    shape: type[BaseModel] = LessonShape if LESSON_PATH.fullmatch(path) else BibliographyShape
    shape = PackShape if path == PACK_FILE else shape
    old, new = (_shaped(path, files[path], shape) for files in (beside.files, sheet.files))
    return old is not None and old == new


def _shaped(path: str, content: bytes, shape: type[BaseModel]) -> BaseModel | None:
    tree, problems = parse(path, content)
    if tree is None or problems:
        return None
    try:
        return shape.model_validate(tree.root)
    except ValidationError:
        return None


def _write(into: Path, files: dict[str, bytes]) -> None:
    """First all of them beside their places, then each into its own: a full disk leaves the folder as it was."""
    waiting: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            place = into / path
            place.parent.mkdir(parents=True, exist_ok=True)
            waiting[place] = place.with_name(f".{place.name}.new")
            waiting[place].write_bytes(content)
        for place, new in waiting.items():
            os.replace(new, place)  # noqa: PTH105  (says what it does)
    except OSError as error:
        for new in waiting.values():
            new.unlink(missing_ok=True)
        raise Refused(f"{into} can't be written ({error.strerror}). Look at the folder and try again.") from error
