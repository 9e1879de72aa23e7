"""Rate limits as Slack has them: so many calls a minute for each method, and a message a second in a channel.

The figures are the lower bounds of https://docs.slack.dev/apis/web-api/rate-limits ("Tier 3: 50+ per minute").
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

TIER_2, TIER_3, TIER_4 = 20, 50, 100

METHOD_CALLS_PER_MINUTE = {
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

MESSAGES_PER_MINUTE = 600
"""chat.postMessage in one workspace: "several hundred"."""

CHANNEL_BURST = 3
"""Messages that one channel takes at once before the one a second holds: "short bursts" are allowed, without figure."""


@dataclass(slots=True)
class TokenBucket:
    """Allows `burst` calls at once, and `tokens_per_second` more each second."""

    burst: float
    tokens_per_second: float
    tokens: float
    counted_until: float

    def take(self, now: float) -> float:
        """0 when the call may go on; else the seconds until it may."""
        self.tokens = min(self.burst, self.tokens + (now - self.counted_until) * self.tokens_per_second)
        self.counted_until = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.tokens_per_second


class RateLimits:
    """The limits of one workspace. `enabled` can change at any time; counting starts when it is first switched on."""

    def __init__(self, clock: Callable[[], float], *, enabled: bool) -> None:
        self.enabled = enabled
        self._clock = clock
        self._buckets: dict[str, TokenBucket] = {}

    def retry_after(self, method: str, channel: str | None) -> int | None:
        """Whole seconds to wait before this call may be made, None when it may be made now."""
        if not self.enabled:
            return None
        if method == "chat.postMessage":
            wait = self._take(f"{method} {channel}", CHANNEL_BURST, 1.0)
            wait = wait or self._take(method, MESSAGES_PER_MINUTE, MESSAGES_PER_MINUTE / 60)
        else:
            a_minute = METHOD_CALLS_PER_MINUTE.get(method, TIER_3)
            wait = self._take(method, a_minute, a_minute / 60)
        return math.ceil(wait) if wait else None

    def _take(self, name: str, burst: float, a_second: float) -> float:
        now = self._clock()
        bucket = self._buckets.setdefault(name, TokenBucket(burst, a_second, burst, now))
        return bucket.take(now)
