"""Loading lesson packs: comparing, activating, rolling back, and removing. A load that fails changes nothing."""

from collections.abc import Mapping, Sequence, Set
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from bot.content.clashes import OtherPack
from bot.content.codec import lesson_digest, lesson_from_json, lesson_to_json
from bot.content.load_warnings import find_load_warnings
from bot.content.pack_changes import PackDifference, compare_packs
from bot.content.pack_loading import PACK_FILE
from bot.content.pack_templates import SHIPPED_PACK
from bot.domain.lesson import Lesson, Pack, Skill
from bot.errors import LoadNotConfirmed, NotFound, PackError, PackProblem, Refused
from bot.learning.library import UNREADABLE_LESSON_ERRORS
from bot.storage import Session, retractions
from bot.storage import packs as queries
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import LessonRevision, PackActivation, PackLesson, PackVersion

PROGRAM = "rounds"
"""Who loads the pack that comes with the program."""

UNSTORED = 0
"""The version id in a comparison with a pack that isn't stored."""

OPERATOR = "operator"
"""Who loads, removes, or retracts with the `rounds` command."""

NOT_LIVE = "That version is no longer live. Nothing was changed. Type `/rounds admin packs` to see what is live now."

USER_ID_PREFIXES = ("U", "W")

UNUSED_VERSION_RETENTION = timedelta(days=7)
"""How long a version that was compared but never activated is stored."""


@dataclass(frozen=True, slots=True)
class PackChange:
    """What activating a version changes. `live_version` is None if the pack is new.

    `added`, `changed`, and `removed` are lesson titles; `differences` has each field. `warnings`: what somebody should
    confirm first. `already_live`: the live version has the same content. `retracted`: titles of lessons that were
    retracted and read as they did then, so they stay out of use. `was_removed`: the pack isn't live because it was
    removed.
    """

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
    live_version_id: int | None = None
    differences: tuple[PackDifference, ...] = ()
    warnings: tuple[str, ...] = ()
    retracted: tuple[str, ...] = ()
    was_removed: bool = False

    @property
    def summary(self) -> str:
        """What is live now, and how many lessons would change, in sentences."""
        if self.already_live:
            return f"{self.name} {self.version} is live with the same content. Loading it changes nothing."
        new = (
            "This pack was removed before. People continue where they left off."
            if self.was_removed
            else "This pack is new."
        )
        live = f"Version {self.live_version} is live now." if self.live_version else new
        return (
            f"{live} Loading this one: {len(self.added)} added, {len(self.changed)} changed, "
            f"{len(self.removed)} removed, {self.unchanged} the same."
        )

    def format_differences(self, longest: int | None = None) -> list[str]:
        """Return a line for each difference, whole or with texts of at most `longest` characters."""
        return [each.format(longest) for each in self.differences]


@dataclass(frozen=True, slots=True)
class StagedLesson:
    """A lesson of a version that may not be live yet, to look at. `pack` is the version's name and number.

    `number` and `total` count the lessons that differ from the live version's, or all if none does. `previous` and
    `next` are the positions in the version of the lessons around it.
    """

    version_id: int
    position: int
    pack: str
    lesson: Lesson
    number: int
    total: int
    previous: int
    next: int


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


@dataclass(frozen=True, slots=True)
class PackRemoval:
    """A live pack that is about to be removed, or was.

    `people`: how many have answered a lesson of it, to the next lower five, as counted in the week of `counted_on`
    (None if never). `replaced_by`: everyone's version of the pack, which is taught again in the workspace.
    """

    version_id: int
    slug: str
    name: str
    version: str
    lessons: int
    people: int
    counted_on: date | None
    replaced_by: str | None


def is_user_id(by: str) -> bool:
    """Return whether this is a Slack user's id, not `PROGRAM`, `OPERATOR`, or an erased person."""
    return by.startswith(USER_ID_PREFIXES)


def stage_pack(session: Session, pack: Pack, scope: str, by: str, now: datetime) -> PackChange:
    """Store a version without using it, and return what activating it would change.

    `scope`: a team id or `EVERYONES_SCOPE`. Raises PackError if it conflicts with another live pack.
    """
    skills = [asdict(skill) for skill in pack.skills]
    _refuse_conflicts(session, scope, pack.slug, {lesson.id for lesson in pack.lessons}, skills)
    queries.delete_unused_versions(session, scope, now - UNUSED_VERSION_RETENTION)
    version = queries.find_version(session, scope, pack.slug, pack.digest) or _add(session, pack, scope, by, now)
    return _compare(session, version)


def activate_version(
    session: Session, version_id: int, compared_with: int | None, scope: str, by: str, now: datetime
) -> tuple[PackChange, bool]:
    """Make a staged version live, if the live version is still the one it was `compared_with` (None: there was none).

    Otherwise, or if its content is live already, nothing changes. Returns the change as it is now, and whether it was
    made. Raises NotFound if the version isn't in this scope, and PackError if it conflicts with a pack that went live
    since.
    """
    version = _get_version(session, version_id, scope)
    change = _compare(session, version)
    if change.already_live or change.live_version_id != compared_with:
        return change, False
    return _activate(session, version, change, by, now), True


def load_pack(
    session: Session, pack: Pack, scope: str, by: str, now: datetime, *, confirmed: bool = True
) -> PackChange:
    """Stage and activate a pack in one transaction.

    Unless it is `confirmed`, raises LoadNotConfirmed if there is anything to confirm first.
    """
    change = stage_pack(session, pack, scope, by, now)
    if change.warnings and not confirmed:
        raise LoadNotConfirmed(f"{change.name} {change.version}", change.warnings)
    return _activate(session, _get_version(session, change.version_id, scope), change, by, now)


def compare_version(session: Session, version_id: int, scope: str) -> PackChange:
    """Return what activating a staged version would change now. Raises NotFound if it isn't in this scope."""
    return _compare(session, _get_version(session, version_id, scope))


def compare_with_live(session: Session, pack: Pack, scope: str) -> PackChange:
    """Return what loading a pack would change now, without storing it.

    Raises Refused if a later version of Rounds wrote the live version's lessons.
    """
    live = queries.find_live_versions_for_workspace(session, scope).get(pack.slug)
    before = _build_pack(session, live, queries.list_revisions_of_version(session, live.id)) if live else None
    same = set(before.lessons).intersection(pack.lessons) if before else frozenset[Lesson]()
    change = _build_change(UNSTORED, live, before, pack, {lesson.id for lesson in same})
    return replace(change, was_removed=live is None and _was_removed(session, scope, pack.slug))


def get_staged_lesson(session: Session, version_id: int, scope: str, position: int | None) -> StagedLesson:
    """Return the lesson at a position of a version, live or not; the first that differs for None.

    Raises NotFound if the version isn't in this scope, or has no such lesson.
    """
    version = _get_version(session, version_id, scope)
    rows = queries.list_revisions_of_version(session, version_id)
    live = queries.find_live_versions_for_workspace(session, scope).get(version.slug)
    known = {
        (row.lesson_id, row.digest) for row in (queries.list_revisions_of_version(session, live.id) if live else ())
    }
    differing = [place for place, row in enumerate(rows) if (row.lesson_id, row.digest) not in known]
    places = differing or list(range(len(rows)))
    shown = places[0] if position is None else position
    if shown >= len(rows):
        raise NotFound
    places = places if shown in places else list(range(len(rows)))  # another version went live since
    index = places.index(shown)
    return StagedLesson(
        version_id=version_id,
        position=shown,
        pack=f"{version.name} {version.version}",
        lesson=lesson_from_json(rows[shown].content),
        number=index + 1,
        total=len(places),
        previous=places[index - 1],
        next=places[(index + 1) % len(places)],
    )


def roll_back_pack(session: Session, version_id: int, scope: str, by: str, now: datetime) -> str | None:
    """Roll back this version, the live one of its pack in this scope. Returns the version that is live then.

    Raises NotFound if it isn't live (an old message's button may be clicked after a newer load) or has no predecessor.
    """
    version = session.get(PackVersion, version_id)
    history = queries.list_activations(session, scope, version.slug) if version else []
    if version is None or (history and history[0][1].id != version_id):
        raise NotFound(NOT_LIVE)
    shared = _find_shared(session, version.slug, scope)
    if not history or (len(history) == 1 and shared is None):
        raise NotFound(
            "There is no version before this one. Nothing was changed. To take the whole pack back, remove it."
        )
    history[0][0].undone_at, history[0][0].undone_by = now, by
    after = history[1][1] if len(history) > 1 else shared
    return after.version if after else None


def preview_removal(session: Session, version_id: int, scope: str) -> PackRemoval:
    """Return what `remove_pack` would remove. Raises the same errors."""
    version = session.get(PackVersion, version_id)
    if version is None or version.id not in {
        live.id for live in queries.find_live_versions_for_workspace(session, scope).values()
    }:
        raise NotFound(NOT_LIVE)
    if version.scope != scope:
        raise Refused(
            f"{version.name} is for everyone on this server, so it can't be removed in one workspace. Nothing was "
            "changed. You can retract single lessons here. Whoever runs Rounds can remove the pack for everyone."
        )
    everyones = queries.find_live_versions(session, EVERYONES_SCOPE).keys()
    if scope == EVERYONES_SCOPE and version.slug == SHIPPED_PACK and everyones == {SHIPPED_PACK}:
        raise Refused(
            f"{version.name} is the only pack for everyone. Without it there would be no lessons, and Rounds would "
            "load it again at its next start. Nothing was changed. Load another pack first, or retract single lessons."
        )
    reach = queries.find_reach(session, scope, version.slug)
    shared = _find_shared(session, version.slug, scope)
    return PackRemoval(
        version_id=version.id,
        slug=version.slug,
        name=version.name,
        version=version.version,
        lessons=len(queries.list_revisions_of_version(session, version.id)),
        people=reach.people_shown if reach else 0,
        counted_on=reach.counted_on if reach else None,
        replaced_by=f"{shared.name} {shared.version}" if shared else None,
    )


def remove_pack(session: Session, version_id: int, scope: str, by: str, now: datetime) -> PackRemoval:
    """Remove a pack with all of its versions in this scope, given its live version. Nothing that people did is deleted.

    Loading the pack again brings all of it back. Raises NotFound if the version isn't live, and Refused for everyone's
    pack in a workspace, and for the shipped pack if nothing else is live for everyone.
    """
    removal = preview_removal(session, version_id, scope)
    for activation, _ in queries.list_activations(session, scope, removal.slug):
        activation.undone_at, activation.undone_by = now, by
    return removal


def _find_shared(session: Session, slug: str, scope: str) -> PackVersion | None:
    """Return everyone's live version of a workspace's own pack, which is taught when that is gone."""
    return queries.find_live_versions(session, EVERYONES_SCOPE).get(slug) if scope != EVERYONES_SCOPE else None


def list_live_packs(session: Session, team_id: str) -> tuple[LivePack, ...]:
    """Return the packs that a workspace uses (a team id, or `EVERYONES_SCOPE` for the whole installation's)."""
    return tuple(
        _live_pack(session, version, team_id)
        for _, version in sorted(queries.find_live_versions_for_workspace(session, team_id).items())
    )


def list_other_packs(session: Session, team_id: str) -> tuple[OtherPack, ...]:
    """Return what the packs that a workspace uses have taken: their lesson ids, and the commands of their skills."""
    return tuple(
        OtherPack(
            slug=slug,
            name=version.name,
            lesson_ids=frozenset(row.lesson_id for row in queries.list_revisions_of_version(session, version.id)),
            commands={skill["command"]: skill["slug"] for skill in version.skills if skill["command"]},
        )
        for slug, version in sorted(queries.find_live_versions_for_workspace(session, team_id).items())
    )


def read_live_pack(session: Session, team_id: str, version_id: int) -> Pack:
    """Return all of a version that is live in a workspace (or for everyone, with `EVERYONES_SCOPE`).

    Raises NotFound if it isn't live there, and Refused if a later version of Rounds wrote its lessons.
    """
    live = {version.id: version for version in queries.find_live_versions_for_workspace(session, team_id).values()}
    version = live.get(version_id)
    if version is None:
        raise NotFound(NOT_LIVE)
    return _build_pack(session, version, queries.list_revisions_of_version(session, version_id))


def _get_version(session: Session, version_id: int, scope: str) -> PackVersion:
    version = session.get(PackVersion, version_id)
    if version is None or version.scope != scope:
        raise NotFound("That upload has expired. Nothing was changed. Upload the file again.")
    return version


def _activate(session: Session, version: PackVersion, change: PackChange, by: str, now: datetime) -> PackChange:
    lesson_ids = {row.lesson_id for row in queries.list_revisions_of_version(session, version.id)}
    _refuse_conflicts(session, version.scope, version.slug, lesson_ids, version.skills)
    if not change.already_live:
        session.add(PackActivation(version_id=version.id, scope=version.scope, slug=version.slug, at=now, by=by))
    return change


def _build_pack(session: Session, version: PackVersion, rows: Sequence[LessonRevision]) -> Pack:
    """Return a version with these of its lessons. Raises Refused if a later version of Rounds wrote them."""
    try:
        lessons = tuple(lesson_from_json(row.content) for row in rows)
    except UNREADABLE_LESSON_ERRORS:
        raise Refused(
            f"{version.name} {version.version} was loaded by a later version of Rounds, so I can't read all of it. "
            "Nothing was changed. Ask whoever runs Rounds to update it."
        ) from None
    return Pack(
        slug=version.slug,
        name=version.name,
        version=version.version,
        skills=tuple(Skill(**skill) for skill in version.skills),
        lessons=lessons,
        digest=version.digest,
        bibliography=queries.find_bibliography(session, version.id),
    )


def _live_pack(session: Session, version: PackVersion, team_id: str) -> LivePack:
    history = queries.list_activations(session, version.scope, version.slug)
    before = history[1][1] if len(history) > 1 else _find_shared(session, version.slug, version.scope)
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
    if pack.bibliography:
        queries.add_bibliography(session, version.id, pack.bibliography)
    session.flush()
    return version


def _compare(session: Session, version: PackVersion) -> PackChange:
    live = queries.find_live_versions_for_workspace(session, version.scope).get(version.slug)
    old = {row.lesson_id: row for row in queries.list_revisions_of_version(session, live.id)} if live else {}
    new = {row.lesson_id: row for row in queries.list_revisions_of_version(session, version.id)}
    same = {key for key, row in new.items() if key in old and old[key].digest == row.digest}
    before = _build_pack(session, live, [row for key, row in old.items() if key not in same]) if live else None
    after = _build_pack(session, version, [row for key, row in new.items() if key not in same])
    retracted = retractions.find_retractions(session, version.scope, [row.id for row in new.values()])
    return replace(
        _build_change(version.id, live, before, after, same),
        retracted=tuple(lesson_from_json(row.content).title for row in new.values() if row.id in retracted),
        was_removed=live is None and _was_removed(session, version.scope, version.slug),
    )


def _build_change(
    version_id: int, live: PackVersion | None, before: Pack | None, after: Pack, same: Set[str]
) -> PackChange:
    """Describe what replacing one version with another changes. `same`: the ids of the lessons that don't change."""
    old, new = (
        {each.id: each for each in pack.lessons if each.id not in same} if pack else {} for pack in (before, after)
    )
    return PackChange(
        version_id=version_id,
        slug=after.slug,
        name=after.name,
        version=after.version,
        live_version=live.version if live else None,
        added=tuple(lesson.title for key, lesson in new.items() if key not in old),
        changed=tuple(lesson.title for key, lesson in new.items() if key in old),
        removed=tuple(lesson.title for key, lesson in old.items() if key not in new),
        unchanged=len(same),
        already_live=live is not None and live.digest == after.digest,
        live_version_id=live.id if live else None,
        differences=compare_packs(before, after),
        warnings=find_load_warnings(before, after),
    )


def _was_removed(session: Session, scope: str, slug: str) -> bool:
    """Return whether a pack that isn't live was live here before."""
    return bool(queries.list_all_activations(session, scope, slug))


def _refuse_conflicts(
    session: Session, scope: str, slug: str, lesson_ids: set[str], skills: Sequence[Mapping[str, Any]]
) -> None:
    """Raise PackError if another live pack has a lesson with the same id or the same command for a different skill.

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
    if problems:
        raise PackError(problems)
