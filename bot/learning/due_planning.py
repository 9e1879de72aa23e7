"""What has come due becomes rows, for many learners at once: a handful of statements however many they are."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.learning import planning
from bot.storage import Session, due_learners
from bot.storage.due_learners import DueLearner, NewDelivery

RETRY_UNREADABLE_AFTER = timedelta(hours=1)
"""When a learner whose schedule can't be worked out is tried again: one bad row must not hold up everyone."""

AdjustNewDeliveries = Callable[[Session, Sequence[DueLearner], Sequence[NewDelivery]], Sequence[NewDelivery]]
"""Takes the rows that are about to be written for these learners, and gives those that are written: it may add some,
and replace others. Learners who change their own times in the moment in which a message falls due get only what their
shift brings (`learning/rescheduling.py`)."""


@dataclass(frozen=True, slots=True)
class PlanningResult:
    """How many learners were planned, and those (ids) whose schedule could not be read, with the kind of error."""

    learner_count: int
    unreadable_learners: dict[int, str]


def plan_due_learners(
    session: Session, plans: Iterable[AdjustNewDeliveries], now: datetime, limit: int
) -> PlanningResult:
    """Write the rows that are due, late ones as skipped, and move on the next time of at most `limit` learners."""
    learners = due_learners.lock_due_learners(session, now, limit)
    if not learners:
        return PlanningResult(0, {})
    owed: list[NewDelivery] = []
    next_times: dict[int, datetime | None] = {}
    unreadable: dict[int, str] = {}
    for learner in learners:
        try:
            theirs, next_times[learner.id] = planning.build_due_deliveries(learner, now)
            owed += theirs
        except (KeyError, ValueError) as error:  # a zone or rule that this machine can't read
            next_times[learner.id] = now + RETRY_UNREADABLE_AFTER
            unreadable[learner.id] = type(error).__name__
    due_learners.save_next_due_times(session, next_times)
    written: Sequence[NewDelivery] = owed
    for plan in plans:
        written = plan(session, learners, written)
    due_learners.insert_deliveries(session, written)
    return PlanningResult(len(learners), unreadable)
