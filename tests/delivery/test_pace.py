"""The token bucket: bursts pass, then one by one; a 429 holds its workspace alone."""

import pytest

from bot.delivery.pace import Pace


class Seconds:
    """A monotonic clock that moves only when something waits or the test says so."""

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
def pace(seconds: Seconds) -> Pace:
    """One message a second, three at once."""
    return Pace(seconds, per_minute=60, burst=3, sleep=seconds.sleep)


async def test_a_burst_passes_and_then_they_go_one_by_one(pace: Pace, seconds: Seconds) -> None:
    for _ in range(6):
        await pace.turn("T1")

    assert seconds.waits == [1.0, 1.0, 1.0]


async def test_after_a_quiet_time_a_burst_passes_again_and_not_more(pace: Pace, seconds: Seconds) -> None:
    for _ in range(3):
        await pace.turn("T1")
    seconds.now += 3600

    for _ in range(4):
        await pace.turn("T1")

    assert seconds.waits == [1.0]


async def test_tokens_come_back_in_part(pace: Pace, seconds: Seconds) -> None:
    for _ in range(3):
        await pace.turn("T1")
    seconds.now += 0.25

    await pace.turn("T1")

    assert seconds.waits == [0.75]


async def test_each_workspace_has_its_own_pace(pace: Pace, seconds: Seconds) -> None:
    for _ in range(3):
        await pace.turn("T1")

    await pace.turn("T2")

    assert seconds.waits == []


async def test_a_hold_lets_nothing_pass_and_no_burst_after_it(pace: Pace, seconds: Seconds) -> None:
    pace.hold("T1", 30)

    await pace.turn("T1")
    await pace.turn("T1")

    assert seconds.waits == [31.0, 1.0]


async def test_a_hold_of_one_workspace_leaves_others_alone(pace: Pace, seconds: Seconds) -> None:
    pace.hold("T1", 30)

    await pace.turn("T2")

    assert seconds.waits == []


async def test_a_shorter_hold_does_not_shorten_a_longer_one(pace: Pace, seconds: Seconds) -> None:
    pace.hold("T1", 30)
    pace.hold("T1", 1)

    await pace.turn("T1")

    assert seconds.waits == [31.0]


async def test_whoever_is_in_a_hurry_is_told_how_long_it_would_take(pace: Pace, seconds: Seconds) -> None:
    pace.hold("T1", 30)

    assert await pace.turn("T1", patience=10) == 31.0
    assert seconds.waits == []


async def test_a_turn_within_patience_is_waited_for(pace: Pace, seconds: Seconds) -> None:
    pace.hold("T1", 9)

    assert await pace.turn("T1", patience=10) == 0.0
    assert seconds.waits == [10.0]


async def test_a_turn_that_was_not_taken_stays_for_the_next(pace: Pace, seconds: Seconds) -> None:
    pace.hold("T1", 30)
    await pace.turn("T1", patience=1)
    seconds.now += 31

    assert await pace.turn("T1", patience=0) == 0.0
