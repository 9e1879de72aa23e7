"""Takes in a pack's files, from wherever they come, and holds them to limits.

The limits leave room for ten packs the size of the shipped one (260 lessons, about 1.2 MB), and keep a hostile upload
from filling the memory of the process that everyone's lessons are sent from.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import PurePosixPath

from bot.errors import PackProblem

MAX_FILE_BYTES = 256 * 1024
MAX_FILES = 2_000
MAX_TOTAL_BYTES = 10 * 1024 * 1024
MAX_PROBLEMS = 100
"""After so many files that can't be taken the rest aren't looked at: this is no pack."""

_PROSE = {".md", ".txt"}
_ARCHIVES = {".zip", ".gz", ".tgz", ".tar", ".7z", ".rar", ".bz2", ".xz"}
_LEFT_BY_SYSTEMS = {"__MACOSX", "Thumbs.db", "desktop.ini", "__pycache__"}
_DRIVE = re.compile(r"[A-Za-z]:")


@dataclass(frozen=True, slots=True)
class PackFiles:
    """The YAML files of a pack by their path in it (with `/`), and what was wrong with getting them."""

    name: str
    files: Mapping[str, bytes]
    problems: tuple[PackProblem, ...] = ()


@dataclass(slots=True)
class PackFileCollector:
    """Takes files one by one and holds them to the limits; `is_full` says that no more will be taken."""

    name: str
    files: dict[str, bytes] = field(default_factory=dict)
    problems: list[PackProblem] = field(default_factory=list)
    is_full: bool = False
    _bytes: int = 0
    _count: int = 0

    def should_read(self, path: str) -> bool:
        """Whether the file at `path` should be read at all. Notes a problem with its name or kind."""
        self._count += 1
        if self._count > MAX_FILES:
            return self._stop("F103", f"The pack has more than {MAX_FILES:,} files. Split it into smaller packs.")
        if complaint := find_path_problem(path):
            return self.add_problem(path, "F105", complaint)
        if complaint := find_type_problem(path):
            return self.add_problem(path, "F108", complaint)
        if path in self.files:
            return self.add_problem(path, "F110", "This file is in the archive twice. Keep one.")
        return PurePosixPath(path).suffix.lower() not in _PROSE and PurePosixPath(path).name != "LICENSE"

    def add(self, path: str, content: bytes) -> None:
        """Keep a file. `content` may be cut off, but not before one byte over the limit."""
        if len(content) > MAX_FILE_BYTES:
            self.add_problem(
                path, "F102", f"This file is larger than {MAX_FILE_BYTES // 1024} KB. Lessons are about 5 KB."
            )
            content = content[:MAX_FILE_BYTES]
        else:
            self.files[path] = content
        self._bytes += len(content)
        if self._bytes > MAX_TOTAL_BYTES:
            self._stop("F104", f"The pack holds more than {MAX_TOTAL_BYTES // 2**20} MB. Split it into smaller packs.")

    def add_problem(self, path: str, code: str, message: str) -> bool:
        """Note why a file isn't taken. Always False."""
        self.problems.append(PackProblem(printable_path(path), 1, code, message))
        self.is_full = self.is_full or len(self.problems) >= MAX_PROBLEMS
        return False

    def result(self) -> PackFiles:
        """What was taken, and every problem."""
        return PackFiles(self.name, self.files, tuple(sorted(self.problems)))

    def _stop(self, code: str, message: str) -> bool:
        if not self.is_full:
            self.problems.append(PackProblem(self.name, 1, code, message))
        self.is_full = True
        return False


def is_system_file(path: str) -> bool:
    """Whether an operating system or an editor, not an author, put this file here."""
    return any((part[:1] == "." and part not in {".", ".."}) or part in _LEFT_BY_SYSTEMS for part in path.split("/"))


def find_path_problem(path: str) -> str | None:
    """Why a path could lead out of the pack, or would mean something else on another system; None if it is safe."""
    if "\\" in path or "\0" in path or not path.isprintable():
        return "File names can't hold backslashes or control characters. Rename this file."
    if path.startswith("/") or _DRIVE.match(path):
        return "This path is absolute. Zip the pack's own folder instead."
    if any(part in {"", ".", ".."} for part in path.split("/")):
        return "This path leads out of the pack. Zip the pack's own folder instead."
    return "This path is longer than 200 characters. Use shorter names." if len(path) > 200 else None


def find_type_problem(path: str) -> str | None:
    """Why a file of this kind has no place in a pack; None if it has."""
    suffix = PurePosixPath(path).suffix.lower()
    if suffix == ".yml":
        return "Rename this file to end in `.yaml`."
    if suffix in _ARCHIVES:
        return "A pack can't hold another archive. Unpack it first."
    if suffix == ".yaml" or suffix in _PROSE or PurePosixPath(path).name == "LICENSE":
        return None
    return "This isn't a lesson. A pack holds `.yaml` files, and may hold README.md and LICENSE."


def printable_path(path: str) -> str:
    """A path as people may safely see it: one line, no control characters, not endless."""
    plain = "".join(letter if letter.isprintable() else "?" for letter in path)
    return plain if len(plain) <= 200 else f"{plain[:199]}…"
