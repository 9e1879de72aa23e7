"""Shifts as someone is entering them. The modal carries them from one form to the next, and nothing typed is lost.

Slack keeps what a person entered in a field as long as its block keeps its id. A tap on a pattern must overwrite it, so
each tap starts a new `edition`, which is part of the ids.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from datetime import date, time, timedelta
from enum import StrEnum
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.formats import Formats
from bot.domain.message_times import drop_unused_times, with_clock_times_of
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
from bot.language import gettext as _
from bot.language import mark
from bot.slack.form_values import entered

EVERY = "every"
"""The key of the hours that all days share. A single day's key is its number, a shift code's key is the code."""

MAX_START_AHEAD = timedelta(days=365)
"""How far ahead a rotation may start."""

NO_TIME = mark("Choose a time.")

_FIELDS = {"lesson_at": "lesson_after", "day_end_at": "day_end_before"}
"""The fields beside which a problem with a clock time is shown. The clock times themselves are in the settings."""

TYPED = ("cycle", "lesson_after", "day_end_before")
"""The fields that hold text."""

Times = Mapping[str, tuple[str, str]]
"""Start and end as time pickers hold them (`07:00`, or empty if none is chosen), by key."""


class ScheduleKind(StrEnum):
    """The kind of schedule that the modal asks for."""

    WEEKLY = "weekly"
    ROTATION = "rotation"
    CALENDAR = "calendar"


@dataclass(frozen=True, slots=True)
class ShiftForm:
    """What is entered in the modal."""

    form: ScheduleKind
    first: str
    """The date on which the cycle starts, in ISO format."""
    each_day: bool = False
    """Whether each day has its own hours."""
    days: tuple[int, ...] = ()
    times: Times = field(default_factory=dict)
    cycle: str = ""
    lesson_after: str = ""
    day_end_before: str = ""
    edition: int = 0
    confirmed_24_hours: tuple[str, ...] = ()
    """The shifts that are known to last 24 hours, by key and start: saved before, or asked about."""

    @property
    def codes(self) -> tuple[str, ...]:
        """The different shift codes of the cycle, up to the most that are asked for hours."""
        read = dict.fromkeys(parse_cycle(self.cycle)[0])
        return tuple(code for code in read if code != DAY_OFF)[:MAX_SHIFT_CODES]

    @property
    def shown(self) -> tuple[str, ...]:
        """The keys of the hours that this form asks for."""
        if self.form is ScheduleKind.ROTATION:
            return self.codes
        if self.form is ScheduleKind.CALENDAR:
            return ()
        return tuple(str(day) for day in self.days) if self.each_day else (EVERY,)

    def times_of(self, key: str) -> tuple[str, str]:
        """The start and end entered for a key, or else a default: the hours of all days, or what the code suggests."""
        if key in self.times:
            return self.times[key]
        return self.times_of(EVERY) if key.isdigit() else _to_pickers(guess_hours(key))

    @property
    def keys_of_24_hours(self) -> tuple[str, ...]:
        """The keys of the shifts that start and end at the same time, which may be a slip."""
        return tuple(key for key in self.shown if (times := self.times_of(key))[0] and times[0] == times[1])

    @property
    def keys_to_confirm(self) -> tuple[str, ...]:
        """The keys of the shifts of 24 hours that aren't known to be meant."""
        return tuple(key for key in self.keys_of_24_hours if self._name_24_hours(key) not in self.confirmed_24_hours)

    def confirmed(self) -> "ShiftForm":
        """Return the form with all of its 24-hour shifts as confirmed: they were asked about, or saved before."""
        return replace(self, confirmed_24_hours=tuple(map(self._name_24_hours, self.keys_of_24_hours)))

    def _name_24_hours(self, key: str) -> str:
        return f"{key} {self.times_of(key)[0]}"

    def block(self, name: str) -> str:
        """Return the id of a field's block."""
        return f"{name}:{self.edition}"


def form_of_schedule(schedule: AnySchedule, today: date) -> ShiftForm:
    """Build the form that shows this schedule. Its 24-hour shifts are meant."""
    return _form_of_schedule(schedule, today).confirmed()


def _form_of_schedule(schedule: AnySchedule, today: date) -> ShiftForm:
    after, before = str(schedule.timing.lesson_after), str(schedule.timing.day_end_before)
    begun = ShiftForm(ScheduleKind.CALENDAR, today.isoformat(), lesson_after=after, day_end_before=before)
    match schedule:
        case WeeklySchedule():
            different = len(set(schedule.hours.values())) > 1
            times = {str(day): _to_pickers(hours) for day, hours in schedule.hours.items()} if different else {}
            shared = next(iter(schedule.hours.values()), guess_hours("D"))
            return replace(
                begun,
                form=ScheduleKind.WEEKLY,
                each_day=different,
                days=tuple(sorted(schedule.hours)),
                times={EVERY: _to_pickers(shared), **times},
            )
        case RotatingSchedule():
            return replace(
                begun,
                form=ScheduleKind.ROTATION,
                first=schedule.first_day.isoformat(),
                cycle=" ".join(schedule.cycle),
                times={code: _to_pickers(hours) for code, hours in schedule.hours.items()},
            )
        case Roster():
            return begun


def with_kind(draft: ShiftForm, form: ScheduleKind) -> ShiftForm:
    """Switch to another kind. The default minutes of workdays are replaced with the default minutes of shifts."""
    if form is not ScheduleKind.WEEKLY and (draft.lesson_after, draft.day_end_before) == _minutes(
        WORKDAY_SCHEDULE.timing
    ):
        after, before = _minutes(MessageTiming())
        return replace(draft, form=form, lesson_after=after, day_end_before=before, edition=draft.edition + 1)
    return replace(draft, form=form)


def with_pattern(draft: ShiftForm, slug: str, today: date) -> ShiftForm:
    """Apply a pattern. What it doesn't set stays: the other kind's fields, and minutes that someone changed."""
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
    """Encode the form for a view. Hours of unused codes are dropped to stay under Slack's 3,000 characters."""
    used = {EVERY, *map(str, range(7)), *draft.codes}
    trimmed = replace(draft, times={key: times for key, times in draft.times.items() if key in used})
    return json.dumps(asdict(trimmed), ensure_ascii=False, separators=(",", ":"))


def read_shift_form(view: Mapping[str, Any]) -> ShiftForm:
    """Read the form from a view: what its metadata carries, overwritten by what was entered since."""
    carried = json.loads(view["private_metadata"])
    draft = ShiftForm(
        **{
            **carried,
            "form": ScheduleKind(carried["form"]),
            "days": tuple(carried["days"]),
            "confirmed_24_hours": tuple(carried.get("confirmed_24_hours", ())),
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
    """Return the keys of the hours that a view has fields for."""
    names = entered(view["state"]["values"])
    return frozenset(name.removeprefix("start.") for name in names if name.startswith("start."))


def read_schedule(
    draft: ShiftForm, present: AnySchedule, today: date, zone: ZoneInfo, formats: Formats
) -> tuple[AnySchedule | None, dict[str, str]]:
    """Return the entered schedule, or every problem by its field.

    `present`: the saved schedule with its roster. `formats`: for the times in problems.
    """
    errors: dict[str, str] = {}
    minutes: dict[str, Any] = {}
    for name, typed in (("lesson_after", draft.lesson_after), ("day_end_before", draft.day_end_before)):
        try:
            minutes[name] = int(typed)
        except ValueError:
            errors[name] = _("Enter a whole number of minutes from 0 to {most}.", most=MAX_MESSAGE_MINUTES)
    missing = [
        f"{name}.{key}"
        for key in draft.shown
        for name, at in zip(("start", "end"), draft.times_of(key), strict=True)
        if not at
    ]
    errors |= dict.fromkeys(missing, _(NO_TIME))
    timing = with_clock_times_of(MessageTiming(**minutes), present)
    schedule = drop_unused_times(_schedule(draft, present, timing))
    found = find_schedule_problems(schedule, zone, formats) | _find_form_problems(draft, present, today)
    if draft.form is ScheduleKind.CALENDAR:
        found.pop("shifts", None)  # they come from the calendar and aren't entered here
    if missing:
        found = {name: words for name, words in found.items() if not name.startswith("hours.")}
    errors = {_FIELDS.get(name, name.replace("hours.", "end.")): words for name, words in found.items()} | errors
    return (None, errors) if errors else (schedule, {})


def _schedule(draft: ShiftForm, present: AnySchedule, timing: MessageTiming) -> AnySchedule:
    """Build the schedule. Missing times are replaced with usual ones."""
    hours = {key: _hours(key, *draft.times_of(key)) for key in draft.shown}
    match draft.form:
        case ScheduleKind.WEEKLY:
            return WeeklySchedule({day: hours[str(day) if draft.each_day else EVERY] for day in draft.days}, timing)
        case ScheduleKind.ROTATION:
            return RotatingSchedule(date.fromisoformat(draft.first), parse_cycle(draft.cycle)[0], hours, timing)
        case ScheduleKind.CALENDAR:
            return Roster(present.shifts if isinstance(present, Roster) else (), timing)


def _find_form_problems(draft: ShiftForm, present: AnySchedule, today: date) -> dict[str, str]:
    """Find problems with the typed text, in addition to problems of the resulting schedule."""
    found = {}
    if draft.form is ScheduleKind.ROTATION:
        if unreadable := parse_cycle(draft.cycle)[1]:
            named = ", ".join(_("“{words}”", words=each[:8]) for each in unreadable[:3])
            found["cycle"] = _("I can't read {parts}. Use a letter for each shift and - for a day off.", parts=named)
        if date.fromisoformat(draft.first) > today + MAX_START_AHEAD:
            found["first"] = _("Choose a day within a year from today.")
    if draft.form is ScheduleKind.CALENDAR and not isinstance(present, Roster):
        found["lesson_after"] = _("Add a calendar first, with the button above.")
    return found


def _hours(key: str, start: str, end: str) -> ShiftHours:
    usual = guess_hours(key)
    return ShiftHours(
        time.fromisoformat(start) if start else usual.start, time.fromisoformat(end) if end else usual.end
    )


def _to_pickers(hours: ShiftHours) -> tuple[str, str]:
    return f"{hours.start:%H:%M}", f"{hours.end:%H:%M}"


def _minutes(timing: MessageTiming) -> tuple[str, str]:
    return str(timing.lesson_after), str(timing.day_end_before)
