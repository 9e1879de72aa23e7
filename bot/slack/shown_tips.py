"""Which tips were shown, written down after the answer and many at once: nobody waits for a disk to get a tip."""

import asyncio
from collections.abc import Mapping
from datetime import datetime

import structlog

from bot.domain.clock import Clock
from bot.learning import coaching
from bot.slack.use_cases import UseCaseRunner

log = structlog.get_logger(__name__)

BATCH_DELAY = 0.2
"""Seconds in which notes come together, to be one transaction."""


class ShownTips:
    """Notes that wait to be written. Those of a process that is killed are lost: then a tip may come again early."""

    def __init__(self, write_in_background: UseCaseRunner, clock: Clock) -> None:
        self._write_in_background = write_in_background
        self._clock = clock
        self._waiting: dict[tuple[int, str], datetime] = {}
        self._writing: asyncio.Task[None] | None = None

    @property
    def unwritten(self) -> Mapping[tuple[int, str], datetime]:
        """What the database doesn't know yet, by learner and lesson."""
        return self._waiting

    def record(self, learner_id: int, lesson_id: str) -> None:
        """Keep that this lesson was shown just now; written with those of the next moment."""
        self._waiting[learner_id, lesson_id] = self._clock()
        if self._writing is None or self._writing.done():
            self._writing = asyncio.create_task(self._write())

    async def flush(self) -> None:
        """Return once all that was noted is written."""
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
