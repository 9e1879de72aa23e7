"""Remembers commands, buttons, and modals for a few minutes, so that the same request does nothing twice.

Slack sends each of them once, but a proxy may repeat a request, and whoever recorded one could send it again for as
long as its signature is fresh. Memory is this process's: with several processes behind one address, a repetition that
reaches another one runs again. Events come more than once by design, and are remembered in the database.
"""

from collections import OrderedDict
from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from bot.domain.clock import Clock

MEMORY = timedelta(minutes=10)
"""How long a request is remembered: a signature counts up to five minutes before and after its time."""

MAX_REMEMBERED = 20_000
"""Most requests that are remembered: 30 a second for ten minutes. They take about 3 MB."""


class RecentRequests:
    """The trigger ids of recent requests. Slack gives each request one of its own."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._seen: OrderedDict[str, datetime] = OrderedDict()

    def __len__(self) -> int:
        return len(self._seen)

    def is_repeated(self, body: Mapping[str, Any]) -> bool:
        """Return whether this request was seen before, and remember it. Requests without a trigger id are new."""
        trigger_id = body.get("trigger_id")
        if not trigger_id or "event" in body:
            return False
        now = self._clock()
        while self._seen and (len(self._seen) >= MAX_REMEMBERED or self._oldest <= now - MEMORY):
            self._seen.popitem(last=False)
        if trigger_id in self._seen:
            return True
        self._seen[str(trigger_id)] = now
        return False

    @property
    def _oldest(self) -> datetime:
        return next(iter(self._seen.values()))
