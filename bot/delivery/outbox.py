"""What was claimed is posted, several at once, and what became of it is written down, many results at once."""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.delivery import metrics
from bot.delivery.claim import ClaimedBatch
from bot.delivery.ports import Messenger, OutgoingDelivery, PostedMessage
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.errors import SendDelayed, SendFailed, SendUncertain
from bot.learning import deactivation, enrollment
from bot.storage import Session, send_results
from bot.storage.send_results import Attempt
from bot.storage.tables import Delivery, SendState

log = structlog.get_logger(__name__)

MAX_CONCURRENT_POSTS = 64
"""Posts under way at once: with replies after 200 ms, 300 a second. The client's session has 100 connections in all;
the rest is for people."""

REFILL_THRESHOLD = 120
"""When no more than so many claimed deliveries wait to be posted, the next are claimed: posting never waits for it."""

MAX_RESULTS_PER_TRANSACTION = 100
"""So many results are written down in one transaction."""

RESULT_GATHERING_SECONDS = 0.1
"""Seconds that a result waits for others, as long as more are on their way."""

MAX_RATE_LIMIT_WAIT_SECONDS = 2.0
"""Seconds that a claimed delivery waits for its workspace's turn. It was claimed because there was room; if Slack has
asked for patience since, it goes back."""

MAX_CLAIM_AGE = timedelta(seconds=20)
"""How old a claim may be when its post begins: the reconciler counts from the claim, so that no other worker looks for,
misses and repeats a message that is yet to be posted."""

POST_TIMEOUT = timedelta(seconds=10)
"""How long a post takes at the most: the client's timeout (`bootstrap.CLIENT_TIMEOUT`)."""

MAX_SINGLE_LOG_LINES = 10
"""So many deliveries that arrived together are told one by one, and more of them in one line."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """What became of one attempt: a place in Slack, a time to try again, a reason; none of them: uncertain."""

    outgoing: OutgoingDelivery
    posted: PostedMessage | None = None
    retry_at: datetime | None = None
    failed: str | None = None

    @property
    def attempt(self) -> Attempt:
        """Whose outcome it is."""
        return Attempt(self.outgoing.delivery_id, self.outgoing.worker, self.outgoing.attempt)


def record_results(session: Session, results: Sequence[SendResult], now: datetime) -> None:
    """Write down what became of these attempts. A result of an attempt that is no longer current changes nothing."""
    ended = [(each.attempt, each) for each in results]
    arrived = [(attempt, each.outgoing, each.posted) for attempt, each in ended if each.posted]
    send_results.record_sent(session, [(attempt, posted.channel, posted.ts) for attempt, _, posted in arrived], now)
    send_results.record_requeued(session, [(attempt, each.retry_at) for attempt, each in ended if each.retry_at])
    failed = [(attempt, each.failed) for attempt, each in ended if each.failed]
    send_results.record_failed(session, [(attempt, why) for attempt, why in failed if why != deactivation.LEFT_REASON])
    # That a workspace left is nobody's failure.
    send_results.record_skipped(session, [(attempt, why) for attempt, why in failed if why == deactivation.LEFT_REASON])
    moved = {to.learner_id: posted.channel for _, to, posted in arrived if posted.channel != to.channel}
    send_results.save_dm_channels(session, moved)


def mark_sent(session: Session, row: Delivery, posted: PostedMessage, now: datetime) -> None:
    """The message is in Slack: keep where, and the DM's id for looking up lost replies."""
    row.state, row.channel, row.ts, row.sent_at = SendState.SENT, posted.channel, posted.ts, now
    enrollment.save_dm_channel(session, row.learner_id, posted.channel)


class Outbox:
    """The deliveries in the hands of one worker: claimed and not yet posted, under way, and not yet written down."""

    def __init__(
        self, transactions: Transactions, messenger: Messenger, rate_limiter: RateLimiter, clock: Clock
    ) -> None:
        self._transactions = transactions
        self._messenger = messenger
        self._rate_limiter = rate_limiter
        self._clock = clock
        self._unposted: deque[tuple[OutgoingDelivery, datetime]] = deque()
        self._of_team: Counter[str] = Counter()
        self._posters: set[asyncio.Task[None]] = set()
        self._results: list[SendResult] = []
        self._recorder: asyncio.Task[None] | None = None
        self._few_left = asyncio.Event()
        self._ripe = asyncio.Event()

    def count_unposted(self, team_id: str) -> int:
        """How many claimed deliveries of a workspace wait to be posted."""
        return self._of_team[team_id]

    def enqueue(self, claimed: ClaimedBatch) -> None:
        """Post these as soon as one of `MAX_CONCURRENT_POSTS` is free."""
        self._unposted.extend((outgoing, claimed.claimed_at) for outgoing in claimed.outgoing)
        self._of_team.update(outgoing.team_id for outgoing in claimed.outgoing)
        self._few_left.clear()
        self._ripe.clear()
        for _ in range(min(MAX_CONCURRENT_POSTS - len(self._posters), len(self._unposted))):
            poster = asyncio.create_task(self._post_all())
            self._posters.add(poster)
            poster.add_done_callback(self._poster_ended)
        if self._recorder is None or self._recorder.done():
            self._recorder = asyncio.create_task(self._record_all())

    async def wait_until_nearly_empty(self) -> None:
        """Wait until it is time to claim more. What kept results from being written down comes out here."""
        if len(self._unposted) > REFILL_THRESHOLD:
            await self._few_left.wait()
        if self._recorder is not None and self._recorder.done():
            self._recorder.result()

    async def drain(self) -> None:
        """Wait until all is posted and written down."""
        if self._recorder is not None:
            recorder, self._recorder = self._recorder, None
            await asyncio.gather(*self._posters)
            await recorder

    async def record_results(self) -> None:
        """Write down the results so far. Those that can't be are kept for the next time."""
        results, self._results = self._results, []
        self._ripe.clear()
        try:
            if results:
                await self._transactions.write_in_background(record_results, results, self._clock())
        except BaseException:
            self._results = results + self._results
            raise
        _tell(results, self._clock())

    async def _record_all(self) -> None:
        """Record in groups until the last post has ended."""
        while self._posters or self._results:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ripe.wait(), RESULT_GATHERING_SECONDS)
            await self.record_results()

    def _poster_ended(self, poster: asyncio.Task[None]) -> None:
        self._posters.discard(poster)
        if not self._posters:
            self._ripe.set()

    async def _post_all(self) -> None:
        """Post one after another until none is left."""
        while self._unposted:
            outgoing, claimed_at = self._unposted.popleft()
            self._of_team[outgoing.team_id] -= 1
            if len(self._unposted) <= REFILL_THRESHOLD:
                self._few_left.set()
            outcome = await self._post(outgoing, claimed_at)
            self._results.append(outcome)  # the list as it is now: while this was posted, others were written down
            if len(self._results) >= MAX_RESULTS_PER_TRANSACTION:
                self._ripe.set()

    async def _post(self, outgoing: OutgoingDelivery, claimed_at: datetime) -> SendResult:
        if seconds := await self._rate_limiter.acquire(
            outgoing.team_id, MAX_RATE_LIMIT_WAIT_SECONDS, channel=outgoing.channel
        ):
            return SendResult(outgoing, retry_at=self._clock() + timedelta(seconds=seconds))
        if self._clock() - claimed_at > MAX_CLAIM_AGE:
            return SendResult(outgoing, retry_at=self._clock())
        try:
            return SendResult(outgoing, posted=await self._messenger.send(outgoing))
        except SendDelayed as error:
            self._rate_limiter.pause(outgoing.team_id, error.seconds)
            return SendResult(outgoing, retry_at=self._clock() + timedelta(seconds=error.seconds))
        except SendFailed as error:
            return SendResult(outgoing, failed=error.code)
        except SendUncertain:
            return SendResult(outgoing)
        except Exception:
            # A defect of ours: whether Slack has the message is unknown, so the reconciler must look.
            log.exception("delivery.broke", delivery=str(outgoing.delivery_id))
            return SendResult(outgoing)


def _tell(outcomes: Sequence[SendResult], now: datetime) -> None:
    """Say what became of them: a few that arrived one by one, a crowd in one line, and each that did not by itself."""
    arrived = [each.outgoing for each in outcomes if each.posted is not None]
    for each in arrived:
        metrics.observe_sent(each.kind, _late(each, now))
    if len(arrived) > MAX_SINGLE_LOG_LINES:
        log.info(
            "delivery.sent_many", deliveries=len(arrived), latest_seconds=max(_late(each, now) for each in arrived)
        )
        arrived = []
    for each in arrived:
        log.info("delivery.sent", user=each.user_id, late_seconds=_late(each, now), **_named(each))
    for outcome in outcomes:
        if outcome.retry_at is not None:
            metrics.count_outcome("delayed")
            until = outcome.retry_at.isoformat(timespec="seconds")
            log.warning("delivery.delayed", until=until, **_named(outcome.outgoing))
        elif outcome.failed == deactivation.LEFT_REASON:
            log.debug(
                "delivery.skipped", reason=outcome.failed, **_named(outcome.outgoing)
            )  # that they left was said once
        elif outcome.failed is not None:
            metrics.count_outcome("failed", outcome.failed)
            log.error("delivery.failed", reason=outcome.failed, **_named(outcome.outgoing))
        elif outcome.posted is None:
            metrics.count_outcome("uncertain")
            log.warning("delivery.uncertain", **_named(outcome.outgoing))


def _late(outgoing: OutgoingDelivery, now: datetime) -> float:
    return round((now - outgoing.due_at).total_seconds(), 1)


def _named(outgoing: OutgoingDelivery) -> dict[str, str]:
    return {"delivery": str(outgoing.delivery_id), "kind": outgoing.kind}
