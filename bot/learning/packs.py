"""Loads lesson packs, makes them live, and rolls them back. A load that fails changes nothing."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from bot.content.codec import lesson_digest, lesson_to_json, program_to_json
from bot.content.other_packs import OtherPack
from bot.content.pack_loading import PACK_FILE
from bot.domain.audience import Audience
from bot.domain.audit import AuditAction
from bot.domain.lesson import Pack
from bot.errors import LoadNotConfirmed, NotFound, PackError, PackProblem
from bot.language import gettext as _
from bot.learning import running_pilots
from bot.learning.pack_comparison import PackChange, compare_stored_version
from bot.learning.pack_versions import NOT_LIVE, OPERATOR, build_pack, find_shared, get_live_version, get_version
from bot.storage import Session, audit_log, pack_audiences, pack_pilots, retractions
from bot.storage import packs as queries
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import LessonRevision, PackActivation, PackLesson, PackVersion

UNUSED_VERSION_RETENTION = timedelta(days=7)
"""How long a version that was compared but never activated is stored."""


@dataclass(frozen=True, slots=True)
class LivePack:
    """A pack in use. `is_own`: this workspace loaded it itself. `loaded_by`: a user id, or `OPERATOR` or `PROGRAM`.

    `retracted`: how many of its lessons are retracted here.
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
    loaded_by: str = OPERATOR
    retracted: int = 0
    audience: Audience = Audience.EVERYONE


def stage_pack(session: Session, pack: Pack, scope: str, by: str, now: datetime) -> PackChange:
    """Store a version without using it, and return what activating it would change.

    `scope`: a team id or `EVERYONES_SCOPE`. Raises PackError if it conflicts with another live pack.
    """
    skills = [asdict(skill) for skill in pack.skills]
    programs = {program.slug for program in pack.programs}
    _refuse_conflicts_of(session, scope, pack.slug, {lesson.id for lesson in pack.lessons}, skills, programs)
    queries.delete_unused_versions(session, scope, now - UNUSED_VERSION_RETENTION)
    version = queries.find_version(session, scope, pack.slug, pack.digest) or _add(session, pack, scope, by, now)
    return compare_stored_version(session, version)


def load_pack(
    session: Session, pack: Pack, scope: str, by: str, now: datetime, *, confirmed: bool = True
) -> PackChange:
    """Stage and activate a pack in one transaction.

    Unless it is `confirmed`, raises LoadNotConfirmed if there is anything to confirm first.
    """
    change = stage_pack(session, pack, scope, by, now)
    if change.warnings and not confirmed:
        raise LoadNotConfirmed(f"{change.name} {change.version}", change.warnings)
    return _activate(session, get_version(session, change.version_id, scope), change, by, now)


def activate_version(
    session: Session, version_id: int, compared_with: int | None, scope: str, by: str, now: datetime
) -> tuple[PackChange, bool]:
    """Make a staged version live, if the live version is still the one it was `compared_with` (None: there was none).

    Otherwise, or if its content is live already, nothing changes. Returns the change as it is now, and whether it was
    made. Raises NotFound if the version isn't in this scope, and PackError if it conflicts with a pack that went live
    since.
    """
    version = get_version(session, version_id, scope)
    change = compare_stored_version(session, version)
    if change.is_unchanged or change.before_version_id != compared_with:
        return change, False
    return _activate(session, version, change, by, now), True


def roll_back_pack(session: Session, version_id: int, scope: str, by: str, now: datetime) -> str | None:
    """Roll back this version, the live one of its pack in this scope. Returns the version that is live then.

    Raises NotFound if it isn't live (an old message's button may be clicked after a newer load) or has no predecessor.
    """
    version = session.get(PackVersion, version_id)
    history = queries.list_activations(session, scope, version.slug) if version else []
    if version is None or (history and history[0][1].id != version_id):
        raise NotFound(_(NOT_LIVE))
    shared = find_shared(session, version.slug, scope)
    if not history or (len(history) == 1 and shared is None):
        raise NotFound(
            _("There is no version before this one. Nothing was changed. To take the whole pack back, remove it.")
        )
    history[0][0].undone_at, history[0][0].undone_by = now, by
    subject = f"{version.name} {version.version}"
    audit_log.record(session, scope, by, AuditAction.PACK_ROLLED_BACK, now, subject=subject)
    after = history[1][1] if len(history) > 1 else shared
    if after is not None:
        running_pilots.end_if_live(session, after, by, now)
    return after.version if after else None


def list_live_packs(session: Session, team_id: str) -> tuple[LivePack, ...]:
    """Return the packs that a workspace uses (a team id, or `EVERYONES_SCOPE` for the whole installation's)."""
    return tuple(
        _live_pack(session, version, team_id)
        for _slug, version in sorted(queries.find_live_versions_for_workspace(session, team_id).items())
    )


def list_other_packs(session: Session, team_id: str) -> tuple[OtherPack, ...]:
    """Return what the packs that a workspace uses have taken: their lesson ids, and the commands of their skills.

    Everyone's pack counts beside the workspace's own version of it, which may be for chosen people only, and so does a
    version that a cohort tries.
    """
    shared, own = queries.find_live_versions(session, EVERYONES_SCOPE), queries.find_live_versions(session, team_id)
    tried = [version for _pilot, version, _cohort in pack_pilots.list_running(session, team_id)]
    used = {version.id: version for version in (*shared.values(), *own.values(), *tried)}
    return tuple(
        OtherPack(
            slug=version.slug,
            name=version.name,
            lesson_ids=frozenset(row.lesson_id for row in queries.list_revisions_of_version(session, version.id)),
            commands={skill["command"]: skill["slug"] for skill in version.skills if skill["command"]},
            programs=_slugs_of_programs(version),
        )
        for version in sorted(used.values(), key=lambda each: (each.slug, each.id))
    )


def read_live_pack(session: Session, team_id: str, version_id: int) -> Pack:
    """Return all of a version that is live in a workspace (or for everyone, with `EVERYONES_SCOPE`).

    Raises NotFound if it isn't live there, and Refused if a later version of Rounds wrote its lessons.
    """
    version = get_live_version(session, version_id, team_id)
    return build_pack(session, version, queries.list_revisions_of_version(session, version_id))


def _activate(session: Session, version: PackVersion, change: PackChange, by: str, now: datetime) -> PackChange:
    refuse_conflicts(session, version)
    if not change.is_unchanged:
        session.add(PackActivation(version_id=version.id, scope=version.scope, slug=version.slug, at=now, by=by))
        subject = f"{version.name} {version.version}"
        audit_log.record(session, version.scope, by, AuditAction.PACK_LOADED, now, subject=subject)
    running_pilots.end_if_live(session, version, by, now)
    return change


def refuse_conflicts(session: Session, version: PackVersion) -> None:
    """Raise PackError if a version conflicts with another pack that is used in its scope."""
    lesson_ids = {row.lesson_id for row in queries.list_revisions_of_version(session, version.id)}
    programs = _slugs_of_programs(version)
    _refuse_conflicts_of(session, version.scope, version.slug, lesson_ids, version.skills, programs)


def _slugs_of_programs(version: PackVersion) -> frozenset[str]:
    return frozenset(program["slug"] for program in version.programs)


def _live_pack(session: Session, version: PackVersion, team_id: str) -> LivePack:
    history = queries.list_activations(session, version.scope, version.slug)
    before = history[1][1] if len(history) > 1 else find_shared(session, version.slug, version.scope)
    revision_ids = [row.id for row in queries.list_revisions_of_version(session, version.id)]
    return LivePack(
        version_id=version.id,
        slug=version.slug,
        name=version.name,
        version=version.version,
        lessons=len(revision_ids),
        live_since=history[0][0].at,
        is_own=version.scope != EVERYONES_SCOPE,
        previous_version=before.version if before else None,
        loaded_by=history[0][0].by,
        retracted=len(retractions.find_retractions(session, team_id, revision_ids)),
        audience=pack_audiences.find_audience(session, version.scope, version.slug),
    )


def _add(session: Session, pack: Pack, scope: str, by: str, now: datetime) -> PackVersion:
    version = PackVersion(
        scope=scope,
        slug=pack.slug,
        name=pack.name,
        version=pack.version,
        digest=pack.digest,
        skills=[asdict(skill) for skill in pack.skills],
        programs=[program_to_json(program) for program in pack.programs],
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
    if pack.bibliography:
        queries.add_bibliography(session, version.id, pack.bibliography)
    session.flush()
    return version


def _refuse_conflicts_of(
    session: Session,
    scope: str,
    slug: str,
    lesson_ids: set[str],
    skills: Sequence[Mapping[str, Any]],
    programs: Collection[str],
) -> None:
    """Raise PackError if another live pack has one of these lessons (ids) or programs (slugs), or the command of one of
    these skills for a different skill.

    Lint finds these at their places (`clashes`). Here they have none, as only the database knows what is live now.
    """
    problems = []
    for other in list_other_packs(session, scope):
        if other.slug == slug:
            continue
        problems += [
            PackProblem(PACK_FILE, 1, "P901", other.describe_lesson(lesson_id))
            for lesson_id in sorted(lesson_ids.intersection(other.lesson_ids))
        ]
        problems += [
            PackProblem(PACK_FILE, 1, "P902", other.describe_command(skill["command"]))
            for skill in skills
            if other.has_command(skill["command"], skill["slug"])
        ]
        problems += [
            PackProblem(PACK_FILE, 1, "P903", other.describe_program(program))
            for program in sorted(programs)
            if program in other.programs
        ]
    if problems:
        raise PackError(problems)
