"""Hourly chores, run by one process at a time: deletes what is no longer needed, in batches."""

import asyncio
import contextlib
from collections.abc import Awaitable, Callable, Sequence
from datetime import timedelta

import structlog

from bot.delivery import metrics
from bot.delivery.departures import CheckInstalled, Departures
from bot.delivery.failures import log_failure
from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.learning import (
    announcements,
    audit_log,
    cohort_files,
    cohorts,
    lesson_figures,
    lms_statements,
    teams,
    trial_course,
    weekly_figures,
    workspace_lifecycle,
    workspace_overview,
)
from bot.learning.library import Library
from bot.storage import erased_people, once_only_events
from bot.storage.once_only_events import EventClaim

log = structlog.get_logger(__name__)

NEW_HOUR_CHECK_SECONDS = 60.0
"""Seconds between two checks for a new hour."""

MAX_ROWS_PER_TRANSACTION = 500
"""Most rows deleted per transaction."""

REINSTALL_CHECK_DELAY = timedelta(minutes=10)
"""How long after a departure Slack is asked whether the workspace is back; its events can arrive in any order."""

RestoreWorkspace = Callable[[str], Awaitable[None]]
"""Restores a workspace (team id) that was recorded as gone but is installed."""

Chore = Callable[[], Awaitable[None]]
"""Another hourly task. If it fails, the other chores still run, and it is retried in the next hour."""


class Housekeeping:
    """Runs the hourly chores beside the engine, in small batches that let other work run in between."""

    def __init__(
        self,
        transactions: Transactions,
        departures: Departures,
        check_installed: CheckInstalled,
        clock: Clock,
        restore_workspace: RestoreWorkspace,
        library: Library,
        chores: Sequence[Chore] = (),
    ) -> None:
        self._transactions = transactions
        self._departures = departures
        self._check_installed = check_installed
        self._clock = clock
        self._restore_workspace = restore_workspace
        self._library = library
        self._chores = tuple(chores)
        self._hour = ""
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Start with the current hour."""
        self._task = asyncio.create_task(self._run_hourly())

    async def stop(self) -> None:
        """Stop after the current batch. The next run finds what remains."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def _run_hourly(self) -> None:
        while True:
            try:
                await self.run_if_due()
            except Exception as error:
                log_failure("housekeeping.broke", error)  # the next hour tries again
            await asyncio.sleep(NEW_HOUR_CHECK_SECONDS)

    async def run_if_due(self) -> bool:
        """Do this hour's work unless a process has already started it. Return whether it was done here."""
        hour = f"housekeeping {self._clock():%Y-%m-%d %H}"
        if hour == self._hour:
            return False
        self._hour = hour
        if (
            await self._transactions.write_in_background(once_only_events.claim_event, hour, self._clock())
            is not EventClaim.CLAIMED
        ):
            return False
        # Mark the hour as done first, and past its end: a failed batch is retried in the next hour, not every minute.
        await self._transactions.write_in_background(
            once_only_events.mark_event_done, hour, self._clock() + timedelta(hours=1)
        )
        await self._check_departed_workspaces()
        await self._erase_departed_workspaces()
        await self._delete_old_events()
        own_chores = (
            self._record_team_weeks,
            self._count_cohorts,
            self._count_learners,
            self._write_reports,
            self._write_lesson_figures,
            self._forget_erased_people,
            self._delete_old_audit_entries,
            self._drop_expired_statements,
            self._forget_announcements,
            self._delete_old_cohort_files,
            self._advance_trials,
        )
        for chore in (*own_chores, *self._chores):
            try:
                await chore()
            except Exception as error:
                log_failure("housekeeping.chore_broke", error)
        return True

    async def _record_team_weeks(self) -> None:
        await self._transactions.write_in_background(teams.record_team_weeks, self._clock())

    async def _count_learners(self) -> None:
        await self._transactions.write_in_background(workspace_overview.record_weekly_counts, self._clock())
        people = await self._transactions.read(workspace_overview.count_people_by_pack, self._clock())
        if people is not None:
            await self._transactions.write_in_background(workspace_overview.record_pack_counts, people, self._clock())

    async def _count_cohorts(self) -> None:
        await self._transactions.write_in_background(cohorts.record_weekly_counts, self._clock())

    async def _write_reports(self) -> None:
        figures = await self._transactions.read(weekly_figures.measure_weekly_figures, self._library, self._clock())
        if figures:
            await self._transactions.write_in_background(weekly_figures.store_weekly_figures, figures)

    async def _write_lesson_figures(self) -> None:
        figures = await self._transactions.read(lesson_figures.measure_lesson_figures, self._library, self._clock())
        if figures:
            await self._transactions.write_in_background(lesson_figures.store_lesson_figures, figures)

    async def _forget_erased_people(self) -> None:
        await self._transactions.write_in_background(erased_people.delete_expired, self._clock().date())

    async def _delete_old_audit_entries(self) -> None:
        await self._transactions.write_in_background(audit_log.delete_old_entries, self._clock())

    async def _drop_expired_statements(self) -> None:
        while dropped := await self._transactions.write_in_background(
            lms_statements.drop_expired, self._clock(), MAX_ROWS_PER_TRANSACTION
        ):
            metrics.count_statements("expired", dropped)
            log.warning("lms.expired", statements=dropped, after_days=lms_statements.RETENTION.days)

    async def _forget_announcements(self) -> None:
        await self._transactions.write_in_background(announcements.forget_words, self._clock())

    async def _delete_old_cohort_files(self) -> None:
        await self._transactions.write_in_background(cohort_files.delete_old_files, self._clock())

    async def _advance_trials(self) -> None:
        for trial_id in await self._transactions.read(trial_course.list_unfinished):
            try:
                await self._advance_trial(trial_id)
            except Exception as error:
                log_failure("housekeeping.trial_broke", error)  # the others go on; the next hour tries again

    async def _advance_trial(self, trial_id: int) -> None:
        after: int | None = 0
        while after is not None:
            after = await self._transactions.write_in_background(
                trial_course.advance_trial, self._library, trial_id, after, self._clock()
            )

    async def _check_departed_workspaces(self) -> None:
        """Restore workspaces that are installed again; clear the others' plans, which a crash may have left."""
        for workspace in await self._transactions.read(workspace_lifecycle.list_departed_workspaces, self._clock()):
            if workspace.left_at <= self._clock() - REINSTALL_CHECK_DELAY and await self._check_installed(
                workspace.team_id
            ):
                await self._restore_workspace(workspace.team_id)
            else:
                await self._departures.clear_pending_deliveries(workspace.team_id)

    async def _erase_departed_workspaces(self) -> None:
        before = self._clock() - workspace_lifecycle.WORKSPACE_RETENTION
        for workspace in await self._transactions.read(workspace_lifecycle.list_departed_workspaces, before):
            while await self._transactions.write_in_background(
                workspace_lifecycle.erase_part_of_workspace, workspace.team_id, before
            ):
                pass
            if not await self._transactions.read(
                workspace_lifecycle.is_known_workspace, workspace.team_id
            ):  # it may have come back during the erasure
                log.warning(
                    "workspace.erased", team=workspace.team_id, left_at=workspace.left_at.isoformat(timespec="seconds")
                )

    async def _delete_old_events(self) -> None:
        while (
            await self._transactions.write_in_background(
                once_only_events.delete_old_events,
                self._clock() - once_only_events.DONE_RETENTION,
                MAX_ROWS_PER_TRANSACTION,
            )
            == MAX_ROWS_PER_TRANSACTION
        ):
            pass
