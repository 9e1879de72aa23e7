"""Queries on trials and who takes part in them."""

from collections.abc import Sequence
from datetime import date

from sqlmodel import col, delete, func, or_, select, update

from bot.domain.learner import Person
from bot.domain.trial import AskingWay
from bot.storage.database import Session
from bot.storage.packs import ERASED_LOADER
from bot.storage.tables import Answer, Cohort, LessonRevision, QuestionMemory, Trial, TrialMember
from bot.storage.workspaces import select_teams_of


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


def list_first_answered(session: Session, member: TrialMember, until: date) -> list[str]:
    """List the lessons (ids) that somebody first answered since they entered their trial, and until a day."""
    first = func.min(col(Answer.learning_day))
    rows = session.exec(
        select(LessonRevision.lesson_id)
        .join(Answer, col(Answer.revision_id) == col(LessonRevision.id))
        .where(Answer.learner_id == member.learner_id)
        .group_by(col(LessonRevision.lesson_id))
        .having(first >= member.entered_on, first <= until)
    )
    return list(rows)


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
