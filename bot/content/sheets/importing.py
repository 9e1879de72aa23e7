"""Puts the lessons of a spreadsheet into a pack's folder: all of them, or none."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ValidationError

from bot.content.draft_reader import LESSON_PATH_PATTERN
from bot.content.pack_files import PackFiles
from bot.content.pack_loading import PACK_FILE, load_folder
from bot.content.schema import BibliographySchema, LessonSchema, PackSchema
from bot.content.sheets.sheet_checker import check_sheet
from bot.content.sheets.sheet_limits import MAX_BYTES
from bot.content.sheets.sheet_reader import SheetPack, read_sheet
from bot.content.yaml_reader import read_yaml
from bot.errors import NotFound, PackError, PackProblem, Refused


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, in paths within the folder; `advice` is what the pack's authors may want to mend.

    `unchanged` files said the same already and were left as they are, comments and all; `not_in_sheet` are lessons in
    the folder that the spreadsheet doesn't have.
    """

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    not_in_sheet: tuple[str, ...]
    advice: tuple[PackProblem, ...]


def import_sheet(file: Path, folder: Path, today: date, *, overwrite: bool = False) -> ImportResult:
    """Write the lessons of a spreadsheet into the folder of a pack.

    PackError with every problem, each at its cell, and then nothing is written. A file that says something else already
    is such a problem, unless `overwrite`. NotFound if there is no spreadsheet; Refused if the folder can't be written.
    """
    if not file.is_file():
        raise NotFound(f"There is no file {file}. Nothing was written.")
    with file.open("rb") as opened:
        content = opened.read(MAX_BYTES + 1)
    existing = load_folder(folder) if folder.exists() else PackFiles(folder.name, {})
    sheet = read_sheet(file.name, content, existing)
    if sheet.files and not sheet.includes_pack and PACK_FILE not in existing.files:
        raise PackError([_no_pack(sheet.name, folder)])
    checked = check_sheet(sheet, today, existing)
    changed = tuple(path for path in sheet.files if not _says_the_same(path, sheet, existing))
    in_the_way = () if overwrite else tuple(_in_the_way(sheet, existing, changed))
    if checked.blocking_problems or in_the_way:
        raise PackError([*checked.blocking_problems, *in_the_way])
    _write(folder, {path: sheet.files[path] for path in changed})
    return ImportResult(
        written=changed,
        unchanged=tuple(path for path in sheet.files if path not in changed),
        not_in_sheet=tuple(
            path for path in sorted(existing.files) if LESSON_PATH_PATTERN.fullmatch(path) and path not in sheet.files
        ),
        advice=checked.advice,
    )


def _no_pack(name: str, into: Path) -> PackProblem:
    """Lessons alone need a pack to go into."""
    message = (
        f"Here are lessons only, and {into} has no pack.yaml. Begin a pack with `rounds packs new {into}`, or import a "
        "workbook that has the sheets Pack, Skills and Sources, too."
    )
    return PackProblem(name, 1, "X112", message)


def _in_the_way(sheet: SheetPack, existing: PackFiles, changed: tuple[str, ...]) -> Iterator[PackProblem]:
    for path in changed:
        if path in existing.files:
            message = f"`{path}` is there already and says something else. Add --replace to write over it."
            yield sheet.cells[path][()].problem("X110", message)


def _says_the_same(path: str, sheet: SheetPack, existing: PackFiles) -> bool:
    if path not in existing.files:
        return False
    schema: type[BaseModel] = LessonSchema if LESSON_PATH_PATTERN.fullmatch(path) else BibliographySchema
    schema = PackSchema if path == PACK_FILE else schema
    old, new = (_shaped(path, files[path], schema) for files in (existing.files, sheet.files))
    return old is not None and old == new


def _shaped(path: str, content: bytes, schema: type[BaseModel]) -> BaseModel | None:
    tree, problems = read_yaml(path, content)
    if tree is None or problems:
        return None
    try:
        return schema.model_validate(tree.root)
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
