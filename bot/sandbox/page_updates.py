"""Notifies open pages of changes (server-sent events), so they fetch the new state."""

import asyncio
import contextlib
from collections.abc import Iterator

from bot.sandbox.model import Json

UpdateQueue = asyncio.Queue[Json | None]
"""Changes in order; None ends the stream."""


class PageUpdates:
    """The open pages. Each page gets every notice for one person, even if it is slow."""

    def __init__(self) -> None:
        self._queues: dict[str, set[UpdateQueue]] = {}

    def notify(self, user_id: str, notice: Json) -> None:
        """Notify every page that is open for this person."""
        for queue in self._queues.get(user_id, ()):
            queue.put_nowait(notice)

    @contextlib.contextmanager
    def subscribe(self, user_id: str) -> Iterator[UpdateQueue]:
        """Subscribe to a person's notices from now on."""
        queue: UpdateQueue = asyncio.Queue()
        self._queues.setdefault(user_id, set()).add(queue)
        try:
            yield queue
        finally:
            self._queues[user_id].discard(queue)

    def close(self) -> None:
        """End every stream, because open streams would keep the server from stopping."""
        for queues in self._queues.values():
            for queue in queues:
                queue.put_nowait(None)
