"""Queries on packs: their versions, what is live where, and their lessons."""

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Integer, cast, null, union_all
from sqlalchemy import select as select_columns
from sqlmodel import col, delete, func, select, update
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.audience import Audience
from bot.domain.learner import Person
from bot.storage.database import Session
from bot.storage.tables import (
    LessonRevision,
    PackActivation,
    PackAudience,
    PackBibliography,
    PackLesson,
    PackPilot,
    PackReach,
    PackVersion,
    QuestionMemory,
    Retraction,
    get_table,
)
from bot.storage.workspaces import select_teams_of

EVERYONES_SCOPE = ""
"""The scope of packs that an operator loads. A workspace's own packs have its team id as their scope."""

ERASED_LOADER = "erased"
"""Stands in place of the id of a person who deleted everything."""


class RetractedLesson(NamedTuple):
    """A lesson that isn't used in any revision up to this one."""

    pack_slug: str
    lesson_id: str
    up_to_revision_id: int


class PilotVersion(NamedTuple):
    """A version (id) that the members of a cohort get in place of the live one of its pack."""

    pack_slug: str
    version_id: int
    cohort_id: int


class LiveContent(NamedTuple):
    """What is live, by scope: the ids of versions, by slug, the lessons that were retracted, the audiences of packs
    that aren't for everyone, by slug, and the pilots that run."""

    versions: dict[str, dict[str, int]]
    retracted: dict[str, frozenset[RetractedLesson]]
    audiences: dict[str, dict[str, Audience]]
    pilots: dict[str, tuple[PilotVersion, ...]]


def find_version(session: Session, scope: str, slug: str, digest: str) -> PackVersion | None:
    """Find the version with this content."""
    return session.exec(
        select(PackVersion).where(PackVersion.scope == scope, PackVersion.slug == slug, PackVersion.digest == digest)
    ).one_or_none()


def list_activations(session: Session, scope: str, slug: str) -> Sequence[tuple[PackActivation, PackVersion]]:
    """List activations in this scope that weren't rolled back, newest first."""
    return [each for each in list_all_activations(session, scope, slug) if each[0].undone_at is None]


def list_all_activations(session: Session, scope: str, slug: str) -> Sequence[tuple[PackActivation, PackVersion]]:
    """List all activations in this scope, newest first, with those that were rolled back."""
    return session.exec(
        select(PackActivation, PackVersion)
        .join(PackVersion, col(PackVersion.id) == col(PackActivation.version_id))
        .where(PackActivation.scope == scope, PackActivation.slug == slug)
        .order_by(col(PackActivation.id).desc())
    ).all()


def erase_loader(session: Session, person: Person) -> None:
    """Remove this person's id from the packs that they loaded or removed, and the lessons that they retracted."""
    teams = select_teams_of(person)
    for table, column in (
        (PackVersion, "added_by"),
        (PackActivation, "by"),
        (PackAudience, "by"),
        (PackPilot, "by"),
        (PackPilot, "ended_by"),
        (PackActivation, "undone_by"),
        (Retraction, "by"),
        (Retraction, "lifted_by"),
    ):
        theirs = col(getattr(table, column)) == person.user_id
        session.exec(update(table).where(theirs, _is_in(table, teams)).values({column: ERASED_LOADER}))


def find_live_versions(session: Session, scope: str) -> dict[str, PackVersion]:
    """Find the live version of each pack of this scope, by slug."""
    rows = session.exec(
        select(PackVersion)
        .join(PackActivation, col(PackActivation.version_id) == col(PackVersion.id))
        .where(PackActivation.scope == scope, col(PackActivation.undone_at).is_(None))
        .order_by(col(PackActivation.id))
    )
    return {version.slug: version for version in rows}


def find_live_versions_for_workspace(session: Session, team_id: str) -> dict[str, PackVersion]:
    """Find what a workspace teaches, by slug: everyone's packs, replaced by its own where it has them."""
    return {**find_live_versions(session, EVERYONES_SCOPE), **find_live_versions(session, team_id)}


_activation, _retraction, _audience = get_table(PackActivation), get_table(Retraction), get_table(PackAudience)
_pilot = get_table(PackPilot)

_NO_COHORT = cast(null(), Integer)

_LIVE_CONTENT = union_all(
    select_columns(
        _activation.c.id, _activation.c.scope, _activation.c.slug, null(), _activation.c.version_id, null(), _NO_COHORT
    ).where(_activation.c.undone_at.is_(None)),
    select_columns(
        _retraction.c.id,
        _retraction.c.scope,
        _retraction.c.pack_slug,
        _retraction.c.lesson_id,
        _retraction.c.up_to_revision_id,
        null(),
        _NO_COHORT,
    ).where(_retraction.c.lifted_at.is_(None)),
    select_columns(null(), _audience.c.scope, _audience.c.slug, null(), null(), _audience.c.audience, _NO_COHORT).where(
        _audience.c.audience != Audience.EVERYONE
    ),
    select_columns(
        _pilot.c.id, _pilot.c.scope, _pilot.c.slug, null(), _pilot.c.version_id, null(), _pilot.c.cohort_id
    ).where(_pilot.c.ended_at.is_(None)),
).order_by("id")


def find_live_content(session: Session) -> LiveContent:
    """Find all live versions, retracted lessons, audiences, and pilots, in one small query for all workspaces."""
    session.flush()
    versions: defaultdict[str, dict[str, int]] = defaultdict(dict)
    retracted: defaultdict[str, set[RetractedLesson]] = defaultdict(set)
    audiences: defaultdict[str, dict[str, Audience]] = defaultdict(dict)
    pilots: defaultdict[str, list[PilotVersion]] = defaultdict(list)
    for _, scope, slug, lesson_id, number, audience, cohort_id in session.connection().execute(_LIVE_CONTENT):
        if cohort_id is not None:
            pilots[scope].append(PilotVersion(slug, number, cohort_id))
        elif audience is not None:
            audiences[scope][slug] = Audience(audience)
        elif lesson_id is None:
            versions[scope][slug] = number
        else:
            retracted[scope].add(RetractedLesson(slug, lesson_id, number))
    return LiveContent(
        dict(versions),
        {scope: frozenset(lessons) for scope, lessons in retracted.items()},
        dict(audiences),
        {scope: tuple(each) for scope, each in pilots.items()},
    )


def count_people_by_pack(session: Session) -> dict[tuple[str, str], int]:
    """Count the people who have answered a lesson of each pack, by scope and slug. Reads everyone's answers."""
    rows = session.exec(
        select(LessonRevision.scope, LessonRevision.pack_slug, func.count(col(QuestionMemory.learner_id).distinct()))
        .join(QuestionMemory, col(QuestionMemory.revision_id) == col(LessonRevision.id))
        .group_by(LessonRevision.scope, LessonRevision.pack_slug)
    )
    return {(scope, slug): people for scope, slug, people in rows}


def find_reach(session: Session, scope: str, slug: str) -> PackReach | None:
    """Find how many people a pack has reached, as last counted."""
    return session.get(PackReach, (scope, slug))


def list_reaches(session: Session) -> dict[tuple[str, str], PackReach]:
    """List how many people each pack has reached, by scope and slug."""
    return {(row.scope, row.slug): row for row in session.exec(select(PackReach))}


def find_versions(session: Session, ids: Collection[int]) -> dict[int, PackVersion]:
    """Find versions by id."""
    return {version.id: version for version in session.exec(select(PackVersion).where(col(PackVersion.id).in_(ids)))}


def find_lesson_ids(session: Session, revision_ids: Collection[int]) -> dict[int, str]:
    """Find the lesson id of each of these revisions."""
    found = session.exec(
        select(LessonRevision.id, LessonRevision.lesson_id).where(col(LessonRevision.id).in_(revision_ids))
    )
    return dict(found.all())


def find_revision(session: Session, scope: str, pack_slug: str, lesson_id: str, digest: str) -> LessonRevision | None:
    """Find the revision of a lesson with this content."""
    return session.exec(
        select(LessonRevision).where(
            LessonRevision.scope == scope,
            LessonRevision.pack_slug == pack_slug,
            LessonRevision.lesson_id == lesson_id,
            LessonRevision.digest == digest,
        )
    ).one_or_none()


def list_revisions_of_version(session: Session, version_id: int) -> Sequence[LessonRevision]:
    """List the lessons of a version in the pack's order."""
    return session.exec(
        select(LessonRevision)
        .join(PackLesson, col(PackLesson.revision_id) == col(LessonRevision.id))
        .where(PackLesson.version_id == version_id)
        .order_by(col(PackLesson.position))
    ).all()


def list_lesson_ids_of_version(session: Session, version_id: int) -> Sequence[str]:
    """Return the ids of the lessons in a version, in order."""
    return session.exec(
        select(LessonRevision.lesson_id)
        .join(PackLesson, col(PackLesson.revision_id) == col(LessonRevision.id))
        .where(PackLesson.version_id == version_id)
        .order_by(col(PackLesson.position))
    ).all()


def add_bibliography(session: Session, version_id: int, content: str) -> None:
    """Store the bibliography of a version."""
    session.add(PackBibliography(version_id=version_id, content=content))


def find_bibliography(session: Session, version_id: int) -> str:
    """Return the bibliography of a version as JSON; empty if an earlier version of Rounds loaded it."""
    found = session.get(PackBibliography, version_id)
    return found.content if found else ""


def find_revisions(session: Session, ids: Collection[int]) -> dict[int, LessonRevision]:
    """Find revisions by id."""
    return {
        row.id: row for row in session.exec(select(LessonRevision).where(col(LessonRevision.id).in_(ids))) if row.id
    }


def delete_unused_versions(session: Session, scope: str, added_before: datetime) -> None:
    """Delete versions that were previewed, but never live or in a pilot. Their revisions stay; they are small."""
    used = select(PackActivation.version_id).union(select(PackPilot.version_id))
    unused = select(PackVersion.id).where(
        PackVersion.scope == scope, col(PackVersion.added_at) < added_before, col(PackVersion.id).not_in(used)
    )
    for table in (PackLesson, PackBibliography):
        session.exec(delete(table).where(col(table.version_id).in_(unused)))
    session.exec(delete(PackVersion).where(col(PackVersion.id).in_(unused)))


def _is_in(
    table: type[PackVersion | PackActivation | PackAudience | PackPilot | Retraction], teams: SelectOfScalar[str]
) -> ColumnElement[bool]:
    return col(table.scope).in_(teams) | (col(table.scope) == EVERYONES_SCOPE)
