"""What is due becomes delivery rows: one transaction of at most 500 learners, again until none is due."""

from datetime import datetime, timedelta

from bot.domain.schedule import Due, learning_day_at, next_delivery
from bot.learning import enrolment
from bot.storage import Session, deliveries, learners
from bot.storage.tables import Learner, SendState

BATCH = 500
"""Learners a transaction: a person's click waits behind one such, not behind a whole hospital at 09:00."""

CATCH_UP = timedelta(days=7)
"""How far back missed messages are written down after an outage. Older ones leave no row, and cost no time."""


def plan_due(session: Session, now: datetime, limit: int = BATCH) -> int:
    """Write the rows that are due, late ones as skipped, and move each learner's next time on; how many learners."""
    rows = learners.due(session, now, limit)
    for learner in rows:
        # The query selects by `next_due_at`; without one there is nothing to catch up on.
        _owe_all(session, learner, learner.next_due_at or now, now)
        enrolment.plan(learner, now)
    return len(rows)


def _owe_all(session: Session, learner: Learner, since: datetime, now: datetime) -> None:
    for due in _missed(learner, max(since, now - CATCH_UP), now):
        if deliveries.find(session, learner.id, due.learning_day, due.kind) is not None:
            continue  # already owed: they moved the time, the zone, or asked for it early
        row = enrolment.owe(learner, due)
        if _too_late(learner, due, now):
            row.state, row.reason = SendState.SKIPPED, "late"
        session.add(row)


def _missed(learner: Learner, since: datetime, now: datetime) -> list[Due]:
    """What has come due from one instant to another, both included."""
    preferences = enrolment.preferences_of(learner)
    found: list[Due] = []
    due = enrolment.upcoming(learner, _just_before(since))
    while due is not None and due.at <= now:
        found.append(due)
        due = next_delivery(preferences.schedule, preferences.zone, due.at)
    return found


def _too_late(learner: Learner, due: Due, now: datetime) -> bool:
    """Past its time, or the lesson of a learning day that is over: today's is sent late, yesterday's never."""
    preferences = enrolment.preferences_of(learner)
    return now >= due.expires_at or due.learning_day < learning_day_at(preferences.schedule, preferences.zone, now)


def _just_before(instant: datetime) -> datetime:
    return instant - instant.resolution
