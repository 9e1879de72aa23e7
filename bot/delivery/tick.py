"""What is due becomes delivery rows: one transaction of at most 400 learners, again until none is due."""

from datetime import datetime

import structlog

from bot.delivery.delivery_kind import KindsByName
from bot.learning import due_planning
from bot.storage import Session, due_learners

log = structlog.get_logger(__name__)

MAX_LEARNERS_PER_TRANSACTION = 400
"""Learners a transaction: a person's click waits behind one such, not behind a whole hospital at 09:00."""


def is_anyone_due(session: Session, now: datetime) -> bool:
    """Whether there is something to plan: asked in the reading lane, for most of the time there is not."""
    return due_learners.is_anyone_due(session, now)


def plan_due_deliveries(
    session: Session, kinds: KindsByName, now: datetime, limit: int = MAX_LEARNERS_PER_TRANSACTION
) -> int:
    """Write the rows that are due, late ones as skipped, and move each learner's next time on; how many learners."""
    plans = [kind.plan for kind in kinds.values() if kind.plan is not None]
    planned = due_planning.plan_due_learners(session, plans, now, limit)
    for learner_id, error in planned.unreadable_learners.items():
        log.error("tick.unreadable_schedule", learner=learner_id, error=error)
    return planned.learner_count
