"""Tells whoever planned a trial how it ended. One of the hourly chores (`housekeeping`)."""

from datetime import timedelta
from typing import Protocol

import structlog

from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.errors import (
    HistoryUnreadable,
    PersonLeft,
    SendDelayed,
    SendError,
    SendUncertain,
    WorkspaceHeld,
    WorkspaceLeft,
)
from bot.learning import trial_results
from bot.learning.trial_results import TrialResult

log = structlog.get_logger(__name__)

LOOKUP_DELAY = timedelta(minutes=30)
"""How long after an attempt Slack is asked whether it has the message. Within the hour, another process may post it."""


class ResultNotifier(Protocol):
    """Tells an admin. The Slack room implements it."""

    async def may_be_told(self, told: TrialResult) -> bool:
        """Return whether they are still there, and an admin. Raises SendError if Slack can't say."""
        ...

    async def was_posted(self, told: TrialResult) -> bool:
        """Return whether Slack has the message. Raises HistoryUnreadable if it can't say."""
        ...

    async def notify(self, told: TrialResult) -> None:
        """Post once. Raises SendError: SendDelayed if it surely didn't arrive, SendUncertain if it may have."""
        ...


class TrialResultSender:
    """Checks hourly whether a trial has ended."""

    def __init__(self, transactions: Transactions, notifier: ResultNotifier, clock: Clock) -> None:
        self._transactions = transactions
        self._notifier = notifier
        self._clock = clock

    async def send_due(self) -> None:
        """Tell each person once. What a crash, or a lost reply, left open is looked up before it is sent again."""
        for told in await self._transactions.write_in_background(trial_results.claim_results, self._clock()):
            try:
                if await self._tell(told):
                    await self._transactions.write_in_background(trial_results.settle_result, told, self._clock())
            except (SendDelayed, WorkspaceHeld, WorkspaceLeft):
                await self._transactions.write_in_background(trial_results.release_result, told)
            except (SendUncertain, HistoryUnreadable) as error:  # the next hour looks it up
                log.info("trial.result_open", team=told.person.team_id, error=type(error).__name__)
            except PersonLeft:
                await self._transactions.write_in_background(trial_results.settle_result, told, self._clock())
            except SendError as error:
                await self._transactions.write_in_background(trial_results.release_result, told)
                log.warning("trial.result_unsent", team=told.person.team_id, error=str(error))

    async def _tell(self, told: TrialResult) -> bool:
        """Tell somebody unless they know or may not. Return whether that is settled."""
        if told.begun_at is not None:
            if self._clock() - told.begun_at < LOOKUP_DELAY:
                return False
            if await self._notifier.was_posted(told):
                return True
        if await self._notifier.may_be_told(told):
            await self._notifier.notify(told)
            log.info("trial.result_sent", team=told.person.team_id)
        return True
