"""Remembers for a while who did something lately, without a row in the database."""

from collections import OrderedDict
from datetime import datetime, timedelta

from bot.domain.clock import Clock


class RecentPeople:
    """Ids of the users who were recorded within `window`."""

    def __init__(self, clock: Clock, window: timedelta) -> None:
        self._clock = clock
        self._window = window
        self._recorded: OrderedDict[str, datetime] = OrderedDict()

    def record(self, user_id: str) -> None:
        """Record this user now, and drop the expired ones."""
        now = self._clock()
        self._recorded[user_id] = now
        self._recorded.move_to_end(user_id)
        while next(iter(self._recorded.values())) <= now - self._window:
            self._recorded.popitem(last=False)

    def forget(self, user_id: str) -> None:
        """Drop a user who deleted their data."""
        self._recorded.pop(user_id, None)

    def __contains__(self, user_id: str) -> bool:
        recorded = self._recorded.get(user_id)
        return recorded is not None and self._clock() < recorded + self._window

    def __len__(self) -> int:
        return len(self._recorded)
