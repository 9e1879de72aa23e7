"""Queries on what is not known to have arrived: attempts without an outcome, and what a restored database forgot.

A row in doubt is `sending`, as an attempt of nobody's (`UNCERTAIN_WORKER`): it is looked up in Slack before it is sent.
"""

from collections.abc import Collection, Sequence
from datetime import datetime

from sqlalchemy import Update, literal_column
from sqlmodel import col, func, or_, select, update

from bot.storage.database import Session
from bot.storage.delivery_states import has_state
from bot.storage.tables import Delivery, Heartbeat, Learner, LessonRevision, SendState, Workspace

UNCERTAIN_WORKER = "uncertain"
"""The worker of rows that nobody has claimed, and that are looked up before they are sent."""

_IS_UNCERTAIN = col(Delivery.worker) == literal_column(f"'{UNCERTAIN_WORKER}'")

HEARTBEAT_ID = 1
"""The id of the one row that `Heartbeat` has."""


def find_last_heartbeat(session: Session) -> datetime | None:
    """When a worker last wrote down that it is at work; None in a database that never had one."""
    row = session.get(Heartbeat, HEARTBEAT_ID)
    return row.at if row else None


def record_heartbeat(session: Session, now: datetime) -> None:
    """Write down that a worker is at work."""
    row = session.get(Heartbeat, HEARTBEAT_ID)
    if row is None:
        session.add(Heartbeat(id=HEARTBEAT_ID, at=now))
    else:
        row.at = now


def mark_due_as_uncertain(session: Session, since: datetime, now: datetime, look_from: datetime, limit: int) -> int:
    """Take what is due by `now` out of the queue, to be looked up from `look_from` on; how many rows, at most `limit`.

    Its messages, if there are any, are no older than `since`.
    """
    due = select(Delivery.id).where(has_state(SendState.DUE), col(Delivery.due_at) <= now).limit(limit)
    return _count(
        session,
        update(Delivery)
        .where(col(Delivery.id).in_(due.with_for_update(skip_locked=True)))
        .values(
            state=SendState.SENDING,
            worker=UNCERTAIN_WORKER,
            claimed_at=since,
            not_before=look_from,
            attempt=col(Delivery.attempt) + 1,
        ),
    )


def requeue_uncertain(session: Session, team_id: str, limit: int) -> int:
    """Put a workspace's rows that are in doubt back into the queue; how many, at most `limit`."""
    uncertain = (
        select(Delivery.id).where(has_state(SendState.SENDING), _IS_UNCERTAIN, Delivery.team_id == team_id).limit(limit)
    )
    return _count(
        session, update(Delivery).where(col(Delivery.id).in_(uncertain)).values(state=SendState.DUE, not_before=None)
    )


def has_any_arrived(session: Session, team_id: str, since: datetime) -> bool:
    """Whether one of a workspace's rows that were in doubt was found in Slack, whichever worker looked it up."""
    found = select(Delivery.id).where(
        col(Delivery.state) == SendState.SENT,
        Delivery.team_id == team_id,
        _IS_UNCERTAIN,
        Delivery.claimed_at == since,
    )
    return session.exec(found.limit(1)).first() is not None


def list_uncertain(
    session: Session,
    claimed_before: datetime,
    now: datetime,
    excluded_team_ids: Collection[str],
    limit_per_workspace: int,
) -> Sequence[tuple[Delivery, Learner]]:
    """What has been `sending` since before an instant and may be looked up now: Slack may or may not have taken it.

    Of each workspace, `excluded_team_ids` (team ids) left out, the oldest `limit_per_workspace` rows: one that has many
    holds up no other. A workspace that left shows nobody its history; if it comes back, what is uncertain there is
    looked up then.
    """
    place = func.row_number().over(
        partition_by=col(Delivery.team_id),
        order_by=(col(Delivery.claimed_at), col(Delivery.due_at), col(Delivery.learner_id)),
    )
    open_ = (
        select(Delivery.id, place.label("place"))
        .where(
            has_state(SendState.SENDING),
            col(Delivery.claimed_at) < claimed_before,
            or_(col(Delivery.not_before).is_(None), col(Delivery.not_before) <= now),
            col(Delivery.team_id).not_in(excluded_team_ids),
            col(Delivery.team_id).not_in(select(Workspace.team_id).where(col(Workspace.left_at).is_not(None))),
        )
        .subquery()
    )
    return session.exec(
        select(Delivery, Learner)
        .join(open_, open_.c.id == col(Delivery.id))
        .join(Learner, col(Learner.id) == col(Delivery.learner_id))
        .where(open_.c.place <= limit_per_workspace)
        .order_by(open_.c.place, col(Delivery.claimed_at))
    ).all()


def find_revision_id(session: Session, revision_id: int | None) -> int | None:
    """The id, if this database has that revision: an old backup may not."""
    revision = session.get(LessonRevision, revision_id) if revision_id is not None else None
    return revision.id if revision else None


def list_learners_after(session: Session, team_id: str, after: int, limit: int) -> Sequence[Learner]:
    """A workspace's learners with an id beyond `after`, in the order of their ids."""
    return session.exec(
        select(Learner).where(Learner.team_id == team_id, Learner.id > after).order_by(col(Learner.id)).limit(limit)
    ).all()


def _count(session: Session, change: Update) -> int:
    """Make the change; how many rows it changed."""
    return int(session.connection().execute(change.execution_options(synchronize_session=False)).rowcount)
