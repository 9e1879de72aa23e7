"""Queries on retracted lessons: which deliveries bring one, and whose messages must still say so."""

from collections.abc import Collection, Sequence
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, FromClause, Select, and_, exists, func, or_, select, true
from sqlmodel import col
from sqlmodel import select as select_rows

from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.delivery_states import has_state
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import (
    Delivery,
    Learner,
    LessonRevision,
    PackActivation,
    PackLesson,
    PackPilot,
    PackVersion,
    Retraction,
    SendState,
    get_table,
)

_retraction, _revision, _delivery = get_table(Retraction), get_table(LessonRevision), get_table(Delivery)
_activation, _pilot, _pack_lesson = get_table(PackActivation), get_table(PackPilot), get_table(PackLesson)

PASSES = 2
"""How often the messages of all learners are gone through: the second time for those that arrived during the first."""


def find_retractions(session: Session, team_id: str, revision_ids: Collection[int]) -> dict[int, Retraction]:
    """Find the retractions that cover any of these revisions in a workspace, by revision; the newest of each."""
    rows = session.exec(
        select_rows(col(LessonRevision.id), Retraction)
        .join(Retraction, covers(_revision, _retraction.c.scope == team_id))
        .where(col(LessonRevision.id).in_(revision_ids), col(Retraction.lifted_at).is_(None))
        .order_by(col(Retraction.id))
    )
    return dict(rows.all())


def covers(revision: FromClause, is_own: ColumnElement[bool]) -> ColumnElement[bool]:
    """Return the condition that a retraction, lifted or not, covers a revision.

    `is_own`: the condition that it is the workspace's own. Everyone's retractions cover everyone's lessons alone.
    """
    return and_(
        _retraction.c.pack_slug == revision.c.pack_slug,
        _retraction.c.lesson_id == revision.c.lesson_id,
        _retraction.c.up_to_revision_id >= revision.c.id,
        or_(is_own, and_(_retraction.c.scope == EVERYONES_SCOPE, revision.c.scope == EVERYONES_SCOPE)),
    )


def find_unusable(session: Session, pairs: Collection[tuple[str, int]]) -> set[tuple[str, int]]:
    """Return those of these revisions, each with the workspace it would be sent in, that may not be sent there.

    They were retracted, their pack was removed, or the pilot of a pack that isn't live ended. One statement for any
    number.
    """
    if not pairs:
        return set()
    return {(team_id, revision_id) for team_id, revision_id in row_batches.fetch_with_rows(session, _unusable, pairs)}


@cache
def _unusable(dialect: str) -> "Select[Any]":
    given = row_batches.rows_as_table(dialect, _delivery.c.team_id, _delivery.c.revision_id)
    return select(given.c.team_id, given.c.revision_id).where(is_unusable(given))


def is_unusable(rows: FromClause) -> ColumnElement[bool]:
    """Return the condition that the lesson of a row may no longer be sent. `rows` has `team_id` and `revision_id`."""
    is_rows = _revision.c.id == rows.c.revision_id
    retracted = (
        select(_retraction.c.id)
        .select_from(_retraction)
        .join(_revision, covers(_revision, _retraction.c.scope == rows.c.team_id))
        .where(is_rows, _retraction.c.lifted_at.is_(None))
    )
    activated = (
        select(_activation.c.id)
        .select_from(_activation)
        .join(_revision, and_(_activation.c.scope == _revision.c.scope, _activation.c.slug == _revision.c.pack_slug))
        .where(is_rows)
    )
    tried = (
        select(_pilot.c.id)
        .select_from(_pilot)
        .join(_revision, and_(_pilot.c.scope == _revision.c.scope, _pilot.c.slug == _revision.c.pack_slug))
        .where(is_rows)
    )
    live = activated.where(_activation.c.undone_at.is_(None))
    # A pilot that runs keeps its own version's lessons in use, and no others of the pack.
    running = (
        select(_pilot.c.id)
        .select_from(_pilot)
        .join(_pack_lesson, _pack_lesson.c.version_id == _pilot.c.version_id)
        .where(_pack_lesson.c.revision_id == rows.c.revision_id, _pilot.c.ended_at.is_(None))
    )
    was_used, is_used = (
        or_(*(each.correlate(rows).exists() for each in both)) for both in ((activated, tried), (live, running))
    )
    return or_(retracted.correlate(rows).exists(), and_(was_used, ~is_used))


def list_in_force(session: Session, scopes: Collection[str]) -> Sequence[Retraction]:
    """List the retractions of these scopes that weren't lifted, oldest first."""
    return session.exec(
        select_rows(Retraction)
        .where(col(Retraction.scope).in_(scopes), col(Retraction.lifted_at).is_(None))
        .order_by(col(Retraction.id))
    ).all()


def find_newest_live_revision_id(session: Session, scopes: Collection[str], pack_slug: str, lesson_id: str) -> int:
    """Return the newest revision of a lesson that was ever live or in a pilot in these scopes; 0 if none was."""
    newest = session.exec(
        select_rows(func.max(col(LessonRevision.id)))
        .join(PackLesson, col(PackLesson.revision_id) == col(LessonRevision.id))
        .join(PackVersion, col(PackVersion.id) == col(PackLesson.version_id))
        .where(
            col(LessonRevision.scope).in_(scopes),
            LessonRevision.pack_slug == pack_slug,
            LessonRevision.lesson_id == lesson_id,
            or_(
                exists().where(col(PackActivation.version_id) == col(PackVersion.id)),
                exists().where(col(PackPilot.version_id) == col(PackVersion.id)),
            ),
        )
    ).one()
    return int(newest or 0)


def list_to_show(session: Session) -> Sequence[Retraction]:
    """List the retractions, lifted or not, that messages must still be updated for, oldest first."""
    return session.exec(
        select_rows(Retraction).where(col(Retraction.passes_done) < PASSES).order_by(col(Retraction.id))
    ).all()


def list_learner_ids(session: Session, retraction: Retraction, limit: int) -> list[int]:
    """List the next learners (ids) whose messages are gone through, in the order of their ids."""
    learners = select_rows(col(Learner.id)).where(col(Learner.id) > retraction.updated_up_to)
    if retraction.scope != EVERYONES_SCOPE:
        learners = learners.where(Learner.team_id == retraction.scope)
    return list(session.exec(learners.order_by(col(Learner.id)).limit(limit)))


def list_messages(
    session: Session, retraction: Retraction, learner_ids: Collection[int], sent_since: datetime | None
) -> Sequence[Delivery]:
    """List the posted messages of these learners that show the retracted lesson or ask its question again."""
    statement = (
        select_rows(Delivery)
        .where(col(Delivery.learner_id).in_(learner_ids), col(Delivery.ts).is_not(None))
        .where(exists(_covered_revisions(retraction)))
        .order_by(col(Delivery.learner_id), col(Delivery.learning_day))
    )
    if sent_since is not None:
        statement = statement.where(col(Delivery.sent_at) >= sent_since)
    return session.exec(statement).all()


def is_any_in_flight(session: Session, retraction: Retraction) -> bool:
    """Return whether a message with the retracted lesson is being posted, or may have arrived."""
    statement = (
        select(_delivery.c.id).where(has_state(SendState.SENDING), exists(_covered_revisions(retraction))).limit(1)
    )
    return session.connection().execute(statement).first() is not None


def _covered_revisions(retraction: Retraction) -> "Select[Any]":
    """Select the revisions that a retraction covers, of which a delivery brings one."""
    scopes = {EVERYONES_SCOPE, retraction.scope}
    is_everyones = retraction.scope == EVERYONES_SCOPE
    return (
        select(_revision.c.id)
        .where(or_(_revision.c.id == _delivery.c.revision_id, _revision.c.id == _delivery.c.recall_revision_id))
        .where(_revision.c.scope.in_(scopes), _revision.c.pack_slug == retraction.pack_slug)
        .where(_revision.c.lesson_id == retraction.lesson_id, _revision.c.id <= retraction.up_to_revision_id)
        .where(true() if is_everyones else _delivery.c.team_id == retraction.scope)
    )
