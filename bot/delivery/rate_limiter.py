"""How fast Slack is called: a token bucket for each workspace and method, people's calls before deliveries.

Slack counts each method and workspace by itself (https://docs.slack.dev/apis/web-api/rate-limits). So does this; a
workspace that must wait holds up no other.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.delivery.token_bucket import RateLimit, TokenBucket

POST_METHOD = "chat.postMessage"
HISTORY_METHOD = "conversations.history"

MESSAGES_PER_MINUTE = 300
"""Messages a minute and workspace. Slack says "several hundred" (chat.postMessage, special tier)."""

MESSAGE_BURST = 20
"""Messages that may go at once after a quiet time; Slack lets short bursts pass."""

REPLY_RESERVE = 5
"""Messages beside these that are kept for replies to people: theirs go at once, whatever deliveries do."""


def tier_limit(per_minute: int, burst: int, reserve: int) -> RateLimit:
    """One of Slack's tiers, kept to in any minute: what may go at once is taken off the rate."""
    return RateLimit(per_minute - burst - reserve, burst, reserve)


TIER_2 = tier_limit(20, burst=2, reserve=1)
TIER_3 = tier_limit(50, burst=5, reserve=3)
TIER_4 = tier_limit(100, burst=10, reserve=5)

METHOD_LIMITS = {
    "users.list": TIER_2,
    "chat.update": TIER_3,
    "conversations.open": TIER_3,
    HISTORY_METHOD: TIER_3,
    "chat.postEphemeral": TIER_4,
    "conversations.members": TIER_4,
    "users.info": TIER_4,
    "views.open": TIER_4,
    "views.push": TIER_4,
    "views.update": TIER_4,
    "views.publish": TIER_4,
}
"""Slack's tiers; a method that isn't listed has tier 3."""

CHANNEL_LIMIT = RateLimit(per_minute=60, burst=3)
"""Messages in one conversation: one a second, short bursts pass."""

SLOW_HISTORY_LIMIT = RateLimit(per_minute=1, burst=1)
"""`conversations.history` for apps that are sold outside Slack's Marketplace: one call a minute."""

MIN_SLEEP_SECONDS = 0.001
"""Seconds waited at least: what rounding leaves of a wait is too short for a clock to notice."""

CLEANUP_THRESHOLD = 1024
"""Buckets that are kept without asking whether they are still needed."""


@dataclass(eq=False, slots=True)
class _Waiting:
    """Someone who waits for a turn."""

    person: bool


@dataclass(slots=True)
class _Line:
    """A bucket and who waits for it: people first, each in the order in which they came."""

    bucket: TokenBucket
    people: list[_Waiting] = field(default_factory=list)
    deliveries: list[_Waiting] = field(default_factory=list)

    def join(self, waiting: _Waiting) -> None:
        (self.people if waiting.person else self.deliveries).append(waiting)

    def leave(self, waiting: _Waiting) -> None:
        (self.people if waiting.person else self.deliveries).remove(waiting)

    def seconds(self, waiting: _Waiting, now: float) -> float:
        """How long this one has to wait, those before them considered."""
        ahead = self.people.index(waiting) if waiting.person else len(self.people) + self.deliveries.index(waiting)
        return self.bucket.seconds_until_token(now, ahead, for_person=waiting.person)

    def waiting(self) -> int:
        return len(self.people) + len(self.deliveries)


class RateLimiter:
    """Turns at calling Slack. A 429 stops its workspace and method until Retry-After has passed."""

    def __init__(
        self,
        now: Callable[[], float],
        per_minute: float = MESSAGES_PER_MINUTE,
        burst: int = MESSAGE_BURST,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        *,
        slow_history: bool = False,
    ) -> None:
        """`now`: a monotonic clock in seconds; `sleep`: waits by that clock.

        `per_minute`, `burst`: of messages in a workspace. `slow_history`: Slack allows one look at a history a minute.
        """
        self._now = now
        self._sleep = sleep
        self._limits = {**METHOD_LIMITS, POST_METHOD: RateLimit(per_minute, burst, REPLY_RESERVE)}
        if slow_history:
            self._limits[HISTORY_METHOD] = SLOW_HISTORY_LIMIT
        self._slow: set[str] = set()
        self._lines: dict[tuple[str, str], _Line] = {}
        self._many = CLEANUP_THRESHOLD

    async def acquire(
        self,
        team_id: str,
        max_wait_seconds: float = math.inf,
        method: str = POST_METHOD,
        *,
        channel: str | None = None,
        for_person: bool = False,
    ) -> float:
        """Wait until this workspace may be called again, and take that turn: 0.0.

        If that would take longer than `max_wait_seconds` (seconds), the seconds that are missing, at once and without a
        turn. `channel`: the conversation that a message goes to has a pace of its own. `for_person`: someone waits for
        it.
        """
        lines = self._lines_of(team_id, method, channel)
        if self._is_free(lines, for_person):
            self._take(lines)
            return 0.0
        waiting, until = _Waiting(for_person), self._now() + max_wait_seconds
        for line in lines:
            line.join(waiting)
        try:
            while (seconds := self._missing(lines, waiting)) > 0:
                if self._now() + seconds > until:
                    return seconds
                await self._sleep(max(seconds, MIN_SLEEP_SECONDS))
            self._take(lines)
            return 0.0
        finally:
            for line in lines:
                line.leave(waiting)

    async def sleep(self, seconds: float) -> None:
        """Wait this long, by the pace's own clock."""
        await self._sleep(max(seconds, MIN_SLEEP_SECONDS))

    def acquire_at_once(self, team_id: str, method: str, channel: str | None = None) -> None:
        """Count a call that may not wait: Slack gives a modal three seconds. The others wait the longer."""
        self._take(self._lines_of(team_id, method, channel))

    def pause(self, team_id: str, seconds: float, method: str = POST_METHOD) -> None:
        """Let nothing pass for this long, and then one by one: Slack said that it was too much."""
        self._line(team_id, method).bucket.pause(self._now(), seconds)

    def available(self, team_id: str, method: str = POST_METHOD) -> int:
        """How many deliveries may go now, without one having to wait."""
        line = self._line(team_id, method)
        bucket, now = line.bucket, self._now()
        if bucket.seconds_until_token(now, line.waiting()) > 0:
            return 0
        return int(bucket.tokens) - bucket.limit.reserve - line.waiting()

    def seconds_until_available(self, team_id: str, method: str = POST_METHOD) -> float:
        """Seconds until there is room for a delivery; 0.0 if there is now."""
        line = self._line(team_id, method)
        return line.bucket.seconds_until_token(self._now(), line.waiting())

    def seconds_paused(self, team_id: str, method: str = POST_METHOD) -> float:
        """Seconds until what Slack asked to wait is over; 0.0 if it asked for nothing."""
        return max(self._line(team_id, method).bucket.counted_until - self._now(), 0.0)

    def set_slow_history(self, team_id: str) -> None:
        """Slack allows this workspace one look at a history a minute: it has said so."""
        self._slow.add(team_id)
        self._line(team_id, HISTORY_METHOD).bucket.change_limit(SLOW_HISTORY_LIMIT, self._now())

    def has_slow_history(self, team_id: str) -> bool:
        """Whether histories of this workspace may be read once a minute only."""
        return self._limit(team_id, HISTORY_METHOD) is SLOW_HISTORY_LIMIT

    def _is_free(self, lines: list[_Line], person: bool) -> bool:
        """Whether nobody waits and all have a token: the way that most go, without standing in line."""
        now = self._now()
        return all(
            not line.waiting() and line.bucket.seconds_until_token(now, for_person=person) == 0 for line in lines
        )

    def _missing(self, lines: list[_Line], waiting: _Waiting) -> float:
        now = self._now()
        return max(line.seconds(waiting, now) for line in lines)

    def _take(self, lines: list[_Line]) -> None:
        now = self._now()
        for line in lines:
            line.bucket.take(now)

    def _lines_of(self, team_id: str, method: str, channel: str | None) -> list[_Line]:
        self._forget_idle()
        lines = [self._line(team_id, method)]
        if method == POST_METHOD and channel is not None:
            lines.append(self._of((team_id, f"channel {channel}"), CHANNEL_LIMIT))
        return lines

    def _line(self, team_id: str, method: str) -> _Line:
        return self._of((team_id, method), self._limit(team_id, method))

    def _limit(self, team_id: str, method: str) -> RateLimit:
        if method == HISTORY_METHOD and team_id in self._slow:
            return SLOW_HISTORY_LIMIT
        return self._limits.get(method, TIER_3)

    def _of(self, key: tuple[str, str], limit: RateLimit) -> _Line:
        line = self._lines.get(key)
        if line is None:
            line = self._lines[key] = _Line(TokenBucket(limit, self._now()))
        return line

    def _forget_idle(self) -> None:
        """Drop what a new bucket would replace, each time that there are twice as many: memory stays with the busy."""
        if len(self._lines) < self._many:
            return
        now = self._now()
        self._lines = {key: line for key, line in self._lines.items() if line.waiting() or not line.bucket.is_idle(now)}
        self._many = max(CLEANUP_THRESHOLD, 2 * len(self._lines))
