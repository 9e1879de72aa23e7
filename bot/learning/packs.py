"""Loading lesson packs: comparing, activating, and rolling back versions. A load that fails changes nothing."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.content.codec import lesson_digest, lesson_to_json
from bot.domain.lesson import Pack
from bot.errors import NotFound, PackError, PackProblem
from bot.learning.library import Library
from bot.storage import Session
from bot.storage import packs as queries
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import LessonRevision, PackActivation, PackLesson, PackVersion

UNUSED_VERSION_RETENTION = timedelta(days=7)
"""How long a version that was compared but never activated is stored."""


@dataclass(frozen=True, slots=True)
class PackChange:
    """What activating a version changes, in lesson titles. `live_version` is None if the pack is new."""

    version_id: int
    slug: str
    name: str
    version: str
    live_version: str | None
    added: tuple[str, ...]
    changed: tuple[str, ...]
    removed: tuple[str, ...]
    unchanged: int
    already_live: bool


@dataclass(frozen=True, slots=True)
class LivePack:
    """A pack in use. `is_own`: this workspace loaded it itself.

    *Go back* rolls back the version `version_id` and returns to `previous_version`.
    """

    version_id: int
    slug: str
    name: str
    version: str
    lessons: int
    live_since: datetime
    is_own: bool
    previous_version: str | None


def stage_pack(session: Session, pack: Pack, scope: str, by: str, now: datetime) -> PackChange:
    """Store a version without using it, and return what activating it would change.

    `scope`: a team id or `EVERYONES_SCOPE`. Raises PackError if it conflicts with another live pack.
    """
    skills = [asdict(skill) for skill in pack.skills]
    _refuse_conflicts(session, scope, pack.slug, {lesson.id for lesson in pack.lessons}, skills)
    queries.delete_unused_versions(session, scope, now - UNUSED_VERSION_RETENTION)
    version = queries.find_version(session, scope, pack.slug, pack.digest) or _add(session, pack, scope, by, now)
    return _compare(session, version)


def activate_version(session: Session, version_id: int, scope: str, by: str, now: datetime) -> PackChange:
    """Make a staged version live. If it is live already, nothing changes.

    Raises NotFound if it isn't in this scope, and PackError if it conflicts with a pack that went live since.
    """
    version = session.get(PackVersion, version_id)
    if version is None or version.scope != scope:
        raise NotFound("That upload has expired. Nothing was changed. Upload the file again.")
    lesson_ids = {row.lesson_id for row in queries.list_revisions_of_version(session, version.id)}
    _refuse_conflicts(session, scope, version.slug, lesson_ids, version.skills)
    change = _compare(session, version)
    if not change.already_live:
        session.add(PackActivation(version_id=version_id, scope=scope, slug=version.slug, at=now, by=by))
    return change


def load_pack(session: Session, pack: Pack, scope: str, by: str, now: datetime) -> PackChange:
    """Stage and activate a pack in one transaction."""
    return activate_version(session, stage_pack(session, pack, scope, by, now).version_id, scope, by, now)


def roll_back_pack(session: Session, version_id: int, scope: str, now: datetime) -> str | None:
    """Roll back this version, the live one of its pack in this scope. Returns the version that is live then.

    Raises NotFound if it isn't live (an old message's button may be clicked after a newer load) or has no predecessor.
    """
    version = session.get(PackVersion, version_id)
    history = queries.list_activations(session, scope, version.slug) if version else []
    if version is None or (history and history[0][1].id != version_id):
        raise NotFound(
            "That version is no longer live. Nothing was changed. Type `/rounds admin packs` to see what is live now."
        )
    shared = (
        queries.find_live_versions(session, EVERYONES_SCOPE).get(version.slug) if scope != EVERYONES_SCOPE else None
    )
    if not history or (len(history) == 1 and shared is None):
        raise NotFound("There is no version before this one. Nothing was changed.")
    history[0][0].undone_at = now
    after = history[1][1] if len(history) > 1 else shared
    return after.version if after else None


def list_live_packs(session: Session, team_id: str) -> tuple[LivePack, ...]:
    """Return the packs that a workspace uses (a team id, or `EVERYONES_SCOPE` for the whole installation's)."""
    return tuple(
        _live_pack(session, version)
        for _, version in sorted(queries.find_live_versions_for_workspace(session, team_id).items())
    )


def _live_pack(session: Session, version: PackVersion) -> LivePack:
    history = queries.list_activations(session, version.scope, version.slug)
    before = history[1][1].version if len(history) > 1 else None
    if (
        before is None
        and version.scope != EVERYONES_SCOPE
        and (shared := queries.find_live_versions(session, EVERYONES_SCOPE).get(version.slug))
    ):
        before = shared.version
    return LivePack(
        version_id=version.id,
        slug=version.slug,
        name=version.name,
        version=version.version,
        lessons=len(queries.list_revisions_of_version(session, version.id)),
        live_since=history[0][0].at,
        is_own=version.scope != EVERYONES_SCOPE,
        previous_version=before,
    )


def _add(session: Session, pack: Pack, scope: str, by: str, now: datetime) -> PackVersion:
    version = PackVersion(
        scope=scope,
        slug=pack.slug,
        name=pack.name,
        version=pack.version,
        digest=pack.digest,
        skills=[asdict(skill) for skill in pack.skills],
        added_at=now,
        added_by=by,
    )
    session.add(version)
    session.flush()
    for position, lesson in enumerate(pack.lessons):
        digest = lesson_digest(lesson)
        revision = queries.find_revision(session, scope, pack.slug, lesson.id, digest)
        if revision is None:
            revision = LessonRevision(
                scope=scope, pack_slug=pack.slug, lesson_id=lesson.id, digest=digest, content=lesson_to_json(lesson)
            )
            session.add(revision)
            session.flush()
        session.add(PackLesson(version_id=version.id, position=position, revision_id=revision.id))
    session.flush()
    return version


def _compare(session: Session, version: PackVersion) -> PackChange:
    live = queries.find_live_versions_for_workspace(session, version.scope).get(version.slug)
    library = Library()
    old = {row.lesson_id: row for row in queries.list_revisions_of_version(session, live.id)} if live else {}
    new = {row.lesson_id: row for row in queries.list_revisions_of_version(session, version.id)}
    ids = [row.id for row in (*old.values(), *new.values())]
    titles = {revision_id: lesson.title for revision_id, lesson in library.get_lessons(session, ids).items()}
    changed = [row for key, row in new.items() if key in old and old[key].digest != row.digest]
    return PackChange(
        version_id=version.id,
        slug=version.slug,
        name=version.name,
        version=version.version,
        live_version=live.version if live else None,
        added=tuple(titles[row.id] for key, row in new.items() if key not in old),
        changed=tuple(titles[row.id] for row in changed),
        removed=tuple(titles[row.id] for key, row in old.items() if key not in new),
        unchanged=sum(key in old and old[key].digest == row.digest for key, row in new.items()),
        already_live=live is not None and live.id == version.id,
    )


def _refuse_conflicts(
    session: Session, scope: str, slug: str, lesson_ids: set[str], skills: Sequence[Mapping[str, Any]]
) -> None:
    """Raise PackError if another live pack has a lesson with the same id or the same command for a different skill."""
    commands = {skill["command"]: skill["slug"] for skill in skills if skill["command"]}
    problems = []
    for other, version in queries.find_live_versions_for_workspace(session, scope).items():
        if other == slug:
            continue
        taken = lesson_ids & {row.lesson_id for row in queries.list_revisions_of_version(session, version.id)}
        problems += [
            PackProblem("pack.yaml", 1, "P901", f"Lesson id {lesson_id} is taken by the pack {other}. Choose another.")
            for lesson_id in sorted(taken)
        ]
        problems += [
            PackProblem("pack.yaml", 1, "P902", f"The command {skill['command']} belongs to the pack {other}.")
            for skill in version.skills
            if skill["command"] in commands and commands[skill["command"]] != skill["slug"]
        ]
    if problems:
        raise PackError(problems)
