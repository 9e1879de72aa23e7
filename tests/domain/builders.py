"""Values for the domain tests: lessons, and strategies for zones, schedules, and dates."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

from hypothesis import strategies as st

from bot.domain.lesson import Lesson, Option, Question, Skill
from bot.domain.schedule import DueMessage, MessageTiming, Schedule, find_next_message
from bot.domain.schedule_kinds import (
    FirstShiftOfWeek,
    Roster,
    RotatingSchedule,
    ShiftHours,
    WeeklySchedule,
    weekly_around_messages,
)
from tests.domain import plain_calendar

BERLIN = ZoneInfo("Europe/Berlin")
EVERY_DAY = frozenset(range(7))
NIGHTS = weekly_around_messages(frozenset({0, 1, 2, 3}), time(22, 0), time(6, 0))
"""Monday to Thursday nights into the next date: lesson at 22:00, day end at 06:00, shift end at 06:30."""
DAYS_AND_NIGHTS = RotatingSchedule(
    date(2026, 3, 2), tuple("DDNN----"), {"D": ShiftHours(time(7), time(19)), "N": ShiftHours(time(19), time(7))}
)
"""Two days, two nights, and four days off, from a Monday on."""

ODD_ZONES = (
    "Africa/Casablanca",  # an hour back for Ramadan
    "Africa/Cairo",  # changes at midnight
    "America/Havana",  # midnight missing, and 00:30 twice
    "America/New_York",
    "America/Nuuk",  # the last hour of a Saturday missing
    "America/Santiago",  # midnight missing, 23:30 twice
    "America/St_Johns",  # half-hour offset; until 2011 set back from 00:01 to the day before
    "Antarctica/Casey",  # three hours at a time
    "Antarctica/Troll",  # two hours at a time
    "Asia/Beirut",
    "Asia/Kathmandu",
    "Asia/Kolkata",
    "Atlantic/Azores",
    "Australia/Lord_Howe",  # half an hour at a time
    "Etc/GMT+12",
    "Europe/Berlin",
    "Europe/Dublin",  # summer time is the standard there
    "Pacific/Apia",  # no 30 December 2011
    "Pacific/Chatham",  # three quarters of an hour off, changes at 02:45
    "Pacific/Kiritimati",  # UTC+14; no 31 December 1994
    "Pacific/Kwajalein",  # no 21 August 1993
)

# Before the 1970s some zones' offsets included seconds, but the plain calendar counts minutes.
YEARS = st.one_of(st.integers(2024, 2036), st.integers(1975, 2036))

zones = st.one_of(
    st.sampled_from(ODD_ZONES), st.sampled_from(sorted(available_timezones() - {"localtime", "Factory"}))
).map(ZoneInfo)

clock_times = st.one_of(
    st.builds(time, st.integers(0, 23), st.sampled_from([0, 15, 30, 45])),
    st.builds(time, st.integers(0, 3), st.integers(0, 59)),
    st.builds(time, st.integers(0, 23), st.integers(0, 59)),
)

hours = st.builds(ShiftHours, clock_times, clock_times)

timings = st.one_of(st.just(MessageTiming()), st.builds(MessageTiming, st.integers(0, 240), st.integers(0, 240)))

working_days = st.one_of(st.just(EVERY_DAY), st.frozensets(st.integers(0, 6), min_size=1), st.just(frozenset(range(5))))

weekly_rules = st.one_of(
    st.builds(weekly_around_messages, working_days, clock_times, clock_times),
    st.builds(WeeklySchedule, st.dictionaries(st.integers(0, 6), hours, min_size=1), timings),
)

cycles = st.lists(st.sampled_from("DN-"), min_size=1, max_size=12).filter(lambda codes: set(codes) != {"-"}).map(tuple)


def rotations(near: date) -> st.SearchStrategy[RotatingSchedule]:
    """Draw a rotation that began in recent weeks or begins in coming weeks."""
    begins = st.integers(-30, 8).map(lambda days: near + timedelta(days=days))
    return st.builds(RotatingSchedule, begins, cycles, st.fixed_dictionaries({"D": hours, "N": hours}), timings)


def rosters(near: date) -> st.SearchStrategy[Roster]:
    """Draw consecutive shifts from a week before a date on. Some overlap, and some share a date."""
    rests_and_lengths = st.tuples(st.integers(0, 60 * 60), st.integers(1, 24 * 60))
    start = datetime.combine(near, time(), UTC) - timedelta(days=7)
    return st.builds(
        lambda steps, timing: Roster(tuple(_laid_out(start, steps)), timing),
        st.lists(rests_and_lengths, min_size=1, max_size=20),
        timings,
    )


def _laid_out(start: datetime, steps: list[tuple[int, int]]) -> Iterator[tuple[datetime, datetime]]:
    for rest, length in steps:
        start += timedelta(minutes=rest)
        yield start, start + timedelta(minutes=length)


def schedules(near: date) -> st.SearchStrategy[Schedule]:
    """Draw any kind of schedule with shifts around a date."""
    each_shift = st.one_of(weekly_rules, rotations(near), rosters(near))
    return st.one_of(each_shift, each_shift, each_shift, st.builds(FirstShiftOfWeek, each_shift))


def days_near_changes(zone: ZoneInfo) -> st.SearchStrategy[date]:
    """Draw any date, often within three days of a clock change."""
    return YEARS.flatmap(lambda year: _days_of(zone, year))


def _days_of(zone: ZoneInfo, year: int) -> st.SearchStrategy[date]:
    any_day = st.dates(date(year, 1, 1), date(year, 12, 31))
    changes = plain_calendar.days_of_change(zone, year)
    if not changes:
        return any_day
    near = st.builds(lambda day, off: day + timedelta(days=off), st.sampled_from(changes), st.integers(-3, 3))
    return st.one_of(near, near, any_day)


def utc(text: str) -> datetime:
    """Return the instant that a text such as '2026-11-01 05:30' names in UTC."""
    return datetime.fromisoformat(f"{text}+00:00")


def met(schedule: Schedule, zone: ZoneInfo, after: datetime, until: datetime) -> list[DueMessage]:
    """Return every message between two instants, found as the tick does, from one message's time to the next."""
    found: list[DueMessage] = []
    while (due := find_next_message(schedule, zone, after)) and due.due_at <= until:
        assert due.due_at > after, "a message in the past"
        found.append(due)
        after = due.due_at
    return found


def walk(schedule: Schedule, zone: ZoneInfo, after: str, until: str) -> list[tuple[str, date, datetime]]:
    """Return the same messages with instants as UTC text, which is easier to read."""
    return [(due.kind, due.learning_day, due.due_at) for due in met(schedule, zone, utc(after), utc(until))]


def lesson(lesson_id: str, skill: str = "finance") -> Lesson:
    """Return a lesson of a skill. Everything else is the same in each."""
    return Lesson(
        id=lesson_id,
        title="Read the budget line by line",
        skill=Skill(slug=skill, name=skill.capitalize(), command=None, scope="Budgets of one department"),
        level="core",
        minutes=3,
        tip="Compare this month with the same month last year.",
        why="A season explains more than a month.",
        try_today="Pick the three largest lines.",
        words="“What changed since last March?”",
        situations=("The overtime line has doubled.",),
        question=Question(
            scenario="Overtime has doubled.",
            stem="What comes first?",
            options=(
                Option("A", "Look at the roster.", correct=True, explanation="It shows where the hours went."),
                Option("B", "Forbid overtime.", correct=False, explanation="It hides the cause."),
                Option("C", "Wait a month.", correct=False, explanation="It costs a month."),
            ),
        ),
        reflection="Which line surprised you?",
        evidence="Guidance",
        sources=(),
        checked_on=date(2026, 1, 5),
    )
