"""The token bucket's arithmetic: never above the limit, nothing lost, users first, slower after repeated 429s."""

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bot.delivery.rate_limiter import METHOD_LIMITS
from bot.delivery.token_bucket import (
    MIN_RATE_SHARE,
    RECOVERY_PER_SECOND,
    REPEAT_WINDOW_SECONDS,
    SLOWDOWN_FACTOR,
    RateLimit,
    TokenBucket,
)

LIMITS = st.builds(RateLimit, st.floats(1, 1000), st.integers(1, 30), st.integers(0, 10))
GAPS = st.lists(st.tuples(st.floats(0, 20), st.booleans()), min_size=1, max_size=80)
"""Callers: how many seconds after the previous one, and whether it's a user."""

ROUNDING = 1e-6


def passes(bucket: TokenBucket, arrivals: list[tuple[float, bool]]) -> list[float]:
    """When each of these callers got a token, if each waits as long as it must before the next one comes."""
    now, passed = 0.0, []
    for gap, person in arrivals:
        now += gap
        while (seconds := bucket.seconds_until_token(now, for_person=person)) > 0:
            now += max(seconds, ROUNDING)
        bucket.take(now)
        passed.append(now)
    return passed


def most_in(seconds: float, instants: list[float]) -> int:
    """The most calls in any period of this length."""
    return max(sum(1 for each in instants if start <= each < start + seconds) for start in instants)


@given(LIMITS, GAPS, st.floats(0.1, 120))
def test_no_stretch_of_time_ever_has_more_than_the_limit(
    limit: RateLimit, arrivals: list[tuple[float, bool]], seconds: float
) -> None:
    passed = passes(TokenBucket(limit, 0.0), arrivals)

    assert most_in(seconds, passed) <= limit.capacity + seconds * limit.per_minute / 60 + ROUNDING


@given(st.sampled_from(sorted(METHOD_LIMITS)), st.booleans())
def test_no_minute_has_more_than_slacks_tier(method: str, person: bool) -> None:
    tier = METHOD_LIMITS[method].per_minute + METHOD_LIMITS[method].capacity

    passed = passes(TokenBucket(METHOD_LIMITS[method], 0.0), [(0.0, person)] * 200)

    assert most_in(60.0, passed) <= tier


@given(LIMITS, st.lists(st.floats(0, 1), max_size=40), st.integers(1, 200))
def test_while_deliveries_wait_no_token_is_lost(limit: RateLimit, people: list[float], deliveries: int) -> None:
    """Deliveries get what users don't take: the last one waits only for what users took."""
    bucket, now = TokenBucket(limit, 0.0), 0.0
    arrivals = sorted(people)
    for _ in range(deliveries):
        while (seconds := bucket.seconds_until_token(now)) > 0:
            until = now + max(seconds, ROUNDING)
            while arrivals and arrivals[0] <= until:
                bucket.take(max(now, arrivals.pop(0)))
            now = until
        bucket.take(now)

    owed = max(deliveries + len(people) - limit.burst, 0)
    assert now <= owed * (60 / limit.per_minute + ROUNDING)


@given(LIMITS, st.integers(0, 50))
def test_a_person_finds_a_token_at_once_however_many_deliveries_have_just_gone(limit: RateLimit, before: int) -> None:
    bucket = TokenBucket(limit, 0.0)
    passed = passes(bucket, [(0.0, False)] * before)
    now = passed[-1] if passed else 0.0

    waits = [bucket.seconds_until_token(now, ahead, for_person=True) for ahead in range(limit.reserve)]

    assert all(wait == 0 for wait in waits)


@given(LIMITS, st.data(), st.floats(0, 60))
def test_after_the_seconds_it_names_there_is_a_token_and_not_before(
    limit: RateLimit, data: st.DataObject, held: float
) -> None:
    bucket, ahead = TokenBucket(limit, 0.0), data.draw(st.integers(0, limit.burst - 1))
    for _ in range(limit.capacity):
        bucket.take(0.0)
    bucket.pause(0.0, held)

    seconds = bucket.seconds_until_token(0.0, ahead)

    assert seconds >= held
    assert bucket.seconds_until_token(seconds * 0.99, ahead) > 0
    assert bucket.seconds_until_token(seconds + ROUNDING, ahead) <= ROUNDING


def test_what_may_not_wait_goes_on_credit_and_the_next_ones_wait_for_it() -> None:
    bucket = TokenBucket(RateLimit(per_minute=60, burst=2), 0.0)

    for _ in range(4):
        bucket.take(0.0)

    assert bucket.seconds_until_token(0.0, for_person=True) == 3.0


def test_credit_ends_with_one_full_bucket() -> None:
    bucket = TokenBucket(RateLimit(per_minute=60, burst=2), 0.0)

    for _ in range(1000):
        bucket.take(0.0)

    assert bucket.seconds_until_token(0.0, for_person=True) == 3.0


def test_one_429_is_waited_for_and_the_rate_stays() -> None:
    bucket = TokenBucket(RateLimit(per_minute=60, burst=2), 0.0)

    bucket.pause(0.0, 30)

    assert bucket.seconds_until_token(0.0, 1) == 32.0


def test_repeated_429s_make_it_slower_each_time_but_never_stop_it() -> None:
    bucket, now, rates = TokenBucket(RateLimit(per_minute=60, burst=1), 0.0), 0.0, []

    for _ in range(20):
        bucket.pause(now, 1)
        now += 1
        rates.append(1 / bucket.seconds_until_token(now))
        now += bucket.seconds_until_token(now)

    assert rates[:2] == [1.0, pytest.approx(SLOWDOWN_FACTOR)]
    assert rates == sorted(rates, reverse=True)
    assert rates[-1] == pytest.approx(MIN_RATE_SHARE, rel=0.1)


def test_the_429s_of_what_was_under_way_together_count_once() -> None:
    bucket = TokenBucket(RateLimit(per_minute=60, burst=1), 0.0)

    for moment in range(10):
        bucket.pause(moment * 0.1, 30)

    assert bucket.rate_share == 1.0


def test_a_429_long_after_another_is_none_of_a_series() -> None:
    bucket = TokenBucket(RateLimit(per_minute=60, burst=1), 0.0)
    bucket.pause(0.0, 1)

    bucket.pause(REPEAT_WINDOW_SECONDS, 1)

    assert bucket.rate_share == 1.0


def test_the_rate_comes_back_slowly() -> None:
    bucket = TokenBucket(RateLimit(per_minute=60, burst=1), 0.0)
    bucket.pause(0.0, 0)
    bucket.pause(1.0, 0)

    bucket.seconds_until_token(61.0)
    after_a_minute = bucket.rate_share
    bucket.seconds_until_token(1.0 + (1 - SLOWDOWN_FACTOR) / RECOVERY_PER_SECOND + 1)

    assert after_a_minute == pytest.approx(SLOWDOWN_FACTOR + 0.05)
    assert bucket.rate_share == 1.0


def test_a_slower_limit_leaves_no_more_tokens_than_it_allows() -> None:
    bucket = TokenBucket(RateLimit(per_minute=50, burst=5), 0.0)

    bucket.change_limit(RateLimit(per_minute=1, burst=1), 0.0)
    bucket.take(0.0)

    assert bucket.seconds_until_token(0.0) == 60.0


@example(RateLimit(1.0, 1, 0), [(4.563978863297457, False)])
@given(LIMITS, GAPS)
def test_a_bucket_that_is_like_new_behaves_as_a_new_one(limit: RateLimit, arrivals: list[tuple[float, bool]]) -> None:
    bucket = TokenBucket(limit, 0.0)
    now = passes(bucket, arrivals)[-1] + 60 * limit.capacity

    assert bucket.is_idle(now)
    assert [bucket.seconds_until_token(now, ahead) for ahead in range(5)] == [
        TokenBucket(limit, now).seconds_until_token(now, ahead) for ahead in range(5)
    ]
