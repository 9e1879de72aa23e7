"""What is asked of a file before anything parses it: its kind, its size, what it unpacks to.

Nothing that a workbook says about itself is believed: bytes and cells are counted while unpacking, and openpyxl, which
reads whole parts into memory, sees the file only after that.
"""

import io
import re
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 32 * 1024 * 1024
"""2,000 lessons and 5,000 sources at their usual length are about 14 MB."""
MAX_CELLS = 300_000
"""Cells and shared texts of a workbook: 2,000 lessons and 5,000 sources have 120,000 of each at most."""
MAX_ARCHIVE_MEMBERS = 500

SHEET_SUFFIXES = (".xlsx", ".csv")
UNSUPPORTED_SUFFIXES = (".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".numbers", ".tsv")
"""Spreadsheets that can't be read, with advice for each."""

_CHUNK = 256 * 1024
_OVERLAP = 128
_COUNTED = re.compile(rb"<(?:\w+:)?(?:c|si)[ />]")
_MERGE = re.compile(rb"<(?:\w+:)?mergeCell [^>]*?ref=[\"']([A-Z0-9:]{2,30})[\"']")
_OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PASSWORD = "EncryptedPackage".encode("utf-16-le")
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, NotImplementedError, RuntimeError, OSError, ValueError)

SAVE_AS_ADVICE = "Save it as Excel Workbook (.xlsx), and use that file."


class UnusableSheet(Exception):
    """The file can't be read as a sheet at all: a code, and what to do about it."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class WorkbookScan:
    """What a first look at a workbook found: the merged ranges of each of its parts."""

    merged_ranges: Mapping[str, tuple[str, ...]]


def is_sheet(name: str) -> bool:
    """Whether a file is called like a spreadsheet, readable or not."""
    return name.lower().endswith((*SHEET_SUFFIXES, *UNSUPPORTED_SUFFIXES))


def check_name_and_size(name: str, size: int) -> None:
    """UnusableSheet if a file of this name and size (bytes) need not even be opened."""
    suffix = name.lower().rpartition(".")[2]
    if suffix in {"xlsm", "xltm"}:
        raise UnusableSheet("X102", f"This workbook may hold macros, which are never taken. {SAVE_AS_ADVICE}")
    if suffix == "tsv":
        raise UnusableSheet(
            "X102", "Rename this file to end in .csv: values with tabs between them are read there, too."
        )
    if f".{suffix}" not in SHEET_SUFFIXES:
        raise UnusableSheet("X102", f"A .{suffix} file can't be read here. {SAVE_AS_ADVICE}")
    if size > MAX_BYTES:
        raise UnusableSheet("X103", f"This file is larger than {MAX_BYTES // 2**20} MB. Split the pack in two.")


def scan_workbook(content: bytes) -> WorkbookScan:
    """A first look at a workbook's bytes. UnusableSheet if it is none, or too much."""
    if content.startswith(_OLD_FORMAT):
        raise UnusableSheet("X102", _about_old_format(content))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_other_formats(archive)
            return _counted(archive)
    except UnusableSheet:
        raise
    except _BROKEN:
        raise UnusableSheet(
            "X101", f"This file can't be opened as a workbook. Open it in your program. {SAVE_AS_ADVICE}"
        ) from None


def _about_old_format(content: bytes) -> str:
    if _PASSWORD in content:
        return "This workbook has a password. Take the password off (File, Info, Protect Workbook) and save it again."
    return f"This is the old Excel format (.xls). {SAVE_AS_ADVICE}"


def _refuse_other_formats(archive: zipfile.ZipFile) -> None:
    names = set(archive.namelist())
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnusableSheet("X102", f"This workbook holds macros, which are never taken. {SAVE_AS_ADVICE}")
    if "xl/workbook.xml" not in names:
        raise UnusableSheet("X102", f"This isn't an Excel workbook, whatever its name says. {SAVE_AS_ADVICE}")
    if len(names) > MAX_ARCHIVE_MEMBERS:
        raise UnusableSheet(
            "X103", f"This workbook has more than {MAX_ARCHIVE_MEMBERS} parts. Leave out what is no lesson."
        )


def _counted(archive: zipfile.ZipFile) -> WorkbookScan:
    unpacked = cells = 0
    merged: dict[str, tuple[str, ...]] = {}
    for entry in archive.infolist():
        found: dict[bytes, None] = {}
        tail = b""
        for chunk in _chunks(archive, entry):
            unpacked += len(chunk)
            cells += len(_COUNTED.findall(chunk))
            if unpacked > MAX_UNPACKED_BYTES or cells > MAX_CELLS:
                raise UnusableSheet(
                    "X103", "This workbook is too large. A pack has at most 2,000 lessons. Split it in two."
                )
            found |= dict.fromkeys(_MERGE.findall(tail + chunk))
            tail = chunk[-_OVERLAP:]
        if found:
            merged[entry.filename] = tuple(place.decode() for place in found)
    return WorkbookScan(merged)


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise UnusableSheet("X101", f"This file is packed in an unusual way. Open it in your program. {SAVE_AS_ADVICE}")
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            yield chunk
