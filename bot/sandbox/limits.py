"""Rate limits as Slack has them: so many calls a minute for each method, and a message a second in a channel.

The figures are the lower bounds of https://docs.slack.dev/apis/web-api/rate-limits ("Tier 3: 50+ per minute").
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

TIER_2, TIER_3, TIER_4 = 20, 50, 100

METHODS_A_MINUTE = {
    "apps.connections.open": 1000,  # Slack gives it no figure; a client that loops is still stopped
    "auth.test": 600,  # "hundreds of requests per minute"
    "bots.info": TIER_3,
    "chat.delete": TIER_3,
    "chat.getPermalink": 600,
    "chat.postEphemeral": TIER_4,
    "chat.update": TIER_3,
    "conversations.history": TIER_3,
    "conversations.info": TIER_3,
    "conversations.list": TIER_2,
    "conversations.members": TIER_4,
    "conversations.open": TIER_3,
    "conversations.replies": TIER_3,
    "files.completeUploadExternal": TIER_4,
    "files.delete": TIER_3,
    "files.getUploadURLExternal": TIER_4,
    "files.info": TIER_4,
    "reactions.add": TIER_3,
    "team.info": TIER_3,
    "users.conversations": TIER_3,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}

MESSAGES_A_MINUTE = 600
"""chat.postMessage in one workspace: "several hundred"."""

CHANNEL_BURST = 3
"""Messages that one channel takes at once before the one a second holds: "short bursts" are allowed, without figure."""


@dataclass(slots=True)
class Bucket:
    """Allows `burst` calls at once, and `a_second` more each second."""

    burst: float
    a_second: float
    left: float
    at: float

    def take(self, now: float) -> float:
        """0 when the call may go on; else the seconds until it may."""
        self.left = min(self.burst, self.left + (now - self.at) * self.a_second)
        self.at = now
        if self.left >= 1:
            self.left -= 1
            return 0.0
        return (1 - self.left) / self.a_second


class Limits:
    """The limits of one workspace. `on` can change at any time; counting starts when it is first switched on."""

    def __init__(self, clock: Callable[[], float], *, on: bool) -> None:
        self.on = on
        self._clock = clock
        self._buckets: dict[str, Bucket] = {}

    def retry_after(self, method: str, channel: str | None) -> int | None:
        """Whole seconds to wait before this call may be made, None when it may be made now."""
        if not self.on:
            return None
        if method == "chat.postMessage":
            wait = self._take(f"{method} {channel}", CHANNEL_BURST, 1.0)
            wait = wait or self._take(method, MESSAGES_A_MINUTE, MESSAGES_A_MINUTE / 60)
        else:
            a_minute = METHODS_A_MINUTE.get(method, TIER_3)
            wait = self._take(method, a_minute, a_minute / 60)
        return math.ceil(wait) if wait else None

    def _take(self, name: str, burst: float, a_second: float) -> float:
        now = self._clock()
        bucket = self._buckets.setdefault(name, Bucket(burst, a_second, burst, now))
        return bucket.take(now)
