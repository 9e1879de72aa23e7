"""Queries on roles."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import col, delete, select, update

from bot.domain.learner import Person, WorkspaceUser
from bot.domain.roles import Role
from bot.storage.database import Session
from bot.storage.packs import ERASED_LOADER
from bot.storage.tables import RoleGrant
from bot.storage.workspaces import select_teams_of


def has_role(session: Session, user: WorkspaceUser, role: Role) -> bool:
    """Return whether somebody has a role in their workspace."""
    return session.get(RoleGrant, (user.team_id, user.user_id, role)) is not None


def list_people(session: Session, team_id: str, role: Role) -> Sequence[str]:
    """List who has a role in a workspace (user ids), in the order it was given."""
    grants = select(RoleGrant).where(RoleGrant.team_id == team_id, RoleGrant.role == role)
    return [each.user_id for each in session.exec(grants.order_by(col(RoleGrant.at), col(RoleGrant.user_id)))]


def give(session: Session, team_id: str, role: Role, user_ids: Collection[str], by: str, now: datetime) -> None:
    """Give a role to people who don't have it."""
    session.add_all(RoleGrant(team_id=team_id, user_id=each, role=role, at=now, by=by) for each in user_ids)


def take(session: Session, team_id: str, role: Role, user_ids: Collection[str]) -> None:
    """Take a role from people."""
    session.exec(
        delete(RoleGrant).where(
            col(RoleGrant.team_id) == team_id, col(RoleGrant.role) == role, col(RoleGrant.user_id).in_(user_ids)
        )
    )


def erase_person(session: Session, person: Person) -> None:
    """Take every role from a person, and their id from the roles that they gave."""
    teams = select_teams_of(person)
    session.exec(delete(RoleGrant).where(col(RoleGrant.user_id) == person.user_id, col(RoleGrant.team_id).in_(teams)))
    given = (col(RoleGrant.by) == person.user_id, col(RoleGrant.team_id).in_(teams))
    session.exec(update(RoleGrant).where(*given).values(by=ERASED_LOADER))
