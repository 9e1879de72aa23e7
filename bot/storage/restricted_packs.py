"""The packs of a workspace of which no number about people may be said."""

from collections.abc import Collection

from sqlmodel import col, select

from bot.storage.database import Session
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import LessonRevision, PackAudience, PackPilot


def find_restricted_packs(session: Session, team_id: str) -> set[str]:
    """Find the packs (slugs) that are, or ever were, for people whom an admin chose, or in a pilot with a cohort.

    Whoever chose the people knows who may have answered: while the pack was theirs alone, they, and of everyone's
    version of it, all others.
    """
    for_chosen = session.exec(select(PackAudience.slug).where(PackAudience.scope == team_id))
    tried = session.exec(select(PackPilot.slug).where(PackPilot.scope == team_id).distinct())
    return {*for_chosen, *tried}


def find_restricted_revisions(session: Session, team_id: str, revision_ids: Collection[int]) -> set[int]:
    """Find which of these revisions are of restricted packs, in the workspace's version or in everyone's."""
    rows = session.exec(
        select(LessonRevision.id).where(
            col(LessonRevision.scope).in_((team_id, EVERYONES_SCOPE)),
            col(LessonRevision.pack_slug).in_(find_restricted_packs(session, team_id)),
            col(LessonRevision.id).in_(revision_ids),
        )
    )
    return set(rows)
