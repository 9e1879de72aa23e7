"""Queries on who gets a workspace's own packs."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement
from sqlmodel import col, delete, select, update

from bot.domain.audience import Audience
from bot.domain.learner import Person, WorkspaceUser
from bot.storage.database import Session
from bot.storage.tables import PackAudience, PackAudienceMember
from bot.storage.workspaces import select_teams_of


def find_audience(session: Session, team_id: str, slug: str) -> Audience:
    """Return who gets a workspace's own pack."""
    row = session.get(PackAudience, (team_id, slug))
    return Audience(row.audience) if row else Audience.EVERYONE


def set_audience(session: Session, team_id: str, slug: str, audience: Audience, by: str, now: datetime) -> None:
    """Set who gets a pack. For everyone, nobody stays chosen, but that somebody was once is kept."""
    session.merge(PackAudience(scope=team_id, slug=slug, audience=audience, at=now, by=by))
    if audience is Audience.EVERYONE:
        _take_out(session, team_id, slug, now)


def had_audience(session: Session, team_id: str, slug: str) -> bool:
    """Return whether a pack is, or ever was, for chosen people."""
    return session.get(PackAudience, (team_id, slug)) is not None


def add_members(session: Session, team_id: str, slug: str, user_ids: Collection[str]) -> None:
    """Choose people for a pack. Those who were chosen before stay."""
    theirs = (*_of_pack(team_id, slug), col(PackAudienceMember.user_id).in_(user_ids))
    known = set(session.exec(select(PackAudienceMember.user_id).where(*theirs)))
    session.exec(update(PackAudienceMember).where(*theirs).values(taken_out_at=None))
    session.add_all(PackAudienceMember(scope=team_id, slug=slug, user_id=each) for each in sorted({*user_ids} - known))


def remove_members(session: Session, team_id: str, slug: str, user_ids: Collection[str], now: datetime) -> None:
    """Take people out of a pack's audience."""
    _take_out(session, team_id, slug, now, col(PackAudienceMember.user_id).in_(user_ids))


def delete_taken_out(session: Session, team_id: str, before: datetime) -> None:
    """Delete whom a workspace chose for a pack and took out again before an instant."""
    gone = col(PackAudienceMember.taken_out_at) < before
    session.exec(delete(PackAudienceMember).where(col(PackAudienceMember.scope) == team_id, gone))


def find_chosen_packs(session: Session, users: Collection[WorkspaceUser]) -> dict[WorkspaceUser, frozenset[str]]:
    """Find the packs (slugs) that each of these users was chosen for. Whoever was chosen for none is left out."""
    rows = session.exec(
        select(PackAudienceMember.scope, PackAudienceMember.user_id, PackAudienceMember.slug).where(
            col(PackAudienceMember.scope).in_({each.team_id for each in users}),
            col(PackAudienceMember.user_id).in_({each.user_id for each in users}),
            col(PackAudienceMember.taken_out_at).is_(None),
        )
    )
    found: defaultdict[WorkspaceUser, set[str]] = defaultdict(set)
    for team_id, user_id, slug in rows:
        found[WorkspaceUser(team_id, user_id)].add(slug)
    return {user: frozenset(slugs) for user, slugs in found.items()}


def erase_person(session: Session, person: Person) -> None:
    """Remove a person from every audience."""
    theirs = col(PackAudienceMember.user_id) == person.user_id
    session.exec(delete(PackAudienceMember).where(theirs, col(PackAudienceMember.scope).in_(select_teams_of(person))))


def _of_pack(team_id: str, slug: str) -> tuple[ColumnElement[bool], ...]:
    return col(PackAudienceMember.scope) == team_id, col(PackAudienceMember.slug) == slug


def _take_out(session: Session, team_id: str, slug: str, now: datetime, *who: ColumnElement[bool]) -> None:
    """Take these people out. Their rows stay until the week is counted, in which they weren't like all others."""
    theirs = (*_of_pack(team_id, slug), col(PackAudienceMember.taken_out_at).is_(None), *who)
    session.exec(update(PackAudienceMember).where(*theirs).values(taken_out_at=now))
