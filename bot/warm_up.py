"""Makes the coach fast after the bot has started, while people are answered already."""

import asyncio
import contextlib
import gc

import structlog

from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.learning import coaching
from bot.learning.library import Library
from bot.process import release_memory
from bot.retrieval.background_model import BackgroundModel

log = structlog.get_logger(__name__)

FIRST_RETRY_SECONDS, LAST_RETRY_SECONDS = 1.0, 60.0
"""How long the first and the last pause is before the search index is tried again."""


class WarmUp:
    """Builds the search index, and then loads the sentence model.

    Whoever asks the coach meanwhile waits for the index.
    """

    def __init__(self, transactions: Transactions, library: Library, model: BackgroundModel, clock: Clock) -> None:
        self._transactions = transactions
        self._library = library
        self._model = model
        self._clock = clock
        self._task: asyncio.Task[None] | None = None
        self.is_search_ready = False

    def start(self, team_id: str) -> None:
        """Begin with what this workspace is taught."""
        self._task = asyncio.create_task(self._warm_up(team_id))

    def close(self) -> None:
        """Stop without waiting for what is under way."""
        if self._task is not None:
            self._task.cancel()
        self._model.close()

    async def stop(self) -> None:
        """Stop, and wait until nothing is under way."""
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task
        await self._model.wait()

    async def _warm_up(self, team_id: str) -> None:
        pause = FIRST_RETRY_SECONDS
        while not self.is_search_ready:
            try:
                await self._transactions.read(coaching.warm_up_search, self._library, team_id, self._clock())
                self.is_search_ready = True
            except Exception as error:
                log.warning("coaching.not_warmed_up", reason=type(error).__name__)
                await asyncio.sleep(pause)
                pause = min(2 * pause, LAST_RETRY_SECONDS)
        release_memory()
        self._model.start(self._learn_meanings)

    def _learn_meanings(self) -> None:
        """Have lessons found by meaning, now that the sentence model is loaded, and danger soon. In a thread."""
        self._library.learn_meanings()
        coaching.warm_up_danger()
        gc.collect()
        gc.freeze()  # as after the start (`running.run_bot`): the index and the model stay, too
        release_memory()
