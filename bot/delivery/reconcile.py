"""Looks up uncertain deliveries in Slack's history before any is sent again."""

import asyncio
from collections import Counter, defaultdict
from collections.abc import Collection
from datetime import datetime, timedelta

import structlog

from bot.delivery import metrics
from bot.delivery.failures import log_failure
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
"""How long Slack may take to show what it accepted: twelve times the client's timeout. The exactly-once promise holds
as long as Slack stays within this limit."""

GRACE_PERIOD = MAX_CLAIM_AGE + POST_TIMEOUT + MAX_SLACK_DELAY
"""How long after its claim a delivery is looked up. The post begins and ends within the first two parts."""

MAX_LOOKUPS_PER_WORKSPACE = 20
"""Most deliveries per workspace in one run; they are looked up one after another."""

LOOKUP_RETRY_DELAY = timedelta(minutes=5)
"""How long until an unreadable history is tried again. Other deliveries are looked up meanwhile."""

MIN_LOOKUPS_BEFORE_TRUST = 10
"""Look-ups without a hit after which a workspace's other uncertain deliveries count as unsent. The longest due are
looked up first. Workers claim in that order too (due time, then learner), so later ones can only have been sent if
these were tried."""


def find_uncertain(
    session: Session, now: datetime, grace_period: timedelta = GRACE_PERIOD, excluding: Collection[str] = ()
) -> list[UncertainDelivery]:
    """Find deliveries that have been `sending` for longer than the grace period.

    Workspaces in `excluding` (team ids) are left out.
    """
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
    """Return whether a delivery is still uncertain: a click may have proved meanwhile that it arrived."""
    return deliveries.is_current_attempt(session, uncertain.delivery_id, uncertain.worker, uncertain.attempt)


def record_lookup(session: Session, found: UncertainDelivery, posted: PostedMessage | None, now: datetime) -> None:
    """Save what the history shows: the message arrived, or it is missing and due again."""
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
    """Looks up uncertain deliveries while others are sent, one at a time in each workspace.

    The messenger knows how often Slack's histories may be read. If that is once per minute, that workspace's look-ups
    are slow, but others don't wait.
    """

    def __init__(
        self,
        transactions: Transactions,
        messenger: Messenger,
        clock: Clock,
        grace_period: timedelta = GRACE_PERIOD,
        worker: str | None = None,
    ) -> None:
        """Create a reconciler for the workspaces that `worker` delivers to; None means all, for a single worker."""
        self._transactions = transactions
        self._worker = worker
        self._messenger = messenger
        self._clock = clock
        self._grace = grace_period
        self._restore_check = RestoreCheck(transactions, clock, grace_period)
        self._runs: set[asyncio.Task[int]] = set()
        self._busy: set[str] = set()
        self._lookup_counts: Counter[str] = Counter()
        self._restored_team_ids: set[str] = set()

    async def start_run(self) -> None:
        """Mark what a restored backup makes uncertain, then start looking up. All that is due must have rows by now."""
        await self._restore_check.run()
        run = asyncio.create_task(self.run())
        self._runs.add(run)
        run.add_done_callback(self._on_run_ended)

    async def wait_for_runs(self) -> None:
        """Wait until every running look-up is done."""
        await asyncio.gather(*self._runs, return_exceptions=True)

    async def stop(self) -> None:
        """Cancel the running look-ups. Their deliveries stay uncertain until the next start."""
        for run in self._runs:
            run.cancel()
        await self.wait_for_runs()

    async def run(self) -> int:
        """Settle what can be looked up now, and return how many deliveries were settled. Unreadable ones are logged."""
        found = await self._transactions.read(find_uncertain, self._clock(), self._grace, tuple(self._busy))
        by_team = defaultdict(list)
        for uncertain in found:
            by_team[uncertain.team_id].append(uncertain)
        # Another run may have started during the read.
        leased = [team_id for team_id in await self._filter_leased(by_team) if team_id not in self._busy]
        self._busy.update(leased)
        return sum(await asyncio.gather(*(self._settle_workspace(team_id, by_team[team_id]) for team_id in leased)))

    async def _filter_leased(self, team_ids: Collection[str]) -> Collection[str]:
        """Return the workspaces leased to this worker: two workers would use up Slack's limit twice as fast."""
        if self._worker is None or not team_ids:
            return team_ids
        return await self._transactions.write_in_background(
            workspace_leases.acquire_leases, self._worker, tuple(team_ids), self._clock()
        )

    async def _settle_workspace(self, team_id: str, uncertain_deliveries_of_team: list[UncertainDelivery]) -> int:
        """Settle one workspace's deliveries, and return how many. An error ends only this workspace's look-ups in this
        run."""
        try:
            return sum([await self._look_up(uncertain) for uncertain in uncertain_deliveries_of_team])
        except Exception as error:
            log_failure("delivery.reconcile_broke", error, team=team_id)
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
            log.exception("delivery.lookup_broke", delivery=delivery)  # a bug of ours must not block the rest
        else:
            await self._transactions.write_in_background(record_lookup, uncertain, posted, self._clock())
            metrics.count_outcome("arrived" if posted else "absent")
            log.info("delivery.reconciled", delivery=delivery, outcome="arrived" if posted else "will be sent again")
            if uncertain.worker == uncertain_deliveries.UNCERTAIN_WORKER:
                await self._apply_to_workspace(uncertain, arrived=posted is not None)
            return True
        await self._transactions.write_in_background(defer_lookup, uncertain, self._clock() + LOOKUP_RETRY_DELAY)
        return False

    async def _apply_to_workspace(self, looked_up: UncertainDelivery, *, arrived: bool) -> None:
        """Draw conclusions from one look-up about the workspace's other uncertain deliveries.

        If any has arrived, all are looked up, and today's upcoming lessons too. If enough are missing, the rest are
        requeued.
        """
        team_id, since = looked_up.team_id, looked_up.posted_after + MAX_CLOCK_DIFFERENCE
        self._lookup_counts[team_id] += 1
        if arrived and team_id not in self._restored_team_ids:
            self._restored_team_ids.add(team_id)
            log.warning("delivery.restored_backup", team=team_id)
            after: int | None = 0
            while after is not None:
                after = await self._transactions.write_in_background(
                    mark_todays_lessons_uncertain, team_id, since, self._clock(), after
                )
        elif self._lookup_counts[team_id] >= MIN_LOOKUPS_BEFORE_TRUST and not await self._is_restored(team_id, since):
            while (
                await self._transactions.write_in_background(
                    uncertain_deliveries.requeue_uncertain, team_id, MAX_ROWS_PER_TRANSACTION
                )
                == MAX_ROWS_PER_TRANSACTION
            ):
                pass
            del self._lookup_counts[team_id]

    async def _is_restored(self, team_id: str, since: datetime) -> bool:
        """Return whether any has arrived, as this or another worker saw, now or before a restart."""
        return team_id in self._restored_team_ids or await self._transactions.read(
            uncertain_deliveries.has_any_arrived, team_id, since
        )

    def _on_run_ended(self, run: asyncio.Task[int]) -> None:
        self._runs.discard(run)
        if not run.cancelled() and (error := run.exception()):
            log.error("delivery.reconcile_broke", error=type(error).__name__)  # the next beat starts another run
