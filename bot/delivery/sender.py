"""A row becomes a message: claim, post, record."""

import asyncio
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.delivery.claim import Claimed, claim
from bot.delivery.hop import Hop
from bot.delivery.pace import Pace
from bot.delivery.ports import Messenger, Outgoing, Posted
from bot.domain.clock import Clock
from bot.errors import SendDelayed, SendFailed, SendUncertain
from bot.learning import enrolment, leaving
from bot.learning.library import Library
from bot.storage import Session, deliveries
from bot.storage.tables import Delivery, SendState

log = structlog.get_logger(__name__)

CONCURRENT = 20
"""Posts under way at once."""

PATIENCE = 30.0
"""Seconds that a claimed delivery waits for its workspace's turn: a batch takes 16 s. Longer waits put it back."""

FRESH = timedelta(minutes=1)
"""How old a claim may be when its post begins. With the client's timeout of 10 s the attempt is over well within the
reconciler's grace, so that no other worker looks for, misses and repeats a message that is yet to be posted."""

LONGEST_NAME = 64
"""Characters of a worker's name that the table holds; the end tells workers apart, the beginning is the machine's."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt: a place in Slack, a time to try again, a reason; none of them: uncertain."""

    outgoing: Outgoing
    posted: Posted | None = None
    retry_at: datetime | None = None
    failed: str | None = None


def record(session: Session, outcomes: list[Outcome], now: datetime) -> None:
    """Write down what became of these attempts. A result of an attempt that is no longer current changes nothing."""
    for outcome in outcomes:
        attempt = outcome.outgoing
        row = deliveries.claimed(session, attempt.delivery_id, attempt.worker, attempt.attempt)
        if row is None:
            continue
        if outcome.posted is not None:
            mark_sent(session, row, outcome.posted, now)
        elif outcome.retry_at is not None:
            row.state, row.not_before = SendState.DUE, outcome.retry_at
        elif outcome.failed is not None:
            skipped = outcome.failed == leaving.LEFT  # nobody's failure
            row.state, row.reason = SendState.SKIPPED if skipped else SendState.FAILED, outcome.failed


def mark_sent(session: Session, row: Delivery, posted: Posted, now: datetime) -> None:
    """The message is in Slack: keep where, and the DM's id for looking up lost replies."""
    row.state, row.channel, row.ts, row.sent_at = SendState.SENT, posted.channel, posted.ts, now
    enrolment.remember_channel(session, row.learner_id, posted.channel)


class Sender:
    """Sends what is due, several at once, each workspace at its pace."""

    def __init__(self, hop: Hop, library: Library, messenger: Messenger, pace: Pace, clock: Clock, worker: str) -> None:
        self._hop = hop
        self._library = library
        self._messenger = messenger
        self._pace = pace
        self._clock = clock
        self._worker = worker[-LONGEST_NAME:]
        self._slots = asyncio.Semaphore(CONCURRENT)

    async def send_batch(self) -> int:
        """Send some of what is due, the longest due first; how many rows left the queue (0: nothing is due now)."""
        claimed = await self._hop.background(claim, self._library, self._worker, self._clock())
        await self._send_all(claimed)
        return claimed.rows

    async def _send_all(self, claimed: Claimed) -> None:
        """Post a batch; results are recorded as they come, those that came together in one transaction."""
        results: asyncio.Queue[Outcome] = asyncio.Queue()
        tasks = [asyncio.create_task(self._post(outgoing, claimed.at, results)) for outgoing in claimed.outgoing]
        try:
            await self._record_all(results, len(tasks))
        finally:
            await asyncio.gather(*tasks)

    async def _record_all(self, results: asyncio.Queue[Outcome], expected: int) -> None:
        while expected > 0:
            outcomes = [await results.get()]
            while not results.empty():
                outcomes.append(results.get_nowait())
            await self._hop.background(record, outcomes, self._clock())
            expected -= len(outcomes)

    async def _post(self, outgoing: Outgoing, claimed_at: datetime, results: asyncio.Queue[Outcome]) -> None:
        if seconds := await self._pace.turn(outgoing.team_id, PATIENCE):
            outcome = Outcome(outgoing, retry_at=self._clock() + timedelta(seconds=seconds))
        else:
            async with self._slots:
                stale = self._clock() - claimed_at > FRESH
                outcome = Outcome(outgoing, retry_at=self._clock()) if stale else await self._attempt(outgoing)
        await results.put(outcome)
        _tell(outcome, self._clock())

    async def _attempt(self, outgoing: Outgoing) -> Outcome:
        try:
            return Outcome(outgoing, posted=await self._messenger.send(outgoing))
        except SendDelayed as error:
            self._pace.hold(outgoing.team_id, error.seconds)
            return Outcome(outgoing, retry_at=self._clock() + timedelta(seconds=error.seconds))
        except SendFailed as error:
            return Outcome(outgoing, failed=error.code)
        except SendUncertain:
            return Outcome(outgoing)
        except Exception:
            # A defect of ours: whether Slack has the message is unknown, so the reconciler must look.
            log.exception("delivery.broke", delivery=str(outgoing.delivery_id))
            return Outcome(outgoing)


def _tell(outcome: Outcome, now: datetime) -> None:
    said = {"delivery": str(outcome.outgoing.delivery_id), "kind": outcome.outgoing.kind.value}
    if outcome.posted is not None:
        late = round((now - outcome.outgoing.due_at).total_seconds(), 1)
        log.info("delivery.sent", user=outcome.outgoing.user_id, late_seconds=late, **said)
    elif outcome.retry_at is not None:
        log.warning("delivery.delayed", until=outcome.retry_at.isoformat(timespec="seconds"), **said)
    elif outcome.failed == leaving.LEFT:
        log.debug("delivery.skipped", reason=outcome.failed, **said)  # that the workspace left was said once
    elif outcome.failed is not None:
        log.error("delivery.failed", reason=outcome.failed, **said)
    else:
        log.warning("delivery.uncertain", **said)
