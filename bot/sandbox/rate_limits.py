"""Applies Slack's rate limits: calls per minute for each method, and one message per second in a channel.

The figures are the lower bounds in https://docs.slack.dev/apis/web-api/rate-limits ("Tier 3: 50+ per minute").
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

TIER_2, TIER_3, TIER_4 = 20, 50, 100

METHOD_CALLS_PER_MINUTE = {
    "apps.connections.open": 1000,  # Slack gives no figure; this still stops a client in a loop
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
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
    "users.conversations": TIER_3,
    "users.info": TIER_4,
    "users.list": TIER_2,
    "users.lookupByEmail": TIER_3,
    "views.open": TIER_4,
    "views.publish": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
}

MESSAGES_PER_MINUTE = 600
"""Limit for chat.postMessage in one workspace; Slack says "several hundred"."""

CHANNEL_BURST = 3
"""Messages that a channel takes at once before one per second applies; Slack allows "short bursts" without a figure."""


@dataclass(slots=True)
class TokenBucket:
    """Allows `burst` calls at once, and `tokens_per_second` more per second."""

    burst: float
    tokens_per_second: float
    tokens: float
    counted_until: float

    def take(self, now: float) -> float:
        """Take a token and return 0, or return the seconds until one is free."""
        self.tokens = min(self.burst, self.tokens + (now - self.counted_until) * self.tokens_per_second)
        self.counted_until = now
        if self.tokens >= 1:
            self.tokens -= 1
            return 0.0
        return (1 - self.tokens) / self.tokens_per_second


class RateLimits:
    """The limits of one workspace. `enabled` can change at any time; counting starts when it is first turned on."""

    def __init__(self, clock: Callable[[], float], *, enabled: bool) -> None:
        self.enabled = enabled
        self._clock = clock
        self._buckets: dict[str, TokenBucket] = {}

    def retry_after(self, method: str, channel: str | None) -> int | None:
        """Return the whole seconds to wait before this call, or None if it may go ahead."""
        if not self.enabled:
            return None
        if method == "chat.postMessage":
            wait = self._take(f"{method} {channel}", CHANNEL_BURST, 1.0)
            wait = wait or self._take(method, MESSAGES_PER_MINUTE, MESSAGES_PER_MINUTE / 60)
        else:
            per_minute = METHOD_CALLS_PER_MINUTE.get(method, TIER_3)
            wait = self._take(method, per_minute, per_minute / 60)
        return math.ceil(wait) if wait else None

    def _take(self, name: str, burst: float, per_second: float) -> float:
        now = self._clock()
        bucket = self._buckets.setdefault(name, TokenBucket(burst, per_second, burst, now))
        return bucket.take(now)
