"""Queries on trials and who takes part in them."""

from collections.abc import Collection, Sequence
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from sqlalchemy import Executable, bindparam, case
from sqlalchemy import select as select_columns
from sqlmodel import and_, col, delete, func, or_, select, update

from bot.domain.learner import Person, WorkspaceUser
from bot.domain.schedule import DeliveryKindName
from bot.domain.spaced_repetition import MemoryState
from bot.domain.trial import AskingWay
from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.packs import ERASED_LOADER
from bot.storage.tables import (
    Answer,
    Cohort,
    Delivery,
    Learner,
    LessonRevision,
    QuestionMemory,
    SendState,
    Trial,
    TrialMember,
    Workspace,
    get_table,
)
from bot.storage.workspaces import select_teams_of

_memory = get_table(QuestionMemory)


class ChangedMemory(NamedTuple):
    """A question whose due day a trial has set, and what FSRS knows of it."""

    learner_id: int
    lesson_id: str
    state: MemoryState


class TrialOfMember(NamedTuple):
    """Somebody (learner id) who is to be told that their part in a trial is over, and that trial."""

    learner_id: int
    trial: Trial


def add(session: Session, trial: Trial) -> Trial:
    """Store a new trial, and return it with its id."""
    session.add(trial)
    session.flush()
    return trial


def find(session: Session, team_id: str, trial_id: int) -> Trial | None:
    """Find a trial of a workspace by id."""
    trial = session.get(Trial, trial_id)
    return trial if trial is not None and trial.team_id == team_id else None


def find_of_any_workspace(session: Session, trial_id: int) -> Trial | None:
    """Find a trial of any workspace by id, for somebody who took part in it."""
    return session.get(Trial, trial_id)


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
    """Find how somebody takes part in a trial that hasn't ended, unless their part has."""
    return session.exec(
        select(TrialMember)
        .join(Trial, col(Trial.id) == col(TrialMember.trial_id))
        .where(TrialMember.learner_id == learner_id, col(Trial.ended_at).is_(None), col(TrialMember.way).is_not(None))
    ).first()


def find_row(session: Session, learner_id: int) -> TrialMember | None:
    """Find what is stored of somebody's part in a trial, whether it is over or not."""
    return session.get(TrialMember, learner_id)


def list_members(session: Session, trial_id: int) -> Sequence[TrialMember]:
    """List who takes part in a trial, and who opted out of it."""
    theirs = select(TrialMember).where(TrialMember.trial_id == trial_id, col(TrialMember.way).is_not(None))
    return session.exec(theirs.order_by(col(TrialMember.learner_id))).all()


def list_member_ids(session: Session, trial_id: int, limit: int) -> Sequence[int]:
    """List some of those (learner ids) who take part in a trial, and who opted out of it."""
    theirs = select(TrialMember.learner_id).where(TrialMember.trial_id == trial_id, col(TrialMember.way).is_not(None))
    return session.exec(theirs.order_by(col(TrialMember.learner_id)).limit(limit)).all()


def list_ids_elsewhere(session: Session, trial: Trial, limit: int) -> Sequence[int]:
    """List some of a trial's people (learner ids) who learn in another workspace, if the trial's has removed Rounds."""
    theirs = (
        select(TrialMember.learner_id)
        .join(Learner, col(Learner.id) == col(TrialMember.learner_id))
        .join(Workspace, col(Workspace.team_id) == trial.team_id)
        .where(TrialMember.trial_id == trial.id, col(TrialMember.way).is_not(None))
        .where(Learner.team_id != trial.team_id, col(Workspace.left_at).is_not(None))
    )
    return session.exec(theirs.order_by(col(TrialMember.learner_id)).limit(limit)).all()


def list_ids_in_workspace(session: Session, team_id: str, limit: int) -> Sequence[int]:
    """List some of those (learner ids) who take part in trials of a workspace, or did and weren't told of the end."""
    theirs = select(TrialMember.learner_id).join(Trial, col(Trial.id) == col(TrialMember.trial_id))
    return session.exec(theirs.where(Trial.team_id == team_id).limit(limit)).all()


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
        .where(col(TrialMember.way).is_not(None))
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


def end_parts(session: Session, learner_ids: Collection[int]) -> None:
    """Delete in which arm these people were, and what they answered. Of those who opted out, nothing is kept."""
    theirs = col(TrialMember.learner_id).in_(learner_ids)
    session.exec(delete(TrialMember).where(theirs, col(TrialMember.opted_out)))
    session.exec(update(TrialMember).where(theirs).values(way=None, answers=0, right=0))


def delete_members(session: Session, learner_ids: Collection[int]) -> None:
    """Delete that these people took part in a trial."""
    session.exec(delete(TrialMember).where(col(TrialMember.learner_id).in_(learner_ids)))


def list_untold(session: Session, learner_ids: Collection[int]) -> list[TrialOfMember]:
    """List who of these people (learner ids) is to be told that their part in a trial is over.

    Whoever was to be told with a lesson that wasn't sent after all is listed again.
    """
    is_on_its_way = col(Delivery.state).in_((SendState.SENT, SendState.SENDING))
    told = and_(
        col(Delivery.learner_id) == col(TrialMember.learner_id),
        col(Delivery.learning_day) == col(TrialMember.told_on),
        col(Delivery.kind) == DeliveryKindName.LESSON,
        is_on_its_way,
    )
    rows = session.execute(
        select_columns(TrialMember.learner_id, Trial)  # type: ignore[call-overload]
        .join(Trial, col(Trial.id) == col(TrialMember.trial_id))
        .where(col(TrialMember.learner_id).in_(learner_ids), col(TrialMember.way).is_(None))
        .where(~select_columns(col(Delivery.id)).where(told).exists())
    )
    return [TrialOfMember(*row) for row in rows]


def mark_told(session: Session, learner_ids: Collection[int], day: date) -> None:
    """Record that these people are told with their lesson of a learning day that their part in a trial is over."""
    session.exec(update(TrialMember).where(col(TrialMember.learner_id).in_(learner_ids)).values(told_on=day))


def delete_told(session: Session, trial_id: int, told_before: date, *, all_of_them: bool) -> None:
    """Delete that people took part in a trial, once they were told of its end before a day; or of `all_of_them`."""
    over = delete(TrialMember).where(col(TrialMember.trial_id) == trial_id, col(TrialMember.way).is_(None))
    session.exec(over if all_of_them else over.where(col(TrialMember.told_on) < told_before))


def list_to_tell(session: Session, ended_after: datetime) -> Sequence[tuple[Trial, Cohort, Workspace]]:
    """List the trials that ended after an instant, and of whose end whoever planned them wasn't told."""
    return session.exec(
        select(Trial, Cohort, Workspace)
        .join(Cohort, col(Cohort.id) == col(Trial.cohort_id))
        .join(Workspace, col(Workspace.team_id) == col(Trial.team_id))
        .where(col(Trial.ended_at) > ended_after, col(Trial.told_at).is_(None), col(Workspace.left_at).is_(None))
        .order_by(col(Trial.id))
        .with_for_update(of=Trial)
    ).all()


def erase_person(session: Session, person: Person) -> None:
    """Remove a person's id from the trials that they planned."""
    theirs = col(Trial.planned_by) == person.user_id, col(Trial.team_id).in_(select_teams_of(person))
    session.exec(update(Trial).where(*theirs).values(planned_by=ERASED_LOADER))
