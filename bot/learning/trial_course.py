"""The course of a trial: it begins on its first day, asks its final questions, and ends once, with a result or without.

With its end, the seed and who was in which arm are deleted, and everybody gets the usual way again.
"""

from datetime import date, datetime

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
"""People at a time whose questions are changed."""


def advance_trials(session: Session, library: Library, now: datetime) -> None:
    """Begin the trials whose day has come, draw the final questions of others, and end those that are over."""
    today = now.date()
    for trial in trials.list_open(session):
        cohort = cohorts.find(session, trial.team_id, trial.cohort_id)
        if cohort is None:
            raise AssertionError("A trial's cohort is kept as long as the trial.")
        if trial.begun_at is None and trial.starts_on <= today:
            trial.begun_at = now
            audit_log.record(session, trial.team_id, PROGRAM, AuditAction.TRIAL_BEGUN, now, subject=cohort.name)
        if trial.asked_at is None and trial.final_from <= today:
            trial.asked_at = now
            _draw_final_questions(session, library, trial, today)
        if trial.ends_on + DAYS_LATE < today:
            _write_result(session, trial, cohort, now)
            end_trial(session, trial, TrialEnding.FINISHED, now)
            audit_log.record(session, trial.team_id, PROGRAM, AuditAction.TRIAL_ENDED, now, subject=cohort.name)


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
    """End a trial, delete its seed and who was in which arm, and have everybody asked in the usual way."""
    session.delete_words_for_good()
    for member in trials.list_members(session, trial.id):
        trial_asking.restore_usual_way(session, member)
    session.flush()
    trials.delete_members(session, trial.id)
    trial.ended_at, trial.ending, trial.seed = now, ending, None


def _draw_final_questions(session: Session, library: Library, trial: Trial, today: date) -> None:
    """Draw the final questions of everybody who takes part, and make them due."""
    after: int | None = 0
    while after is not None:
        after = _draw_batch(session, library, trial, after, today)


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


def _write_result(session: Session, trial: Trial, cohort: Cohort, now: datetime) -> None:
    """Write the difference of the arms, if it may be said."""
    shares: dict[str, list[float]] = {way: [] for way in AskingWay}
    for member in trials.list_members(session, trial.id):
        if not member.opted_out and member.answers >= MIN_FINAL_ANSWERS:
            shares[member.way].append(member.right / member.answers)
    usual, fixed = shares[AskingWay.SPACED], shares[AskingWay.FIXED]
    people, of = len(usual) + len(fixed), cohorts.count_members(session, cohort, now)
    if not may_compare_arms(len(usual), len(fixed), of):
        return
    found = compare_arms(usual, fixed)
    said = round_difference(found.difference, found.low, found.high, people, of)
    trial.difference, trial.low, trial.high, trial.people = said.points, said.low, said.high, said.people
