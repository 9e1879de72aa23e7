"""A simple reference for streaks and freezes: a line with one letter per working day, and sums over parts of it.

It shares nothing with `bot.domain.streak` and works differently. That module walks the days once with a running
balance; this one checks for each part of the line whether the freezes earned in it cover its missed days.
"""

from typing import NamedTuple


class Recount(NamedTuple):
    """The current and longest streak, the freezes left, and the indexes of missed days that a freeze covered."""

    current: int
    longest: int
    freezes: int
    covered: frozenset[int]
    broken_at: int | None


def recount(line: str) -> Recount:
    """Recount a line. `x`: practiced, `.`: missed, `r`: repaired."""
    begins = [0]
    while (broken_at := _first_break(line[begins[-1] :])) is not None:
        begins.append(begins[-1] + broken_at + 1)
    streaks = [line[start:end] for start, end in zip(begins, [*(each - 1 for each in begins[1:]), None], strict=True)]
    covered = {
        start + place
        for start, days in zip(begins, streaks, strict=True)
        for place, day in enumerate(days)
        if day == "."
    }
    return Recount(
        current=streaks[-1].count("x"),
        longest=max(days.count("x") for days in streaks),
        freezes=balance(streaks[-1]),
        covered=frozenset(covered),
        broken_at=begins[-1] - 1 if len(begins) > 1 else None,
    )


def balance(days: str) -> int:
    """Return the freezes left after these days of one streak; below zero, it broke.

    If the freezes never reached their maximum of two, this is everything earned minus everything used. Otherwise it is
    two plus what was earned minus what was used since they last did. The smallest of all such sums is the balance.
    """
    return min(
        _earned(days, 0) - days.count("."),
        *(2 + _earned(days, start) - days[start:].count(".") for start in range(len(days) + 1)),
    )


def _earned(days: str, start: int) -> int:
    """Return how many times the streak reached a multiple of ten in `days[start:]`."""
    return days.count("x") // 10 - days[:start].count("x") // 10


def _first_break(days: str) -> int | None:
    """Return the index of the first missed day that no freeze covers."""
    return next((place for place, day in enumerate(days) if day == "." and balance(days[: place + 1]) < 0), None)
