"""A row becomes a message: claim, post, record; the next batch is claimed while the one before is posted."""

from collections.abc import Callable, Collection, Sequence
from datetime import UTC, datetime, timedelta

from bot.delivery.claim import BATCH, Claimed, claim
from bot.delivery.hop import Hop
from bot.delivery.kind import Kinds
from bot.delivery.outbox import Outbox
from bot.delivery.pace import Pace
from bot.delivery.ports import Messenger
from bot.delivery.turns import Turns
from bot.domain.clock import Clock
from bot.learning.library import Library
from bot.storage import delivery_queue, workspace_leases

BATCHES = 25
"""Claimed in a row, before the engine looks what else has come due."""

REST = 0.5
"""Seconds in which room gathers where all that is due waits for it: to claim each message by itself would cost more."""

SOON = 5.0
"""Seconds within which there must be room for a rest to be worth it; the engine's next beat is no further off."""

RENEW = timedelta(seconds=5)
"""How often leases are renewed, and asked for where another worker had them: they last several times as long."""

LONGEST_NAME = 64
"""Characters of a worker's name that the table holds; the end tells workers apart, the beginning is the machine's."""


class Sender:
    """Sends what is due, each workspace at its pace and in its turn.

    What a crash leaves to the reconciler is bounded: what was claimed and not posted, the posts under way, and what
    is not written down yet (`claim.BATCH`, and `FEW`, `CONCURRENT` and `TOGETHER` of the outbox): a few hundred.
    """

    def __init__(
        self,
        hop: Hop,
        library: Library,
        kinds: Kinds,
        messenger: Messenger,
        pace: Pace,
        clock: Clock,
        worker: str,
    ) -> None:
        self._hop = hop
        self._library = library
        self._kinds = kinds
        self._pace = pace
        self._clock = clock
        self._worker = worker[-LONGEST_NAME:]
        self._outbox = Outbox(hop, messenger, pace, clock)
        self._due: list[str] = []
        self._held: list[str] = []
        self._leased: Collection[str] = ()
        self._asked_for: frozenset[str] = frozenset()
        self._leased_at = datetime.min.replace(tzinfo=UTC)
        self._turns = Turns(lambda team_id: self._pace.room(team_id) - self._outbox.unposted(team_id))

    async def send_due(self, go_on: Callable[[], bool]) -> bool:
        """Send what is due, up to `BATCHES` batches and as long as `go_on` says so; whether there may be more to send.

        Where all that is due waits for room that is about to come, it is waited for a moment.
        """
        return await self._send(BATCHES, go_on) > 0 or await self._rest()

    async def _send(self, batches: int, go_on: Callable[[], bool]) -> int:
        await self._outbox.record()  # what could not be written down the last time
        rows = 0
        self._due = []
        try:
            while batches > 0 and go_on() and (claimed := await self._claim()).rows:
                batches -= 1
                rows += claimed.rows
                self._outbox.post_soon(claimed)
                await self._outbox.until_few_are_left()
        finally:
            await self._outbox.finish()
        return rows

    async def _claim(self) -> Claimed:
        now = self._clock()
        asking = await self._hop.read(delivery_queue.list_teams_with_requests, now)
        if not self._due or not set(asking) <= set(self._due):
            self._due = await self._hop.read(delivery_queue.list_teams_due, now)
        due = await self._ours(self._due, now)
        shares = self._turns.shares(due, BATCH, first=asking)
        self._held = [team_id for team_id in due if team_id not in shares]
        if not shares:
            return Claimed((), 0, now)
        claimed = await self._hop.background(claim, self._library, self._kinds, self._worker, now, BATCH, shares)
        if claimed.rows < sum(shares.values()):
            self._due = []  # one of them at least has nothing left: look again whose turn it may be
        return claimed

    async def _ours(self, due: Sequence[str], now: datetime) -> list[str]:
        """Those among these workspaces that are this worker's: a second one at the same would double its pace."""
        anew = not timedelta(0) <= now - self._leased_at < RENEW or not self._asked_for.issuperset(due)
        if due and anew:
            self._leased = await self._hop.background(workspace_leases.acquire_leases, self._worker, due, now)
            self._asked_for, self._leased_at = frozenset(due), now
        return [team_id for team_id in due if team_id in self._leased]

    async def _rest(self) -> bool:
        """Wait a moment for room, if some workspace for which something is due will have it soon."""
        soon = any(0.0 < self._pace.free_at(team_id) <= SOON for team_id in self._held)
        if soon:
            await self._pace.rest(REST)
        return soon
