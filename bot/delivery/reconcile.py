"""Before anything uncertain is sent again, Slack's history is asked whether it arrived."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

import structlog

from bot.delivery import metrics
from bot.delivery.outbox import MAX_CLAIM_AGE, POST_TIMEOUT, mark_sent
from bot.delivery.ports import Messenger, PostedMessage, UncertainDelivery
from bot.delivery.restore_check import MAX_ROWS_PER_TRANSACTION, RestoreCheck, mark_todays_lessons_uncertain
from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.errors import HistoryUnreadable
from bot.learning.message_deliveries import MAX_CLOCK_DIFFERENCE
from bot.storage import Session, deliveries, uncertain_deliveries, workspace_leases
from bot.storage.tables import SendState

log = structlog.get_logger(__name__)

MAX_SLACK_DELAY = timedelta(minutes=2)
"""How long Slack may take to show what it accepted: twelve times the client's timeout. The promise of exactly one
message holds as long as Slack keeps within it."""

GRACE_PERIOD = MAX_CLAIM_AGE + POST_TIMEOUT + MAX_SLACK_DELAY
"""How long after its claim a delivery is looked up: the post began and ended within the first two of these."""

MAX_LOOKUPS_PER_WORKSPACE = 20
"""Deliveries of one workspace that are taken up at once, to be looked up one after the other."""

LOOKUP_RETRY_DELAY = timedelta(minutes=5)
"""After how long a history that couldn't be read is asked again: until then it holds up no other."""

MIN_LOOKUPS_BEFORE_TRUST = 10
"""So many of a workspace's deliveries in doubt, the longest due first, show whether any was sent that the database
doesn't know of: a worker claims in this order, by due time and learner, so that later ones were sent only if these were
tried."""


def find_uncertain(
    session: Session, now: datetime, grace_period: timedelta = GRACE_PERIOD, excluding: Collection[str] = ()
) -> list[UncertainDelivery]:
    """Deliveries that have been `sending` for longer than the grace, in workspaces other than those `excluding` names
    (team ids)."""
    return [
        UncertainDelivery(
            delivery_id=row.id,
            team_id=row.team_id,
            user_id=learner.user_id,
            learner_id=learner.id,
            channel=row.channel or learner.channel,
            posted_after=(row.claimed_at or row.due_at) - MAX_CLOCK_DIFFERENCE,
            worker=row.worker or "",
            attempt=row.attempt,
        )
        for row, learner in uncertain_deliveries.list_uncertain(
            session, now - grace_period, now, excluding, MAX_LOOKUPS_PER_WORKSPACE
        )
    ]


def is_still_uncertain(session: Session, uncertain: UncertainDelivery) -> bool:
    """Whether it is still uncertain: a click may have proved meanwhile that it arrived, and saves the look-up."""
    return deliveries.is_current_attempt(session, uncertain.delivery_id, uncertain.worker, uncertain.attempt)


def record_lookup(session: Session, found: UncertainDelivery, posted: PostedMessage | None, now: datetime) -> None:
    """Write down what the history says: there is such a message, or there is none and it is due again."""
    row = deliveries.lock_attempt(session, found.delivery_id, found.worker, found.attempt)
    if row is None:
        return
    if posted is not None:
        mark_sent(session, row, posted, now)
        row.revision_id = row.revision_id or uncertain_deliveries.find_revision_id(session, posted.revision_id)
    else:
        row.state, row.not_before = SendState.DUE, None


def defer_lookup(session: Session, unreadable: UncertainDelivery, until: datetime) -> None:
    """Leave the delivery uncertain, and look again at this instant."""
    row = deliveries.lock_attempt(session, unreadable.delivery_id, unreadable.worker, unreadable.attempt)
    if row is not None:
        row.not_before = until


class Reconciler:
    """Looks up what is uncertain, beside the sending: each workspace's deliveries one after the other.

    How often Slack's histories may be read is the messenger's to know; where that is once a minute, a workspace's
    look-ups take as long as they take, and hold up nobody else.
    """

    def __init__(
        self,
        transactions: Transactions,
        messenger: Messenger,
        clock: Clock,
        grace_period: timedelta = GRACE_PERIOD,
        worker: str | None = None,
    ) -> None:
        """`worker`: who looks; only in workspaces that it delivers to. None: in all, for it is the only one."""
        self._transactions = transactions
        self._worker = worker
        self._messenger = messenger
        self._clock = clock
        self._grace = grace_period
        self._restore_check = RestoreCheck(transactions, clock, grace_period)
        self._runs: set[asyncio.Task[int]] = set()
        self._busy: set[str] = set()
        self._seen: Counter[str] = Counter()
        self._restored: set[str] = set()

    async def start_run(self) -> None:
        """Doubt what must be doubted, for which all that is due must be rows; then look up, beside what comes next."""
        await self._restore_check.run()
        run = asyncio.create_task(self.run())
        self._runs.add(run)
        run.add_done_callback(self._ended)

    async def wait_for_runs(self) -> None:
        """Wait until every look-up that has begun is done."""
        await asyncio.gather(*self._runs, return_exceptions=True)

    async def stop(self) -> None:
        """Give up what is being looked up: it stays uncertain, and is looked up after the next start."""
        for run in self._runs:
            run.cancel()
        await self.wait_for_runs()

    async def run(self) -> int:
        """Settle what can be settled now; how many deliveries were. What can't be read stays, and is said."""
        found = await self._transactions.read(find_uncertain, self._clock(), self._grace, tuple(self._busy))
        by_team = defaultdict(list)
        for uncertain in found:
            by_team[uncertain.team_id].append(uncertain)
        # Another run may have begun while this one read.
        ours = [team_id for team_id in await self._ours(by_team) if team_id not in self._busy]
        self._busy.update(ours)
        return sum(await asyncio.gather(*(self._in_workspace(team_id, by_team[team_id]) for team_id in ours)))

    async def _ours(self, team_ids: Collection[str]) -> Collection[str]:
        """The workspaces that this worker delivers to: two that looked would use up Slack's allowance twice as fast."""
        if self._worker is None or not team_ids:
            return team_ids
        return await self._transactions.write_in_background(
            workspace_leases.acquire_leases, self._worker, tuple(team_ids), self._clock()
        )

    async def _in_workspace(self, team_id: str, several: list[UncertainDelivery]) -> int:
        """Settle these deliveries of one workspace; how many were. An error ends its look-ups alone, until the next."""
        try:
            return sum([await self._look_up(uncertain) for uncertain in several])
        except Exception:
            log.exception("delivery.reconcile_broke", team=team_id)
            return 0
        finally:
            self._busy.discard(team_id)

    async def _look_up(self, uncertain: UncertainDelivery) -> bool:
        """Settle one delivery, if its history can be read."""
        if not await self._transactions.read(is_still_uncertain, uncertain):
            return False
        delivery = str(uncertain.delivery_id)
        try:
            posted = await self._messenger.find_in_history(uncertain)
        except HistoryUnreadable as error:
            metrics.count_outcome("unreadable", str(error))
            log.error("delivery.unreadable", delivery=delivery, reason=str(error))
        except Exception:
            log.exception("delivery.lookup_broke", delivery=delivery)  # a defect of ours must not hold up the rest
        else:
            await self._transactions.write_in_background(record_lookup, uncertain, posted, self._clock())
            metrics.count_outcome("arrived" if posted else "absent")
            log.info("delivery.reconciled", delivery=delivery, outcome="arrived" if posted else "will be sent again")
            if uncertain.worker == uncertain_deliveries.UNCERTAIN_WORKER:
                await self._learn(uncertain, arrived=posted is not None)
            return True
        await self._transactions.write_in_background(defer_lookup, uncertain, self._clock() + LOOKUP_RETRY_DELAY)
        return False

    async def _learn(self, doubted: UncertainDelivery, *, arrived: bool) -> None:
        """What one look-up says of the others in doubt: if any arrived, all are looked up, and today's to come too."""
        team_id, since = doubted.team_id, doubted.posted_after + MAX_CLOCK_DIFFERENCE
        self._seen[team_id] += 1
        if arrived and team_id not in self._restored:
            self._restored.add(team_id)
            log.warning("delivery.restored_backup", team=team_id)
            after: int | None = 0
            while after is not None:
                after = await self._transactions.write_in_background(
                    mark_todays_lessons_uncertain, team_id, since, self._clock(), after
                )
        elif self._seen[team_id] >= MIN_LOOKUPS_BEFORE_TRUST and not await self._is_restored(team_id, since):
            while (
                await self._transactions.write_in_background(
                    uncertain_deliveries.requeue_uncertain, team_id, MAX_ROWS_PER_TRANSACTION
                )
                == MAX_ROWS_PER_TRANSACTION
            ):
                pass
            del self._seen[team_id]

    async def _is_restored(self, team_id: str, since: datetime) -> bool:
        """Whether one has arrived, as this worker or another saw, now or before a restart."""
        return team_id in self._restored or await self._transactions.read(
            uncertain_deliveries.has_any_arrived, team_id, since
        )

    def _ended(self, run: asyncio.Task[int]) -> None:
        self._runs.discard(run)
        if not run.cancelled() and (error := run.exception()):
            log.error("delivery.reconcile_broke", error=type(error).__name__)  # the next beat begins another
