"""Who has which role in a workspace. Admins give and take them; what that was is in the audit log."""

from collections.abc import Collection
from datetime import datetime

from bot.domain.audit import AuditAction
from bot.domain.learner import Person
from bot.domain.roles import ROLE_NAMES, Role
from bot.storage import Session, audit_log
from bot.storage import roles as queries


def is_author(session: Session, person: Person) -> bool:
    """Return whether an admin made this person an author of the workspace's packs."""
    return queries.has_role(session, person.in_workspace, Role.AUTHOR)


def is_viewer(session: Session, person: Person) -> bool:
    """Return whether an admin lets this person see the workspace's reports."""
    return queries.has_role(session, person.in_workspace, Role.VIEWER)


def list_people(session: Session, team_id: str, role: Role) -> tuple[str, ...]:
    """Return who has a role in a workspace (user ids)."""
    return tuple(queries.list_people(session, team_id, role))


def change_people(
    session: Session, admin: Person, role: Role, shown: Collection[str], chosen: Collection[str], now: datetime
) -> tuple[str, ...]:
    """Give a role to those who were chosen and not `shown`, and take it from those who were shown and aren't chosen.

    What another admin changed meanwhile stays, and whoever no longer has the role isn't given it again by an admin who
    left the list as it was. Returns who got or lost it.
    """
    before = set(list_people(session, admin.team_id, role))
    given, taken = sorted(set(chosen) - set(shown) - before), sorted((set(shown) - set(chosen)) & before)
    queries.give(session, admin.team_id, role, given, admin.user_id, now)
    queries.take(session, admin.team_id, role, taken)
    for action, people in ((AuditAction.ROLE_GIVEN, given), (AuditAction.ROLE_TAKEN, taken)):
        for user_id in people:
            audit_log.record(
                session, admin.team_id, admin.user_id, action, now, subject=ROLE_NAMES[role], person=user_id
            )
    return (*given, *taken)
