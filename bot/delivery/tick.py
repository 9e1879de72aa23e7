"""Plans due deliveries: writes their rows in transactions of at most 400 learners, until nobody is due."""

from datetime import datetime

import structlog

from bot.delivery.delivery_kind import KindsByName
from bot.learning import due_planning
from bot.storage import Session, due_learners

log = structlog.get_logger(__name__)

MAX_LEARNERS_PER_TRANSACTION = 400
"""Most learners per transaction, so that a user's click at 9:00 waits for one batch, not for a whole hospital."""


def is_anyone_due(session: Session, now: datetime) -> bool:
    """Return whether there is anything to plan. This runs as a read, because usually there isn't."""
    return due_learners.is_anyone_due(session, now)


def plan_due_deliveries(
    session: Session, kinds: KindsByName, now: datetime, limit: int = MAX_LEARNERS_PER_TRANSACTION
) -> int:
    """Insert the due rows (late ones as skipped) and set each learner's next time. Return the number of learners."""
    plans = [kind.plan for kind in kinds.values() if kind.plan is not None]
    planned = due_planning.plan_due_learners(session, plans, now, limit)
    for learner_id, error in planned.unreadable_learners.items():
        log.error("tick.unreadable_schedule", learner=learner_id, error=error)
    return planned.learner_count
