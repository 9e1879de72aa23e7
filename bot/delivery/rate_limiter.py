"""Limits how fast Slack is called: a token bucket per workspace and method, with users' calls before deliveries.

Slack limits each method and workspace separately (https://docs.slack.dev/apis/web-api/rate-limits), and so does this: a
workspace that must wait doesn't block the others.
"""

import asyncio
import math
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field

from bot.delivery.token_bucket import RateLimit, TokenBucket

POST_METHOD = "chat.postMessage"
HISTORY_METHOD, REPLIES_METHOD = "conversations.history", "conversations.replies"
"""The methods that read messages. Slack slows both for apps sold outside its Marketplace."""

MESSAGES_PER_MINUTE = 300
"""Messages per minute and workspace. Slack says "several hundred" (chat.postMessage, special tier)."""

MESSAGE_BURST = 20
"""Messages that may be sent at once after a quiet time; Slack allows short bursts."""

REPLY_RESERVE = 5
"""Extra messages reserved for replies to users, so that replies never wait for deliveries."""


def tier_limit(per_minute: int, burst: int, reserve: int) -> RateLimit:
    """Return one of Slack's tiers as a limit that holds in any minute: the burst and reserve are taken off the rate."""
    return RateLimit(per_minute - burst - reserve, burst, reserve)


TIER_2 = tier_limit(20, burst=2, reserve=1)
TIER_3 = tier_limit(50, burst=5, reserve=3)
TIER_4 = tier_limit(100, burst=10, reserve=5)

METHOD_LIMITS = {
    "usergroups.list": TIER_2,
    "usergroups.users.list": TIER_2,
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
"""Slack's tiers by method. Methods not listed have tier 3."""

CHANNEL_LIMIT = RateLimit(per_minute=60, burst=3)
"""Messages in one conversation: one per second, with short bursts."""

SLOW_HISTORY_LIMIT = RateLimit(per_minute=1, burst=1)
"""Reading messages for apps sold outside Slack's Marketplace: one call per minute."""

MIN_SLEEP_SECONDS = 0.001
"""The shortest sleep in seconds: rounding can leave a wait too short for a clock to notice."""

CLEANUP_THRESHOLD = 1024
"""Number of buckets at which idle ones are first removed."""


@dataclass(eq=False, slots=True)
class _Caller:
    """A caller waiting for a token."""

    person: bool


@dataclass(slots=True)
class _Queue:
    """A bucket and its waiting callers: users first, then deliveries, each in order of arrival."""

    bucket: TokenBucket
    people: list[_Caller] = field(default_factory=list)
    deliveries: list[_Caller] = field(default_factory=list)

    def join(self, caller: _Caller) -> None:
        (self.people if caller.person else self.deliveries).append(caller)

    def leave(self, caller: _Caller) -> None:
        (self.people if caller.person else self.deliveries).remove(caller)

    def seconds(self, caller: _Caller, now: float) -> float:
        """Return how long this caller must wait, counting those ahead of it."""
        callers_ahead = self.people.index(caller) if caller.person else len(self.people) + self.deliveries.index(caller)
        return self.bucket.seconds_until_token(now, callers_ahead, for_person=caller.person)

    def length(self) -> int:
        return len(self.people) + len(self.deliveries)


class RateLimiter:
    """Hands out permission to call Slack. A 429 stops its workspace and method until Retry-After has passed."""

    def __init__(
        self,
        now: Callable[[], float],
        per_minute: float = MESSAGES_PER_MINUTE,
        burst: int = MESSAGE_BURST,
        sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
        *,
        slow_history: bool = False,
    ) -> None:
        """Create a limiter. `now` is a monotonic clock in seconds, and `sleep` waits by that clock.

        `per_minute` and `burst` limit messages per workspace. `slow_history`: Slack allows one history call per minute.
        """
        self._now = now
        self._sleep = sleep
        self._limits = {**METHOD_LIMITS, POST_METHOD: RateLimit(per_minute, burst, REPLY_RESERVE)}
        if slow_history:
            self._limits |= {HISTORY_METHOD: SLOW_HISTORY_LIMIT, REPLIES_METHOD: SLOW_HISTORY_LIMIT}
        self._slow: set[str] = set()
        self._queues: dict[tuple[str, str], _Queue] = {}
        self._cleanup_at = CLEANUP_THRESHOLD

    async def try_acquire(
        self,
        team_id: str,
        max_wait_seconds: float = math.inf,
        method: str = POST_METHOD,
        *,
        channel: str | None = None,
        for_person: bool = False,
    ) -> float:
        """Wait until this workspace may be called, use a token, and return 0.0.

        If that would take longer than `max_wait_seconds`, return the seconds still missing, at once and without using a
        token. `channel` is the conversation a message goes to; conversations have a limit of their own. `for_person`
        says that a user is waiting for this call.
        """
        queues = self._queues_of(team_id, method, channel)
        if self._is_free(queues, for_person):
            self._take(queues)
            return 0.0
        caller, until = _Caller(for_person), self._now() + max_wait_seconds
        for queue in queues:
            queue.join(caller)
        try:
            while (seconds := self._seconds_to_wait(queues, caller)) > 0:
                if self._now() + seconds > until:
                    return seconds
                await self._sleep(max(seconds, MIN_SLEEP_SECONDS))
            self._take(queues)
            return 0.0
        finally:
            for queue in queues:
                queue.leave(caller)

    async def sleep(self, seconds: float) -> None:
        """Sleep for some seconds, by the limiter's own clock."""
        await self._sleep(max(seconds, MIN_SLEEP_SECONDS))

    def acquire_at_once(self, team_id: str, method: str, channel: str | None = None) -> None:
        """Count a call that can't wait, such as opening a modal (Slack gives three seconds). Others wait longer
        instead."""
        self._take(self._queues_of(team_id, method, channel))

    def pause(self, team_id: str, seconds: float, method: str = POST_METHOD) -> None:
        """Stop calls for this long after a 429, and then allow no burst."""
        self._queue_of(team_id, method).bucket.pause(self._now(), seconds)

    def available(self, team_id: str, method: str = POST_METHOD) -> int:
        """Return how many deliveries may go now without waiting."""
        queue = self._queue_of(team_id, method)
        bucket, now = queue.bucket, self._now()
        if bucket.seconds_until_token(now, queue.length()) > 0:
            return 0
        return int(bucket.tokens) - bucket.limit.reserve - queue.length()

    def seconds_until_available(self, team_id: str, method: str = POST_METHOD) -> float:
        """Return the seconds until a delivery may go; 0.0 if one may go now."""
        queue = self._queue_of(team_id, method)
        return queue.bucket.seconds_until_token(self._now(), queue.length())

    def seconds_paused(self, team_id: str, method: str = POST_METHOD) -> float:
        """Return the seconds left of the pause that Slack asked for; 0.0 if there is none."""
        return max(self._queue_of(team_id, method).bucket.counted_until - self._now(), 0.0)

    def set_slow_history(self, team_id: str) -> None:
        """Record that Slack allows this workspace one history call per minute, as it just told us."""
        self._slow.add(team_id)
        for method in (HISTORY_METHOD, REPLIES_METHOD):
            self._queue_of(team_id, method).bucket.change_limit(SLOW_HISTORY_LIMIT, self._now())

    def has_slow_history(self, team_id: str) -> bool:
        """Return whether this workspace's histories may be read only once per minute."""
        return self._limit(team_id, HISTORY_METHOD) is SLOW_HISTORY_LIMIT

    def _is_free(self, queues: list[_Queue], person: bool) -> bool:
        """Return whether nobody waits and every bucket has a token: the common case, which skips the queue."""
        now = self._now()
        return all(
            not queue.length() and queue.bucket.seconds_until_token(now, for_person=person) == 0 for queue in queues
        )

    def _seconds_to_wait(self, queues: list[_Queue], caller: _Caller) -> float:
        now = self._now()
        return max(queue.seconds(caller, now) for queue in queues)

    def _take(self, queues: list[_Queue]) -> None:
        now = self._now()
        for queue in queues:
            queue.bucket.take(now)

    def _queues_of(self, team_id: str, method: str, channel: str | None) -> list[_Queue]:
        self._drop_idle()
        queues = [self._queue_of(team_id, method)]
        if method == POST_METHOD and channel is not None:
            queues.append(self._get_or_create((team_id, f"channel {channel}"), CHANNEL_LIMIT))
        return queues

    def _queue_of(self, team_id: str, method: str) -> _Queue:
        return self._get_or_create((team_id, method), self._limit(team_id, method))

    def _limit(self, team_id: str, method: str) -> RateLimit:
        if method in {HISTORY_METHOD, REPLIES_METHOD} and team_id in self._slow:
            return SLOW_HISTORY_LIMIT
        return self._limits.get(method, TIER_3)

    def _get_or_create(self, key: tuple[str, str], limit: RateLimit) -> _Queue:
        queue = self._queues.get(key)
        if queue is None:
            queue = self._queues[key] = _Queue(TokenBucket(limit, self._now()))
        return queue

    def _drop_idle(self) -> None:
        """Drop buckets that equal new ones whenever their number has doubled, so memory grows only with busy ones."""
        if len(self._queues) < self._cleanup_at:
            return
        now = self._now()
        self._queues = {
            key: queue for key, queue in self._queues.items() if queue.length() or not queue.bucket.is_idle(now)
        }
        self._cleanup_at = max(CLEANUP_THRESHOLD, 2 * len(self._queues))
