"""Queries on packs: their versions, what is live where, and their lessons."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import col, delete, select

from bot.storage.database import Session
from bot.storage.tables import LessonRevision, PackActivation, PackLesson, PackVersion

EVERYONES_SCOPE = ""
"""The scope of packs that an operator loads. A workspace's own packs have its team id as their scope."""


def find_version(session: Session, scope: str, slug: str, digest: str) -> PackVersion | None:
    """Find the version with this content."""
    return session.exec(
        select(PackVersion).where(PackVersion.scope == scope, PackVersion.slug == slug, PackVersion.digest == digest)
    ).one_or_none()


def list_activations(session: Session, scope: str, slug: str) -> Sequence[tuple[PackActivation, PackVersion]]:
    """List activations in this scope that weren't rolled back, newest first."""
    return session.exec(
        select(PackActivation, PackVersion)
        .join(PackVersion, col(PackVersion.id) == col(PackActivation.version_id))
        .where(PackActivation.scope == scope, PackActivation.slug == slug, col(PackActivation.undone_at).is_(None))
        .order_by(col(PackActivation.id).desc())
    ).all()


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


def find_live_version_ids_by_scope(session: Session) -> dict[str, dict[str, int]]:
    """Find the ids of all live versions by scope and slug, in one small query for all workspaces."""
    rows = session.connection().execute(
        select(col(PackActivation.scope), col(PackActivation.slug), col(PackActivation.version_id))
        .where(col(PackActivation.undone_at).is_(None))
        .order_by(col(PackActivation.id))
    )
    scopes: dict[str, dict[str, int]] = {}
    for scope, slug, version_id in rows:
        scopes.setdefault(scope, {})[slug] = version_id
    return scopes


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


def find_revisions(session: Session, ids: Collection[int]) -> dict[int, LessonRevision]:
    """Find revisions by id."""
    return {
        row.id: row for row in session.exec(select(LessonRevision).where(col(LessonRevision.id).in_(ids))) if row.id
    }


def delete_unused_versions(session: Session, scope: str, added_before: datetime) -> None:
    """Delete versions that were previewed but never live. Their revisions stay; they are small."""
    used = select(PackActivation.version_id)
    unused = select(PackVersion.id).where(
        PackVersion.scope == scope, col(PackVersion.added_at) < added_before, col(PackVersion.id).not_in(used)
    )
    session.exec(delete(PackLesson).where(col(PackLesson.version_id).in_(unused)))
    session.exec(delete(PackVersion).where(col(PackVersion.id).in_(unused)))
