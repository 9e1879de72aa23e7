"""Queries on pilots: the versions of packs that a cohort gets before everyone does."""

from collections import defaultdict
from collections.abc import Collection, Sequence

from sqlmodel import col, func, select
from sqlmodel.sql.expression import Select

from bot.domain.learner import WorkspaceUser
from bot.storage import cohorts
from bot.storage.database import Session
from bot.storage.packs import PilotVersion
from bot.storage.tables import STARTED_STATES, Cohort, CohortMember, Learner, PackPilot, PackVersion, Workspace


def find_running(session: Session, team_id: str, slug: str) -> tuple[PackPilot, PackVersion, Cohort] | None:
    """Find the pilot of a workspace's pack that runs, with its version and its cohort."""
    rows = session.exec(_running(team_id).where(PackPilot.slug == slug)).all()
    return rows[0] if rows else None


def lock_running(session: Session, team_id: str, slug: str) -> tuple[PackPilot, PackVersion, Cohort] | None:
    """Find the pilot of a workspace's pack as it is now, with its cohort locked, if one runs.

    Whoever changes or ends a pilot locks its cohort first, so nobody else does until the transaction ends.
    """
    found = find_running(session, team_id, slug)
    while found is not None:
        locked = found[2].id
        cohorts.lock(session, team_id, locked)
        fresh = _running(team_id).where(PackPilot.slug == slug).execution_options(populate_existing=True)
        found = session.exec(fresh).first()
        if found is not None and found[2].id == locked:
            break
    return found


def list_running(session: Session, team_id: str) -> Sequence[tuple[PackPilot, PackVersion, Cohort]]:
    """List the pilots of a workspace that run, in the order of their packs' slugs."""
    return session.exec(_running(team_id).order_by(col(PackPilot.slug))).all()


def list_of_cohort(session: Session, cohort: Cohort) -> Sequence[tuple[PackPilot, PackVersion]]:
    """List the pilots with a cohort that run, with their versions."""
    return session.exec(
        select(PackPilot, PackVersion)
        .join(PackVersion, col(PackVersion.id) == col(PackPilot.version_id))
        .where(PackPilot.cohort_id == cohort.id, col(PackPilot.ended_at).is_(None))
        .order_by(col(PackPilot.slug))
    ).all()


def find_by_id(session: Session, team_id: str, pilot_id: int) -> tuple[PackPilot, PackVersion, Cohort] | None:
    """Find a pilot of a workspace by id, if it runs."""
    rows = session.exec(_running(team_id).where(PackPilot.id == pilot_id)).all()
    return rows[0] if rows else None


def find_piloted(
    session: Session, pilots: Collection[PilotVersion], users: Collection[WorkspaceUser]
) -> dict[WorkspaceUser, frozenset[PilotVersion]]:
    """Find which of these pilots each of these users gets: those with the cohort that they are in, once they started.

    Whoever gets none is left out. One query for any number of users.
    """
    rows = session.exec(
        select(CohortMember.team_id, CohortMember.user_id, CohortMember.cohort_id)
        .join(Workspace, col(Workspace.team_id) == col(CohortMember.team_id))
        .join(
            Learner,
            (col(Learner.user_id) == col(CohortMember.user_id))
            & (col(Learner.organization_id) == func.coalesce(col(Workspace.enterprise_id), col(Workspace.team_id))),
        )
        .where(
            col(CohortMember.user_id).in_({each.user_id for each in users}),
            col(CohortMember.cohort_id).in_({each.cohort_id for each in pilots}),
            col(CohortMember.taken_out_at).is_(None),
            col(Learner.state).in_(STARTED_STATES),
        )
    )
    by_cohort: defaultdict[int, set[PilotVersion]] = defaultdict(set)
    for pilot in pilots:
        by_cohort[pilot.cohort_id].add(pilot)
    wanted = set(users)
    found = {WorkspaceUser(team_id, user_id): frozenset(by_cohort[cohort_id]) for team_id, user_id, cohort_id in rows}
    return {user: theirs for user, theirs in found.items() if user in wanted}


def _running(team_id: str) -> Select[PackPilot, PackVersion, Cohort]:
    return (
        select(PackPilot, PackVersion, Cohort)
        .join(PackVersion, col(PackVersion.id) == col(PackPilot.version_id))
        .join(Cohort, col(Cohort.id) == col(PackPilot.cohort_id))
        .where(PackPilot.scope == team_id, col(PackPilot.ended_at).is_(None))
    )
