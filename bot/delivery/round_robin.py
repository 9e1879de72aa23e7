"""Whose turn it is: workspaces one after another, so that a large one does not hold up the small."""

import math
from collections.abc import Callable, Collection


def unlimited_capacity(_team_id: str) -> float:
    """As many as there are."""
    return math.inf


class RoundRobin:
    """Deals out what a claim may take, one each, and goes on where it stopped the last time."""

    def __init__(self, capacity: Callable[[str], float] = unlimited_capacity) -> None:
        """`capacity`: how many messages a workspace (team id) may get now. Asked from the thread of a transaction."""
        self._room = capacity
        self._last = ""

    def allocate(self, team_ids: Collection[str], limit: int, priority: Collection[str] = ()) -> dict[str, int]:
        """How many rows of each workspace may be taken now, at most `limit` in all; without those that have no room.

        `priority`: those among them where people wait for what they asked for; it is their turn before the others'.
        """
        in_turn = sorted(team_ids, key=lambda team_id: (team_id not in priority, team_id <= self._last, team_id))
        room: dict[str, int] = {}
        for team_id in in_turn:
            if len(room) == limit:
                break  # the others' turn comes with a later claim
            if (free := math.floor(min(self._room(team_id), limit))) > 0:
                room[team_id] = free
        waiting = list(room)
        shares = dict.fromkeys(waiting, 0)
        left = limit
        while waiting and left > 0:
            for team_id in waiting[:left]:
                shares[team_id] += 1
                self._last = team_id
            left -= min(left, len(waiting))
            waiting = [team_id for team_id in waiting if shares.get(team_id, 0) < room[team_id]]
        return shares
