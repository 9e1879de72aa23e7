"""How fast messages go out: Slack takes several hundred a minute of one workspace, in short bursts more."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

PER_MINUTE = 300
"""Messages a minute and workspace. Slack says "several hundred" (chat.postMessage, special tier)."""

BURST = 20
"""Messages that may go at once after a quiet time; Slack lets short bursts pass."""

SHORTEST = 0.001
"""Seconds waited at least: what rounding leaves of a wait is too short for a clock to notice."""


@dataclass(slots=True)
class _Bucket:
    tokens: float
    at: float


class Pace:
    """A token bucket for each workspace. A 429 empties it until Slack's Retry-After has passed."""

    def __init__(
        self,
        now: Callable[[], float],
        per_minute: float = PER_MINUTE,
        burst: int = BURST,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:
        """`now`: a monotonic clock in seconds; `sleep`: waits by that clock."""
        self._now = now
        self._sleep = sleep
        self._rate = per_minute / 60
        self._burst = burst
        self._buckets: dict[str, _Bucket] = {}

    async def turn(self, team_id: str, patience: float = math.inf) -> float:
        """Wait until this workspace may get another message, and take that turn: 0.0.

        If that would take longer than `patience` (seconds), the seconds that are missing, at once and without a turn.
        """
        until = self._now() + patience
        while (seconds := self._take(team_id)) > 0:
            if self._now() + seconds > until:
                return seconds
            await self._sleep(max(seconds, SHORTEST))
        return 0.0

    def hold(self, team_id: str, seconds: float) -> None:
        """Let nothing pass for this long, and then one by one: Slack said that it was too much."""
        bucket = self._bucket(team_id)
        bucket.tokens, bucket.at = 0.0, max(bucket.at, self._now() + seconds)

    def room(self, team_id: str) -> int:
        """How many messages this workspace may get now."""
        return math.floor(self._tokens(team_id, self._now()))

    def free_at(self, team_id: str) -> float:
        """Seconds until this workspace may get a message; 0.0 if it may now."""
        now = self._now()
        tokens = self._tokens(team_id, now)
        return 0.0 if tokens >= 1 else max(self._bucket(team_id).at - now, 0.0) + (1 - tokens) / self._rate

    async def rest(self, seconds: float) -> None:
        """Wait this long."""
        await self._sleep(max(seconds, SHORTEST))

    def _tokens(self, team_id: str, now: float) -> float:
        bucket = self._bucket(team_id)
        return min(self._burst, bucket.tokens + max(now - bucket.at, 0.0) * self._rate)

    def _take(self, team_id: str) -> float:
        """Take a token (0.0), or tell how many seconds until there is one."""
        bucket = self._bucket(team_id)
        now = self._now()
        if now > bucket.at:
            bucket.tokens = min(self._burst, bucket.tokens + (now - bucket.at) * self._rate)
            bucket.at = now
        if bucket.tokens >= 1:
            bucket.tokens -= 1
            return 0.0
        return max(bucket.at - now, 0.0) + (1 - bucket.tokens) / self._rate

    def _bucket(self, team_id: str) -> _Bucket:
        return self._buckets.setdefault(team_id, _Bucket(float(self._burst), self._now()))
