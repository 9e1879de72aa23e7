"""Takes a pack out of a zip that holds nothing else: people zip a zip, or a spreadsheet."""

import io
import zipfile
from pathlib import PurePosixPath

from bot.content.pack_files import MAX_TOTAL_BYTES, is_prose, is_system_file
from bot.content.pack_loading import find_entry_problem
from bot.content.sheets.sheet_limits import SHEET_SUFFIXES
from bot.content.zip_errors import BROKEN_ZIP_ERRORS

MAX_WRAPPINGS = 3
"""Most zips around a pack."""

_WORKBOOK_PART = "xl/workbook.xml"


def unwrap(content: bytes, name: str) -> tuple[bytes, str]:
    """Return the content and name of the pack in a file that somebody sent: a zip, or a spreadsheet in a zip.

    Whatever isn't alone in a zip is returned as it came, and so is whatever can't be read.
    """
    for _ in range(MAX_WRAPPINGS):
        if not name.lower().endswith(".zip"):
            break
        try:
            with zipfile.ZipFile(io.BytesIO(content)) as archive:
                if _WORKBOOK_PART in archive.namelist():
                    return content, f"{name[: -len('.zip')]}.xlsx"  # the workbook itself, under a wrong name
                inner = _find_only_file(archive)
                if inner is None:
                    break
                with archive.open(inner) as packed:
                    unpacked = packed.read(MAX_TOTAL_BYTES + 1)
        except BROKEN_ZIP_ERRORS:
            break
        if len(unpacked) > MAX_TOTAL_BYTES:
            break
        content, name = unpacked, PurePosixPath(inner.filename).name
    return content, name


def _find_only_file(archive: zipfile.ZipFile) -> zipfile.ZipInfo | None:
    """Return the zip or spreadsheet that is alone in an archive, but for notes and what systems leave behind."""
    files = [
        entry
        for entry in archive.infolist()
        if not entry.is_dir() and not is_system_file(entry.filename) and not is_prose(entry.filename)
    ]
    if len(files) != 1 or find_entry_problem(files[0]):
        return None
    return files[0] if files[0].filename.lower().endswith((".zip", *SHEET_SUFFIXES)) else None
