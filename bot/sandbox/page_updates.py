"""Tells open pages what changed, so that they fetch it anew (server-sent events)."""

import asyncio
import contextlib
from collections.abc import Iterator

from bot.sandbox.model import Json

UpdateQueue = asyncio.Queue[Json | None]
"""What changed, in order; None means that no more will come."""


class PageUpdates:
    """Who is looking. Each watcher gets the notices for one person; one that is slow misses none."""

    def __init__(self) -> None:
        self._queues: dict[str, set[UpdateQueue]] = {}

    def notify(self, user_id: str, notice: Json) -> None:
        """Say to every page open for this person that something changed."""
        for queue in self._queues.get(user_id, ()):
            queue.put_nowait(notice)

    @contextlib.contextmanager
    def subscribe(self, user_id: str) -> Iterator[UpdateQueue]:
        """The notices for a person from now on."""
        queue: UpdateQueue = asyncio.Queue()
        self._queues.setdefault(user_id, set()).add(queue)
        try:
            yield queue
        finally:
            self._queues[user_id].discard(queue)

    def close(self) -> None:
        """End every stream, so that the server can stop."""
        for queues in self._queues.values():
            for queue in queues:
                queue.put_nowait(None)
