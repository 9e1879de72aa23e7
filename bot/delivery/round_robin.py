"""Shares a claim among workspaces in turn, so that a large one doesn't delay the small ones."""

import math
from collections.abc import Callable, Collection


def unlimited_capacity(_team_id: str) -> float:
    """Return infinity: no limit."""
    return math.inf


class RoundRobin:
    """Allocates the rows of a claim one per workspace in turn, and continues where it stopped last time."""

    def __init__(self, capacity: Callable[[str], float] = unlimited_capacity) -> None:
        """Create an allocator. `capacity` returns how many messages a workspace (team id) may get now.

        It is called from a transaction's thread.
        """
        self._capacity = capacity
        self._last = ""

    def allocate(self, team_ids: Collection[str], limit: int, priority: Collection[str] = ()) -> dict[str, int]:
        """Return how many rows each workspace may claim, at most `limit` in total; those without capacity don't appear.

        `priority` names the workspaces with requested deliveries; their turn comes first.
        """
        in_turn = sorted(team_ids, key=lambda team_id: (team_id not in priority, team_id <= self._last, team_id))
        capacity_by_team: dict[str, int] = {}
        for team_id in in_turn:
            if len(capacity_by_team) == limit:
                break  # the others get their turn in a later claim
            if (team_capacity := math.floor(min(self._capacity(team_id), limit))) > 0:
                capacity_by_team[team_id] = team_capacity
        waiting = list(capacity_by_team)
        allocation = dict.fromkeys(waiting, 0)
        remaining = limit
        while waiting and remaining > 0:
            for team_id in waiting[:remaining]:
                allocation[team_id] += 1
                self._last = team_id
            remaining -= min(remaining, len(waiting))
            waiting = [team_id for team_id in waiting if allocation.get(team_id, 0) < capacity_by_team[team_id]]
        return allocation
