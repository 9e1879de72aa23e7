"""Queries on learners and workspaces."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any

from sqlmodel import col, select, update

from bot.domain.learner import Person
from bot.domain.schedule import DeliveryKindName
from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.tables import Delivery, Learner, LearnerState, SendState, Workspace


def find_workspace(session: Session, team_id: str) -> Workspace | None:
    """Find the workspace, if it is registered."""
    return session.get(Workspace, team_id)


def find(session: Session, person: Person) -> Learner | None:
    """Find this person's learner, in whichever workspace of their organization they act."""
    return session.exec(
        select(Learner).where(Learner.organization_id == person.organization_id, Learner.user_id == person.user_id)
    ).one_or_none()


def find_id_state_and_zone(session: Session, person: Person) -> tuple[int, LearnerState, str] | None:
    """Find only the id, state, and time zone of a learner."""
    found = session.exec(
        select(Learner.id, Learner.state, Learner.tz).where(
            Learner.organization_id == person.organization_id, Learner.user_id == person.user_id
        )
    ).one_or_none()
    return (found[0], LearnerState(found[1]), found[2]) if found else None


def find_locale(session: Session, person: Person) -> str | None:
    """Find only the locale of a learner. None if it isn't known, or nobody is."""
    return session.exec(
        select(Learner.locale).where(
            Learner.organization_id == person.organization_id, Learner.user_id == person.user_id
        )
    ).one_or_none()


def find_many(session: Session, organization_id: str, user_ids: Collection[str]) -> dict[str, Learner]:
    """Find the learners among these users, by user id."""
    found = session.exec(
        select(Learner).where(Learner.organization_id == organization_id, col(Learner.user_id).in_(user_ids))
    )
    return {learner.user_id: learner for learner in found}


def insert_many(session: Session, rows: Sequence[Mapping[str, Any]]) -> None:
    """Insert new learners, given by the columns that aren't as usual. Whoever is registered already stays as they are.

    The objects of the ORM would take ten times as long.
    """
    if not rows:
        return
    usual = Learner(**rows[0]).model_dump(exclude={"id"})
    insert = row_batches.insert_or_conflict(session, Learner).on_conflict_do_nothing()
    session.execute(insert, [{**usual, **row} for row in rows])


def find_ids(session: Session, organization_id: str, user_ids: Collection[str]) -> dict[str, int]:
    """Find only the ids of the learners among these users, by user id."""
    theirs = select(Learner.user_id, Learner.id).where(
        Learner.organization_id == organization_id, col(Learner.user_id).in_(user_ids)
    )
    return dict(session.exec(theirs).all())


def skip_due_deliveries(session: Session, learner_id: int, reason: str) -> None:
    """Skip all deliveries that are due to a learner."""
    due = update(Delivery).where(col(Delivery.learner_id) == learner_id, col(Delivery.state) == SendState.DUE)
    session.exec(due.values(state=SendState.SKIPPED, reason=reason))


def skip_due_invitations(session: Session, organization_id: str, user_ids: Collection[str], reason: str) -> None:
    """Skip the invitations of these people that weren't sent yet, so that they can be invited again."""
    waiting = session.exec(
        select(Delivery, Learner)
        .join(Learner, col(Learner.id) == col(Delivery.learner_id))
        .where(
            Learner.organization_id == organization_id,
            col(Learner.user_id).in_(user_ids),
            col(Delivery.kind) == DeliveryKindName.INVITATION,
            col(Delivery.state) == SendState.DUE,
        )
        .with_for_update(of=Delivery)
    )
    for delivery, learner in waiting:
        delivery.state, delivery.reason, learner.invited_at = SendState.SKIPPED, reason, None
    session.flush()
