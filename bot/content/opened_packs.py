"""Opens a pack wherever it is: in a folder, a zip, or a spreadsheet. Its checks name places in what was opened."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.content.checked_pack import CheckedPack
from bot.content.lint import check_pack, find_overdue_reviews
from bot.content.other_packs import OtherPack
from bot.content.pack_files import MAX_TOTAL_BYTES, PackFiles
from bot.content.pack_loading import PACK_FILE, load_folder, load_zip_bytes
from bot.content.sheets.sheet_checker import check_lessons_alone, check_sheet, locate_in_cells
from bot.content.sheets.sheet_limits import is_sheet
from bot.content.sheets.sheet_reader import SheetPack, read_sheet
from bot.content.yaml_writer import write_plain_yaml
from bot.content.zip_wrappings import unwrap
from bot.errors import PackError, PackProblem


@dataclass(frozen=True, slots=True)
class OpenedPack:
    """A pack's files, and the `sheet` that they were made from, if any.

    `pack_folder` has the pack that a sheet with only lessons belongs to.
    """

    name: str
    source: PackFiles
    sheet: SheetPack | None = None
    pack_folder: PackFiles | None = None

    @property
    def has_only_lessons(self) -> bool:
        """Whether this is a spreadsheet with lessons and no pack that they belong to."""
        return self.sheet is not None and bool(self.sheet.files) and PACK_FILE not in self.source.files

    @property
    def files(self) -> PackFiles:
        """The pack as files. Raises PackError if they don't have all that is in the spreadsheet."""
        if self.sheet is not None and self.sheet.problems:
            raise PackError(self.sheet.problems)
        return self.source

    def check(self, today: date, *, release: bool = False, others: Sequence[OtherPack] = ()) -> CheckedPack:
        """Return the pack, if nothing blocks it, and every problem, as `lint.check_pack` does.

        Of lessons without their pack, only what is in them is checked.
        """
        if self.sheet is None:
            return check_pack(self.source, today, release=release, others=others)
        if self.has_only_lessons:
            return check_lessons_alone(self.sheet, today)
        return check_sheet(self.sheet, today, self.pack_folder, release=release, others=others)

    def find_overdue_reviews(self, today: date) -> tuple[PackProblem, ...]:
        """Return the lessons with an overdue review, as `lint.find_overdue_reviews` does."""
        found = find_overdue_reviews(self.source, today)
        return found if self.sheet is None else tuple(locate_in_cells(found, self.sheet))


def open_pack(path: Path, pack_folder: Path | None = None) -> OpenedPack:
    """Open a folder, a zip file, or a spreadsheet on disk. Reads at most one byte more than the size limit.

    `pack_folder`: the pack that a spreadsheet with only lessons belongs to. A path that doesn't exist is a problem of
    the pack.
    """
    if path.is_dir():
        return OpenedPack(path.name or str(path), load_folder(path))
    if not path.is_file():
        problem = PackProblem(path.name, 1, "F101", "There is no such file. Check the path.")
        return OpenedPack(path.name, PackFiles(path.name, {}, (problem,)))
    with path.open("rb") as file:
        content = file.read(MAX_TOTAL_BYTES + 1)
    return open_pack_bytes(content, path.name, load_folder(pack_folder) if pack_folder else None)


def open_pack_bytes(content: bytes, name: str, pack_folder: PackFiles | None = None) -> OpenedPack:
    """Open a zip file or, by its name, a spreadsheet. Either may be in a zip of its own."""
    content, name = unwrap(content, name)
    if not is_sheet(name):
        return OpenedPack(name, load_zip_bytes(content, name))
    sheet = read_sheet(name, content, pack_folder, write=write_plain_yaml)
    beside = pack_folder if pack_folder and not sheet.includes_pack else None
    files = {**(beside.files if beside else {}), **sheet.files}
    return OpenedPack(name, PackFiles(name, files, beside.problems if beside else ()), sheet, beside)
