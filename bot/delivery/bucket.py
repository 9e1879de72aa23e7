"""The arithmetic of a token bucket: how fast, how many at once, and what a "too much" of Slack's changes. No clock."""

from dataclasses import dataclass, field

REMEMBERED = 300.0
"""Seconds after a 429 during which another one counts as a repeated one."""

SLOWER = 0.7
"""What a repeated 429 makes of the rate."""

SLOWEST = 0.1
"""The share of its full rate that a bucket keeps, however often Slack said that it was too much."""

RECOVERY = 0.05 / 60
"""Share of the full rate that comes back in a second without a 429: 5 % a minute."""

ROUNDING = 1e-9
"""What may be missing of a token: sums of fractions are not exact, and a wait for so little costs a millisecond."""


@dataclass(frozen=True, slots=True)
class Limit:
    """A rate, how many may go at once after a quiet time, and how many beside these are kept for people.

    In any stretch of `seconds` at most `at_once + seconds * per_minute / 60` go.
    """

    per_minute: float
    burst: int
    reserve: int = 0

    @property
    def at_once(self) -> int:
        """What a full bucket holds."""
        return self.burst + self.reserve


@dataclass(slots=True)
class Bucket:
    """Tokens come at the limit's rate; each call takes one. Instants are seconds of a monotonic clock.

    Deliveries leave the reserve where it is, people take it. While deliveries wait, the bucket is never full, so that
    no token is lost: what people don't use goes to deliveries, at the full rate.
    """

    limit: Limit
    at: float
    """Up to when tokens were counted; in the future while Slack has asked to wait."""
    tokens: float = field(init=False)
    share: float = field(default=1.0, init=False)
    """How much of its rate the bucket has: less than all after repeated 429s."""
    held_at: float = field(default=float("-inf"), init=False)

    def __post_init__(self) -> None:
        self.tokens = float(self.limit.at_once)

    def seconds(self, now: float, ahead: int = 0, *, person: bool = False) -> float:
        """Seconds until there is a token for someone who has `ahead` before them; 0.0 if there is one now."""
        self._count(now)
        missing = ahead + 1 + (0 if person else self.limit.reserve) - self.tokens
        return max(self.at - now, 0.0) + (missing / self._rate() if missing > ROUNDING else 0.0)

    def take(self, now: float) -> None:
        """Use a token, on credit if there is none: what may not wait makes the others wait, for one full bucket."""
        self._count(now)
        self.tokens = max(self.tokens - 1, -float(self.limit.at_once))

    def hold(self, now: float, seconds: float) -> None:
        """Slack said that it was too much: let nothing pass for this long, and then no burst.

        Said again soon after, the rate goes down. What was under way when it was said first doesn't count again.
        """
        self._count(now)
        if now >= self.at:
            if now - self.held_at < REMEMBERED:
                self.share = max(self.share * SLOWER, SLOWEST)
            self.held_at = now
        self.tokens = min(self.tokens, float(self.limit.reserve))
        self.at = max(self.at, now + seconds)

    def change(self, limit: Limit, now: float) -> None:
        """Go by another limit from now on."""
        self._count(now)
        self.limit, self.tokens = limit, min(self.tokens, float(limit.at_once))

    def is_like_new(self, now: float) -> bool:
        """Whether a new bucket would do as well."""
        self._count(now)
        return self.tokens >= self.limit.at_once and self.share == 1.0 and now - self.held_at >= REMEMBERED

    def _count(self, now: float) -> None:
        """Add the tokens that have come since they were last counted."""
        if now <= self.at:
            return
        passed = now - self.at
        self.tokens = min(float(self.limit.at_once), self.tokens + passed * self._rate())
        self.share = min(1.0, self.share + passed * RECOVERY)
        self.at = now

    def _rate(self) -> float:
        """Tokens a second."""
        return self.limit.per_minute / 60 * self.share
