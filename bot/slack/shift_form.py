"""Shifts as someone is entering them: kept in the modal from one form to the next, so that nothing typed is lost.

A field keeps what a person entered for as long as its block keeps its id (Slack's rule); a tap on a pattern shall
overwrite it, so each such tap begins a new `edition`, which the ids carry.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import (
    DAY_OFF,
    WORKDAY_SCHEDULE,
    AnySchedule,
    Roster,
    RotatingSchedule,
    ShiftHours,
    WeeklySchedule,
)
from bot.domain.schedule_problems import MAX_MESSAGE_MINUTES, MAX_SHIFT_CODES, find_schedule_problems
from bot.domain.shift_patterns import SHIFT_PATTERNS, get_pattern, guess_hours, parse_cycle
from bot.slack.form_values import entered

EVERY = "every"
"""The key of the hours that all days share. A day's is its number, a code's the code itself."""

FARTHEST = timedelta(days=365)
"""How far ahead a rotation may begin."""

NO_TIME = "Choose a time."

TYPED = ("cycle", "lesson_after", "day_end_before")
"""The fields that hold text."""

Times = Mapping[str, tuple[str, str]]
"""Start and end as pickers hold them (`07:00`; empty while none is chosen), by key."""


class ScheduleKind(StrEnum):
    """What the modal asks for."""

    WEEKLY = "weekly"
    ROTATION = "rotation"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class ShiftForm:
    """What stands in the modal, as entered."""

    form: ScheduleKind
    first: str
    """The date on which the cycle begins, ISO."""
    each_day: bool = False
    """Whether days have hours of their own."""
    days: tuple[int, ...] = ()
    times: Times = field(default_factory=dict)
    cycle: str = ""
    lesson_after: str = ""
    day_end_before: str = ""
    edition: int = 0

    @property
    def codes(self) -> tuple[str, ...]:
        """The different shifts of the cycle that are asked for their hours."""
        read, _ = parse_cycle(self.cycle)
        return tuple(code for code in dict.fromkeys(read) if code != DAY_OFF)[:MAX_SHIFT_CODES]

    @property
    def shown(self) -> tuple[str, ...]:
        """The keys of the hours that this form asks for."""
        if self.form is ScheduleKind.ROTATION:
            return self.codes
        if self.form is ScheduleKind.CALENDAR:
            return ()
        return tuple(str(day) for day in self.days) if self.each_day else (EVERY,)

    def times_of(self, key: str) -> tuple[str, str]:
        """The start and end entered under a key, or else a place to begin: as on all days, or as the code suggests."""
        if key in self.times:
            return self.times[key]
        return self.times_of(EVERY) if key.isdigit() else _as_picked(guess_hours(key))

    def block(self, name: str) -> str:
        """The id of the block that holds a field."""
        return f"{name}:{self.edition}"


def form_of_schedule(schedule: AnySchedule, today: date) -> ShiftForm:
    """The draft that shows a schedule as it is."""
    after, before = str(schedule.timing.lesson_after), str(schedule.timing.day_end_before)
    begun = ShiftForm(ScheduleKind.CALENDAR, today.isoformat(), lesson_after=after, day_end_before=before)
    match schedule:
        case WeeklySchedule():
            different = len(set(schedule.hours.values())) > 1
            times = {str(day): _as_picked(hours) for day, hours in schedule.hours.items()} if different else {}
            shared = next(iter(schedule.hours.values()), guess_hours("D"))
            return replace(
                begun,
                form=ScheduleKind.WEEKLY,
                each_day=different,
                days=tuple(sorted(schedule.hours)),
                times={EVERY: _as_picked(shared), **times},
            )
        case RotatingSchedule():
            return replace(
                begun,
                form=ScheduleKind.ROTATION,
                first=schedule.first_day.isoformat(),
                cycle=" ".join(schedule.cycle),
                times={code: _as_picked(hours) for code, hours in schedule.hours.items()},
            )
        case Roster():
            return begun


def with_kind(draft: ShiftForm, form: ScheduleKind) -> ShiftForm:
    """The draft in another form. The minutes of workdays, which someone begins with, give way to those of shifts."""
    if form is not ScheduleKind.WEEKLY and (draft.lesson_after, draft.day_end_before) == _minutes(
        WORKDAY_SCHEDULE.timing
    ):
        after, before = _minutes(MessageTiming())
        return replace(draft, form=form, lesson_after=after, day_end_before=before, edition=draft.edition + 1)
    return replace(draft, form=form)


def with_pattern(draft: ShiftForm, slug: str, today: date) -> ShiftForm:
    """The draft after a tap on a pattern. What it says nothing of stays: the other form, and minutes of one's own."""
    fresh = form_of_schedule(get_pattern(slug).schedule_from(today), today)
    minutes = (draft.lesson_after, draft.day_end_before)
    if minutes not in {
        _minutes(MessageTiming()),
        *(_minutes(each.schedule_from(today).timing) for each in SHIFT_PATTERNS),
    }:
        fresh = replace(fresh, lesson_after=minutes[0], day_end_before=minutes[1])
    if fresh.form is ScheduleKind.ROTATION:
        fresh = replace(fresh, days=draft.days, each_day=draft.each_day)
    else:
        fresh = replace(fresh, cycle=draft.cycle, first=draft.first)
    return replace(fresh, times={**draft.times, **fresh.times}, edition=draft.edition + 1)


def to_metadata(draft: ShiftForm) -> str:
    """The draft as a view carries it: under 3,000 characters, for the hours of codes no longer used are left out."""
    used = {EVERY, *map(str, range(7)), *draft.codes}
    kept = replace(draft, times={key: times for key, times in draft.times.items() if key in used})
    return json.dumps(asdict(kept), ensure_ascii=False, separators=(",", ":"))


def read_shift_form(view: Mapping[str, Any]) -> ShiftForm:
    """What stands in the modal now: what the view carries, and over it what was entered since."""
    carried = json.loads(view["private_metadata"])
    draft = ShiftForm(
        **{
            **carried,
            "form": ScheduleKind(carried["form"]),
            "days": tuple(carried["days"]),
            "times": {key: (start, end) for key, (start, end) in carried["times"].items()},
        }
    )
    filled = entered(view["state"]["values"])
    times = {
        key: (filled[f"start.{key}"] or "", filled[f"end.{key}"] or "")
        for key in draft.shown
        if f"start.{key}" in filled
    }
    typed: dict[str, Any] = {name: filled[name] or "" for name in TYPED if name in filled}
    return replace(
        draft,
        days=tuple(sorted(map(int, filled["days"]))) if "days" in filled else draft.days,
        times={**draft.times, **times},
        first=filled.get("first") or draft.first,
        **typed,
    )


def hours_shown_in(view: Mapping[str, Any]) -> frozenset[str]:
    """The keys of the hours that a view has fields for."""
    names = entered(view["state"]["values"])
    return frozenset(name.removeprefix("start.") for name in names if name.startswith("start."))


def read_schedule(
    draft: ShiftForm, present: AnySchedule, today: date, zone: ZoneInfo
) -> tuple[AnySchedule | None, dict[str, str]]:
    """The schedule that was entered, or every problem by the field it belongs to. `present`: whose roster stays."""
    errors: dict[str, str] = {}
    minutes = {}
    for name, typed in (("lesson_after", draft.lesson_after), ("day_end_before", draft.day_end_before)):
        try:
            minutes[name] = int(typed)
        except ValueError:
            errors[name] = f"Type a whole number of minutes, 0 to {MAX_MESSAGE_MINUTES}."
    for key in draft.shown:
        for name, at in zip(("start", "end"), draft.times_of(key), strict=True):
            if not at:
                errors[f"{name}.{key}"] = NO_TIME
    schedule = _schedule(draft, present, MessageTiming(**minutes))
    found = find_schedule_problems(schedule, zone) | _of_typed(draft, present, today)
    if draft.form is ScheduleKind.CALENDAR:
        found.pop("shifts", None)  # they were read when the calendar was added, and are not entered here
    if NO_TIME in errors.values():
        found = {name: words for name, words in found.items() if not name.startswith("hours.")}
    errors = {name.replace("hours.", "end."): words for name, words in found.items()} | errors
    return (None, errors) if errors else (schedule, {})


def _schedule(draft: ShiftForm, present: AnySchedule, timing: MessageTiming) -> AnySchedule:
    """What the draft means; where a time is missing, a usual one stands in."""
    hours = {key: _hours(key, *draft.times_of(key)) for key in draft.shown}
    match draft.form:
        case ScheduleKind.WEEKLY:
            return WeeklySchedule({day: hours[str(day) if draft.each_day else EVERY] for day in draft.days}, timing)
        case ScheduleKind.ROTATION:
            return RotatingSchedule(date.fromisoformat(draft.first), parse_cycle(draft.cycle)[0], hours, timing)
        case ScheduleKind.CALENDAR:
            return Roster(present.shifts if isinstance(present, Roster) else (), timing)


def _of_typed(draft: ShiftForm, present: AnySchedule, today: date) -> dict[str, str]:
    """Problems of what was typed, beside those of the schedule that it makes."""
    found = {}
    if draft.form is ScheduleKind.ROTATION:
        if unreadable := parse_cycle(draft.cycle)[1]:
            named = ", ".join(f"“{each[:8]}”" for each in unreadable[:3])
            found["cycle"] = f"I can't read {named}. Use a letter for each shift and - for a day off."
        if date.fromisoformat(draft.first) > today + FARTHEST:
            found["first"] = "Choose a day within a year from today."
    if draft.form is ScheduleKind.CALENDAR and not isinstance(present, Roster):
        found["lesson_after"] = "Add a calendar first, with the button above."
    return found


def _hours(key: str, start: str, end: str) -> ShiftHours:
    usual = guess_hours(key)
    return ShiftHours(
        time.fromisoformat(start) if start else usual.start, time.fromisoformat(end) if end else usual.end
    )


def _as_picked(hours: ShiftHours) -> tuple[str, str]:
    return f"{hours.start:%H:%M}", f"{hours.end:%H:%M}"


def _minutes(timing: MessageTiming) -> tuple[str, str]:
    return str(timing.lesson_after), str(timing.day_end_before)
