"""Statements for an LMS: written with the answer that they are about, claimed, and deleted once the LMS has them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID, uuid4

from bot.domain import xapi
from bot.domain.learner import WorkspaceUser
from bot.domain.lesson import Lesson
from bot.domain.xapi import Account, Activity, Progress, Statement
from bot.learning.lesson_choice import find_readable_curriculum
from bot.learning.library import Curriculum, Library
from bot.storage import Session, lms, packs
from bot.storage.tables import Learner, LessonRevision, LmsStatement, PackVersion

RETENTION = timedelta(days=30)
"""How long a statement waits for an LMS that doesn't take it."""

CLAIM_DURATION = timedelta(minutes=2)
"""How long claimed statements are left alone: longer than a request can take. If a worker dies, another one sends them
after this; the LMS knows the ids of those that it has."""

MAX_REFUSALS = 4
REFUSAL_DELAY = timedelta(hours=6)
"""How often a statement is tried that the LMS refuses: an LMS that is being set up has a day to be fixed."""

FAILURE_DELAY = timedelta(days=1)
"""How long a statement waits that made the LMS fail when it was sent alone. It isn't counted against it: an LMS that is
down fails in the same way."""


@dataclass(frozen=True, slots=True)
class WaitingStatement:
    """A claimed statement."""

    id: UUID
    content: Mapping[str, Any] = field(repr=False)


def write_statements(
    session: Session,
    library: Library,
    learner: Learner,
    lesson: Lesson,
    revision_id: int,
    answered_before: Collection[str],
    now: datetime,
) -> None:
    """Write what the LMS is told about the first answer to a lesson, if its learner consented to that.

    A lesson that comes again isn't told again: when it comes would show how it was answered. `answered_before`: ids of
    the lessons whose questions the learner had answered. The choice, and whether it was right, aren't known here.
    """
    if lesson.id in answered_before:
        return
    consent = lms.find_consent(session, learner.id)
    if consent is None or consent.ended_at is not None:
        return
    revision = packs.find_revisions(session, [revision_id])[revision_id]
    curriculum = find_readable_curriculum(session, library, WorkspaceUser(learner.team_id, learner.user_id))
    version = _find_version(session, revision, curriculum)
    who = Account(consent.home_page, learner.user_id)
    told = xapi.lesson_activity(revision.scope, revision.pack_slug, lesson.id, lesson.title, lesson.language)
    pack = xapi.pack_activity(
        revision.scope, revision.pack_slug, version.name if version else revision.pack_slug, lesson.language
    )
    progress = _measure_progress(session, curriculum, learner, lesson, version, pack, answered_before)
    ids = [uuid4() for _ in range(3)]
    statements = [xapi.answered(ids[0], who, told, now), xapi.completed(ids[1], who, told, pack, now)]
    if progress is not None and progress.shows:
        statements.append(xapi.progressed(ids[2], who, progress, now))
    session.add_all(_build_row(learner, each, now) for each in statements)


def claim_statements(session: Session, host: str, now: datetime, limit: int) -> list[WaitingStatement]:
    """Claim statements that may be sent to this host now, oldest first, so that nobody else sends them meanwhile."""
    rows = lms.lock_due_statements(session, host, now - RETENTION, now, limit)
    for row in rows:
        row.next_at = now + CLAIM_DURATION
    return [WaitingStatement(row.id, row.content) for row in rows]


def extend_claims(session: Session, ids: Collection[UUID], now: datetime) -> frozenset[UUID]:
    """Extend claims. Return the ids of the statements that are still to be sent: people may have withdrawn some."""
    rows = lms.lock_statements(session, ids)
    for row in rows:
        row.next_at = now + CLAIM_DURATION
    return frozenset(row.id for row in rows)


def record_taken(session: Session, ids: Collection[UUID]) -> None:
    """Record that the LMS has these statements."""
    lms.delete_statements_by_id(session, ids)


def release_claims(session: Session, ids: Collection[UUID], now: datetime) -> None:
    """Make those of these statements due again that are still claimed. Refused ones wait for longer."""
    lms.release_statements(session, ids, now + CLAIM_DURATION)


def delay_statements(session: Session, ids: Collection[UUID], now: datetime) -> None:
    """Leave these statements, which made the LMS fail, for tomorrow, so that the others come first."""
    for row in lms.lock_statements(session, ids):
        row.next_at = now + FAILURE_DELAY


def record_refused(session: Session, statement_id: UUID, now: datetime) -> bool:
    """Record that the LMS refused this very statement. Returns whether it is given up; otherwise it is tried again."""
    for row in lms.lock_statements(session, [statement_id]):
        row.refusals += 1
        row.next_at = now + REFUSAL_DELAY
        if row.refusals >= MAX_REFUSALS:
            session.delete(row)
            return True
    return False


def drop_expired(session: Session, now: datetime, limit: int) -> int:
    """Drop some statements that no LMS has taken for `RETENTION`. Returns how many."""
    return lms.delete_old_statements(session, now - RETENTION, limit)


def _build_row(learner: Learner, statement: Statement, now: datetime) -> LmsStatement:
    return LmsStatement(
        id=UUID(str(statement["id"])), learner_id=learner.id, content=statement, at=now, next_at=now, refusals=0
    )


def _find_version(session: Session, revision: LessonRevision, curriculum: Curriculum | None) -> PackVersion | None:
    """Return the version of a revision's pack that the learner is taught, in a pilot or live, or else the live one.

    None if the pack was removed.
    """
    live = packs.find_live_content(session)
    tried = [
        each.version_id
        for each in live.pilots.get(revision.scope, ())
        if each.pack_slug == revision.pack_slug and curriculum and each.version_id in curriculum.version_ids
    ]
    version_id = tried[0] if tried else live.versions.get(revision.scope, {}).get(revision.pack_slug)
    return packs.find_versions(session, [version_id])[version_id] if version_id is not None else None


def _measure_progress(
    session: Session,
    curriculum: Curriculum | None,
    learner: Learner,
    lesson: Lesson,
    version: PackVersion | None,
    pack: Activity,
    answered_before: Collection[str],
) -> Progress | None:
    """Return how far the learner is in the program that they follow, if the lesson is in it, or else in its pack.

    None if the lesson is no longer taught.
    """
    if version is None or curriculum is None or lesson.id not in curriculum.lessons_by_id:
        return None
    program = curriculum.find_program(learner.program)
    if program is not None and lesson.id in program.lesson_ids:
        whole = xapi.program_activity(pack, program.slug, program.name)
        lesson_ids: Sequence[str] = program.lesson_ids
    else:
        whole, lesson_ids = pack, packs.list_lesson_ids_of_version(session, version.id)
    counted = [each for each in lesson_ids if each in curriculum.lessons_by_id or each in answered_before]
    return xapi.measure_progress(whole, counted, answered_before, lesson.id)
