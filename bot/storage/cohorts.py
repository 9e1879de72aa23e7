"""Queries on cohorts and who is in them."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect
from sqlalchemy import select as select_columns
from sqlmodel import col, delete, func, insert, select, update

from bot.domain.cohort_file import ListedPerson
from bot.domain.learner import Person, WorkspaceUser
from bot.domain.schedule import DeliveryKindName
from bot.storage.database import Session
from bot.storage.delivery_states import has_state
from bot.storage.packs import ERASED_LOADER
from bot.storage.tables import (
    STARTED_STATES,
    Cohort,
    CohortMember,
    Delivery,
    Learner,
    LearnerState,
    SendState,
    StagedCohortPerson,
    Workspace,
)
from bot.storage.workspaces import select_teams_of


def add(session: Session, cohort: Cohort) -> Cohort:
    """Store a new cohort, and return it with its id."""
    session.add(cohort)
    session.flush()
    return cohort


def find(session: Session, team_id: str, cohort_id: int) -> Cohort | None:
    """Find a cohort of a workspace by id."""
    cohort = session.get(Cohort, cohort_id)
    return cohort if cohort is not None and cohort.team_id == team_id else None


def lock(session: Session, team_id: str, cohort_id: int) -> Cohort | None:
    """Find a cohort of a workspace as it is now. Nobody else can lock it until the transaction ends."""
    cohort = session.get(Cohort, cohort_id, with_for_update=True, populate_existing=True)
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


def list_wanting_figures(session: Session) -> Sequence[tuple[Cohort, Workspace]]:
    """Lock and list the open cohorts whose leads want the figures each month, with their workspaces.

    Those of workspaces that have left are left out.
    """
    return session.exec(
        select(Cohort, Workspace)
        .join(Workspace, col(Workspace.team_id) == col(Cohort.team_id))
        .where(
            col(Cohort.sends_figures),
            col(Cohort.lead).is_not(None),
            col(Cohort.closed_at).is_(None),
            col(Workspace.left_at).is_(None),
        )
        .order_by(col(Cohort.id))
        .with_for_update(of=Cohort)
    ).all()


def put_in(
    session: Session, cohort: Cohort, user_ids: Collection[str], now: datetime, *, may_move: bool
) -> dict[str, CohortMember | None]:
    """Put people into a cohort. Unless it `may_move` them, those who are in another open one stay there.

    Whoever is moved is no longer counted, nor whoever is in a cohort of another workspace of their Grid. Returns
    those who are in the cohort now, by user id: the row of whoever had one, with what a cohort file says of them.
    """
    rows, new = _find_places(session, cohort, user_ids, may_move=may_move)
    for row in rows.values():
        _put(row, cohort, now, by_file=False)
    _insert(session, cohort, [{"user_id": user_id} for user_id in new], now)
    return {**rows, **dict.fromkeys(new)}


def put_in_from_file(
    session: Session, cohort: Cohort, people: Mapping[str, ListedPerson], now: datetime, *, may_move: bool
) -> dict[str, str | None]:
    """Put the people of a file into a cohort as `put_in` does, and store what it says of them.

    Returns those who are in the cohort now, by user id, with the time zone that an earlier file said.
    """
    rows, new = _find_places(session, cohort, people, may_move=may_move)
    zones = {user_id: row.tz for user_id, row in rows.items()}
    for user_id, row in rows.items():
        _put(row, cohort, now, by_file=True)
        row.tz, row.starts_on = people[user_id].tz, people[user_id].starts_on
    values = [
        {"user_id": each, "tz": people[each].tz, "starts_on": people[each].starts_on, "came_by_file": True}
        for each in new
    ]
    _insert(session, cohort, values, now)
    return zones | dict.fromkeys(new)


def _find_places(
    session: Session, cohort: Cohort, user_ids: Collection[str], *, may_move: bool
) -> tuple[dict[str, CohortMember], list[str]]:
    """Return the rows of those who may be put into a cohort, and who has none (user ids)."""
    known = session.exec(
        select(CohortMember, Cohort.closed_at)
        .join(Cohort, col(Cohort.id) == col(CohortMember.cohort_id))
        .where(CohortMember.team_id == cohort.team_id, col(CohortMember.user_id).in_(sorted(user_ids)))
    ).all()
    rows = {
        row.user_id: row
        for row, closed_at in known
        if may_move or row.cohort_id == cohort.id or closed_at is not None or row.taken_out_at is not None
    }
    return rows, sorted(set(user_ids) - {row.user_id for row, _closed_at in known})


def _put(row: CohortMember, cohort: Cohort, now: datetime, *, by_file: bool) -> None:
    if row.cohort_id != cohort.id:
        _move(row, cohort, now, is_counted=False, by_file=by_file)
    else:
        row.came_by_file = by_file and (row.came_by_file or row.taken_out_at is not None)
        row.taken_out_at = None


def _insert(session: Session, cohort: Cohort, rows: Sequence[Mapping[str, Any]], now: datetime) -> None:
    session.flush()
    if rows:
        usual = CohortMember(team_id=cohort.team_id, user_id="", cohort_id=cohort.id, added_at=now).model_dump()
        elsewhere = _find_elsewhere(session, cohort, {row["user_id"] for row in rows})
        counted = ({**row, "is_counted": row["user_id"] not in elsewhere} for row in rows)
        session.execute(insert(CohortMember), [{**usual, **row} for row in counted])


def join(session: Session, cohort: Cohort, user_id: str, now: datetime) -> None:
    """Put somebody into the cohort that they join themselves, out of the one that they were in.

    They are counted in it, and no longer in one of another workspace of their Grid.
    """
    row = session.get(CohortMember, (cohort.team_id, user_id))
    if row is None or row.cohort_id != cohort.id:
        others = col(CohortMember.team_id).in_(_other_teams(session, cohort.team_id))
        session.exec(update(CohortMember).where(col(CohortMember.user_id) == user_id, others).values(is_counted=False))
    if row is None:
        session.add(CohortMember(team_id=cohort.team_id, user_id=user_id, cohort_id=cohort.id, added_at=now))
    elif row.cohort_id != cohort.id:
        _move(row, cohort, now, is_counted=True)
    else:
        row.taken_out_at, row.came_by_file = None, False
    session.flush()


def take_out(session: Session, cohort: Cohort, file_id: int, now: datetime) -> list[str]:
    """Take out whoever came by a file and isn't in this one. Return their user ids. They stay in its figures."""
    named = select(StagedCohortPerson.user_id).where(StagedCohortPerson.file_id == file_id)
    left_out = session.exec(
        select(CohortMember).where(
            *_in(cohort), col(CohortMember.came_by_file).is_(True), col(CohortMember.user_id).not_in(named)
        )
    ).all()
    for row in left_out:
        row.taken_out_at, row.came_by_file, row.starts_on = now, False, None
    session.flush()
    return [row.user_id for row in left_out]


def _move(row: CohortMember, cohort: Cohort, now: datetime, *, is_counted: bool, by_file: bool = False) -> None:
    row.cohort_id, row.added_at, row.is_counted, row.came_by_file = cohort.id, now, is_counted, by_file
    row.taken_out_at = row.starts_on = None


def _in(cohort: Cohort) -> tuple[ColumnElement[bool], ...]:
    return (col(CohortMember.cohort_id) == cohort.id, col(CohortMember.taken_out_at).is_(None))


def count_members(session: Session, cohort: Cohort, added_before: datetime, *, taken_out: bool = True) -> int:
    """Count the members who are counted, were added before an instant, and haven't left Slack.

    `taken_out`: also those whom a cohort file has taken out.
    """
    still_in = () if taken_out else (col(CohortMember.taken_out_at).is_(None),)
    theirs = (
        select(func.count())
        .select_from(CohortMember)
        .outerjoin(
            Learner,
            (col(Learner.user_id) == col(CohortMember.user_id))
            & (col(Learner.organization_id) == select_organization(cohort.team_id)),
        )
        .where(
            *_counted(cohort, added_before),
            *still_in,
            func.coalesce(col(Learner.state), LearnerState.NEW) != LearnerState.LEFT,
        )
    )
    return session.exec(theirs).one()


def list_member_ids(session: Session, cohort: Cohort) -> Sequence[str]:
    """List everyone in a cohort (user ids)."""
    return session.exec(select(CohortMember.user_id).where(*_in(cohort))).all()


def lock_waiting_invitations(session: Session, cohort: Cohort) -> Sequence[tuple[Delivery, Learner, date | None]]:
    """Lock the invitations of a cohort's members that wait to be sent, so that none is sent meanwhile.

    With each comes its learner, and the first day that a cohort file gave them, or None.
    """
    return session.exec(
        select(Delivery, Learner, col(CohortMember.starts_on))
        .join(Learner, col(Learner.id) == col(Delivery.learner_id))
        .join(CohortMember, col(CohortMember.user_id) == col(Learner.user_id))
        .where(
            *_in(cohort),
            col(Learner.organization_id) == select_organization(cohort.team_id),
            col(Delivery.kind) == DeliveryKindName.INVITATION,
            has_state(SendState.DUE),
        )
        .with_for_update(of=Delivery)
    ).all()


def find_cohorts_of(session: Session, users: Collection[WorkspaceUser]) -> dict[WorkspaceUser, Cohort]:
    """Find the open cohort of each of these users who is in one: of their workspace, or else of their Grid."""
    organizations = find_organizations(session, {user.team_id for user in users})
    rows = session.exec(
        select(CohortMember.user_id, Cohort)
        .join(Cohort, col(Cohort.id) == col(CohortMember.cohort_id))
        .where(
            col(CohortMember.user_id).in_({user.user_id for user in users}),
            col(CohortMember.taken_out_at).is_(None),
            col(Cohort.closed_at).is_(None),
        )
        .order_by(col(Cohort.id))
    ).all()
    homes = find_organizations(session, {cohort.team_id for _, cohort in rows})
    found: dict[WorkspaceUser, Cohort] = {}
    for user in users:
        theirs = [
            cohort
            for user_id, cohort in rows
            if user_id == user.user_id and homes.get(cohort.team_id) == organizations.get(user.team_id)
        ]
        own = [cohort for cohort in theirs if cohort.team_id == user.team_id]
        if chosen := own or theirs:
            found[user] = chosen[0]
    return found


def count_started_and_declined(session: Session, cohort: Cohort, added_before: datetime) -> tuple[int, int]:
    """Count the members who have started, and those who declined and haven't, of those added before an instant.

    Whoever has left Slack is neither.
    """
    theirs = (
        select(Learner.state, Learner.declined_at)
        .join(CohortMember, col(CohortMember.user_id) == col(Learner.user_id))
        .where(
            col(Learner.organization_id) == select_organization(cohort.team_id),
            col(Learner.state) != LearnerState.LEFT,
            *_counted(cohort, added_before),
        )
    )
    rows = session.exec(theirs).all()
    started = sum(state in STARTED_STATES for state, _ in rows)
    declined = sum(state not in STARTED_STATES and declined_at is not None for state, declined_at in rows)
    return started, declined


def find_organizations(session: Session, team_ids: Collection[str]) -> dict[str, str]:
    """Find the organization of each of these workspaces."""
    rows = session.exec(select(Workspace.team_id, Workspace.enterprise_id).where(col(Workspace.team_id).in_(team_ids)))
    return {team_id: enterprise_id or team_id for team_id, enterprise_id in rows}


def select_organization(team_id: str) -> ScalarSelect[str]:
    """Select the organization of a workspace: its enterprise, or else itself."""
    own = select_columns(func.coalesce(col(Workspace.enterprise_id), col(Workspace.team_id)))
    return own.where(col(Workspace.team_id) == team_id).scalar_subquery()


def _counted(cohort: Cohort, added_before: datetime) -> tuple[ColumnElement[bool], ...]:
    return (
        col(CohortMember.cohort_id) == cohort.id,
        col(CohortMember.is_counted).is_(True),
        col(CohortMember.added_at) < added_before,
    )


def _find_elsewhere(session: Session, cohort: Cohort, user_ids: Collection[str]) -> set[str]:
    """Find who of these people is in a cohort of another workspace of the Grid."""
    others = _other_teams(session, cohort.team_id)
    if not others:
        return set()
    theirs = select(CohortMember.user_id).where(
        col(CohortMember.team_id).in_(others), col(CohortMember.user_id).in_(sorted(user_ids))
    )
    return set(session.exec(theirs))


def _other_teams(session: Session, team_id: str) -> Sequence[str]:
    """List the other workspaces of a workspace's Grid."""
    enterprise = select_columns(col(Workspace.enterprise_id)).where(col(Workspace.team_id) == team_id).scalar_subquery()
    others = select(Workspace.team_id).where(col(Workspace.enterprise_id) == enterprise, Workspace.team_id != team_id)
    return session.exec(others).all()


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
    led = (col(Cohort.lead) == person.user_id, col(Cohort.team_id).in_(teams))
    session.exec(update(Cohort).where(*led).values(lead=None, sends_figures=False))
