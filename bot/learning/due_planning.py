"""Writes rows for everything that has become due, for many learners at once, in a few statements."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.learning import planning
from bot.storage import Session, due_learners
from bot.storage.due_learners import DueLearner, NewDelivery

RETRY_UNREADABLE_AFTER = timedelta(hours=1)
"""When to retry a learner with an unreadable schedule. One bad row must not block everyone."""

AdjustNewDeliveries = Callable[[Session, Sequence[DueLearner], Sequence[NewDelivery]], Sequence[NewDelivery]]
"""Takes these learners' new rows and returns the rows to write instead: it may add or replace some. Not called for
learners who change their own times just as a message becomes due (`learning/rescheduling.py`); they get only what their
shift brings."""


@dataclass(frozen=True, slots=True)
class PlanningResult:
    """How many learners were planned, and the ids of those with unreadable schedules with the type of error."""

    learner_count: int
    unreadable_learners: dict[int, str]


def plan_due_learners(
    session: Session, plans: Iterable[AdjustNewDeliveries], now: datetime, limit: int
) -> PlanningResult:
    """Write the rows that are due, late ones as skipped, and set the next due time of at most `limit` learners."""
    learners = due_learners.lock_due_learners(session, now, limit)
    if not learners:
        return PlanningResult(0, {})
    new_deliveries: list[NewDelivery] = []
    next_times: dict[int, datetime | None] = {}
    unreadable: dict[int, str] = {}
    for learner in learners:
        try:
            own_deliveries, next_times[learner.id] = planning.build_due_deliveries(learner, now)
            new_deliveries += own_deliveries
        except (KeyError, ValueError) as error:  # a zone or rule that this machine can't read
            next_times[learner.id] = now + RETRY_UNREADABLE_AFTER
            unreadable[learner.id] = type(error).__name__
    due_learners.save_next_due_times(session, next_times)
    written: Sequence[NewDelivery] = new_deliveries
    for adjust in plans:
        written = adjust(session, learners, written)
    due_learners.insert_deliveries(session, written)
    return PlanningResult(len(learners), unreadable)
