"""Shift patterns of hospitals: presets for the common ones, and a parser for a typed rotation cycle."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time

from bot.domain.schedule_kinds import (
    DAY_OFF,
    WORKDAY_SCHEDULE,
    AnySchedule,
    RotatingSchedule,
    ShiftHours,
    WeeklySchedule,
)
from bot.language import mark

DAY_SHIFT_HOURS = ShiftHours(time(7), time(19))
NIGHT_SHIFT_HOURS = ShiftHours(time(19), time(7))
EVENING_SHIFT_HOURS = ShiftHours(time(15), time(23))

_SEPARATORS = re.compile(r"[\s,;|/]+")
_DASHES = re.compile(r"^[-–—]+$")
_COUNTED = re.compile(r"^(\d{1,2})([A-Z][A-Z0-9]?|[-–—]|OFF)$")
_CODE = re.compile(r"^[A-Z][A-Z0-9]?$")


@dataclass(frozen=True, slots=True)
class ShiftPattern:
    """A common schedule and its usual name, marked. `schedule_from` builds the one that starts on a given first day."""

    slug: str
    name: str
    schedule_from: Callable[[date], AnySchedule]


def _rotation(*codes: str) -> Callable[[date], RotatingSchedule]:
    return lambda first: RotatingSchedule(first, codes, {"D": DAY_SHIFT_HOURS})


SHIFT_PATTERNS = (
    ShiftPattern("workdays", mark("Workdays"), lambda _first: WORKDAY_SCHEDULE),
    ShiftPattern(
        "three-days", mark("3×12 days"), lambda _first: WeeklySchedule(dict.fromkeys(range(3), DAY_SHIFT_HOURS))
    ),
    ShiftPattern(
        "three-nights", mark("3×12 nights"), lambda _first: WeeklySchedule(dict.fromkeys(range(3), NIGHT_SHIFT_HOURS))
    ),
    ShiftPattern("four-on", mark("4 on, 4 off"), _rotation(*"DDDD----")),
    ShiftPattern("two-two-three", mark("2-2-3"), _rotation(*"DD--DDD--DD---")),
)
"""The patterns that most shift workers have. Others can start from one and adjust it."""


def get_pattern(slug: str) -> ShiftPattern:
    """Return the pattern with this slug. Raises KeyError."""
    return {each.slug: each for each in SHIFT_PATTERNS}[slug]


def guess_hours(code: str) -> ShiftHours:
    """Return the hours that a code most likely means. The learner can correct them."""
    return {"N": NIGHT_SHIFT_HOURS, "E": EVENING_SHIFT_HOURS}.get(code[:1], DAY_SHIFT_HOURS)


def parse_cycle(typed: str) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return a typed cycle as codes, and the parts that can't be read.

    `D D N N - - - -`, `ddnn----`, `2D 2N 4-`, and `D, D, N, N, off, off, off, off` are the same. A code is a letter.
    Codes separated by spaces may have another letter or digit (`E1 L2 -`).
    """
    tokens = [token for token in _SEPARATORS.split(typed.strip().upper()) if token]
    codes: list[str] = []
    unreadable: list[str] = []
    for token in tokens:
        for code in _codes_of(token, alone=len(tokens) == 1):
            (codes if code == DAY_OFF or _CODE.match(code) else unreadable).append(code)
    return tuple(codes), tuple(dict.fromkeys(unreadable))


def _codes_of(token: str, *, alone: bool) -> list[str]:
    if token in {"OFF", "—"}:
        return [DAY_OFF]
    if counted := _COUNTED.match(token):
        return _codes_of(counted[2], alone=False) * int(counted[1])
    if not alone and _CODE.match(token) and len(set(token)) == len(token):
        return [token]
    # Phones turn two hyphens into one long dash.
    return [DAY_OFF if _DASHES.match(each) else each for each in token.replace("—", "--")]
