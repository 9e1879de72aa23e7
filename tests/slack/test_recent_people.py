"""Who did something lately is known without a row: Home is refreshed for those who opened it."""

from datetime import timedelta

from bot.slack.home_publisher import VIEWING_WINDOW
from bot.slack.recent_people import RecentPeople
from tests.builders import SetClock, at


def test_home_is_looked_at_for_an_hour_after_it_was_opened() -> None:
    clock = SetClock(at("2026-03-02 09:00"))
    homes = RecentPeople(clock, VIEWING_WINDOW)
    homes.record("U1")

    clock.now += VIEWING_WINDOW - timedelta(seconds=1)
    assert "U1" in homes
    assert "U2" not in homes
    clock.now += timedelta(seconds=1)
    assert "U1" not in homes


def test_opening_it_again_starts_the_hour_again() -> None:
    clock = SetClock(at("2026-03-02 09:00"))
    homes = RecentPeople(clock, VIEWING_WINDOW)
    homes.record("U1")
    clock.now += VIEWING_WINDOW / 2
    homes.record("U1")
    clock.now += VIEWING_WINDOW / 2

    assert "U1" in homes


def test_old_viewers_are_dropped() -> None:
    clock = SetClock(at("2026-03-02 09:00"))
    homes = RecentPeople(clock, VIEWING_WINDOW)
    for number in range(1000):
        homes.record(f"U{number}")
        clock.now += timedelta(minutes=1)

    assert len(homes) <= 60


def test_someone_who_deleted_their_data_is_dropped() -> None:
    homes = RecentPeople(SetClock(at("2026-03-02 09:00")), VIEWING_WINDOW)
    homes.record("U1")

    homes.forget("U1")
    homes.forget("U2")

    assert "U1" not in homes
