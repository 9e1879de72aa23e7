"""Collects a pack's files from any source and enforces limits on them.

The limits allow four times the shipped pack (393 lessons, about 2.2 MB, of which 410 KB are its bibliography). They
keep a hostile upload from filling the memory of the process that sends everyone's lessons.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from bot.errors import PackProblem

MAX_FILE_BYTES = 512 * 1024
MAX_FILES = 2_000
MAX_TOTAL_BYTES = 10 * 1024 * 1024
MAX_PROBLEMS = 100
"""Stop after this many refused files: this isn't a pack."""

_PROSE = {".md", ".txt"}
_ARCHIVES = {".zip", ".gz", ".tgz", ".tar", ".7z", ".rar", ".bz2", ".xz"}
_SPREADSHEETS = {".xlsx", ".xls", ".csv"}
_LEFT_BY_SYSTEMS = {"__MACOSX", "Thumbs.db", "desktop.ini", "__pycache__"}
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class PackFiles:
    """A pack's YAML files by their path in it (with `/`), and the problems with reading them."""

    name: str
    files: Mapping[str, bytes]
    problems: tuple[PackProblem, ...] = ()


@dataclass(slots=True)
class PackFileCollector:
    """Collects files one by one within the limits. Once `is_full`, it takes no more."""

    name: str
    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[PackProblem] = field(default_factory=list)
    is_full: bool = False
    _bytes: int = 0
    _count: int = 0

    def should_read(self, path: str) -> bool:
        """Return whether to read the file at `path`. Record any problem with its name or type."""
        self._count += 1
        if self._count > MAX_FILES:
            return self._stop("F103", f"The pack has more than {MAX_FILES:,} files. Split it into smaller packs.")
        if problem := find_path_problem(path):
            return self.add_problem(path, "F105", problem)
        if problem := find_type_problem(path):
            return self.add_problem(path, "F108", problem)
        if path in self.files:
            return self.add_problem(path, "F110", "This file is in the archive twice. Keep one.")
        return not is_prose(path)

    def add(self, path: str, content: bytes) -> None:
        """Add a file. The caller may cut off `content` one byte after the size limit or later."""
        if len(content) > MAX_FILE_BYTES:
            message = f"This file is larger than {MAX_FILE_BYTES // 1024} KB. Shorten it: a lesson takes about 5 KB."
            self.add_problem(path, "F102", message)
            content = content[:MAX_FILE_BYTES]
        else:
            self.files[path] = content
        self._bytes += len(content)
        if self._bytes > MAX_TOTAL_BYTES:
            self._stop("F104", f"The pack holds more than {MAX_TOTAL_BYTES // 2**20} MB. Split it into smaller packs.")

    def add_problem(self, path: str, code: str, message: str) -> bool:
        """Record why a file is refused. Always return False."""
        self.problems.append(PackProblem(printable_path(path), 1, code, message))
        self.is_full = self.is_full or len(self.problems) >= MAX_PROBLEMS
        return False

    def result(self) -> PackFiles:
        """Return the collected files and every problem."""
        return PackFiles(self.name, self.files, tuple(sorted(self.problems)))

    def _stop(self, code: str, message: str) -> bool:
        if not self.is_full:
            self.problems.append(PackProblem(self.name, 1, code, message))
        self.is_full = True
        return False


def is_system_file(path: str) -> bool:
    """Return whether an operating system or a program created this file, rather than an author."""
    return any(
        (part[:1] == "." and part not in {".", ".."}) or part[:2] == "~$" or part in _LEFT_BY_SYSTEMS
        for part in path.split("/")
    )


def is_prose(path: str) -> bool:
    """Return whether this file is for people and may be beside a pack's files, such as README.md."""
    return PurePosixPath(path).suffix.lower() in _PROSE or PurePosixPath(path).name == "LICENSE"


def find_path_problem(path: str) -> str | None:
    """Return why a path could leave the pack or differ between systems, or None if it is safe."""
    if "\\" in path or "\0" in path or not path.isprintable():
        return "This file's name has a backslash or a control character. Rename it."
    if path.startswith("/") or _DRIVE.match(path):
        return "This path is absolute. Zip the pack's own folder instead."
    if any(part in {"", ".", ".."} for part in path.split("/")):
        return "This path leads outside the pack. Zip the pack's own folder instead."
    return "This path is longer than 200 characters. Use shorter names." if len(path) > 200 else None


def find_type_problem(path: str) -> str | None:
    """Return why a pack can't contain a file of this type, or None if it can."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix == ".yml":
        return "Rename this file to end in `.yaml`."
    if suffix in _ARCHIVES:
        return "A pack can't contain another archive. Unpack it first."
    if suffix in _SPREADSHEETS:
        return "A pack can't contain a spreadsheet. Send the spreadsheet by itself, or remove it."
    if suffix == ".yaml" or is_prose(path):
        return None
    return "A pack can't contain this type of file. Remove it. `.yaml`, README.md, and LICENSE files are fine."


def printable_path(path: str) -> str:
    """Return a path that is safe to show: one line, no control characters, at most 200 characters."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in path)
    return plain if len(plain) <= 200 else f"{plain[:199]}…"
