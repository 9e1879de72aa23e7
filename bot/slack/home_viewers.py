"""Who has looked at App Home lately: only theirs is brought up to date. Whoever opens it gets it anew anyway."""

from collections import OrderedDict
from datetime import datetime, timedelta

from bot.domain.clock import Clock

VIEWING_WINDOW = timedelta(hours=1)
"""Slack says when Home is opened, and never when it is left."""


class HomeViewers:
    """The users who opened Home lately, by id; those from before are forgotten."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._opened: OrderedDict[str, datetime] = OrderedDict()

    def record(self, user_id: str) -> None:
        """This user looks at Home now."""
        now = self._clock()
        self._opened[user_id] = now
        self._opened.move_to_end(user_id)
        while next(iter(self._opened.values())) <= now - VIEWING_WINDOW:
            self._opened.popitem(last=False)

    def forget(self, user_id: str) -> None:
        """This user is gone."""
        self._opened.pop(user_id, None)

    def __contains__(self, user_id: str) -> bool:
        opened = self._opened.get(user_id)
        return opened is not None and self._clock() < opened + VIEWING_WINDOW

    def __len__(self) -> int:
        return len(self._opened)
