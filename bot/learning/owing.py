"""What has come due becomes rows, for many learners at once: a handful of statements however many they are."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.learning import planning
from bot.storage import Session, due
from bot.storage.due import DueLearner, Owed

LOOK_AGAIN = timedelta(hours=1)
"""When a learner whose schedule can't be worked out is tried again: one bad row must not hold up everyone."""

Plan = Callable[[Session, Sequence[DueLearner], Sequence[Owed]], Sequence[Owed]]
"""Takes the rows that are about to be written for these learners, and gives those that are written: it may add some,
and replace others. Learners who change their own times in the moment in which a message falls due get only what their
shift brings (`learning/rescheduling.py`)."""


@dataclass(frozen=True, slots=True)
class Planned:
    """How many learners were planned, and those (ids) whose schedule could not be read, with the kind of error."""

    learners: int
    unreadable: dict[int, str]


def owe_due(session: Session, plans: Iterable[Plan], now: datetime, limit: int) -> Planned:
    """Write the rows that are due, late ones as skipped, and move on the next time of at most `limit` learners."""
    learners = due.learners_due(session, now, limit)
    if not learners:
        return Planned(0, {})
    owed: list[Owed] = []
    next_times: dict[int, datetime | None] = {}
    unreadable: dict[int, str] = {}
    for learner in learners:
        try:
            theirs, next_times[learner.id] = planning.rows_due(learner, now)
            owed += theirs
        except (KeyError, ValueError) as error:  # a zone or rule that this machine can't read
            next_times[learner.id] = now + LOOK_AGAIN
            unreadable[learner.id] = type(error).__name__
    due.plan(session, next_times)
    written: Sequence[Owed] = owed
    for plan in plans:
        written = plan(session, learners, written)
    due.owe(session, written)
    return Planned(len(learners), unreadable)
