"""What is done once an hour, by one process: what is no longer needed goes, a batch at a time."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog

from bot.delivery.departures import CheckInstalled, Departures
from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.learning import teams, workspace_lifecycle
from bot.storage import once_only_events
from bot.storage.once_only_events import EventClaim

log = structlog.get_logger(__name__)

CHECK_INTERVAL_SECONDS = 60.0
"""Seconds between two looks at whether a new hour has begun."""

MAX_ROWS_PER_TRANSACTION = 500
"""Rows swept a transaction."""

REINSTALL_CHECK_DELAY = timedelta(minutes=10)
"""How long a workspace has been gone before Slack is asked whether it is back: its events come in any order."""

RestoreWorkspace = Callable[[str], Awaitable[None]]
"""Takes a workspace (team id) back in that left, and is installed after all."""

Chore = Callable[[], Awaitable[None]]
"""Something else that is done once an hour. One that breaks holds up no other, and is tried again in the next."""


class Housekeeping:
    """Beside the engine's beat, and slow on purpose: between two batches everybody else's work goes on."""

    def __init__(
        self,
        transactions: Transactions,
        departures: Departures,
        check_installed: CheckInstalled,
        clock: Clock,
        restore_workspace: RestoreWorkspace,
        chores: Sequence[Chore] = (),
    ) -> None:
        self._transactions = transactions
        self._departures = departures
        self._installed = check_installed
        self._clock = clock
        self._back = restore_workspace
        self._chores = tuple(chores)
        self._hour = ""
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin with the hour at hand."""
        self._task = asyncio.create_task(self._run_hourly())

    async def stop(self) -> None:
        """End after the batch at hand; what is left is found again."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run_hourly(self) -> None:
        while True:
            try:
                await self.run_if_due()
            except Exception:
                log.exception("housekeeping.broke")  # the next hour tries again
            await asyncio.sleep(CHECK_INTERVAL_SECONDS)

    async def run_if_due(self) -> bool:
        """Do this hour's work, if no process has begun it; whether it was done here."""
        hour = f"housekeeping {self._clock():%Y-%m-%d %H}"
        if hour == self._hour:
            return False
        self._hour = hour
        if (
            await self._transactions.write_in_background(once_only_events.claim_event, hour, self._clock())
            is not EventClaim.CLAIMED
        ):
            return False
        # Kept beyond the hour, and before it is done: a batch that breaks is tried again in the next, not every minute.
        await self._transactions.write_in_background(
            once_only_events.mark_event_done, hour, self._clock() + timedelta(hours=1)
        )
        await self._look_after_departed()
        await self._erase()
        await self._sweep_events()
        for chore in (self._close_team_weeks, *self._chores):
            try:
                await chore()
            except Exception:
                log.exception("housekeeping.chore_broke")
        return True

    async def _close_team_weeks(self) -> None:
        await self._transactions.write_in_background(teams.record_team_weeks, self._clock())

    async def _look_after_departed(self) -> None:
        """Who is back after all? Of the others, what a crash left planned is taken away."""
        for gone in await self._transactions.read(workspace_lifecycle.list_departed_workspaces, self._clock()):
            if gone.left_at <= self._clock() - REINSTALL_CHECK_DELAY and await self._installed(gone.team_id):
                await self._back(gone.team_id)
            else:
                await self._departures.clear_pending_deliveries(gone.team_id)

    async def _erase(self) -> None:
        before = self._clock() - workspace_lifecycle.WORKSPACE_RETENTION
        for gone in await self._transactions.read(workspace_lifecycle.list_departed_workspaces, before):
            while await self._transactions.write_in_background(
                workspace_lifecycle.erase_part_of_workspace, gone.team_id, before
            ):
                pass
            if not await self._transactions.read(
                workspace_lifecycle.is_known_workspace, gone.team_id
            ):  # it may have come back while we erased
                log.warning("workspace.erased", team=gone.team_id, left_at=gone.left_at.isoformat(timespec="seconds"))

    async def _sweep_events(self) -> None:
        while (
            await self._transactions.write_in_background(
                once_only_events.delete_old_events,
                self._clock() - once_only_events.DONE_RETENTION,
                MAX_ROWS_PER_TRANSACTION,
            )
            == MAX_ROWS_PER_TRANSACTION
        ):
            pass
