"""If Slack accepts less than the operator configured, the limiter finds the real rate and loses no message."""

import asyncio

import pytest

from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.token_bucket import RateLimit, TokenBucket
from tests.bench.simulated import SimulatedLoop

BELIEVED = 300
"""Messages per minute that the operator configured."""


class StrictSlack:
    """Accepts a fixed number of messages per minute; the others get a 429 and are never accepted."""

    def __init__(self, per_minute: float) -> None:
        self.bucket = TokenBucket(RateLimit(per_minute, burst=20), 0.0)
        self.taken = 0
        self.refused = 0

    def post(self, now: float) -> float:
        """Return 0.0, or the whole seconds to wait."""
        if (seconds := self.bucket.seconds_until_token(now)) > 0:
            self.refused += 1
            return max(1.0, float(round(seconds)))
        self.bucket.take(now)
        self.taken += 1
        return 0.0


async def send(rate_limiter: RateLimiter, slack: StrictSlack, messages: int) -> float:
    """Post with twenty concurrent posters until everything is accepted. Return the seconds it took."""
    loop = asyncio.get_running_loop()
    left = messages

    async def post_all() -> None:
        nonlocal left
        while left > 0:
            left -= 1
            await rate_limiter.try_acquire("T1")
            await asyncio.sleep(0.2)
            if seconds := slack.post(loop.time()):
                rate_limiter.pause("T1", seconds)
                left += 1

    await asyncio.gather(*(post_all() for _ in range(20)))
    return loop.time()


@pytest.mark.parametrize("takes", [100, 200, 290])
def test_where_slack_takes_less_all_arrives_nearly_as_fast_as_it_takes_it(takes: int) -> None:
    slack = StrictSlack(takes)
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        loop = runner.get_loop()

        took = runner.run(send(RateLimiter(loop.time, BELIEVED), slack, 3000))

    at_best = (3000 - 20) / takes * 60
    assert slack.taken == 3000
    assert took <= 1.35 * at_best
    assert slack.refused <= 0.1 * 3000


def test_where_slack_takes_it_nothing_is_refused_or_slowed() -> None:
    slack = StrictSlack(BELIEVED + 30)
    with asyncio.Runner(loop_factory=SimulatedLoop) as runner:
        loop = runner.get_loop()

        took = runner.run(send(RateLimiter(loop.time, BELIEVED), slack, 3000))

    assert slack.refused == 0
    assert took == pytest.approx((3000 - 20) / BELIEVED * 60, rel=0.01)
