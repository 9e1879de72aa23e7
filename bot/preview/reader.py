"""Where a proof-reader is in a pack, and what is there now."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from bot.content.pack_loading import PACK_FILE, load_pack_files
from bot.content.pack_preview import LessonPreview, PackPreview, preview_pack
from bot.errors import NotFound

_Seen = frozenset[tuple[str, int, int]]


@dataclass(frozen=True, slots=True)
class PreviewTarget:
    """Which pack, and which of its lessons to begin with (a path in the pack; None for the first)."""

    pack: Path
    lesson: str | None = None

    @classmethod
    def from_path(cls, path: Path) -> "PreviewTarget":
        """A pack's folder or .zip, or one lesson file of a folder. NotFound if it is neither."""
        path = path.resolve()
        if path.is_dir() or path.suffix == ".zip":
            return cls(path)
        for parent in path.parents:
            if path.is_file() and (parent / PACK_FILE).is_file():
                return cls(parent, path.relative_to(parent).as_posix())
        raise NotFound(f"{path} is no pack and no lesson of one. Give a folder with a {PACK_FILE}, or a file in it.")


class PreviewReader:
    """A pack that is read anew whenever it was saved, and the lesson that is looked at."""

    def __init__(self, target: PreviewTarget, today: Callable[[], date]) -> None:
        self._pack = target.pack
        self._today = today
        self._seen: _Seen = frozenset()
        self._place = 0
        self.version = 0
        """Goes up with everything that changes what is to be seen."""
        self.pack = PackPreview("", (), ())
        self._read()
        if target.lesson is not None:
            self.go_to(target.lesson)

    @property
    def current_lesson(self) -> LessonPreview | None:
        """The lesson that is looked at; None if the pack has none."""
        return self.pack.lessons[self._place] if self.pack.lessons else None

    @property
    def position(self) -> int:
        """Which lesson of the pack it is, from 1."""
        return self._place + 1

    def move(self, by: int) -> None:
        """Go so many lessons on, round the end."""
        if self.pack.lessons:
            self._place = (self._place + by) % len(self.pack.lessons)
            self.version += 1

    def go_to(self, path: str) -> None:
        """Go to a lesson by its path in the pack; where there is none such, stay."""
        paths = [each.path for each in self.pack.lessons]
        if path in paths:
            self._place = paths.index(path)
            self.version += 1

    async def reload_if_changed(self) -> bool:
        """Read the pack again if a file of it was saved; whether it was."""
        if await asyncio.to_thread(self._files) == self._seen:
            return False
        await asyncio.to_thread(self._read)
        return True

    def _read(self) -> None:
        looked_at = self.current_lesson.path if self.current_lesson else None
        self._seen = self._files()
        self.pack = preview_pack(load_pack_files(self._pack), self._today())
        paths = [each.path for each in self.pack.lessons]
        if looked_at in paths:
            self._place = paths.index(looked_at)
        self._place = min(self._place, max(len(paths) - 1, 0))
        self.version += 1

    def _files(self) -> _Seen:
        """Every file with when it was saved (ns) and its size (bytes)."""
        files = self._pack.rglob("*") if self._pack.is_dir() else [self._pack]
        seen = []
        for file in files:
            try:
                found = file.stat()
            except OSError:  # it is being written by an editor that moves files into place
                continue
            seen.append((str(file), found.st_mtime_ns, found.st_size))
        return frozenset(seen)
