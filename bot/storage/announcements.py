"""Queries on announcements to cohorts, and their deliveries."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from sqlalchemy import ColumnElement
from sqlmodel import col, delete, select, update
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.learner import Person, WorkspaceUser
from bot.domain.schedule import DeliveryKindName
from bot.storage import cohorts
from bot.storage.database import Session
from bot.storage.delivery_states import has_state
from bot.storage.tables import (
    STARTED_STATES,
    Announcement,
    Cohort,
    CohortMember,
    Delivery,
    Learner,
    SendState,
)
from bot.storage.workspaces import select_teams_of


def add(session: Session, announcement: Announcement) -> Announcement:
    """Store a new announcement, and return it with its id."""
    session.add(announcement)
    session.flush()
    return announcement


def find_newest(session: Session, cohort_id: int) -> Announcement | None:
    """Find the newest announcement to a cohort."""
    theirs = select(Announcement).where(Announcement.cohort_id == cohort_id)
    return session.exec(theirs.order_by(col(Announcement.at).desc(), col(Announcement.id).desc()).limit(1)).first()


def lock(session: Session, team_id: str, announcement_id: int) -> Announcement | None:
    """Find an announcement in a workspace as it is now. Nobody else can lock it until the transaction ends."""
    found = session.get(Announcement, announcement_id, with_for_update=True, populate_existing=True)
    return found if found is not None and found.team_id == team_id else None


def list_started_members(session: Session, cohort: Cohort) -> Sequence[Learner]:
    """List the members of a cohort who have started, wherever in their Grid."""
    return session.exec(
        select(Learner)
        .join(CohortMember, col(CohortMember.user_id) == col(Learner.user_id))
        .where(
            CohortMember.cohort_id == cohort.id,
            col(CohortMember.taken_out_at).is_(None),
            col(Learner.organization_id) == cohorts.select_organization(cohort.team_id),
            col(Learner.state).in_(STARTED_STATES),
        )
        .order_by(col(Learner.id))
    ).all()


def find_for_members(
    session: Session, users: Collection[WorkspaceUser]
) -> dict[tuple[WorkspaceUser, date], tuple[Announcement, Cohort]]:
    """Find the announcements, by day, that each of these users may get: to their open cohort, since they are in it."""
    cohorts_of = cohorts.find_cohorts_of(session, users)
    rows = session.exec(
        select(Announcement, CohortMember.user_id)
        .join(CohortMember, col(CohortMember.cohort_id) == col(Announcement.cohort_id))
        .where(
            col(Announcement.cohort_id).in_({each.id for each in cohorts_of.values()}),
            col(Announcement.words).is_not(None),
            col(CohortMember.user_id).in_({user.user_id for user in cohorts_of}),
            col(CohortMember.added_at) <= col(Announcement.at),
            col(CohortMember.taken_out_at).is_(None),
        )
    ).all()
    return {
        (user, announcement.day): (announcement, cohort)
        for user, cohort in cohorts_of.items()
        for announcement, user_id in rows
        if announcement.cohort_id == cohort.id and user_id == user.user_id
    }


def skip_due(session: Session, cohort: Cohort, reason: str, day: date | None = None) -> None:
    """Skip the deliveries of a cohort's announcements that wait to be sent: of one day, or of all."""
    waiting = update(Delivery).where(col(Delivery.id).in_(_select_deliveries(cohort, day)), has_state(SendState.DUE))
    session.exec(waiting.values(state=SendState.SKIPPED, reason=reason))


def delete_unsent(session: Session, cohort: Cohort, announcement: Announcement) -> None:
    """Delete an announcement of which nothing was sent, with its deliveries."""
    ids = _select_deliveries(cohort, announcement.day)
    session.exec(delete(Delivery).where(col(Delivery.id).in_(ids), has_state(SendState.DUE)))
    session.delete(announcement)
    session.flush()


def list_with_words(session: Session) -> Sequence[tuple[Announcement, Cohort]]:
    """List the announcements of all workspaces that have words, with their cohorts."""
    return session.exec(
        select(Announcement, Cohort)
        .join(Cohort, col(Cohort.id) == col(Announcement.cohort_id))
        .where(col(Announcement.words).is_not(None))
    ).all()


def is_waiting(session: Session, announcement: Announcement, cohort: Cohort) -> bool:
    """Return whether anybody's message still waits to be sent, or for its outcome."""
    theirs = select(Delivery.id).where(
        col(Delivery.id).in_(_select_deliveries(cohort, announcement.day)),
        has_state(SendState.DUE) | has_state(SendState.SENDING),
    )
    return session.exec(theirs.limit(1)).first() is not None


def delete_before(session: Session, before: datetime) -> None:
    """Delete announcements that were written before an instant."""
    session.exec(delete(Announcement).where(col(Announcement.at) < before))


def erase_person(session: Session, person: Person) -> None:
    """Delete the announcements that a person wrote. Whoever hasn't got one yet doesn't get it."""
    teams = select_teams_of(person)
    session.exec(
        delete(Announcement).where(col(Announcement.by) == person.user_id, col(Announcement.team_id).in_(teams))
    )


def _select_deliveries(cohort: Cohort, day: date | None) -> SelectOfScalar[UUID]:
    """Select the deliveries (ids) of a cohort's announcements to those who are in it now."""
    conditions: list[ColumnElement[bool]] = [
        col(CohortMember.cohort_id) == cohort.id,
        col(Learner.organization_id) == cohorts.select_organization(cohort.team_id),
        col(Delivery.kind) == DeliveryKindName.ANNOUNCEMENT,
    ]
    if day is not None:
        conditions.append(col(Delivery.learning_day) == day)
    return (
        select(col(Delivery.id))
        .join(Learner, col(Learner.id) == col(Delivery.learner_id))
        .join(CohortMember, col(CohortMember.user_id) == col(Learner.user_id))
        .where(*conditions)
    )
