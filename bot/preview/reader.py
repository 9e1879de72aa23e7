"""Reads the files of a previewed pack, and remembers which lesson is shown."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from itertools import chain
from pathlib import Path

from bot.content.opened_packs import open_pack
from bot.content.pack_loading import PACK_FILE
from bot.content.pack_preview import LessonPreview, PackPreview, preview_pack
from bot.content.sheets.sheet_limits import is_sheet
from bot.errors import NotFound

_FileStates = frozenset[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class PreviewTarget:
    """Which pack to preview, and the path in it of the lesson to start with (None for the first).

    `pack_folder`: the pack that a spreadsheet with only lessons belongs to.
    """

    pack: Path
    lesson: str | None = None
    pack_folder: Path | None = None

    @classmethod
    def from_path(cls, path: Path, pack_folder: Path | None = None) -> "PreviewTarget":
        """Return the target for a pack folder, .zip file, spreadsheet, or lesson file in a pack.

        Raises NotFound otherwise.
        """
        path = path.resolve()
        if path.is_dir() or (path.is_file() and (path.suffix.lower() == ".zip" or is_sheet(path.name))):
            return cls(path, pack_folder=pack_folder)
        for parent in path.parents:
            if path.is_file() and (parent / PACK_FILE).is_file():
                return cls(parent, path.relative_to(parent).as_posix())
        raise NotFound(
            f"{path} isn't a pack or a lesson in one. Nothing was started. Choose a folder that contains "
            f"{PACK_FILE}, a .zip file, a spreadsheet, or a lesson file in such a folder."
        )


class PreviewReader:
    """A pack that is reloaded when a file is saved, and the lesson that is shown."""

    def __init__(self, target: PreviewTarget, today: Callable[[], date]) -> None:
        self._pack = target.pack
        self._pack_folder = target.pack_folder
        self._today = today
        self._seen: _FileStates = frozenset()
        self._index = 0
        self.version = 0
        """Increases with every change to what is shown."""
        self.pack = PackPreview("", (), ())
        self._read()
        if target.lesson is not None:
            self.go_to(target.lesson)

    @property
    def current_lesson(self) -> LessonPreview | None:
        """The lesson that is shown, or None if the pack has none."""
        return self.pack.lessons[self._index] if self.pack.lessons else None

    @property
    def position(self) -> int:
        """The number of that lesson in the pack, starting from 1."""
        return self._index + 1

    def move(self, by: int) -> None:
        """Move by this many lessons, wrapping around at the end."""
        if self.pack.lessons:
            self._index = (self._index + by) % len(self.pack.lessons)
            self.version += 1

    def go_to(self, path: str) -> None:
        """Go to the lesson with this path in the pack. Does nothing if there is none."""
        paths = [each.path for each in self.pack.lessons]
        if path in paths:
            self._index = paths.index(path)
            self.version += 1

    async def reload_if_changed(self) -> bool:
        """Reload the pack if any of its files changed, and return whether one did."""
        if await asyncio.to_thread(self._read_file_states) == self._seen:
            return False
        await asyncio.to_thread(self._read)
        return True

    def _read(self) -> None:
        current_path = self.current_lesson.path if self.current_lesson else None
        self._seen = self._read_file_states()
        self.pack = preview_pack(open_pack(self._pack, self._pack_folder), self._today())
        paths = [each.path for each in self.pack.lessons]
        if current_path in paths:
            self._index = paths.index(current_path)
        self._index = min(self._index, max(len(paths) - 1, 0))
        self.version += 1

    def _read_file_states(self) -> _FileStates:
        """Return every file with its modification time (ns) and size (bytes)."""
        places = [place for place in (self._pack, self._pack_folder) if place]
        seen = []
        for file in chain.from_iterable(place.rglob("*") if place.is_dir() else [place] for place in places):
            try:
                found = file.stat()
            except OSError:  # an editor is replacing this file
                continue
            seen.append((str(file), found.st_mtime_ns, found.st_size))
        return frozenset(seen)
