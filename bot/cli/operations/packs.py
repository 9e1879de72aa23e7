"""Checks and loads packs in folders, .zip files, and spreadsheets."""

import contextlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from bot.bootstrap import open_store, system_clock
from bot.config import Settings
from bot.content.audit import PackAudit, audit_pack
from bot.content.clashes import read_other_pack
from bot.content.draft_reader import read_draft
from bot.content.opened_packs import OpenedPack, open_pack
from bot.content.other_packs import OtherPack
from bot.content.pack_loading import PACK_FILE
from bot.content.shipped_pack import read_shipped_names, shipped_pack
from bot.domain.lesson import Pack
from bot.errors import NotFound, PackError, PackProblem
from bot.learning import pack_comparison, pack_removal, pack_versions, packs, retractions, shipped_packs
from bot.learning.library import Library
from bot.storage import Session, learners
from bot.storage.looking import looking_into
from bot.storage.packs import EVERYONES_SCOPE


@dataclass(frozen=True, slots=True)
class LintResult:
    """The problems of some packs, by location from where the command runs, and what else their authors should know.

    `reminders`: lessons past their review date, which are problems only in a release. `lessons_alone`: spreadsheets
    without their pack, of which not everything could be checked.
    """

    problems: tuple[PackProblem, ...]
    reminders: tuple[PackProblem, ...]
    lessons_alone: tuple[Path, ...]


def lint_packs(
    paths: Sequence[Path], *, release: bool = False, pack_folder: Path | None = None, settings: Settings | None = None
) -> LintResult:
    """Check packs. A folder that contains packs means all of them.

    `pack_folder`: the pack that a spreadsheet with only lessons belongs to. Packs mustn't take ids or commands from
    each other, from the pack that comes with Rounds, and, with `settings`, from those live on this installation.
    """
    today = system_clock().date()
    opened = [(found, open_pack(found, pack_folder)) for path in paths for found in _packs_in(path)]
    others = _names_taken_by(pack for _, pack in opened)
    if settings:
        with looking_into(settings.database_url) as session:
            others += packs.list_other_packs(session, EVERYONES_SCOPE)
    problems: list[PackProblem] = []
    reminders: list[PackProblem] = []
    for path, pack in opened:
        checked = pack.check(today, release=release, others=others)
        problems += [_from_here(problem, path, pack) for problem in checked.problems]
        if not release:
            reminders += [_from_here(problem, path, pack) for problem in pack.find_overdue_reviews(today)]
    alone = tuple(path for path, pack in opened if pack.has_only_lessons)
    return LintResult(tuple(dict.fromkeys(problems)), tuple(reminders), alone)


def audit_packs(paths: Sequence[Path]) -> list[tuple[str, PackAudit]]:
    """Return how the questions of these packs can be guessed, by the pack's path."""
    return [(str(found), audit_pack(read_draft(open_pack(found).files))) for path in paths for found in _packs_in(path)]


def read_packs(paths: Sequence[Path]) -> list[Pack]:
    """Return the packs at these paths, to be used beside the pack that comes with Rounds.

    Raises PackError with what keeps any of them from being loaded, by location from where the command runs.
    """
    opened = [(path, _open_whole_pack(path, None)) for path in paths]
    others = _names_taken_by(pack for _, pack in opened)
    checked = [(path, pack, pack.check(system_clock().date(), others=others)) for path, pack in opened]
    problems = [_from_here(each, path, pack) for path, pack, found in checked for each in found.blocking_problems]
    if problems:
        raise PackError(problems)
    return [found.loadable for _, _, found in checked]


def load_pack(
    settings: Settings, path: Path, pack_folder: Path | None = None, *, confirmed: bool = False
) -> pack_comparison.PackChange:
    """Load a pack for everyone on this installation. Raises PackError if it can't be loaded.

    `pack_folder`: the pack that a spreadsheet with only lessons belongs to. Unless it is `confirmed`, raises
    LoadNotConfirmed if there is anything to confirm first.
    """
    opened = _open_whole_pack(path, pack_folder)
    now = system_clock()
    pack = opened.check(now.date()).loadable
    with contextlib.closing(open_store(settings)) as store:
        try:
            return store.run(packs.load_pack, pack, EVERYONES_SCOPE, pack_versions.OPERATOR, now, confirmed=confirmed)
        except PackError:
            others = store.run(packs.list_other_packs, EVERYONES_SCOPE)
            raise PackError(opened.check(now.date(), others=others).blocking_problems) from None


def compare_with_live(
    settings: Settings, path: Path, pack_folder: Path | None = None, team_id: str = EVERYONES_SCOPE
) -> pack_comparison.PackChange:
    """Return what loading a pack would change, for everyone or in one workspace. Changes nothing.

    Raises PackError if it can't be loaded.
    """
    pack = _open_whole_pack(path, pack_folder).check(system_clock().date()).loadable
    with looking_into(settings.database_url) as session:
        return pack_comparison.compare_with_live(session, pack, team_id)


def preview_removal(settings: Settings, slug: str, team_id: str = EVERYONES_SCOPE) -> pack_removal.PackRemoval:
    """Return what `remove_pack` would remove. Raises the same errors."""
    with looking_into(settings.database_url) as session:
        return pack_removal.preview_removal(session, _find_live(session, slug, team_id).version_id, team_id)


def remove_pack(settings: Settings, version_id: int, team_id: str = EVERYONES_SCOPE) -> tuple[packs.LivePack, ...]:
    """Remove a live pack for everyone, or a workspace's own. Returns the packs that are live then.

    If nothing is left for everyone, the shipped pack is loaded. Raises NotFound if it isn't live, and Refused if it
    can't be removed.
    """
    now = system_clock()
    with contextlib.closing(open_store(settings)) as store:
        store.run(pack_removal.remove_pack, version_id, team_id, pack_versions.OPERATOR, now)
        store.run(shipped_packs.ensure_shipped_pack, shipped_pack, now)
        return store.run(packs.list_live_packs, team_id)


def retract_lesson(
    settings: Settings, slug: str, lesson: str, reason: str, team_id: str = EVERYONES_SCOPE
) -> retractions.RetractedLesson:
    """Retract a lesson (short name or title) of a live pack for everyone, or in one workspace.

    Raises NotFound if there is no such workspace, pack, or lesson, and Refused if the reason is missing or too long.
    """
    with contextlib.closing(open_store(settings)) as store:
        if team_id != EVERYONES_SCOPE and store.run(learners.find_workspace, team_id) is None:
            raise NotFound(f"No workspace {team_id} has Rounds here. Nothing was changed.")
        version_id = store.run(_find_live, slug, team_id).version_id
        return store.run(
            retractions.retract_lesson,
            Library(),
            version_id,
            team_id,
            lesson,
            reason,
            pack_versions.OPERATOR,
            system_clock(),
        )


def use_lesson_again(settings: Settings, slug: str, lesson: str, team_id: str = EVERYONES_SCOPE) -> str:
    """Put a retracted lesson of a live pack back into use, and return its title. NotFound if it isn't retracted."""
    with contextlib.closing(open_store(settings)) as store:
        version_id = store.run(_find_live, slug, team_id).version_id
        return store.run(
            retractions.lift_retraction_of_lesson,
            Library(),
            version_id,
            team_id,
            lesson,
            pack_versions.OPERATOR,
            system_clock(),
        )


def list_live_packs(settings: Settings, team_id: str = EVERYONES_SCOPE) -> tuple[packs.LivePack, ...]:
    """Return the packs that are live for everyone, or those that a workspace uses."""
    with looking_into(settings.database_url) as session:
        return packs.list_live_packs(session, team_id)


def read_live_pack(settings: Settings, slug: str, team_id: str = EVERYONES_SCOPE) -> Pack:
    """Return the live pack with this slug, of a workspace or of everyone. Raises NotFound and names those that are."""
    with looking_into(settings.database_url) as session:
        live = _find_live(session, slug, team_id, "Nothing was written.")
        return packs.read_live_pack(session, team_id, live.version_id)


def roll_back_pack(settings: Settings, slug: str) -> tuple[str, str | None]:
    """Roll back the pack that is live for everyone. Returns its name, and the version that is live then.

    Raises NotFound if it isn't live, or has no earlier version.
    """
    with contextlib.closing(open_store(settings)) as store:
        live = store.run(_find_live, slug, EVERYONES_SCOPE)
        return live.name, store.run(
            packs.roll_back_pack, live.version_id, EVERYONES_SCOPE, pack_versions.OPERATOR, system_clock()
        )


def _find_live(session: Session, slug: str, team_id: str, result: str = "Nothing was changed.") -> packs.LivePack:
    """Return the pack with this slug. Raises NotFound, which says the `result` and names the others."""
    live = {pack.slug: pack for pack in packs.list_live_packs(session, team_id)}
    if slug not in live:
        named = f"Live packs: {', '.join(live)}." if live else "No pack is loaded yet."
        raise NotFound(f"No pack {slug} is live. {result} {named}")
    return live[slug]


def _names_taken_by(opened: Iterable[OpenedPack]) -> list[OtherPack]:
    """Return the ids and commands that these packs, and the one that comes with Rounds, have taken."""
    return [read_shipped_names(), *filter(None, (read_other_pack(pack.source) for pack in opened))]


def _open_whole_pack(path: Path, pack_folder: Path | None) -> OpenedPack:
    """Open a pack. Raises PackError for a spreadsheet with only lessons."""
    opened = open_pack(path, pack_folder)
    if opened.has_only_lessons:
        message = "This file has only lessons. Add --pack and the folder of the pack that they belong to."
        raise PackError([PackProblem(opened.name, 1, "X112", message)])
    return opened


def _from_here(problem: PackProblem, path: Path, pack: OpenedPack) -> PackProblem:
    """Return a problem with its path relative to where the command runs."""
    if path.is_dir():
        return replace(problem, path=str(path / problem.path))
    within = "" if problem.path in {path.name, pack.name} else f":{problem.path}"
    return replace(problem, path=f"{path}{within}")


def _packs_in(path: Path) -> list[Path]:
    """Return the path itself if it is a pack, otherwise the folders in it that contain a pack."""
    if not path.is_dir() or (path / PACK_FILE).exists():
        return [path]
    return sorted(file.parent for file in path.glob(f"*/{PACK_FILE}")) or [path]
