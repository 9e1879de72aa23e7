"""Rate limits: bursts, then one by one, users first; a 429 stops only its workspace and method."""

import asyncio

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.delivery.rate_limiter import CLEANUP_THRESHOLD, HISTORY_METHOD, REPLY_RESERVE, RateLimiter
from tests.examples import many


class Seconds:
    """A monotonic clock that moves only when something waits or the test moves it."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.now += seconds


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def rate_limiter(seconds: Seconds) -> RateLimiter:
    """One message per second, with a burst of three."""
    return RateLimiter(seconds, per_minute=60, burst=3, sleep=seconds.sleep)


async def test_a_burst_passes_and_then_they_go_one_by_one(rate_limiter: RateLimiter, seconds: Seconds) -> None:
    for _ in range(6):
        await rate_limiter.try_acquire("T1")

    assert seconds.waits == [1.0, 1.0, 1.0]


async def test_after_a_quiet_time_a_burst_passes_again_and_not_more(
    rate_limiter: RateLimiter, seconds: Seconds
) -> None:
    for _ in range(3):
        await rate_limiter.try_acquire("T1")
    seconds.now += 3600

    for _ in range(4):
        await rate_limiter.try_acquire("T1")

    assert seconds.waits == [1.0]


async def test_tokens_come_back_in_part(rate_limiter: RateLimiter, seconds: Seconds) -> None:
    for _ in range(3):
        await rate_limiter.try_acquire("T1")
    seconds.now += 0.25

    await rate_limiter.try_acquire("T1")

    assert seconds.waits == [0.75]


async def test_each_workspace_has_its_own_pace(rate_limiter: RateLimiter, seconds: Seconds) -> None:
    for _ in range(3):
        await rate_limiter.try_acquire("T1")

    await rate_limiter.try_acquire("T2")

    assert seconds.waits == []


async def test_a_hold_lets_nothing_pass_and_no_burst_after_it(rate_limiter: RateLimiter, seconds: Seconds) -> None:
    rate_limiter.pause("T1", 30)

    await rate_limiter.try_acquire("T1")
    await rate_limiter.try_acquire("T1")

    assert seconds.waits == [31.0, 1.0]


async def test_a_hold_of_one_workspace_leaves_others_alone(rate_limiter: RateLimiter, seconds: Seconds) -> None:
    rate_limiter.pause("T1", 30)

    await rate_limiter.try_acquire("T2")

    assert seconds.waits == []


async def test_a_shorter_hold_does_not_shorten_a_longer_one(rate_limiter: RateLimiter, seconds: Seconds) -> None:
    rate_limiter.pause("T1", 30)
    rate_limiter.pause("T1", 1)

    await rate_limiter.try_acquire("T1")

    assert seconds.waits == [31.0]


async def test_whoever_is_in_a_hurry_is_told_how_long_it_would_take(
    rate_limiter: RateLimiter, seconds: Seconds
) -> None:
    rate_limiter.pause("T1", 30)

    assert await rate_limiter.try_acquire("T1", max_wait_seconds=10) == 31.0
    assert seconds.waits == []


async def test_a_turn_within_patience_is_waited_for(rate_limiter: RateLimiter, seconds: Seconds) -> None:
    rate_limiter.pause("T1", 9)

    assert await rate_limiter.try_acquire("T1", max_wait_seconds=10) == 0.0
    assert seconds.waits == [10.0]


async def test_a_turn_that_was_not_taken_stays_for_the_next(rate_limiter: RateLimiter, seconds: Seconds) -> None:
    rate_limiter.pause("T1", 30)
    await rate_limiter.try_acquire("T1", max_wait_seconds=1)
    seconds.now += 31

    assert await rate_limiter.try_acquire("T1", max_wait_seconds=0) == 0.0


class Simulated:
    """A clock for many concurrent waiters: when all of them wait, it jumps to the next wake-up."""

    def __init__(self) -> None:
        self.now = 0.0
        self._sleepers: list[tuple[float, int, asyncio.Event]] = []
        self._number = 0

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        woken, self._number = asyncio.Event(), self._number + 1
        self._sleepers.append((self.now + seconds, self._number, woken))
        await woken.wait()

    async def run(self, *work) -> None:
        tasks = [asyncio.ensure_future(each) for each in work]
        while not all(task.done() for task in tasks):
            for _ in range(3):
                await asyncio.sleep(0)
            if self._sleepers:
                self._sleepers.sort()
                at, _, woken = self._sleepers.pop(0)
                self.now = max(self.now, at)
                woken.set()
        await asyncio.gather(*tasks)


def crowd(clock: Simulated) -> tuple[RateLimiter, list[tuple[str, float]]]:
    """A limit of one message per second with almost no burst, and a record of who passed when."""
    return RateLimiter(clock, per_minute=60, burst=1, sleep=clock.sleep), []


async def test_people_overtake_the_deliveries_that_wait() -> None:
    clock = Simulated()
    rate_limiter, passed = crowd(clock)
    rate_limiter.pause("T1", 0)
    for _ in range(REPLY_RESERVE):
        rate_limiter.acquire_at_once("T1", "chat.postMessage")

    async def call(name: str, *, person: bool) -> None:
        await rate_limiter.try_acquire("T1", for_person=person)
        passed.append((name, clock.now))

    await clock.run(*(call(f"lesson {n}", person=False) for n in range(3)), call("reply", person=True))

    assert [name for name, _ in passed] == ["reply", "lesson 0", "lesson 1", "lesson 2"]


async def test_replies_to_people_go_at_once_in_the_middle_of_a_rush(
    rate_limiter: RateLimiter, seconds: Seconds
) -> None:
    for _ in range(10):
        await rate_limiter.try_acquire("T1")
    seconds.waits.clear()

    for _ in range(REPLY_RESERVE):
        await rate_limiter.try_acquire("T1", for_person=True)

    assert seconds.waits == []


async def test_what_people_took_is_put_back_before_the_next_delivery(
    rate_limiter: RateLimiter, seconds: Seconds
) -> None:
    for _ in range(3):
        await rate_limiter.try_acquire("T1")
    for _ in range(2):
        await rate_limiter.try_acquire("T1", for_person=True)

    await rate_limiter.try_acquire("T1")

    assert sum(seconds.waits) == pytest.approx(3.0)


async def test_those_who_wait_are_served_in_the_order_in_which_they_came() -> None:
    clock = Simulated()
    rate_limiter, passed = crowd(clock)

    async def call(name: str) -> None:
        await rate_limiter.try_acquire("T1")
        passed.append((name, clock.now))

    await clock.run(*(call(str(number)) for number in range(6)))

    assert [(name, round(at, 2)) for name, at in passed] == [(str(n), float(n)) for n in range(6)]


async def test_whoever_gives_up_waiting_makes_room_for_the_next() -> None:
    clock = Simulated()
    rate_limiter, _ = crowd(clock)
    await rate_limiter.try_acquire("T1")
    gave_up = asyncio.create_task(rate_limiter.try_acquire("T1"))
    await asyncio.sleep(0)
    gave_up.cancel()
    await asyncio.wait({gave_up})

    assert rate_limiter.seconds_until_available("T1") == 1.0


async def test_a_429_of_one_method_leaves_the_others_alone(rate_limiter: RateLimiter, seconds: Seconds) -> None:
    rate_limiter.pause("T1", 30, HISTORY_METHOD)

    assert await rate_limiter.try_acquire("T1", max_wait_seconds=0) == 0.0
    assert await rate_limiter.try_acquire("T1", 0, HISTORY_METHOD) > 29


async def test_room_is_what_may_go_now(rate_limiter: RateLimiter, seconds: Seconds) -> None:
    assert rate_limiter.available("T1") == 3

    await rate_limiter.try_acquire("T1")
    assert (rate_limiter.available("T1"), rate_limiter.seconds_until_available("T1")) == (2, 0.0)
    await rate_limiter.try_acquire("T1")
    await rate_limiter.try_acquire("T1")
    assert (rate_limiter.available("T1"), rate_limiter.seconds_until_available("T1")) == (0, 1.0)
    seconds.now += 2.5
    assert rate_limiter.available("T1") == 2


async def test_there_is_no_room_while_slack_has_asked_to_wait(rate_limiter: RateLimiter, seconds: Seconds) -> None:
    rate_limiter.pause("T1", 30)

    assert (rate_limiter.available("T1"), rate_limiter.seconds_until_available("T1")) == (0, 31.0)


async def test_a_rest_goes_by_the_same_clock(rate_limiter: RateLimiter, seconds: Seconds) -> None:
    await rate_limiter.sleep(2.5)

    assert seconds.waits == [2.5]


async def test_how_long_slack_asked_to_wait_can_be_asked(rate_limiter: RateLimiter, seconds: Seconds) -> None:
    rate_limiter.pause("T1", 30)
    seconds.now += 10

    assert (rate_limiter.seconds_paused("T1"), rate_limiter.seconds_paused("T1", HISTORY_METHOD)) == (20.0, 0.0)


async def test_those_who_wait_already_leave_no_room() -> None:
    clock = Simulated()
    rate_limiter = RateLimiter(clock, per_minute=60, burst=5, sleep=clock.sleep)
    rate_limiter.pause("T1", 0)
    waiting = asyncio.create_task(rate_limiter.try_acquire("T1"))
    await asyncio.sleep(0)
    clock.now += 3

    assert rate_limiter.available("T1") == 2
    waiting.cancel()


async def test_a_conversation_gets_a_message_a_second_after_a_burst(seconds: Seconds) -> None:
    rate_limiter = RateLimiter(seconds, sleep=seconds.sleep)

    for _ in range(5):
        await rate_limiter.try_acquire("T1", channel="D1")
    await rate_limiter.try_acquire("T1", channel="D2")

    assert seconds.waits == [1.0, 1.0]


async def test_other_methods_do_not_count_for_a_conversation(seconds: Seconds) -> None:
    rate_limiter = RateLimiter(seconds, sleep=seconds.sleep)

    for _ in range(5):
        await rate_limiter.try_acquire("T1", method="chat.update", channel="D1")

    assert seconds.waits == []


async def test_what_may_not_wait_is_counted_all_the_same(seconds: Seconds) -> None:
    rate_limiter = RateLimiter(seconds, sleep=seconds.sleep)

    for _ in range(20):
        rate_limiter.acquire_at_once("T1", "views.open")

    assert await rate_limiter.try_acquire("T1", 0, "views.open", for_person=True) > 0


async def test_a_history_that_may_be_read_once_a_minute_is(seconds: Seconds) -> None:
    rate_limiter = RateLimiter(seconds, sleep=seconds.sleep, slow_history=True)

    for _ in range(3):
        await rate_limiter.try_acquire("T1", method=HISTORY_METHOD)

    assert seconds.waits == [60.0, 60.0]
    assert rate_limiter.has_slow_history("T1")


async def test_slack_may_say_later_that_a_workspaces_histories_are_slow(seconds: Seconds) -> None:
    rate_limiter = RateLimiter(seconds, sleep=seconds.sleep)
    await rate_limiter.try_acquire("T1", method=HISTORY_METHOD)

    rate_limiter.set_slow_history("T1")
    await rate_limiter.try_acquire("T1", method=HISTORY_METHOD)
    await rate_limiter.try_acquire("T1", method=HISTORY_METHOD)

    assert seconds.waits == [60.0]
    assert (rate_limiter.has_slow_history("T1"), rate_limiter.has_slow_history("T2")) == (True, False)


async def test_memory_holds_the_busy_and_not_all_who_ever_were(seconds: Seconds) -> None:
    rate_limiter = RateLimiter(seconds, sleep=seconds.sleep)

    for number in range(20 * CLEANUP_THRESHOLD):
        await rate_limiter.try_acquire("T1", channel=f"D{number}")

    assert len(rate_limiter._queues) <= 2 * CLEANUP_THRESHOLD


async def test_what_slack_said_is_not_forgotten_with_the_idle(seconds: Seconds) -> None:
    rate_limiter = RateLimiter(seconds, sleep=seconds.sleep)
    rate_limiter.set_slow_history("T1")
    rate_limiter.pause("T2", 30)

    for number in range(2 * CLEANUP_THRESHOLD):
        rate_limiter.acquire_at_once(f"T{number + 10}", "views.open")

    assert rate_limiter.has_slow_history("T1")
    assert rate_limiter.seconds_until_available("T2") > 30


@settings(deadline=None, max_examples=many(30))
@given(st.lists(st.integers(1, 30), min_size=1, max_size=5), st.integers(60, 600), st.integers(1, 10))
def test_every_workspace_gets_its_whole_rate_whatever_the_others_want(
    sizes: list[int], per_minute: int, burst: int
) -> None:
    clock = Simulated()
    rate_limiter = RateLimiter(clock, per_minute, burst, clock.sleep)
    last: dict[str, float] = {}

    async def call(team: str) -> None:
        await rate_limiter.try_acquire(team)
        last[team] = max(last.get(team, 0.0), clock.now)

    asyncio.run(clock.run(*(call(f"T{team}") for team, size in enumerate(sizes) for _ in range(size))))

    for team, size in enumerate(sizes):
        assert last[f"T{team}"] == pytest.approx(max(size - burst, 0) * 60 / per_minute, abs=0.01)
