"""What is due becomes delivery rows: one transaction of at most 500 learners, again until none is due."""

from datetime import datetime, timedelta

import structlog

from bot.learning import planning
from bot.storage import Session, learners

log = structlog.get_logger(__name__)

BATCH = 500
"""Learners a transaction: a person's click waits behind one such, not behind a whole hospital at 09:00."""

LOOK_AGAIN = timedelta(hours=1)
"""When a learner whose schedule can't be worked out is tried again: one bad row must not hold up everyone."""


def plan_due(session: Session, now: datetime, limit: int = BATCH) -> int:
    """Write the rows that are due, late ones as skipped, and move each learner's next time on; how many learners."""
    rows = learners.due(session, now, limit)
    for learner in rows:
        try:
            planning.owe_due(session, learner, now)
            planning.plan(learner, now)
        except (KeyError, ValueError) as error:  # a zone or rule that this machine can't read
            learner.next_due_at = now + LOOK_AGAIN
            log.error("tick.unreadable_schedule", learner=learner.id, error=type(error).__name__)
    return len(rows)
