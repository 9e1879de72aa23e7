"""Workspaces take turns: a large one doesn't delay small ones, nor does one that must wait."""

from hypothesis import given
from hypothesis import strategies as st

from bot.delivery.round_robin import RoundRobin

ROOMS = st.dictionaries(st.sampled_from([f"T{number}" for number in range(9)]), st.integers(0, 30), min_size=1)


def test_everyone_gets_as_much_as_the_others() -> None:
    assert RoundRobin().allocate(["T1", "T2", "T3"], 9) == {"T1": 3, "T2": 3, "T3": 3}


def test_whoever_was_left_over_comes_first_the_next_time() -> None:
    turns = RoundRobin()

    first = turns.allocate(["T1", "T2", "T3"], 2)
    second = turns.allocate(["T1", "T2", "T3"], 2)

    assert (list(first), list(second)) == (["T1", "T2"], ["T3", "T1"])


def test_what_one_has_no_room_for_goes_to_the_others() -> None:
    room = {"T1": 1, "T2": 0, "T3": 20}

    assert RoundRobin(room.__getitem__).allocate(list(room), 10) == {"T1": 1, "T3": 9}


def test_a_workspace_that_may_get_half_a_message_gets_none() -> None:
    assert RoundRobin(lambda _team: 0.5).allocate(["T1"], 10) == {}


@given(ROOMS, st.integers(1, 50))
def test_no_more_is_dealt_than_there_is_room_for_and_no_less(room: dict[str, int], limit: int) -> None:
    shares = RoundRobin(room.__getitem__).allocate(list(room), limit)

    assert all(0 < share <= room[team] for team, share in shares.items())
    assert sum(shares.values()) == min(limit, sum(room.values()))


@given(ROOMS, st.integers(1, 50))
def test_nobody_gets_two_more_than_another_who_has_room(room: dict[str, int], limit: int) -> None:
    shares = RoundRobin(room.__getitem__).allocate(list(room), limit)

    wanting = [shares.get(team, 0) for team in room if shares.get(team, 0) < room[team]]
    assert not wanting or max(shares.values()) - min(wanting) <= 1
