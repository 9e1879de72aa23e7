"""One process at a time handles an event. It is ignored for 15 minutes once handled, and never lost by a crash."""

from datetime import datetime, timedelta

import pytest

from bot.storage import Store, once_only_events
from bot.storage.once_only_events import DONE_RETENTION, HANDLING_TIMEOUT, EventClaim
from tests.builders import SetClock


@pytest.fixture
def now(clock: SetClock) -> datetime:
    return clock()


def test_the_first_process_that_meets_an_event_has_it(empty_store: Store, now: datetime) -> None:
    standings = [empty_store.run(once_only_events.claim_event, "Ev1", now) for _ in range(3)]

    assert standings == [EventClaim.CLAIMED, EventClaim.BEING_HANDLED, EventClaim.BEING_HANDLED]


def test_a_process_with_a_slow_clock_knows_that_an_event_is_being_handled(empty_store: Store, now: datetime) -> None:
    empty_store.run(once_only_events.claim_event, "Ev1", now)

    behind = now - timedelta(milliseconds=1)
    assert empty_store.run(once_only_events.claim_event, "Ev1", behind) is EventClaim.BEING_HANDLED


def test_what_was_handled_is_left_alone_for_a_quarter_of_an_hour(empty_store: Store, now: datetime) -> None:
    empty_store.run(once_only_events.claim_event, "Ev1", now)
    empty_store.run(once_only_events.mark_event_done, "Ev1", now)

    assert empty_store.run(once_only_events.claim_event, "Ev1", now + timedelta(minutes=1)) is EventClaim.ALREADY_DONE
    assert empty_store.run(once_only_events.claim_event, "Ev1", now + timedelta(minutes=14)) is EventClaim.ALREADY_DONE
    assert empty_store.run(once_only_events.claim_event, "Ev1", now + DONE_RETENTION) is EventClaim.CLAIMED


def test_what_failed_is_free_at_once(empty_store: Store, now: datetime) -> None:
    empty_store.run(once_only_events.claim_event, "Ev1", now)
    empty_store.run(once_only_events.release_event, "Ev1")

    assert empty_store.run(once_only_events.claim_event, "Ev1", now) is EventClaim.CLAIMED


def test_what_a_killed_process_had_is_free_before_slack_sends_it_a_third_time(
    empty_store: Store, now: datetime
) -> None:
    empty_store.run(once_only_events.claim_event, "Ev1", now)

    assert empty_store.run(once_only_events.claim_event, "Ev1", now + timedelta(seconds=5)) is EventClaim.BEING_HANDLED
    assert timedelta(minutes=1) > HANDLING_TIMEOUT
    assert empty_store.run(once_only_events.claim_event, "Ev1", now + timedelta(minutes=1)) is EventClaim.CLAIMED


def test_different_events_do_not_hinder_each_other(empty_store: Store, now: datetime) -> None:
    assert {empty_store.run(once_only_events.claim_event, f"Ev{number}", now) for number in range(3)} == {
        EventClaim.CLAIMED
    }


def test_the_sweep_takes_what_is_old_and_only_so_much_at_once(empty_store: Store, now: datetime) -> None:
    for number in range(5):
        empty_store.run(once_only_events.claim_event, f"Ev{number}", now)
        empty_store.run(once_only_events.mark_event_done, f"Ev{number}", now)
    empty_store.run(once_only_events.claim_event, "EvNew", now + DONE_RETENTION)
    empty_store.run(once_only_events.mark_event_done, "EvNew", now + DONE_RETENTION)

    swept = [empty_store.run(once_only_events.delete_old_events, now, 2) for _ in range(4)]

    assert swept == [2, 2, 1, 0]
    assert empty_store.run(once_only_events.claim_event, "EvNew", now + DONE_RETENTION) is EventClaim.ALREADY_DONE
