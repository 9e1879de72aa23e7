"""The arithmetic of a token bucket: how fast, how many at once, and what a "too much" of Slack's changes. No clock."""

from dataclasses import dataclass, field

REPEAT_WINDOW_SECONDS = 300.0
"""Seconds after a 429 during which another one counts as a repeated one."""

SLOWDOWN_FACTOR = 0.7
"""What a repeated 429 makes of the rate."""

MIN_RATE_SHARE = 0.1
"""The share of its full rate that a bucket keeps, however often Slack said that it was too much."""

RECOVERY_PER_SECOND = 0.05 / 60
"""Share of the full rate that comes back in a second without a 429: 5 % a minute."""

ROUNDING_TOLERANCE = 1e-9
"""What may be missing of a token: sums of fractions are not exact, and a wait for so little costs a millisecond."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A rate, how many may go at once after a quiet time, and how many beside these are kept for people.

    In any stretch of `seconds` at most `capacity + seconds * per_minute / 60` go.
    """

    per_minute: float
    burst: int
    reserve: int = 0

    @property
    def capacity(self) -> int:
        """What a full bucket holds."""
        return self.burst + self.reserve


@dataclass(slots=True)
class TokenBucket:
    """Tokens come at the limit's rate; each call takes one. Instants are seconds of a monotonic clock.

    Deliveries leave the reserve where it is, people take it. While deliveries wait, the bucket is never full, so that
    no token is lost: what people don't use goes to deliveries, at the full rate.
    """

    limit: RateLimit
    counted_until: float
    """Up to when tokens were counted; in the future while Slack has asked to wait."""
    tokens: float = field(init=False)
    rate_share: float = field(default=1.0, init=False)
    """How much of its rate the bucket has: less than all after repeated 429s."""
    last_paused_at: float = field(default=float("-inf"), init=False)

    def __post_init__(self) -> None:
        self.tokens = float(self.limit.capacity)

    def seconds_until_token(self, now: float, queued_before: int = 0, *, for_person: bool = False) -> float:
        """Seconds until there is a token for someone who has `queued_before` before them; 0.0 if there is one now."""
        self._count(now)
        missing = queued_before + 1 + (0 if for_person else self.limit.reserve) - self.tokens
        return max(self.counted_until - now, 0.0) + (missing / self._rate() if missing > ROUNDING_TOLERANCE else 0.0)

    def take(self, now: float) -> None:
        """Use a token, on credit if there is none: what may not wait makes the others wait, for one full bucket."""
        self._count(now)
        self.tokens = max(self.tokens - 1, -float(self.limit.capacity))

    def pause(self, now: float, seconds: float) -> None:
        """Slack said that it was too much: let nothing pass for this long, and then no burst.

        Said again soon after, the rate goes down. What was under way when it was said first doesn't count again.
        """
        self._count(now)
        if now >= self.counted_until:
            if now - self.last_paused_at < REPEAT_WINDOW_SECONDS:
                self.rate_share = max(self.rate_share * SLOWDOWN_FACTOR, MIN_RATE_SHARE)
            self.last_paused_at = now
        self.tokens = min(self.tokens, float(self.limit.reserve))
        self.counted_until = max(self.counted_until, now + seconds)

    def change_limit(self, limit: RateLimit, now: float) -> None:
        """Go by another limit from now on."""
        self._count(now)
        self.limit, self.tokens = limit, min(self.tokens, float(limit.capacity))

    def is_idle(self, now: float) -> bool:
        """Whether a new bucket would do as well."""
        self._count(now)
        return (
            self.tokens >= self.limit.capacity
            and self.rate_share == 1.0
            and now - self.last_paused_at >= REPEAT_WINDOW_SECONDS
        )

    def _count(self, now: float) -> None:
        """Add the tokens that have come since they were last counted."""
        if now <= self.counted_until:
            return
        passed = now - self.counted_until
        self.tokens = min(float(self.limit.capacity), self.tokens + passed * self._rate())
        self.rate_share = min(1.0, self.rate_share + passed * RECOVERY_PER_SECOND)
        self.counted_until = now

    def _rate(self) -> float:
        """Tokens a second."""
        return self.limit.per_minute / 60 * self.rate_share
