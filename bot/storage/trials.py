"""Queries on trials and who takes part in them."""

from collections.abc import Collection, Sequence
from datetime import date
from functools import cache

from sqlalchemy import Executable, bindparam, case
from sqlmodel import col, delete, func, or_, select, update

from bot.domain.learner import Person, WorkspaceUser
from bot.domain.trial import AskingWay
from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.packs import ERASED_LOADER
from bot.storage.tables import Answer, Cohort, Learner, LessonRevision, QuestionMemory, Trial, TrialMember, get_table
from bot.storage.workspaces import select_teams_of

_memory = get_table(QuestionMemory)


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


def list_open(session: Session) -> Sequence[Trial]:
    """Lock and list the trials of all workspaces that haven't ended."""
    return session.exec(
        select(Trial).where(col(Trial.ended_at).is_(None)).order_by(col(Trial.id)).with_for_update()
    ).all()


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
    """Find how somebody takes part in a trial."""
    return session.get(TrialMember, learner_id)


def list_members(session: Session, trial_id: int) -> Sequence[TrialMember]:
    """List who takes part in a trial, and who opted out of it."""
    return session.exec(
        select(TrialMember).where(TrialMember.trial_id == trial_id).order_by(col(TrialMember.learner_id))
    ).all()


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


def list_changed_memories(session: Session, member: TrialMember) -> Sequence[QuestionMemory]:
    """List somebody's questions that aren't due as they would be without the trial."""
    theirs = select(QuestionMemory).where(QuestionMemory.learner_id == member.learner_id)
    is_final = col(QuestionMemory.final_place).is_not(None)
    if member.way != AskingWay.FIXED:
        return session.exec(theirs.where(is_final)).all()
    return session.exec(theirs.where(or_(is_final, QuestionMemory.last_answered_on >= member.entered_on))).all()


def delete_members(session: Session, trial_id: int) -> None:
    """Delete who took part in a trial, and in which arm."""
    session.exec(delete(TrialMember).where(col(TrialMember.trial_id) == trial_id))


def erase_person(session: Session, person: Person) -> None:
    """Remove a person's id from the trials that they planned."""
    theirs = col(Trial.planned_by) == person.user_id, col(Trial.team_id).in_(select_teams_of(person))
    session.exec(update(Trial).where(*theirs).values(planned_by=ERASED_LOADER))
