"""The times of lessons as someone enters them in the settings: clock times, and the days if all have the same hours.

The modal carries what it showed, because only what was changed counts: a lesson that comes 20 minutes after the start
of a shift stays so, although its clock time is shown. The times are part of the blocks' ids, as Slack keeps what a
field holds while its block keeps its id, and shifts that are saved from a modal above change them.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

from bot.domain.formats import Formats
from bot.domain.message_times import find_shared_hours, find_usual_times, is_made_of_messages, set_message_times
from bot.domain.schedule_kinds import AnySchedule, WeeklySchedule
from bot.domain.schedule_problems import find_schedule_problems
from bot.language import gettext as _
from bot.language import mark
from bot.slack.form_values import entered
from bot.slack.shift_form import NO_TIME

SAME_TIME = mark("Choose another time than the lesson's.")

LESSON, DAY_END, DAYS = "lesson_at", "day_end_at", "days"


@dataclass(frozen=True, slots=True)
class TimesForm:
    """What is entered, or what a schedule shows. Times are as time pickers hold them: `07:00`, or empty."""

    lesson_at: str = ""
    day_end_at: str = ""
    days: tuple[int, ...] | None = None
    """The weekdays. None: the form doesn't ask for them, as not all have the same hours."""
    confirmed_overnight: bool = False
    """Whether someone was asked about a check-in on the day after its lesson."""

    def block(self, name: str) -> str:
        """Return the id of a field's block."""
        shown = {LESSON: self.lesson_at, DAY_END: self.day_end_at, DAYS: "".join(map(str, self.days or ()))}
        return f"{name}:{shown[name]}"

    @property
    def is_unconfirmed(self) -> bool:
        """Whether to ask if the check-in is meant to come on the next day: most often, 4:30 was to be 16:30."""
        return self.is_overnight and not self.confirmed_overnight

    @property
    def is_overnight(self) -> bool:
        """Whether the check-in comes on the day after the lesson."""
        return bool(self.lesson_at and self.day_end_at) and self.day_end_at < self.lesson_at


def times_form_of(schedule: AnySchedule) -> TimesForm:
    """Build the form that shows this schedule."""
    lesson_at, day_end_at = find_usual_times(schedule)
    timing = schedule.timing
    shared = isinstance(schedule, WeeklySchedule) and find_shared_hours(schedule) is not None
    form = TimesForm(
        _to_picker(lesson_at or timing.lesson_at),
        _to_picker(day_end_at or timing.day_end_at),
        tuple(sorted(schedule.weekdays)) if isinstance(schedule, WeeklySchedule) and shared else None,
    )
    return replace(form, confirmed_overnight=form.is_overnight)


def to_metadata(shown: TimesForm) -> str:
    """Encode what a view shows."""
    return json.dumps(asdict(shown), separators=(",", ":"))


def read_shown_times(view: Mapping[str, Any]) -> TimesForm | None:
    """Return what a view showed, or None if it has no times."""
    if not (carried := view.get("private_metadata")):
        return None
    shown = json.loads(carried)
    return TimesForm(**{**shown, "days": None if shown["days"] is None else tuple(shown["days"])})


def read_entered_times(view: Mapping[str, Any], shown: TimesForm) -> TimesForm:
    """Return what was entered in a view."""
    filled = entered(view["state"]["values"])
    return replace(
        shown,
        lesson_at=filled.get(LESSON) or "",
        day_end_at=filled.get(DAY_END) or "",
        days=tuple(sorted(map(int, filled[DAYS] or ()))) if DAYS in filled else shown.days,
    )


def change_times(
    present: AnySchedule, shown: TimesForm, typed: TimesForm, zone: ZoneInfo, formats: Formats
) -> tuple[AnySchedule | None, dict[str, str]]:
    """Return the schedule with what was changed, or every problem by its field, with times in `formats`."""
    if (shown.lesson_at, shown.day_end_at, shown.days) == (typed.lesson_at, typed.day_end_at, typed.days):
        return present, {}
    schedule, errors = _change_days(present, typed), {}
    if is_made_of_messages(present):
        errors = {name: _(NO_TIME) for name, at in ((LESSON, typed.lesson_at), (DAY_END, typed.day_end_at)) if not at}
        if not errors and typed.lesson_at == typed.day_end_at:
            errors = {DAY_END: _(SAME_TIME)}
        if not errors and isinstance(schedule, WeeklySchedule):
            times = time.fromisoformat(typed.lesson_at), time.fromisoformat(typed.day_end_at)
            schedule = set_message_times(schedule, *times)
    else:
        timing = schedule.timing
        if typed.lesson_at != shown.lesson_at:
            timing = replace(timing, lesson_at=_from_picker(typed.lesson_at))
        if typed.day_end_at != shown.day_end_at:
            timing = replace(timing, day_end_at=_from_picker(typed.day_end_at))
        schedule = replace(schedule, timing=timing)
    fields = {LESSON, DAY_END, *([DAYS] if shown.days is not None else [])}
    found = find_schedule_problems(schedule, zone, formats)
    errors = {name if name in fields else LESSON: words for name, words in found.items()} | errors
    return (None, errors) if errors else (schedule, {})


def _change_days(present: AnySchedule, typed: TimesForm) -> AnySchedule:
    """Return the schedule on the chosen days, unless its days have got different hours since the form was shown."""
    hours = find_shared_hours(present)
    if typed.days is None or hours is None or not isinstance(present, WeeklySchedule):
        return present
    return replace(present, hours=dict.fromkeys(typed.days, hours))


def _to_picker(at: time | None) -> str:
    return f"{at:%H:%M}" if at is not None else ""


def _from_picker(at: str) -> time | None:
    return time.fromisoformat(at) if at else None
