"""The course of a trial: it begins on its first day, asks its final questions, and ends once, with a result or without.

With its end, the seed is deleted, and soon after who was in which arm. Then everybody gets the usual way again. That
people took part stays until they were told of the end, and for `TOLD_RETENTION`, in which their lesson still says so.
"""

from datetime import UTC, date, datetime, time, timedelta

from bot.domain.audit import AuditAction
from bot.domain.disclosure import may_compare_arms, round_difference
from bot.domain.trial import (
    DAYS_LATE,
    MIN_DISTANCE,
    MIN_FINAL_ANSWERS,
    AskingWay,
    TrialEnding,
    draw_final_questions,
)
from bot.domain.trial_statistics import compare_arms
from bot.learning import trial_asking
from bot.learning.lesson_choice import get_readable_curricula
from bot.learning.library import Library
from bot.learning.pack_versions import PROGRAM
from bot.storage import Session, audit_log, cohorts, trials
from bot.storage.tables import Cohort, Trial

MAX_BATCH = 200
"""People at a time whose questions are changed, so that nobody waits long for the database."""

TOLD_RETENTION = timedelta(days=7)
"""How long it is kept that somebody took part, once they were told of the end. Their lesson's message then drops it."""

UNTOLD_RETENTION = timedelta(weeks=12)
"""How long after the end it is kept of somebody who gets no lessons, and so can't be told."""


def list_unfinished(session: Session) -> tuple[int, ...]:
    """Return the trials (ids) that haven't ended, or of whose members something is still stored."""
    return tuple(trials.list_unfinished(session))


def advance_trial(session: Session, library: Library, trial_id: int, after: int, now: datetime) -> int | None:
    """Take a trial's next step: begin it, draw final questions of a batch of people, end it, or end a batch's parts.

    `after`: 0 at first, then what the step before returned. Returns None once nothing is left for now. Each step can be
    the last one for a while: beginning again with 0 goes on with what remains.
    """
    trial, today = trials.lock_for_program(session, trial_id), now.date()
    if trial is None:
        return None
    if trial.ended_at is not None:
        return _end_batch(session, trial, now)
    if elsewhere := trials.list_ids_elsewhere(session, trial, MAX_BATCH):
        trial_asking.end_parts(session, elsewhere)
        return after
    cohort = cohorts.find(session, trial.team_id, trial.cohort_id)
    if cohort is None:
        raise AssertionError("A trial's cohort is kept as long as the trial.")
    if trial.begun_at is None and trial.starts_on <= today:
        trial.begun_at = now
        audit_log.record(session, trial.team_id, PROGRAM, AuditAction.TRIAL_BEGUN, now, subject=cohort.name)
    if trial.ends_on + DAYS_LATE < today:
        _write_result(session, trial, cohort)
        end_trial(session, trial, TrialEnding.FINISHED, now)
        audit_log.record(session, trial.team_id, PROGRAM, AuditAction.TRIAL_ENDED, now, subject=cohort.name)
        return 0
    if trial.asked_at is None and trial.final_from <= today:
        last = _draw_batch(session, library, trial, after, today)
        if last is None:
            trial.asked_at = now
        return last
    return None


def end_with_cohort(session: Session, cohort: Cohort, by: str, now: datetime) -> bool:
    """End the trial of a cohort that is being closed, without a result, and return whether it had one.

    `by`: who closes it.
    """
    trial = trials.find_open(session, cohort.id, locked=True)
    if trial is None:
        return False
    end_trial(session, trial, TrialEnding.CLOSED, now)
    audit_log.record(session, cohort.team_id, by, AuditAction.TRIAL_ENDED, now, subject=cohort.name)
    return True


def end_trial(session: Session, trial: Trial, ending: TrialEnding, now: datetime) -> None:
    """End a trial and delete its seed. From now on, everybody's answers count as in the usual way.

    The due days of questions answered before, and who was in which arm, follow in batches (`advance_trial`).
    """
    session.delete_words_for_good()
    trial.ended_at, trial.ending, trial.seed, trial.places = now, ending, None, {}


def end_parts_of_workspace(session: Session, team_id: str) -> bool:
    """End the parts of a batch of people in the trials of a workspace that is being erased, who learn in another one.

    Nothing is kept of their parts. Returns whether there was anybody.
    """
    learner_ids = trials.list_ids_in_workspace(session, team_id, MAX_BATCH)
    trial_asking.end_parts(session, learner_ids)
    trials.delete_members(session, learner_ids)
    return bool(learner_ids)


def _end_batch(session: Session, trial: Trial, now: datetime) -> int | None:
    """Have a batch of a trial's people asked in the usual way again, and delete their arms. None if nobody is left."""
    learner_ids = trials.list_member_ids(session, trial.id, MAX_BATCH)
    if learner_ids:
        trial_asking.end_parts(session, learner_ids)
        return 0
    is_over = trial.ended_at is not None and trial.ended_at + UNTOLD_RETENTION <= now
    trials.delete_told(session, trial.id, now.date() - TOLD_RETENTION, all_of_them=is_over)
    return None


def _draw_batch(session: Session, library: Library, trial: Trial, after: int, today: date) -> int | None:
    """Draw the final questions of the people (learner ids) after one, among those that they are taught now.

    Returns the last one of them, or None if nobody is left.
    """
    users = trials.list_undrawn(session, trial.id, after, MAX_BATCH)
    if not users:
        return None
    curricula = get_readable_curricula(session, library, set(users.values()))
    places = [
        (learner_id, lesson_id, place)
        for learner_id, answered in trials.list_first_answered(session, users, trial.final_from - MIN_DISTANCE).items()
        if users[learner_id] in curricula
        for place, lesson_id in enumerate(
            draw_final_questions(
                trial.seed or "",
                learner_id,
                curricula[users[learner_id]].on_date(today).lessons_by_id.keys() & set(answered),
            )
        )
    ]
    trials.make_final(session, places, today)
    return max(users)


def _write_result(session: Session, trial: Trial, cohort: Cohort) -> None:
    """Write the difference of the arms, if it may be said."""
    shares: dict[str, list[float]] = {way: [] for way in AskingWay}
    for member in trials.list_members(session, trial.id):
        if member.way is not None and not member.opted_out and member.answers >= MIN_FINAL_ANSWERS:
            shares[member.way].append(member.right / member.answers)
    usual, fixed = shares[AskingWay.SPACED], shares[AskingWay.FIXED]
    # Whoever was added too late to enter, or taken out again, is nobody who may not have taken part.
    entered_by = datetime.combine(trial.entry_until, time(), UTC)
    people, of = len(usual) + len(fixed), cohorts.count_members(session, cohort, entered_by, taken_out=False)
    if not may_compare_arms(len(usual), len(fixed), of):
        return
    found = compare_arms(usual, fixed)
    said = round_difference(found.difference, found.low, found.high, people, of)
    trial.difference, trial.low, trial.high, trial.people = said.points, said.low, said.high, said.people
