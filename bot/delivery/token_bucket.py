"""The arithmetic of a token bucket: rate, burst, and how Slack's 429s slow it down. It has no clock of its own."""

from dataclasses import dataclass, field

REPEAT_WINDOW_SECONDS = 300.0
"""Seconds after a 429 during which another one counts as repeated."""

SLOWDOWN_FACTOR = 0.7
"""A repeated 429 multiplies the rate by this."""

MIN_RATE_SHARE = 0.1
"""The lowest share of the full rate, however many 429s there were."""

RECOVERY_PER_SECOND = 0.05 / 60
"""Share of the full rate regained per second without a 429: 5% per minute."""

ROUNDING_TOLERANCE = 1e-9
"""The part of a token that may be missing: sums of fractions are inexact, and waiting for so little costs 1 ms."""


@dataclass(frozen=True, slots=True)
class RateLimit:
    """A rate, a burst after a quiet time, and a reserve for users on top of the burst.

    Any period of `seconds` allows at most `capacity + seconds * per_minute / 60` calls.
    """

    per_minute: float
    burst: int
    reserve: int = 0

    @property
    def capacity(self) -> int:
        """The tokens in a full bucket."""
        return self.burst + self.reserve


@dataclass(slots=True)
class TokenBucket:
    """Tokens are added at the limit's rate, and each call takes one. Instants are seconds of a monotonic clock.

    Deliveries leave the reserve alone; users may take it. While deliveries wait, the bucket is never full, so no token
    is lost: deliveries get what users don't take, at the full rate.
    """

    limit: RateLimit
    counted_until: float
    """The instant up to which tokens have been added; in the future while Slack has asked us to wait."""
    tokens: float = field(init=False)
    rate_share: float = field(default=1.0, init=False)
    """The share of the full rate that applies; below 1 after repeated 429s."""
    last_paused_at: float = field(default=float("-inf"), init=False)

    def __post_init__(self) -> None:
        self.tokens = float(self.limit.capacity)

    def seconds_until_token(self, now: float, queued_before: int = 0, *, for_person: bool = False) -> float:
        """Return the seconds until there is a token for a caller with `queued_before` callers ahead; 0.0 if now."""
        self._add_tokens(now)
        missing = queued_before + 1 + (0 if for_person else self.limit.reserve) - self.tokens
        return max(self.counted_until - now, 0.0) + (missing / self._rate() if missing > ROUNDING_TOLERANCE else 0.0)

    def take(self, now: float) -> None:
        """Use a token, on credit if there is none: a call that can't wait delays others, by at most one full bucket."""
        self._add_tokens(now)
        self.tokens = max(self.tokens - 1, -float(self.limit.capacity))

    def pause(self, now: float, seconds: float) -> None:
        """Allow nothing for this long after a 429, and then no burst.

        A 429 soon after another lowers the rate. Calls that were already under way at the first 429 don't count as
        repeated.
        """
        self._add_tokens(now)
        if now >= self.counted_until:
            if now - self.last_paused_at < REPEAT_WINDOW_SECONDS:
                self.rate_share = max(self.rate_share * SLOWDOWN_FACTOR, MIN_RATE_SHARE)
            self.last_paused_at = now
        self.tokens = min(self.tokens, float(self.limit.reserve))
        self.counted_until = max(self.counted_until, now + seconds)

    def change_limit(self, limit: RateLimit, now: float) -> None:
        """Use another limit from now on."""
        self._add_tokens(now)
        self.limit, self.tokens = limit, min(self.tokens, float(limit.capacity))

    def is_idle(self, now: float) -> bool:
        """Return whether a new bucket would behave the same."""
        self._add_tokens(now)
        return (
            self.tokens >= self.limit.capacity
            and self.rate_share == 1.0
            and now - self.last_paused_at >= REPEAT_WINDOW_SECONDS
        )

    def _add_tokens(self, now: float) -> None:
        """Add the tokens for the time since the last count."""
        if now <= self.counted_until:
            return
        passed = now - self.counted_until
        self.tokens += passed * self._rate()
        if self.tokens > self.limit.capacity - ROUNDING_TOLERANCE:
            self.tokens = float(self.limit.capacity)
        self.rate_share = min(1.0, self.rate_share + passed * RECOVERY_PER_SECOND)
        self.counted_until = now

    def _rate(self) -> float:
        """Return the tokens per second."""
        return self.limit.per_minute / 60 * self.rate_share
