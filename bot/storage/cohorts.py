"""Queries on cohorts and who is in them."""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlmodel import col, delete, func, select, update

from bot.domain.learner import Person, WorkspaceUser
from bot.storage.database import Session
from bot.storage.packs import ERASED_LOADER
from bot.storage.tables import Cohort, CohortMember, Learner, LearnerState
from bot.storage.workspaces import select_teams_of

_STARTED = (LearnerState.ACTIVE, LearnerState.PAUSED, LearnerState.WAITING)


def add(session: Session, cohort: Cohort) -> Cohort:
    """Store a new cohort, and return it with its id."""
    session.add(cohort)
    session.flush()
    return cohort


def find(session: Session, team_id: str, cohort_id: int) -> Cohort | None:
    """Find a cohort of a workspace by id."""
    cohort = session.get(Cohort, cohort_id)
    return cohort if cohort is not None and cohort.team_id == team_id else None


def find_by_code(session: Session, team_id: str, code: str) -> Cohort | None:
    """Find a workspace's cohort by its code."""
    return session.exec(select(Cohort).where(Cohort.team_id == team_id, Cohort.code == code)).one_or_none()


def list_open(session: Session, team_id: str) -> Sequence[Cohort]:
    """List a workspace's cohorts that aren't closed, the latest to begin first."""
    theirs = select(Cohort).where(Cohort.team_id == team_id, col(Cohort.closed_at).is_(None))
    return session.exec(theirs.order_by(col(Cohort.starts_on).desc(), col(Cohort.id).desc())).all()


def list_all_open(session: Session) -> Sequence[Cohort]:
    """List the cohorts of all workspaces that aren't closed."""
    return session.exec(select(Cohort).where(col(Cohort.closed_at).is_(None)).order_by(col(Cohort.id))).all()


def put_in(session: Session, cohort: Cohort, user_ids: Collection[str], now: datetime) -> None:
    """Put people into a cohort, out of the one that they were in."""
    known = {
        row.user_id: row
        for row in session.exec(
            select(CohortMember).where(
                CohortMember.team_id == cohort.team_id, col(CohortMember.user_id).in_(sorted(user_ids))
            )
        )
    }
    for user_id in sorted(user_ids):
        row = known.get(user_id)
        if row is None:
            session.add(CohortMember(team_id=cohort.team_id, user_id=user_id, cohort_id=cohort.id, added_at=now))
        elif row.cohort_id != cohort.id:
            row.cohort_id, row.added_at = cohort.id, now
    session.flush()


def count_members(session: Session, cohort_id: int) -> int:
    """Count who is in a cohort now."""
    return session.exec(select(func.count()).select_from(CohortMember).where(CohortMember.cohort_id == cohort_id)).one()


def find_cohorts_of(session: Session, users: Collection[WorkspaceUser]) -> dict[WorkspaceUser, Cohort]:
    """Find the open cohort of each of these users who is in one."""
    rows = session.exec(
        select(CohortMember.user_id, Cohort)
        .join(Cohort, col(Cohort.id) == col(CohortMember.cohort_id))
        .where(
            col(CohortMember.team_id).in_({each.team_id for each in users}),
            col(CohortMember.user_id).in_({each.user_id for each in users}),
            col(Cohort.closed_at).is_(None),
        )
    )
    wanted = set(users)
    found = {WorkspaceUser(cohort.team_id, user_id): cohort for user_id, cohort in rows}
    return {user: cohort for user, cohort in found.items() if user in wanted}


def count_started_and_declined(session: Session, cohort: Cohort) -> tuple[int, int]:
    """Count the members who have started, and those who declined and haven't."""
    theirs = (
        select(Learner.state, Learner.declined_at)
        .join(
            CohortMember,
            (col(CohortMember.team_id) == col(Learner.team_id)) & (col(CohortMember.user_id) == col(Learner.user_id)),
        )
        .where(CohortMember.cohort_id == cohort.id)
    )
    rows = session.exec(theirs).all()
    started = sum(state in _STARTED for state, _ in rows)
    declined = sum(state not in _STARTED and declined_at is not None for state, declined_at in rows)
    return started, declined


def leads_any(session: Session, user: WorkspaceUser) -> bool:
    """Return whether somebody leads a cohort that isn't closed."""
    theirs = select(Cohort.id).where(
        Cohort.team_id == user.team_id, Cohort.lead == user.user_id, col(Cohort.closed_at).is_(None)
    )
    return session.exec(theirs.limit(1)).first() is not None


def erase_person(session: Session, person: Person) -> None:
    """Take a person out of every cohort, and their id from those that they made or led."""
    teams = select_teams_of(person)
    session.exec(
        delete(CohortMember).where(col(CohortMember.user_id) == person.user_id, col(CohortMember.team_id).in_(teams))
    )
    session.exec(
        update(Cohort)
        .where(col(Cohort.created_by) == person.user_id, col(Cohort.team_id).in_(teams))
        .values(created_by=ERASED_LOADER)
    )
    session.exec(
        update(Cohort).where(col(Cohort.lead) == person.user_id, col(Cohort.team_id).in_(teams)).values(lead=None)
    )
