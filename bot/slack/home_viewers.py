"""Remembers who viewed App Home lately. Only theirs is refreshed; anyone who opens Home gets it published anyway."""

from collections import OrderedDict
from datetime import datetime, timedelta

from bot.domain.clock import Clock

VIEWING_WINDOW = timedelta(hours=1)
"""How long someone counts as a viewer: Slack says when Home is opened, but not when it is left."""


class HomeViewers:
    """Ids of the users who opened Home within `VIEWING_WINDOW`."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._opened: OrderedDict[str, datetime] = OrderedDict()

    def record(self, user_id: str) -> None:
        """Record that this user opened Home now, and drop the expired ones."""
        now = self._clock()
        self._opened[user_id] = now
        self._opened.move_to_end(user_id)
        while next(iter(self._opened.values())) <= now - VIEWING_WINDOW:
            self._opened.popitem(last=False)

    def forget(self, user_id: str) -> None:
        """Drop a user who deleted their data."""
        self._opened.pop(user_id, None)

    def __contains__(self, user_id: str) -> bool:
        opened = self._opened.get(user_id)
        return opened is not None and self._clock() < opened + VIEWING_WINDOW

    def __len__(self) -> int:
        return len(self._opened)
