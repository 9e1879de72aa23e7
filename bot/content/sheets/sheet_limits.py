"""Checks a spreadsheet file before anything parses it: its type, its size, and its unpacked size.

It trusts nothing that a workbook says about itself, and counts bytes and cells while unpacking. openpyxl, which reads
whole parts into memory, gets the file only after these checks.
"""

import io
import re
import zipfile
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.content.sheets.other_writers import STRICT_MARK, find_other_format, plain_part_name
from bot.content.zip_errors import BROKEN_ZIP_ERRORS

MAX_BYTES = 10 * 1024 * 1024
MAX_UNPACKED_BYTES = 32 * 1024 * 1024
"""2,000 lessons and 5,000 sources of usual length take about 14 MB."""
MAX_VALUES = 300_000
"""Most values in cells and shared texts in a workbook: 2,000 lessons and 5,000 sources have at most 120,000 of each.
Cells with a border and nothing in them don't count."""
MAX_ELEMENTS = 1_500_000
"""Most XML elements in a workbook, each of which openpyxl keeps for a while: the largest pack has about 700,000."""
MAX_ROW, MAX_COLUMNS = 1_048_576, 64
"""Excel's last row, and the most columns that are read: the widest sheet has 42."""
MAX_MERGED_RANGES = 500
"""Most merged ranges that are found in a sheet: more problems than are ever listed."""
MAX_ARCHIVE_MEMBERS = 500

SHEET_SUFFIXES = (".xlsx", ".csv")
UNSUPPORTED_SUFFIXES = (".xls", ".xlsm", ".xlsb", ".xltx", ".xltm", ".ods", ".numbers", ".tsv")
"""Spreadsheet types that we can't read but give advice for."""

_CHUNK = 256 * 1024
_OVERLAP = 128
# Every repetition is bounded and ends before the next element, so that searching takes no longer than reading.
_ELEMENT = re.compile(rb"<[^/!?]")
_VALUE = re.compile(rb"<(?:\w{1,20}:)?(?:v|is|f|si)[ />]")
_MERGE = re.compile(rb"<(?:\w{1,20}:)?mergeCell [^<>]{0,80}?ref=[\"']([A-Z0-9:]{2,30})[\"']")
_OLD_FORMAT = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_PASSWORD = "EncryptedPackage".encode("utf-16-le")

SAVE_AS_ADVICE = "Save it as Excel Workbook (.xlsx), and use that file."
"""What to do with a file that we can't read."""


class UnusableSheet(Exception):
    """The file can't be read as a spreadsheet. `code` is the problem's code; the message says what to do."""

    def __init__(self, code: str, message: str) -> None:
        self.code = code
        super().__init__(message)


@dataclass(frozen=True, slots=True)
class WorkbookScan:
    """What a scan of a workbook found: the merged ranges (A1:B2) of each part of its archive, by its usual name.

    `is_strict`: it is Strict Open XML.
    """

    merged_ranges: Mapping[str, tuple[str, ...]]
    is_strict: bool = False


def is_sheet(name: str) -> bool:
    """Return whether a file's name is that of a spreadsheet, even of a type that we can't read."""
    return name.lower().endswith((*SHEET_SUFFIXES, *UNSUPPORTED_SUFFIXES))


def check_name_and_size(name: str, size: int) -> None:
    """Raise UnusableSheet if we can't use a file with this name and size (bytes)."""
    suffix = name.lower().rpartition(".")[2]
    if suffix in {"xlsm", "xltm"}:
        raise UnusableSheet("X102", f"This workbook may contain macros, which Rounds never accepts. {SAVE_AS_ADVICE}")
    if suffix == "tsv":
        raise UnusableSheet("X102", "A .tsv file can't be read here. Rename it to end in .csv. Tabs are fine.")
    if f".{suffix}" not in SHEET_SUFFIXES:
        raise UnusableSheet("X102", f"A .{suffix} file can't be read here. {SAVE_AS_ADVICE}")
    if size > MAX_BYTES:
        raise UnusableSheet("X103", f"This file is larger than {MAX_BYTES // 2**20} MB. Split the pack in two.")


def scan_workbook(content: bytes) -> WorkbookScan:
    """Scan a workbook's bytes. Raises UnusableSheet if it isn't a workbook, or is too large."""
    if content.startswith(_OLD_FORMAT):
        raise UnusableSheet("X102", _about_old_format(content))
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _refuse_other_formats(archive)
            return _scan(archive)
    except UnusableSheet:
        raise
    except BROKEN_ZIP_ERRORS:
        message = f"This file can't be opened as a workbook. Open it in your program. {SAVE_AS_ADVICE}"
        raise UnusableSheet("X101", message) from None


def _about_old_format(content: bytes) -> str:
    if _PASSWORD in content:
        return "This workbook has a password. Remove it (File, Info, Protect Workbook), and save the file again."
    return f"This is the old Excel format (.xls). {SAVE_AS_ADVICE}"


def _refuse_other_formats(archive: zipfile.ZipFile) -> None:
    names = archive.namelist()
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise UnusableSheet("X102", f"This workbook contains macros, which Rounds never accepts. {SAVE_AS_ADVICE}")
    if other := find_other_format(archive):
        raise UnusableSheet("X102", f"This {other}, despite its name. {SAVE_AS_ADVICE}")
    if len(names) > MAX_ARCHIVE_MEMBERS:
        message = f"This workbook has more than {MAX_ARCHIVE_MEMBERS} parts. Remove all but the lesson sheets."
        raise UnusableSheet("X103", message)


def _scan(archive: zipfile.ZipFile) -> WorkbookScan:
    unpacked = values = elements = 0
    strict = False
    merged: dict[str, tuple[str, ...]] = {}
    for entry in archive.infolist():
        found: dict[bytes, None] = {}
        tail = b""
        for chunk in _chunks(archive, entry):
            unpacked += len(chunk)
            values += len(_VALUE.findall(chunk))
            elements += len(_ELEMENT.findall(chunk))
            if unpacked > MAX_UNPACKED_BYTES or values > MAX_VALUES or elements > MAX_ELEMENTS:
                raise UnusableSheet(
                    "X103", "This workbook is too large. A pack has at most 2,000 lessons. Split it in two."
                )
            strict = strict or STRICT_MARK in tail + chunk
            if len(found) < MAX_MERGED_RANGES:
                found |= dict.fromkeys(_MERGE.findall(tail + chunk))
            tail = chunk[-_OVERLAP:]
        if found:
            merged[plain_part_name(entry.filename)] = tuple(place.decode() for place in list(found)[:MAX_MERGED_RANGES])
    return WorkbookScan(merged, strict)


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    if entry.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise UnusableSheet("X101", f"This file uses an unusual compression. Open it in your program. {SAVE_AS_ADVICE}")
    with archive.open(entry) as part:
        while chunk := part.read(_CHUNK):
            yield chunk
