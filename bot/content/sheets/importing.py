"""Writes the lessons and programs of a spreadsheet into a pack's folder: all of them, or none."""

import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from pydantic import BaseModel, ValidationError

from bot.content.draft_reader import LESSON_PATH_PATTERN, PROGRAM_PATH_PATTERN
from bot.content.pack_files import PackFiles
from bot.content.pack_loading import PACK_FILE, load_folder
from bot.content.schema import BibliographySchema, LessonSchema, PackSchema, ProgramSchema
from bot.content.sheets.sheet_checker import check_sheet
from bot.content.sheets.sheet_limits import MAX_BYTES
from bot.content.sheets.sheet_reader import SheetPack, read_sheet
from bot.content.yaml_reader import read_yaml
from bot.errors import NotFound, PackError, PackProblem, Refused


@dataclass(frozen=True, slots=True)
class ImportResult:
    """What an import did, as paths within the folder, and `advice` for the pack's authors.

    `unchanged` files already had the same content, so the import left them and their comments alone. `not_in_sheet` are
    lessons and programs that are in the folder but not in the spreadsheet.
    """

    written: tuple[str, ...]
    unchanged: tuple[str, ...]
    not_in_sheet: tuple[str, ...]
    advice: tuple[PackProblem, ...]


def import_sheet(file: Path, folder: Path, today: date, *, overwrite: bool = False) -> ImportResult:
    """Write the lessons and programs of a spreadsheet into the folder of a pack.

    Raises PackError with every problem, each at its cell, before writing anything. Without `overwrite`, an existing
    file with other content is a problem, too. Raises NotFound if the spreadsheet doesn't exist, and Refused if the
    folder can't be written to.
    """
    if not file.is_file():
        raise NotFound(f"There is no file {file}. Nothing was written. Check the path.")
    with file.open("rb") as opened:
        content = opened.read(MAX_BYTES + 1)
    existing = load_folder(folder) if folder.exists() else PackFiles(folder.name, {})
    sheet = read_sheet(file.name, content, existing)
    if sheet.files and not sheet.includes_pack and PACK_FILE not in existing.files:
        raise PackError([_no_pack(sheet.name, folder)])
    checked = check_sheet(sheet, today, existing)
    changed = tuple(path for path in sheet.files if not _has_same_content(path, sheet, existing))
    conflicts = () if overwrite else tuple(_conflicts(sheet, existing, changed))
    if checked.blocking_problems or conflicts:
        raise PackError([*checked.blocking_problems, *conflicts])
    _write(folder, {path: sheet.files[path] for path in changed})
    return ImportResult(
        written=changed,
        unchanged=tuple(path for path in sheet.files if path not in changed),
        not_in_sheet=tuple(path for path in sorted(existing.files) if _is_row(path, sheet) and path not in sheet.files),
        advice=checked.advice,
    )


def _is_row(path: str, sheet: SheetPack) -> bool:
    """Return whether a spreadsheet such as this one has a row for the file at `path`."""
    if PROGRAM_PATH_PATTERN.fullmatch(path):
        return sheet.includes_pack
    return LESSON_PATH_PATTERN.fullmatch(path) is not None


def _no_pack(name: str, into: Path) -> PackProblem:
    """Build the problem for lessons without a pack to add them to."""
    message = (
        f"This file has only lessons, and {into} has no pack.yaml. Create a pack with `rounds packs new {into}`, or "
        "import a workbook that also has the sheets Pack, Skills, and Sources."
    )
    return PackProblem(name, 1, "X112", message)


def _conflicts(sheet: SheetPack, existing: PackFiles, changed: tuple[str, ...]) -> Iterator[PackProblem]:
    for path in changed:
        if path in existing.files:
            message = f"`{path}` already exists with other content. Add --replace to overwrite it."
            yield sheet.cells[path][()].problem("X110", message)


def _has_same_content(path: str, sheet: SheetPack, existing: PackFiles) -> bool:
    if path not in existing.files:
        return False
    schema = _schema_of(path)
    old, new = (_parse(path, files[path], schema) for files in (existing.files, sheet.files))
    return old is not None and old == new


def _schema_of(path: str) -> type[BaseModel]:
    if path == PACK_FILE:
        return PackSchema
    if PROGRAM_PATH_PATTERN.fullmatch(path):
        return ProgramSchema
    return LessonSchema if LESSON_PATH_PATTERN.fullmatch(path) else BibliographySchema


def _parse(path: str, content: bytes, schema: type[BaseModel]) -> BaseModel | None:
    tree, problems = read_yaml(path, content)
    if tree is None or problems:
        return None
    try:
        return schema.model_validate(tree.root)
    except ValidationError:
        return None


def _write(into: Path, files: dict[str, bytes]) -> None:
    """Write every file under a temporary name, then rename them all: a full disk leaves the folder unchanged."""
    waiting: dict[Path, Path] = {}
    try:
        for path, content in files.items():
            place = into / path
            place.parent.mkdir(parents=True, exist_ok=True)
            waiting[place] = place.with_name(f".{place.name}.new")
            waiting[place].write_bytes(content)
        for place, new in waiting.items():
            os.replace(new, place)  # noqa: PTH105  (its name is clear)
    except OSError as error:
        for new in waiting.values():
            new.unlink(missing_ok=True)
        raise Refused(f"{into} can't be written to ({error.strerror}). Check the folder, and try again.") from error
