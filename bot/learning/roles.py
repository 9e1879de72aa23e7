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


def list_authors(session: Session, team_id: str) -> tuple[str, ...]:
    """Return the authors of a workspace's packs (user ids)."""
    return tuple(queries.list_people(session, team_id, Role.AUTHOR))


def change_authors(
    session: Session, admin: Person, shown: Collection[str], chosen: Collection[str], now: datetime
) -> tuple[str, ...]:
    """Make those authors who were chosen and not `shown`, and unmake those who were shown and aren't chosen.

    What another admin changed meanwhile stays, and whoever is no longer an author isn't made one again by an admin who
    left the list as it was. Returns who was added or taken out.
    """
    before = set(list_authors(session, admin.team_id))
    given, taken = sorted(set(chosen) - set(shown) - before), sorted((set(shown) - set(chosen)) & before)
    queries.give(session, admin.team_id, Role.AUTHOR, given, admin.user_id, now)
    queries.take(session, admin.team_id, Role.AUTHOR, taken)
    for action, people in ((AuditAction.ROLE_GIVEN, given), (AuditAction.ROLE_TAKEN, taken)):
        for user_id in people:
            audit_log.record(
                session,
                admin.team_id,
                admin.user_id,
                action,
                now,
                subject=ROLE_NAMES[Role.AUTHOR],
                person=user_id,
            )
    return (*given, *taken)
