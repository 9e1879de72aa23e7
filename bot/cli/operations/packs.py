"""Checks and loads packs in folders and .zip files."""

import contextlib
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

from bot.bootstrap import open_store, system_clock
from bot.config import Settings
from bot.content.audit import PackAudit, audit_pack
from bot.content.draft_reader import read_draft
from bot.content.lint import find_overdue_reviews, lint_pack
from bot.content.pack_files import PackFiles
from bot.content.pack_loading import PACK_FILE, load_pack_files
from bot.content.pack_reader import read_loadable_pack
from bot.errors import PackProblem
from bot.learning import packs
from bot.storage.packs import EVERYONES_SCOPE


def lint_packs(paths: Sequence[Path], *, release: bool) -> list[PackProblem]:
    """Return every problem of these packs. A folder that contains packs means all of them."""
    today = system_clock().date()
    return _check_packs(paths, lambda source: lint_pack(source, today, release=release))


def find_overdue_lessons(paths: Sequence[Path]) -> list[PackProblem]:
    """Return a reminder for each lesson past its review date. These count as problems only for a release."""
    today = system_clock().date()
    return _check_packs(paths, lambda source: find_overdue_reviews(source, today))


def audit_packs(paths: Sequence[Path]) -> list[tuple[str, PackAudit]]:
    """Return how the questions of these packs can be guessed, by the pack's path."""
    return [(str(pack), audit_pack(read_draft(load_pack_files(pack)))) for path in paths for pack in _packs_in(path)]


def load_pack(settings: Settings, path: Path) -> packs.PackChange:
    """Load a pack for everyone on this installation. Raises PackError if it can't be loaded."""
    pack = read_loadable_pack(load_pack_files(path))
    with contextlib.closing(open_store(settings)) as store:
        return store.run(packs.load_pack, pack, EVERYONES_SCOPE, "operator", system_clock())


def list_live_packs(settings: Settings) -> tuple[packs.LivePack, ...]:
    """Return the packs that are live for everyone."""
    with contextlib.closing(open_store(settings)) as store:
        return store.run(packs.list_live_packs, EVERYONES_SCOPE)


def _check_packs(paths: Iterable[Path], check: Callable[[PackFiles], Iterable[PackProblem]]) -> list[PackProblem]:
    """Return what `check` finds in each pack, with paths relative to where the command runs."""
    return [
        replace(problem, path=str(pack / problem.path) if pack.is_dir() else problem.path)
        for path in paths
        for pack in _packs_in(path)
        for problem in check(load_pack_files(pack))
    ]


def _packs_in(path: Path) -> list[Path]:
    """Return the path itself if it is a pack, otherwise the folders in it that contain a pack."""
    if not path.is_dir() or (path / PACK_FILE).exists():
        return [path]
    return sorted(file.parent for file in path.glob(f"*/{PACK_FILE}")) or [path]
