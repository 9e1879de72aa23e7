"""A plain re-count of streaks and freezes: a line with a letter for each working day, and sums over stretches of it.

It shares nothing with `bot.domain.streak`, and goes another way: where that walks the days once and keeps a balance,
this asks of each stretch of days whether the freezes earned in it cover what was missed in it.
"""

from typing import NamedTuple


class Recount(NamedTuple):
    """Current and longest streak, freezes ready, and the places in the line of missed days that were covered."""

    current: int
    longest: int
    freezes: int
    covered: frozenset[int]
    broken_at: int | None


def recount(line: str) -> Recount:
    """`line`: `x` practised, `.` missed, `r` made up."""
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
    """Freezes left after these days of one streak; below zero: it broke.

    What was earned less what was used since the start, or two less what was used since the purse was last full,
    whichever is least: the purse was full at some point, or it never was.
    """
    return min(
        _earned(days, 0) - days.count("."),
        *(2 + _earned(days, start) - days[start:].count(".") for start in range(len(days) + 1)),
    )


def _earned(days: str, start: int) -> int:
    """How many times the streak reached a multiple of ten in `days[start:]`."""
    return days.count("x") // 10 - days[:start].count("x") // 10


def _first_break(days: str) -> int | None:
    """The place of the first missed day that no freeze covers."""
    return next((place for place, day in enumerate(days) if day == "." and balance(days[: place + 1]) < 0), None)
