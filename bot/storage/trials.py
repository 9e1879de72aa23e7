"""Queries on trials and who takes part in them."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache
from typing import NamedTuple

from sqlalchemy import Executable, bindparam, case
from sqlmodel import col, delete, func, or_, select, update
from sqlmodel.sql.expression import SelectOfScalar

from bot.domain.learner import Person, WorkspaceUser
from bot.domain.spaced_repetition import MemoryState
from bot.domain.trial import AskingWay
from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.packs import ERASED_LOADER
from bot.storage.tables import Answer, Cohort, Learner, LessonRevision, QuestionMemory, Trial, TrialMember, get_table
from bot.storage.workspaces import select_teams_of

_memory = get_table(QuestionMemory)


class ChangedMemory(NamedTuple):
    """A question whose due day a trial has set, and what FSRS knows of it."""

    learner_id: int
    lesson_id: str
    state: MemoryState


def add(session: Session, trial: Trial) -> Trial:
    """Store a new trial, and return it with its id."""
    session.add(trial)
    session.flush()
    return trial


def find(session: Session, team_id: str, trial_id: int) -> Trial | None:
    """Find a trial of a workspace by id."""
    trial = session.get(Trial, trial_id)
    return trial if trial is not None and trial.team_id == team_id else None


def lock(session: Session, team_id: str, trial_id: int) -> Trial | None:
    """Find a trial of a workspace as it is now. Nobody else can lock it until the transaction ends."""
    trial = session.get(Trial, trial_id, with_for_update=True, populate_existing=True)
    return trial if trial is not None and trial.team_id == team_id else None


def find_open(session: Session, cohort_id: int, *, locked: bool = False) -> Trial | None:
    """Find the trial of a cohort that hasn't ended. `locked`: nobody else changes it until the transaction ends."""
    theirs = select(Trial).where(Trial.cohort_id == cohort_id, col(Trial.ended_at).is_(None))
    if locked:
        theirs = theirs.with_for_update().execution_options(populate_existing=True)
    return session.exec(theirs).first()


def list_unfinished(session: Session) -> Sequence[int]:
    """List the trials (ids) of all workspaces that haven't ended, or whose members aren't deleted yet."""
    has_members = select(TrialMember.learner_id).where(col(TrialMember.trial_id) == col(Trial.id)).exists()
    return session.exec(
        select(Trial.id).where(or_(col(Trial.ended_at).is_(None), has_members)).order_by(col(Trial.id))
    ).all()


def lock_for_program(session: Session, trial_id: int) -> Trial | None:
    """Find a trial of any workspace as it is now. Nobody else can lock it until the transaction ends."""
    return session.get(Trial, trial_id, with_for_update=True, populate_existing=True)


def list_all(session: Session, team_id: str) -> Sequence[tuple[Trial, Cohort]]:
    """List a workspace's trials with their cohorts: those that haven't ended first, and of both the newest first."""
    theirs = select(Trial, Cohort).join(Cohort, col(Cohort.id) == col(Trial.cohort_id)).where(Trial.team_id == team_id)
    return session.exec(theirs.order_by(col(Trial.ended_at).is_not(None), col(Trial.id).desc())).all()


def count_open(session: Session, team_id: str) -> int:
    """Count a workspace's trials that haven't ended."""
    return session.exec(
        select(func.count()).select_from(Trial).where(Trial.team_id == team_id, col(Trial.ended_at).is_(None))
    ).one()


def find_member(session: Session, learner_id: int) -> TrialMember | None:
    """Find how somebody takes part in a trial that hasn't ended."""
    return session.exec(
        select(TrialMember)
        .join(Trial, col(Trial.id) == col(TrialMember.trial_id))
        .where(TrialMember.learner_id == learner_id, col(Trial.ended_at).is_(None))
    ).first()


def list_members(session: Session, trial_id: int) -> Sequence[TrialMember]:
    """List who takes part in a trial, and who opted out of it."""
    return session.exec(
        select(TrialMember).where(TrialMember.trial_id == trial_id).order_by(col(TrialMember.learner_id))
    ).all()


def list_member_ids(session: Session, trial_id: int, limit: int) -> Sequence[int]:
    """List some of those (learner ids) who take part in a trial, and who opted out of it."""
    theirs = select(TrialMember.learner_id).where(TrialMember.trial_id == trial_id)
    return session.exec(theirs.order_by(col(TrialMember.learner_id)).limit(limit)).all()


def count_final_answer(session: Session, learner_id: int, *, is_right: bool) -> None:
    """Count an answer to a final question for somebody whose trial hasn't ended."""
    running = select(Trial.id).where(col(Trial.ended_at).is_(None))
    session.exec(
        update(TrialMember)
        .where(col(TrialMember.learner_id) == learner_id, col(TrialMember.trial_id).in_(running))
        .values(answers=TrialMember.answers + 1, right=TrialMember.right + int(is_right))
    )


def mark_opted_out(session: Session, learner_id: int) -> None:
    """Have somebody get the usual way, and not be counted."""
    theirs = update(TrialMember).where(col(TrialMember.learner_id) == learner_id)
    session.exec(theirs.values(opted_out=True, way=AskingWay.SPACED, answers=0, right=0))


def list_undrawn(session: Session, trial_id: int, after: int, limit: int) -> dict[int, WorkspaceUser]:
    """List who has no final questions yet, by learner id: those that come after an id, in its order, and so many.

    Whoever opted out gets none.
    """
    drawn = select(QuestionMemory.lesson_id).where(
        col(QuestionMemory.learner_id) == col(TrialMember.learner_id), col(QuestionMemory.final_place).is_not(None)
    )
    theirs = (
        select(Learner.id, Learner.team_id, Learner.user_id)
        .join(TrialMember, col(TrialMember.learner_id) == col(Learner.id))
        .where(TrialMember.trial_id == trial_id, col(Learner.id) > after, ~col(TrialMember.opted_out))
        .where(TrialMember.answers == 0, ~drawn.exists())
    )
    rows = session.exec(theirs.order_by(col(Learner.id)).limit(limit))
    return {learner_id: WorkspaceUser(team_id, user_id) for learner_id, team_id, user_id in rows}


def list_first_answered(session: Session, learner_ids: Collection[int], until: date) -> dict[int, list[str]]:
    """List the lessons (ids) that each of these people first answered in their trial, and until a day."""
    first = func.min(col(Answer.learning_day))
    rows = session.exec(
        select(Answer.learner_id, LessonRevision.lesson_id)
        .join(LessonRevision, col(Answer.revision_id) == col(LessonRevision.id))
        .join(TrialMember, col(TrialMember.learner_id) == col(Answer.learner_id))
        .where(col(Answer.learner_id).in_(learner_ids))
        .group_by(col(Answer.learner_id), col(LessonRevision.lesson_id), col(TrialMember.entered_on))
        .having(first >= col(TrialMember.entered_on), first <= until)
    )
    found: dict[int, list[str]] = {}
    for learner_id, lesson_id in rows:
        found.setdefault(learner_id, []).append(lesson_id)
    return found


def make_final(session: Session, places: Collection[tuple[int, str, int]], today: date) -> None:
    """Make questions (learner, lesson, and place) final ones that are due. Those that are gone are left out."""
    row_batches.execute_with_rows(session, _make_final, places, {"today": today})


@cache
def _make_final(dialect: str) -> Executable:
    given = row_batches.rows_as_table(dialect, _memory.c.learner_id, _memory.c.lesson_id, _memory.c.final_place)
    today = bindparam("today", type_=_memory.c.due_on.type)
    return (
        _memory.update()
        .where(_memory.c.learner_id == given.c.learner_id, _memory.c.lesson_id == given.c.lesson_id)
        .values(final_place=given.c.final_place, due_on=case((_memory.c.due_on > today, today), else_=_memory.c.due_on))
    )


def list_changed_memories(session: Session, learner_ids: Collection[int]) -> Sequence[ChangedMemory]:
    """Lock and list the questions of trials' members that aren't due as they would be without the trial."""
    is_fixed = (col(TrialMember.way) == AskingWay.FIXED) & (
        col(QuestionMemory.last_answered_on) >= col(TrialMember.entered_on)
    )
    rows = session.exec(
        select(
            QuestionMemory.learner_id,
            QuestionMemory.lesson_id,
            QuestionMemory.stability,
            QuestionMemory.difficulty,
            QuestionMemory.last_answered_on,
            QuestionMemory.due_on,
        )  # type: ignore[call-overload]
        .join(TrialMember, col(TrialMember.learner_id) == col(QuestionMemory.learner_id))
        .where(col(QuestionMemory.learner_id).in_(learner_ids))
        .where(or_(col(QuestionMemory.final_place).is_not(None), is_fixed))
        .with_for_update(of=QuestionMemory)
    )
    return [ChangedMemory(learner_id, lesson_id, MemoryState(*state)) for learner_id, lesson_id, *state in rows]


def restore_due_days(session: Session, days: Collection[tuple[int, str, date]]) -> None:
    """Make questions (learner, lesson, and day) due on other days, and final ones no more.

    Those that are gone are left out.
    """
    row_batches.execute_with_rows(session, _restore, days)


@cache
def _restore(dialect: str) -> Executable:
    given = row_batches.rows_as_table(dialect, _memory.c.learner_id, _memory.c.lesson_id, _memory.c.due_on)
    return (
        _memory.update()
        .where(_memory.c.learner_id == given.c.learner_id, _memory.c.lesson_id == given.c.lesson_id)
        .values(due_on=given.c.due_on, final_place=None)
    )


def is_member_of_ended(session: Session, learner_id: int) -> bool:
    """Return whether it is still stored that somebody took part in a trial that has ended."""
    member = session.exec(select(TrialMember.trial_id).where(TrialMember.learner_id == learner_id)).first()
    return member is not None and session.exec(_ended().where(Trial.id == member)).first() is not None


def delete_members_of_ended(session: Session, learner_ids: Collection[int]) -> None:
    """Delete that these people took part in a trial that has ended, and in which arm."""
    session.exec(
        delete(TrialMember).where(col(TrialMember.learner_id).in_(learner_ids), col(TrialMember.trial_id).in_(_ended()))
    )


def _ended() -> SelectOfScalar[int]:
    return select(Trial.id).where(col(Trial.ended_at).is_not(None))


def erase_person(session: Session, person: Person) -> None:
    """Remove a person's id from the trials that they planned."""
    theirs = col(Trial.planned_by) == person.user_id, col(Trial.team_id).in_(select_teams_of(person))
    session.exec(update(Trial).where(*theirs).values(planned_by=ERASED_LOADER))
