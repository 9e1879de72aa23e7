"""Sends leads the figures of their cohorts each month. One of the hourly chores (`housekeeping`)."""

from typing import Protocol

import structlog

from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.errors import SendDelayed, SendError
from bot.learning import monthly_figures
from bot.learning.library import Library
from bot.learning.monthly_figures import MonthlyFigures

log = structlog.get_logger(__name__)


class FiguresNotifier(Protocol):
    """Sends a lead the figures. The Slack room implements it."""

    async def notify(self, figures: MonthlyFigures) -> None:
        """Send them once. Raises SendError, or SendDelayed if they surely didn't arrive and may later."""
        ...


class MonthlyFiguresSender:
    """Checks hourly whether it is time for any lead."""

    def __init__(self, transactions: Transactions, notifier: FiguresNotifier, library: Library, clock: Clock) -> None:
        self._transactions = transactions
        self._library = library
        self._notifier = notifier
        self._clock = clock

    async def send_due(self) -> None:
        """Send each lead's figures at most once: it is recorded before they are sent."""
        for figures in await self._transactions.write_in_background(
            monthly_figures.claim_monthly_figures, self._library, self._clock()
        ):
            try:
                await self._notifier.notify(figures)
                log.info("figures.sent", team=figures.person.team_id)
            except SendDelayed:
                await self._transactions.write_in_background(monthly_figures.release_monthly_figures, figures)
            except SendError as error:
                log.info("figures.unsent", team=figures.person.team_id, error=type(error).__name__)
