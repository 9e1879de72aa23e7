"""What has come due becomes rows, for many learners at once: a handful of statements however many they are."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import NamedTuple
from uuid import UUID

from bot.domain.learner import Cadence, Preferences
from bot.domain.schedule import Due, Kind, learning_day_at, next_shift
from bot.domain.shifts import schedule_from_json
from bot.learning import planning
from bot.storage import Session, due
from bot.storage.due import DueLearner, Owed
from bot.storage.tables import LearnerState, SendState

LOOK_AGAIN = timedelta(hours=1)
"""When a learner whose schedule can't be worked out is tried again: one bad row must not hold up everyone."""

SILENCE = 7
"""So many lessons in a row without an answer or a reflection, and their learner is asked whether to go on."""

REMEMBERED = 1024
"""Times worked out and kept: people with the same schedule in the same zone have the same."""


class Timetable(NamedTuple):
    """What decides when a learner's messages come; `schedule` is JSON."""

    state: str
    tz: str
    schedule: str
    cadence: str
    paused_until: date | None


@dataclass(frozen=True, slots=True)
class Turn:
    """A message that is due; `late_from`: too late from then on; `then`: when the one after it is due.

    `week_from`: the first day of the week that it closes, if it does.
    """

    due: Due | None
    late_from: datetime
    then: datetime | None
    week_from: date | None = None


@dataclass(frozen=True, slots=True)
class Planned:
    """How many learners were planned, and those (ids) whose schedule could not be read, with the kind of error."""

    learners: int
    unreadable: dict[int, str]


def owe_due(session: Session, now: datetime, limit: int) -> Planned:
    """Write the rows that are due, late ones as skipped, and move on the next time of at most `limit` learners."""
    learners = due.learners_due(session, now, limit)
    if not learners:
        return Planned(0, {})
    owed: list[Owed] = []
    plans: dict[int, datetime | None] = {}
    unreadable: dict[int, str] = {}
    for learner in learners:
        try:
            theirs, plans[learner.id] = _work_out(learner, now)
            owed += theirs
        except (KeyError, ValueError) as error:  # a zone or rule that this machine can't read
            plans[learner.id] = now + LOOK_AGAIN
            unreadable[learner.id] = type(error).__name__
    asked = _asked_whether(session, learners, owed)
    due.owe(session, [asked.get(row.id, row) for row in owed])
    due.plan(session, plans)
    due.wait_for_word(session, {row.learner_id for row in asked.values()})
    return Planned(len(learners), unreadable)


def _work_out(learner: DueLearner, now: datetime) -> tuple[list[Owed], datetime | None]:
    """The rows that are due to a learner, and when the next is."""
    timetable = Timetable(learner.state, learner.tz, learner.schedule, learner.cadence, learner.paused_until)
    turn = _turn(timetable, max(learner.next_due_at, now - planning.CATCH_UP))
    owed: list[Owed] = []
    while turn.due is not None and turn.due.at <= now:
        owed.append(_owed(learner, turn.due, turn.week_from, late=now >= turn.late_from))
        if turn.then is None or turn.then > now:
            return owed, turn.then
        turn = _turn(timetable, turn.then)
    return owed, turn.due.at if turn.due else None


@lru_cache(REMEMBERED)
def _turn(timetable: Timetable, since: datetime) -> Turn:
    """The first message at or after an instant."""
    if timetable.state != LearnerState.ACTIVE:
        return Turn(None, since, None)
    schedule = schedule_from_json(json.loads(timetable.schedule))
    preferences = Preferences(timetable.tz, schedule, cadence=Cadence(timetable.cadence))
    first = planning.upcoming_by(preferences, timetable.paused_until, since - since.resolution)
    if first is None:
        return Turn(None, since, None)
    then = planning.upcoming_by(preferences, timetable.paused_until, first.at)
    week_from = planning.week_closed(preferences, first)
    return Turn(first, _late_from(preferences, first), then.at if then else None, week_from)


def _late_from(preferences: Preferences, first: Due) -> datetime:
    """From when on a message is too late: past its time, or in the next learning day."""
    if learning_day_at(preferences.schedule, preferences.zone, first.at) > first.learning_day:
        return first.at
    following = next_shift(preferences.schedule, preferences.zone, first.at)
    return min(first.expires_at, following.starts_at) if following else first.expires_at


def _owed(learner: DueLearner, owed: Due, week_from: date | None, *, late: bool) -> Owed:
    return Owed(
        id=planning.delivery_id(learner.team_id, learner.user_id, owed.learning_day, owed.kind),
        learner_id=learner.id,
        team_id=learner.team_id,
        learning_day=owed.learning_day,
        kind=owed.kind,
        due_at=owed.at,
        expires_at=owed.expires_at,
        state=SendState.SKIPPED if late else SendState.DUE,
        reason="late" if late else None,
        week_from=week_from,
    )


def _asked_whether(session: Session, learners: Sequence[DueLearner], owed: Sequence[Owed]) -> dict[UUID, Owed]:
    """Whether lessons should go on: what is owed in the place of these lessons, to those who had `SILENCE` of them
    without a word. A lesson that is there already, for they asked for it early, is no occasion."""
    lessons = {row.learner_id: row for row in owed if _is_lesson(row)}
    silent = due.silent(session, lessons.keys(), SILENCE) if lessons else set()
    if not silent:
        return {}
    there = due.owed_already(session, {(learner_id, lessons[learner_id].learning_day) for learner_id in silent})
    users = {learner.id: learner.user_id for learner in learners}
    return {
        row.id: _check_in(row, users[learner_id])
        for learner_id, row in lessons.items()
        if learner_id in silent and (learner_id, row.learning_day, Kind.LESSON) not in there
    }


def _check_in(row: Owed, user_id: str) -> Owed:
    row_id = planning.delivery_id(row.team_id, user_id, row.learning_day, Kind.CHECK_IN)
    return row._replace(id=row_id, kind=Kind.CHECK_IN)


def _is_lesson(row: Owed) -> bool:
    return row.kind is Kind.LESSON and row.state is SendState.DUE
