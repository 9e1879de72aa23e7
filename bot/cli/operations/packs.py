"""Packs that lie in folders and .zip files: checked, and loaded."""

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from bot.bootstrap import open_store, system_clock
from bot.config import Settings
from bot.content.intake import PackSource
from bot.content.lint import lint, overdue_reviews
from bot.content.reading import loadable_pack
from bot.content.sources import PACK_FILE, pack_at
from bot.errors import Problem
from bot.learning import packs
from bot.storage.packs import EVERYONES_SCOPE


def lint_packs(paths: Sequence[Path], *, release: bool) -> list[Problem]:
    """Every problem of these packs; a folder that holds packs stands for all of them."""
    today = system_clock().date()
    return _found(paths, lambda source: lint(source, today, release=release))


def overdue_lessons(paths: Sequence[Path]) -> list[Problem]:
    """The lessons of these packs whose review date has passed: reminders, and no problems until a release."""
    today = system_clock().date()
    return _found(paths, lambda source: overdue_reviews(source, today))


def load_pack(settings: Settings, path: Path) -> packs.PackChange:
    """Load a pack for everyone on this installation. PackError if it can't be."""
    pack = loadable_pack(pack_at(path))
    with contextlib.closing(open_store(settings)) as store:
        return store.run(packs.load_pack, pack, EVERYONES_SCOPE, "operator", system_clock())


def live_packs(settings: Settings) -> tuple[packs.LivePack, ...]:
    """The packs that are live for everyone."""
    with contextlib.closing(open_store(settings)) as store:
        return store.run(packs.list_live_packs, EVERYONES_SCOPE)


def _found(paths: Iterable[Path], check: Callable[[PackSource], Iterable[Problem]]) -> list[Problem]:
    """What `check` finds in each of the packs, by paths that lead there from where the command runs."""
    return [
        replace(problem, path=str(pack / problem.path) if pack.is_dir() else problem.path)
        for path in paths
        for pack in _packs_in(path)
        for problem in check(pack_at(pack))
    ]


def _packs_in(path: Path) -> list[Path]:
    """A pack's own folder or zip; otherwise the folders in it that hold a pack."""
    if not path.is_dir() or (path / PACK_FILE).exists():
        return [path]
    return sorted(file.parent for file in path.glob(f"*/{PACK_FILE}")) or [path]
