"""An event is had by one process at a time, left alone for 15 minutes once handled, and never lost by a crash."""

from datetime import datetime, timedelta

import pytest

from bot.storage import Store, events
from bot.storage.events import HANDLING, KEPT, Standing
from tests.builders import SetClock


@pytest.fixture
def now(clock: SetClock) -> datetime:
    return clock()


def test_the_first_process_that_meets_an_event_has_it(empty_store: Store, now: datetime) -> None:
    standings = [empty_store.run(events.take, "Ev1", now) for _ in range(3)]

    assert standings == [Standing.OURS, Standing.IN_HAND, Standing.IN_HAND]


def test_what_was_handled_is_left_alone_for_a_quarter_of_an_hour(empty_store: Store, now: datetime) -> None:
    empty_store.run(events.take, "Ev1", now)
    empty_store.run(events.keep, "Ev1", now)

    assert empty_store.run(events.take, "Ev1", now + timedelta(minutes=1)) is Standing.DONE
    assert empty_store.run(events.take, "Ev1", now + timedelta(minutes=14)) is Standing.DONE
    assert empty_store.run(events.take, "Ev1", now + KEPT) is Standing.OURS


def test_what_failed_is_free_at_once(empty_store: Store, now: datetime) -> None:
    empty_store.run(events.take, "Ev1", now)
    empty_store.run(events.forget, "Ev1")

    assert empty_store.run(events.take, "Ev1", now) is Standing.OURS


def test_what_a_killed_process_had_is_free_before_slack_sends_it_a_third_time(
    empty_store: Store, now: datetime
) -> None:
    empty_store.run(events.take, "Ev1", now)

    assert empty_store.run(events.take, "Ev1", now + timedelta(seconds=5)) is Standing.IN_HAND
    assert timedelta(minutes=1) > HANDLING
    assert empty_store.run(events.take, "Ev1", now + timedelta(minutes=1)) is Standing.OURS


def test_different_events_do_not_hinder_each_other(empty_store: Store, now: datetime) -> None:
    assert {empty_store.run(events.take, f"Ev{number}", now) for number in range(3)} == {Standing.OURS}


def test_the_sweep_takes_what_is_old_and_only_so_much_at_once(empty_store: Store, now: datetime) -> None:
    for number in range(5):
        empty_store.run(events.take, f"Ev{number}", now)
        empty_store.run(events.keep, f"Ev{number}", now)
    empty_store.run(events.take, "EvNew", now + KEPT)
    empty_store.run(events.keep, "EvNew", now + KEPT)

    swept = [empty_store.run(events.sweep, now, 2) for _ in range(4)]

    assert swept == [2, 2, 1, 0]
    assert empty_store.run(events.take, "EvNew", now + KEPT) is Standing.DONE
