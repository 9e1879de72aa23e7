"""Random schedules, zones, and years from a seed: the same number gives the same case on every machine."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo, available_timezones

from bot.domain.schedule import MessageTiming, Schedule
from bot.domain.schedule_kinds import FirstShiftOfWeek, Roster, RotatingSchedule, ShiftHours, WeeklySchedule
from tests.domain import plain_calendar
from tests.domain.builders import ODD_ZONES

ANY_ZONE = sorted(available_timezones() - {"localtime", "Factory"})
WORKED_CYCLES = ("DDNN----", "DDDD----", "DD--DDD--DD---", "NNN----", "D", "DEN-", "DDDDD--NNNNN--", "-D")
LENGTHS = (6, 8, 12, 12, 24)
"""Hours of common shifts."""


@dataclass(frozen=True)
class Case:
    """A schedule in a zone, and the two weeks of a year to check."""

    zone: ZoneInfo
    schedule: Schedule
    first: date

    @property
    def begins(self) -> datetime:
        """Midnight, UTC, of the first day to check."""
        return datetime.combine(self.first, time(), UTC)

    @property
    def ends(self) -> datetime:
        """Two weeks later."""
        return self.begins + timedelta(days=14)


def case(number: int) -> Case:
    """Return the case with this number. Half are at a clock change, and half of the zones have unusual rules."""
    draw = Random(number)  # noqa: S311  (cases, not secrets)
    zone = ZoneInfo(draw.choice(ODD_ZONES) if draw.random() < 0.5 else draw.choice(ANY_ZONE))
    # Before the 1970s some zones' offsets included seconds, but the plain calendar counts minutes.
    year = draw.randint(2024, 2036) if draw.random() < 0.7 else draw.randint(1975, 2036)
    changes = plain_calendar.days_of_change(zone, year)
    at_change = bool(changes) and draw.random() < 0.5
    first = (
        draw.choice(changes) - timedelta(days=draw.randint(1, 12))
        if at_change
        else date(year, 1, 1) + timedelta(days=draw.randint(0, 364))
    )
    kind: Callable[[Random, date], Schedule] = draw.choice((weekly, rotation, roster))
    schedule = kind(draw, first)
    return Case(zone, FirstShiftOfWeek(schedule) if draw.random() < 0.2 else schedule, first)


def weekly(draw: Random, near: date) -> WeeklySchedule:
    """Draw a weekly schedule with the same or different hours for each day."""
    days = draw.sample(range(7), draw.randint(1, 7))
    same = hours(draw) if draw.random() < 0.7 else None
    return WeeklySchedule({day: same or hours(draw) for day in days}, timing(draw))


def rotation(draw: Random, near: date) -> RotatingSchedule:
    """Draw a typical or random cycle that began long ago or is about to begin."""
    codes = draw.choice(WORKED_CYCLES) if draw.random() < 0.5 else draw.choices("DEN-", k=draw.randint(1, 28))
    began = near + timedelta(days=draw.randint(-400, 10))
    return RotatingSchedule(began, tuple(codes), {code: hours(draw) for code in "DEN"}, timing(draw))


def roster(draw: Random, near: date) -> Roster:
    """Draw single shifts from a week before to two and a half weeks after. A few overlap."""
    start = datetime.combine(near - timedelta(days=7), time(draw.randint(0, 23)), UTC)
    spans = []
    while start.date() < near + timedelta(days=18):
        length = 60 * draw.choice(LENGTHS) if draw.random() < 0.8 else draw.randint(1, 24 * 60)
        spans.append((start, start + timedelta(minutes=length)))
        rest = 60 * draw.choice((0, 8, 12, 16, 36, 60)) if draw.random() < 0.8 else draw.randint(-length // 2, 4000)
        start += timedelta(minutes=max(1, length + rest))
    return Roster(tuple(spans), timing(draw))


def hours(draw: Random) -> ShiftHours:
    """Draw a start on a quarter hour, on any minute, or around clock changes, and an end some hours later."""
    hour = draw.randint(0, 3) if draw.random() < 0.3 else draw.randint(0, 23)
    minute = draw.choice((0, 15, 30, 45)) if draw.random() < 0.7 else draw.randint(0, 59)
    start = datetime.combine(date(2000, 1, 1), time(hour, minute))
    length = 60 * draw.choice(LENGTHS) if draw.random() < 0.7 else draw.randint(1, 24 * 60)
    return ShiftHours(start.time(), (start + timedelta(minutes=length)).time())


def timing(draw: Random) -> MessageTiming:
    """Draw message times, mostly the defaults, and sometimes by the clock."""
    by_clock = [time(draw.randint(0, 23), draw.choice((0, 15, 30, 59))) if draw.random() < 0.3 else None for _ in "12"]
    minutes = (20, 25) if draw.random() < 0.5 else (draw.randint(0, 240), draw.randint(0, 240))
    return MessageTiming(*minutes, *by_clock)
