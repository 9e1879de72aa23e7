"""Updates delivered messages after a lesson was retracted, or put back into use, in parallel with the engine."""

import asyncio
from typing import Protocol

import structlog

from bot.delivery.failures import log_failure
from bot.delivery.repeating import RepeatingWork
from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.errors import SendDelayed, SendError, SendUncertain
from bot.learning import retraction_messages
from bot.learning.library import Library
from bot.learning.retraction_messages import OutdatedMessage

log = structlog.get_logger(__name__)

CHECK_INTERVAL_SECONDS = 5.0
"""Seconds between two checks for retractions, which read one small table."""

MAX_TRIES = 3
"""How often an update is tried if Slack's answer doesn't say whether it was made. It does no harm twice."""


class MessageUpdater(Protocol):
    """Updates messages in Slack, each when it is its workspace's turn. The Slack room implements it."""

    async def update(self, outdated: OutdatedMessage) -> None:
        """Update one message.

        Raises SendDelayed if Slack asks to wait, SendUncertain if it may not be updated, and SendError if it can't be.
        """
        ...


class RetractionUpdater:
    """Updates messages at an interval, in batches that are stored as done. Any process may do the next one."""

    def __init__(
        self,
        transactions: Transactions,
        library: Library,
        updater: MessageUpdater,
        clock: Clock,
        interval_seconds: float = CHECK_INTERVAL_SECONDS,
    ) -> None:
        self._transactions = transactions
        self._library = library
        self._updater = updater
        self._clock = clock
        self._repeating = RepeatingWork(self.update_some, interval_seconds, "retractions.round_broke")

    def start(self) -> None:
        """Start updating."""
        self._repeating.start()

    async def stop(self) -> None:
        """Stop at once. The current batches are updated again after the next start."""
        await self._repeating.cancel()

    async def update_some(self) -> bool:
        """Update a batch of messages for each retraction, concurrently. Return whether there may be more to do now."""
        due = await self._transactions.read(retraction_messages.list_due, self._clock())
        return any(await asyncio.gather(*map(self._update_batch, due)))

    async def _update_batch(self, retraction_id: int) -> bool:
        """Update one retraction's next messages. False if they must wait, or another process updates them."""
        if not await self._transactions.write_in_background(retraction_messages.claim, retraction_id, self._clock()):
            return False
        try:
            batch = await self._transactions.read(
                retraction_messages.read_batch, self._library, retraction_id, self._clock()
            )
            done = batch is not None and all(await asyncio.gather(*map(self._update, batch.messages)))
        except Exception as error:
            log_failure("retraction.batch_broke", error, retraction=retraction_id)
            batch, done = None, False
        if batch is None or not done:
            await self._transactions.write_in_background(retraction_messages.release, retraction_id, self._clock())
            return False
        await self._transactions.write_in_background(retraction_messages.record_batch, batch, self._clock())
        if batch.messages:
            log.info("retraction.shown", retraction=retraction_id, messages=len(batch.messages))
        return True

    async def _update(self, outdated: OutdatedMessage) -> bool:
        """Update one message. True if that is done, or will never be possible."""
        for _ in range(MAX_TRIES):
            try:
                await self._updater.update(outdated)
            except SendUncertain:
                continue
            except SendDelayed:
                return False
            except SendError as error:
                log.info("retraction.not_shown", delivery=str(outdated.ref.delivery_id), error=type(error).__name__)
            return True
        log.warning("retraction.not_shown", delivery=str(outdated.ref.delivery_id), error=SendUncertain.__name__)
        return True
