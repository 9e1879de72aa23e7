"""Records which tips were shown, in batches after the answer, so nobody waits for the database to get a tip."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

import structlog

from bot.domain.clock import Clock
from bot.learning import coaching
from bot.slack.use_cases import UseCaseRunner

log = structlog.get_logger(__name__)

BATCH_DELAY = 0.2
"""Seconds to collect records for one transaction."""


class ShownTips:
    """Records waiting to be written. If the process is killed they are lost, and a tip may be shown again early."""

    def __init__(self, write_in_background: UseCaseRunner, clock: Clock) -> None:
        self._write_in_background = write_in_background
        self._clock = clock
        self._waiting: dict[tuple[int, str], datetime] = {}
        self._writing: asyncio.Task[None] | None = None

    @property
    def unwritten(self) -> Mapping[tuple[int, str], datetime]:
        """When tips were shown that the database doesn't know of yet, by learner and lesson."""
        return self._waiting

    def record(self, learner_id: int, lesson_id: str) -> None:
        """Record that this lesson was shown just now. It is written with the next batch."""
        self._waiting[learner_id, lesson_id] = self._clock()
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def flush(self) -> None:
        """Wait until everything recorded is written."""
        if self._writing is not None:
            await self._writing

    async def _write(self) -> None:
        while self._waiting:
            await asyncio.sleep(BATCH_DELAY)
            notes = dict(self._waiting)
            try:
                await self._write_in_background(coaching.record_shown_tips, notes)
            except Exception as error:
                log.warning("tips.not_noted", notes=len(notes), error=type(error).__name__)
            for key, at in notes.items():
                if self._waiting[key] == at:
                    del self._waiting[key]
