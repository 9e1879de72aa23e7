"""What was claimed is posted, several at once, and what became of it is written down, many results at once."""

import asyncio
import contextlib
from collections import Counter, deque
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog

from bot.delivery import metrics
from bot.delivery.claim import Claimed
from bot.delivery.hop import Hop
from bot.delivery.pace import Pace
from bot.delivery.ports import Messenger, Outgoing, Posted
from bot.domain.clock import Clock
from bot.errors import SendDelayed, SendFailed, SendUncertain
from bot.learning import deactivation, enrollment
from bot.storage import Session, send_results
from bot.storage.send_results import Attempt
from bot.storage.tables import Delivery, SendState

log = structlog.get_logger(__name__)

CONCURRENT = 64
"""Posts under way at once: with replies after 200 ms, 300 a second. The client's session has 100 connections in all;
the rest is for people."""

FEW = 120
"""When no more than so many claimed deliveries wait to be posted, the next are claimed: posting never waits for it."""

TOGETHER = 100
"""So many results are written down in one transaction."""

LINGER = 0.1
"""Seconds that a result waits for others, as long as more are on their way."""

PATIENCE = 2.0
"""Seconds that a claimed delivery waits for its workspace's turn. It was claimed because there was room; if Slack has
asked for patience since, it goes back."""

FRESH = timedelta(seconds=20)
"""How old a claim may be when its post begins: the reconciler counts from the claim, so that no other worker looks for,
misses and repeats a message that is yet to be posted."""

ATTEMPT = timedelta(seconds=10)
"""How long a post takes at the most: the client's timeout (`bootstrap.CLIENT_TIMEOUT`)."""

TOLD_ALONE = 10
"""So many deliveries that arrived together are told one by one, and more of them in one line."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one attempt: a place in Slack, a time to try again, a reason; none of them: uncertain."""

    outgoing: Outgoing
    posted: Posted | None = None
    retry_at: datetime | None = None
    failed: str | None = None

    @property
    def attempt(self) -> Attempt:
        """Whose outcome it is."""
        return Attempt(self.outgoing.delivery_id, self.outgoing.worker, self.outgoing.attempt)


def record(session: Session, outcomes: Sequence[Outcome], now: datetime) -> None:
    """Write down what became of these attempts. A result of an attempt that is no longer current changes nothing."""
    ended = [(each.attempt, each) for each in outcomes]
    arrived = [(attempt, each.outgoing, each.posted) for attempt, each in ended if each.posted]
    send_results.record_sent(session, [(attempt, posted.channel, posted.ts) for attempt, _, posted in arrived], now)
    send_results.record_requeued(session, [(attempt, each.retry_at) for attempt, each in ended if each.retry_at])
    failed = [(attempt, each.failed) for attempt, each in ended if each.failed]
    send_results.record_failed(session, [(attempt, why) for attempt, why in failed if why != deactivation.LEFT_REASON])
    # That a workspace left is nobody's failure.
    send_results.record_skipped(session, [(attempt, why) for attempt, why in failed if why == deactivation.LEFT_REASON])
    moved = {to.learner_id: posted.channel for _, to, posted in arrived if posted.channel != to.channel}
    send_results.save_dm_channels(session, moved)


def mark_sent(session: Session, row: Delivery, posted: Posted, now: datetime) -> None:
    """The message is in Slack: keep where, and the DM's id for looking up lost replies."""
    row.state, row.channel, row.ts, row.sent_at = SendState.SENT, posted.channel, posted.ts, now
    enrollment.save_dm_channel(session, row.learner_id, posted.channel)


class Outbox:
    """The deliveries in the hands of one worker: claimed and not yet posted, under way, and not yet written down."""

    def __init__(self, hop: Hop, messenger: Messenger, pace: Pace, clock: Clock) -> None:
        self._hop = hop
        self._messenger = messenger
        self._pace = pace
        self._clock = clock
        self._unposted: deque[tuple[Outgoing, datetime]] = deque()
        self._of_team: Counter[str] = Counter()
        self._posters: set[asyncio.Task[None]] = set()
        self._results: list[Outcome] = []
        self._recorder: asyncio.Task[None] | None = None
        self._few_left = asyncio.Event()
        self._ripe = asyncio.Event()

    def unposted(self, team_id: str) -> int:
        """How many claimed deliveries of a workspace wait to be posted."""
        return self._of_team[team_id]

    def post_soon(self, claimed: Claimed) -> None:
        """Post these as soon as one of `CONCURRENT` is free."""
        self._unposted.extend((outgoing, claimed.at) for outgoing in claimed.outgoing)
        self._of_team.update(outgoing.team_id for outgoing in claimed.outgoing)
        self._few_left.clear()
        self._ripe.clear()
        for _ in range(min(CONCURRENT - len(self._posters), len(self._unposted))):
            poster = asyncio.create_task(self._post_all())
            self._posters.add(poster)
            poster.add_done_callback(self._poster_ended)
        if self._recorder is None or self._recorder.done():
            self._recorder = asyncio.create_task(self._record_all())

    async def until_few_are_left(self) -> None:
        """Wait until it is time to claim more. What kept results from being written down comes out here."""
        if len(self._unposted) > FEW:
            await self._few_left.wait()
        if self._recorder is not None and self._recorder.done():
            self._recorder.result()

    async def finish(self) -> None:
        """Wait until all is posted and written down."""
        if self._recorder is not None:
            recorder, self._recorder = self._recorder, None
            await asyncio.gather(*self._posters)
            await recorder

    async def record(self) -> None:
        """Write down the results so far. Those that can't be are kept for the next time."""
        results, self._results = self._results, []
        self._ripe.clear()
        try:
            if results:
                await self._hop.background(record, results, self._clock())
        except BaseException:
            self._results = results + self._results
            raise
        _tell(results, self._clock())

    async def _record_all(self) -> None:
        """Record in groups until the last post has ended."""
        while self._posters or self._results:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._ripe.wait(), LINGER)
            await self.record()

    def _poster_ended(self, poster: asyncio.Task[None]) -> None:
        self._posters.discard(poster)
        if not self._posters:
            self._ripe.set()

    async def _post_all(self) -> None:
        """Post one after another until none is left."""
        while self._unposted:
            outgoing, claimed_at = self._unposted.popleft()
            self._of_team[outgoing.team_id] -= 1
            if len(self._unposted) <= FEW:
                self._few_left.set()
            outcome = await self._post(outgoing, claimed_at)
            self._results.append(outcome)  # the list as it is now: while this was posted, others were written down
            if len(self._results) >= TOGETHER:
                self._ripe.set()

    async def _post(self, outgoing: Outgoing, claimed_at: datetime) -> Outcome:
        if seconds := await self._pace.turn(outgoing.team_id, PATIENCE, channel=outgoing.channel):
            return Outcome(outgoing, retry_at=self._clock() + timedelta(seconds=seconds))
        if self._clock() - claimed_at > FRESH:
            return Outcome(outgoing, retry_at=self._clock())
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


def _tell(outcomes: Sequence[Outcome], now: datetime) -> None:
    """Say what became of them: a few that arrived one by one, a crowd in one line, and each that did not by itself."""
    arrived = [each.outgoing for each in outcomes if each.posted is not None]
    for each in arrived:
        metrics.observe_sent(each.kind, _late(each, now))
    if len(arrived) > TOLD_ALONE:
        log.info(
            "delivery.sent_many", deliveries=len(arrived), latest_seconds=max(_late(each, now) for each in arrived)
        )
        arrived = []
    for each in arrived:
        log.info("delivery.sent", user=each.user_id, late_seconds=_late(each, now), **_named(each))
    for outcome in outcomes:
        if outcome.retry_at is not None:
            metrics.count("delayed")
            until = outcome.retry_at.isoformat(timespec="seconds")
            log.warning("delivery.delayed", until=until, **_named(outcome.outgoing))
        elif outcome.failed == deactivation.LEFT_REASON:
            log.debug(
                "delivery.skipped", reason=outcome.failed, **_named(outcome.outgoing)
            )  # that they left was said once
        elif outcome.failed is not None:
            metrics.count("failed", outcome.failed)
            log.error("delivery.failed", reason=outcome.failed, **_named(outcome.outgoing))
        elif outcome.posted is None:
            metrics.count("uncertain")
            log.warning("delivery.uncertain", **_named(outcome.outgoing))


def _late(outgoing: Outgoing, now: datetime) -> float:
    return round((now - outgoing.due_at).total_seconds(), 1)


def _named(outgoing: Outgoing) -> dict[str, str]:
    return {"delivery": str(outgoing.delivery_id), "kind": outgoing.kind}
