"""Reminds admins of lessons that need a review. One of the hourly chores (`housekeeping`)."""

from collections.abc import Collection
from typing import Protocol

import structlog

from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.errors import SendDelayed, SendError
from bot.learning import review_notices
from bot.learning.library import Library
from bot.learning.review_notices import ReviewNotice

log = structlog.get_logger(__name__)


class ReviewNotifier(Protocol):
    """Sends an admin a notice. The Slack room implements it."""

    async def notify(self, news: ReviewNotice) -> None:
        """Send it once. Raises SendError, or SendDelayed if it surely didn't arrive and may later."""
        ...


class ReviewReminder:
    """Checks hourly whether any admin needs a reminder."""

    def __init__(
        self,
        transactions: Transactions,
        library: Library,
        notifier: ReviewNotifier,
        admins: Collection[str],
        clock: Clock,
    ) -> None:
        """Create a reminder. `admins` are the user ids to notify, besides those who loaded a pack."""
        self._transactions = transactions
        self._library = library
        self._notifier = notifier
        self._admins = frozenset(admins)
        self._clock = clock

    async def send_reminders(self) -> None:
        """Send each reminder at most once: it is recorded before it is sent."""
        for news in await self._transactions.write_in_background(
            review_notices.claim_review_notices, self._library, self._admins, self._clock()
        ):
            try:
                await self._notifier.notify(news)
                log.info("reviews.told", team=news.person.team_id, lessons=len(news.reviews.all))
            except SendDelayed:
                await self._transactions.write_in_background(review_notices.release_review_notice, news, self._clock())
            except SendError as error:
                log.info("reviews.untold", team=news.person.team_id, error=type(error).__name__)
