"""Before anything uncertain is sent again, Slack's history is asked whether it arrived."""

import asyncio
from datetime import datetime, timedelta

import structlog

from bot.delivery.hop import Hop
from bot.delivery.outbox import mark_sent
from bot.delivery.ports import Messenger, Posted, Uncertain
from bot.domain.clock import Clock
from bot.errors import HistoryUnreadable
from bot.learning.delivered import CLOCKS_DIFFER
from bot.storage import Session, deliveries
from bot.storage.tables import Learner, SendState

log = structlog.get_logger(__name__)

GRACE = timedelta(minutes=2)
"""How long Slack may take to show what it accepted: at least six times the client's timeout of 10 s.
The promise of exactly one message holds as long as Slack keeps within it."""

BATCH = 50

LOOK_AGAIN = timedelta(minutes=5)
"""After how long a history that couldn't be read is asked again: until then it holds up no other."""

AT_ONCE = 10
"""Histories read at once."""


def find_uncertain(session: Session, now: datetime, grace: timedelta = GRACE) -> list[Uncertain]:
    """Deliveries that have been `sending` for longer than the grace."""
    return [
        Uncertain(
            delivery_id=row.id,
            team_id=row.team_id,
            user_id=learner.user_id,
            learner_id=learner.id,
            channel=row.channel or learner.channel,
            oldest=(row.claimed_at or row.due_at) - CLOCKS_DIFFER,
            worker=row.worker or "",
            attempt=row.attempt,
        )
        for row in deliveries.uncertain(session, now - grace, now, BATCH)
        for learner in [session.get_one(Learner, row.learner_id)]
    ]


def settle(session: Session, found: Uncertain, posted: Posted | None, now: datetime) -> None:
    """Write down what the history says: there is such a message, or there is none and it is due again."""
    row = deliveries.claimed(session, found.delivery_id, found.worker, found.attempt)
    if row is None:
        return
    if posted is not None:
        mark_sent(session, row, posted, now)
    else:
        row.state, row.not_before = SendState.DUE, None


def put_off(session: Session, unreadable: Uncertain, until: datetime) -> None:
    """Leave the delivery uncertain, and look again at this instant."""
    row = deliveries.claimed(session, unreadable.delivery_id, unreadable.worker, unreadable.attempt)
    if row is not None:
        row.not_before = until


class Reconciler:
    """Looks up what is uncertain, a few at once: a history that hangs must not hold up everyone's lessons."""

    def __init__(self, hop: Hop, messenger: Messenger, clock: Clock, grace: timedelta = GRACE) -> None:
        self._hop = hop
        self._messenger = messenger
        self._clock = clock
        self._grace = grace

    async def run(self) -> int:
        """Settle what can be settled now; how many deliveries were. What can't be read stays, and is said."""
        found = await self._hop.background(find_uncertain, self._clock(), self._grace)
        settled = 0
        for first in range(0, len(found), AT_ONCE):
            several = found[first : first + AT_ONCE]
            settled += sum(await asyncio.gather(*(self._look_up(uncertain) for uncertain in several)))
        return settled

    async def _look_up(self, uncertain: Uncertain) -> bool:
        """Settle one delivery, if its history can be read."""
        delivery = str(uncertain.delivery_id)
        try:
            posted = await self._messenger.find_in_history(uncertain)
        except HistoryUnreadable as error:
            log.error("delivery.unreadable", delivery=delivery, reason=str(error))
        except Exception:
            log.exception("delivery.lookup_broke", delivery=delivery)  # a defect of ours must not hold up the rest
        else:
            await self._hop.background(settle, uncertain, posted, self._clock())
            log.info("delivery.reconciled", delivery=delivery, outcome="arrived" if posted else "will be sent again")
            return True
        await self._hop.background(put_off, uncertain, self._clock() + LOOK_AGAIN)
        return False
