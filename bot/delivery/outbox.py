"""Posts claimed deliveries concurrently, and records their results in batches."""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import structlog

from bot.delivery import metrics
from bot.delivery.claim import ClaimedBatch
from bot.delivery.ports import Messenger, OutgoingDelivery, PostedMessage
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.errors import DatabaseFailed, SendDelayed, SendFailed, SendUncertain, WorkspaceHeld
from bot.learning import deactivation, enrollment
from bot.storage import Session, retractions, send_results
from bot.storage.send_results import Attempt
from bot.storage.tables import Delivery, SendState

log = structlog.get_logger(__name__)

MAX_CONCURRENT_POSTS = 64
"""Most posts at once: with replies after 200 ms, that's 300 per second. The client's session has 100 connections; the
rest are for users' actions."""

REFILL_THRESHOLD = 120
"""When this many claimed deliveries or fewer wait to be posted, the next are claimed, so that posting never pauses."""

MAX_RESULTS_PER_TRANSACTION = 100
"""Most results recorded per transaction."""

RESULT_GATHERING_SECONDS = 0.1
"""Seconds that a result waits for others while posts are still running."""

MAX_RATE_LIMIT_WAIT_SECONDS = 2.0
"""Most seconds a claimed delivery waits for its workspace's rate limit; after that it returns to the queue. Claims
allow for the rate limit, so a longer wait means that Slack has asked us to slow down since."""

MAX_CLAIM_AGE = timedelta(seconds=20)
"""The oldest a claim may be when its post begins. The reconciler's grace period starts at the claim. Without this limit
another worker could look for a message before it is posted, miss it, and send it twice."""

HELD_SECONDS = 1800.0
"""How long nothing is sent to a workspace that Slack refuses as a whole."""

LESSON_RECHECK_INTERVAL = timedelta(seconds=1)
"""How long what is known about retracted lessons is relied on. A claimed delivery may wait longer than this."""

POST_TIMEOUT = timedelta(seconds=10)
"""The longest a post can take: the client's timeout (`running.CLIENT_TIMEOUT`)."""

MAX_SINGLE_LOG_LINES = 10
"""Up to this many arrivals in a batch are logged one by one; more share one line."""


@dataclass(frozen=True, slots=True)
class SendResult:
    """The result of one attempt: the posted message, a time to retry, or a failure code. None of these: uncertain."""

    outgoing: OutgoingDelivery
    posted: PostedMessage | None = None
    retry_at: datetime | None = None
    failed: str | None = None

    @property
    def attempt(self) -> Attempt:
        """The attempt that this is the result of."""
        return Attempt(self.outgoing.delivery_id, self.outgoing.worker, self.outgoing.attempt)


def record_results(session: Session, results: Sequence[SendResult], now: datetime) -> None:
    """Save the results of these attempts. A result of an attempt that is no longer current changes nothing."""
    by_attempt = [(each.attempt, each) for each in results]
    arrived = [(attempt, each.outgoing, each.posted) for attempt, each in by_attempt if each.posted]
    send_results.record_sent(session, [(attempt, posted.channel, posted.ts) for attempt, _, posted in arrived], now)
    send_results.record_requeued(session, [(attempt, each.retry_at) for attempt, each in by_attempt if each.retry_at])
    failed = [(attempt, each.failed) for attempt, each in by_attempt if each.failed]
    send_results.record_failed(session, [(attempt, why) for attempt, why in failed if why != deactivation.LEFT_REASON])
    # A workspace's departure is not a failure.
    send_results.record_skipped(session, [(attempt, why) for attempt, why in failed if why == deactivation.LEFT_REASON])
    new_channels = {to.learner_id: posted.channel for _, to, posted in arrived if posted.channel != to.channel}
    send_results.save_dm_channels(session, new_channels)


def mark_sent(session: Session, row: Delivery, posted: PostedMessage, now: datetime) -> None:
    """Record that the message is in Slack and where, with the DM's id for looking up lost replies."""
    row.state, row.channel, row.ts, row.sent_at = SendState.SENT, posted.channel, posted.ts, now
    enrollment.save_dm_channel(session, row.learner_id, posted.channel)


class Outbox:
    """One worker's deliveries between claim and record: waiting, being posted, or waiting to be recorded."""

    def __init__(
        self, transactions: Transactions, messenger: Messenger, rate_limiter: RateLimiter, clock: Clock
    ) -> None:
        self._transactions = transactions
        self._messenger = messenger
        self._rate_limiter = rate_limiter
        self._clock = clock
        self._unposted: deque[tuple[OutgoingDelivery, datetime]] = deque()
        self._unposted_by_team: Counter[str] = Counter()
        self._posters: set[asyncio.Task[None]] = set()
        self._results: list[SendResult] = []
        self._recorder: asyncio.Task[None] | None = None
        self._nearly_empty = asyncio.Event()
        self._should_record = asyncio.Event()
        self._stopping = False
        self._unusable: set[tuple[str, int]] = set()
        self._unusable_as_of = datetime.min.replace(tzinfo=UTC)
        self._one_recheck_at_a_time = asyncio.Lock()

    def stop_posting(self) -> None:
        """Begin no other post: what was claimed and not posted returns to the queue, for the next worker."""
        self._stopping = True

    def count_unposted(self, team_id: str) -> int:
        """Count a workspace's claimed deliveries that wait to be posted."""
        return self._unposted_by_team[team_id]

    def enqueue(self, claimed: ClaimedBatch) -> None:
        """Queue these for posting, at most `MAX_CONCURRENT_POSTS` at a time."""
        self._unposted.extend((outgoing, claimed.claimed_at) for outgoing in claimed.outgoing)
        self._unposted_by_team.update(outgoing.team_id for outgoing in claimed.outgoing)
        self._nearly_empty.clear()
        self._should_record.clear()
        for _ in range(min(MAX_CONCURRENT_POSTS - len(self._posters), len(self._unposted))):
            poster = asyncio.create_task(self._post_all())
            self._posters.add(poster)
            poster.add_done_callback(self._poster_ended)
        if self._recorder is None or self._recorder.done():
            self._recorder = asyncio.create_task(self._record_all())

    async def wait_until_nearly_empty(self) -> None:
        """Wait until it is time to claim more. Raises the error that stopped the recording, if any."""
        if len(self._unposted) > REFILL_THRESHOLD:
            await self._nearly_empty.wait()
        if self._recorder is not None and self._recorder.done():
            self._recorder.result()

    async def drain(self) -> None:
        """Wait until everything is posted and recorded."""
        if self._recorder is not None:
            recorder, self._recorder = self._recorder, None
            await asyncio.gather(*self._posters)
            await recorder

    async def record_results(self) -> None:
        """Record the results so far. If that fails, they are kept for the next call."""
        results, self._results = self._results, []
        self._should_record.clear()
        try:
            if results:
                await self._transactions.write_in_background(record_results, results, self._clock())
        except BaseException:
            self._results = results + self._results
            raise
        _log_results(results, self._clock())

    async def _record_all(self) -> None:
        """Record results in groups until the last post has ended."""
        while self._posters or self._results:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._should_record.wait(), RESULT_GATHERING_SECONDS)
            await self.record_results()

    def _poster_ended(self, poster: asyncio.Task[None]) -> None:
        self._posters.discard(poster)
        if not self._posters:
            self._should_record.set()

    async def _post_all(self) -> None:
        """Post one after another until the queue is empty."""
        while self._unposted:
            outgoing, claimed_at = self._unposted.popleft()
            self._unposted_by_team[outgoing.team_id] -= 1
            if len(self._unposted) <= REFILL_THRESHOLD:
                self._nearly_empty.set()
            result = await self._post(outgoing, claimed_at)
            self._results.append(result)  # look up the list only now: recording replaces it
            if len(self._results) >= MAX_RESULTS_PER_TRANSACTION:
                self._should_record.set()

    async def _post(self, outgoing: OutgoingDelivery, claimed_at: datetime) -> SendResult:
        if self._stopping:
            return SendResult(outgoing, retry_at=self._clock())
        if seconds := await self._rate_limiter.try_acquire(
            outgoing.team_id, MAX_RATE_LIMIT_WAIT_SECONDS, channel=outgoing.channel
        ):
            return SendResult(outgoing, retry_at=self._clock() + timedelta(seconds=seconds))
        if self._clock() - claimed_at > MAX_CLAIM_AGE:
            return SendResult(outgoing, retry_at=self._clock())
        try:
            if await self._is_unusable(outgoing, claimed_at):
                return SendResult(outgoing, retry_at=self._clock())  # the next claim decides again
            return SendResult(outgoing, posted=await self._messenger.send(outgoing))
        except SendDelayed as error:
            self._rate_limiter.pause(outgoing.team_id, error.seconds)
            return SendResult(outgoing, retry_at=self._clock() + timedelta(seconds=error.seconds))
        except WorkspaceHeld as error:
            return self._hold(outgoing, error.code)
        except SendFailed as error:
            return SendResult(outgoing, failed=error.code)
        except SendUncertain:
            return SendResult(outgoing)
        except Exception:
            # A bug of ours: Slack may or may not have the message, so the reconciler must look.
            log.exception("delivery.broke", delivery=str(outgoing.delivery_id))
            return SendResult(outgoing)

    async def _is_unusable(self, outgoing: OutgoingDelivery, claimed_at: datetime) -> bool:
        """Return whether the lesson, or the question asked again, was retracted or removed since the claim.

        One read a second at most, for all that waits. If the database can't be asked, the claim's decision holds.
        """
        if self._clock() - claimed_at < LESSON_RECHECK_INTERVAL:
            return False
        async with self._one_recheck_at_a_time:
            if not timedelta(0) <= self._clock() - self._unusable_as_of < LESSON_RECHECK_INTERVAL:
                waiting = {pair for each, _ in self._unposted for pair in _lessons_of(each)}
                try:
                    self._unusable = await self._transactions.read(
                        retractions.find_unusable, sorted(waiting | _lessons_of(outgoing))
                    )
                    self._unusable_as_of = self._clock()
                except DatabaseFailed as error:
                    log.warning("delivery.not_rechecked", error=type(error).__name__)
        return not self._unusable.isdisjoint(_lessons_of(outgoing))

    def _hold(self, outgoing: OutgoingDelivery, code: str) -> SendResult:
        """Send nothing more to a workspace for a while. Said once each time, as many posts may be under way."""
        if not self._rate_limiter.seconds_paused(outgoing.team_id):
            metrics.count_outcome("held", code)
            log.error(
                "workspace.held",
                team=outgoing.team_id,
                refused=code,
                now="nothing is lost; it is tried again in half an hour",
            )
        self._rate_limiter.pause(outgoing.team_id, HELD_SECONDS)
        return SendResult(outgoing, retry_at=self._clock() + timedelta(seconds=HELD_SECONDS))


def _log_results(results: Sequence[SendResult], now: datetime) -> None:
    """Log and count results: failures one by one, arrivals in one line if there are many."""
    arrived = [each.outgoing for each in results if each.posted is not None]
    for each in arrived:
        metrics.observe_sent(each.kind, _seconds_late(each, now))
    if len(arrived) > MAX_SINGLE_LOG_LINES:
        log.info(
            "delivery.sent_many",
            deliveries=len(arrived),
            latest_seconds=max(_seconds_late(each, now) for each in arrived),
        )
        arrived = []
    for each in arrived:
        log.info("delivery.sent", late_seconds=_seconds_late(each, now), **_log_fields(each))
    for result in results:
        if result.retry_at is not None:
            metrics.count_outcome("delayed")
            until = result.retry_at.isoformat(timespec="seconds")
            log.warning("delivery.delayed", until=until, **_log_fields(result.outgoing))
        elif result.failed == deactivation.LEFT_REASON:
            log.debug(
                "delivery.skipped", reason=result.failed, **_log_fields(result.outgoing)
            )  # the departure was logged once
        elif result.failed is not None:
            metrics.count_outcome("failed", result.failed)
            log.error("delivery.failed", reason=result.failed, **_log_fields(result.outgoing))
        elif result.posted is None:
            metrics.count_outcome("uncertain")
            log.warning("delivery.uncertain", **_log_fields(result.outgoing))


def _lessons_of(outgoing: OutgoingDelivery) -> set[tuple[str, int]]:
    """Return the lessons that a message shows or asks about, by workspace and revision."""
    asked = outgoing.extras.recall_revision_id if outgoing.extras is not None else None
    return {(outgoing.team_id, each) for each in (outgoing.revision_id, asked) if each is not None}


def _seconds_late(outgoing: OutgoingDelivery, now: datetime) -> float:
    return round((now - outgoing.due_at).total_seconds(), 1)


def _log_fields(outgoing: OutgoingDelivery) -> dict[str, str]:
    return {"delivery": str(outgoing.delivery_id), "kind": outgoing.kind}
