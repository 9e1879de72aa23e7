"""The modal in which someone enters their shifts: pick a pattern, then change what differs."""

from collections.abc import Sequence
from datetime import time

from slack_sdk.models.blocks import (
    Block,
    CheckboxesElement,
    DatePickerElement,
    PlainTextInputElement,
    PlainTextObject,
    RadioButtonsElement,
    TimePickerElement,
)
from slack_sdk.models.blocks.basic_components import DispatchActionConfig
from slack_sdk.models.views import View

from bot.domain.formats import WEEKDAY_NAMES, Formats
from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import AnySchedule, Roster
from bot.domain.schedule_problems import MAX_MESSAGE_MINUTES
from bot.domain.shift_patterns import SHIFT_PATTERNS
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import actions, button, divider, form_field, minutes_field, modal, option, section
from bot.slack.shift_form import EVERY, ScheduleKind, ShiftForm, to_metadata

MAX_CYCLE_LENGTH = 300
"""Characters of a typed cycle: 84 codes of two characters, with separators."""

SCHEDULE_KINDS = {
    ScheduleKind.WEEKLY: "The same every week",
    ScheduleKind.ROTATION: "A rotation, such as 2 days, 2 nights, 4 off",
    ScheduleKind.CALENDAR: "A calendar from my roster system",
}


def shifts_modal(
    draft: ShiftForm, present: AnySchedule, formats: Formats, note: str | None = None, submit: str = "Save shifts"
) -> View:
    """Show the form. `present`: the saved schedule. `note`: what to check before saving. `submit`: a button's text."""
    can_save = draft.form is not ScheduleKind.CALENDAR or isinstance(present, Roster)
    return modal(
        ids.SHIFTS_MODAL,
        "My shifts",
        [
            section("Begin with a pattern near yours. Change what differs."),
            actions(
                draft.block("patterns"),
                [
                    button(each.name, f"{ids.CHOOSE_SHIFT_PATTERN}.{each.slug}", value=each.slug)
                    for each in SHIFT_PATTERNS
                ],
            ),
            section("*My shifts are*"),
            actions(draft.block("form"), [_forms(draft)]),
            divider(),
            *([section(f"*{note}*")] if note else []),
            *_fields(draft, present),
            *([divider(), *_minutes(draft, present.timing, formats)] if can_save else []),
        ],
        submit=submit if can_save else None,
        close="Back",
        metadata=to_metadata(draft),
    )


def confirm_24_hours_modal(draft: ShiftForm, present: AnySchedule, formats: Formats) -> View:
    """Show the form, and ask whether the shifts that start and end at the same time really last 24 hours."""
    keys = draft.keys_to_confirm
    last = "lasts" if len(keys) == 1 else "last"
    note = f"{_name_all(keys)} {last} 24 hours. If that's right, press Yes, save. If not, change the end."
    return shifts_modal(draft.confirmed(), present, formats, note, submit="Yes, save")


def new_hours_note(keys: Sequence[str]) -> str:
    """Ask to check the hours of days or codes that were just added."""
    return (
        f"New: {_name_all(keys)}. Check when {'it starts and ends' if len(keys) == 1 else 'they start and end'}, "
        "then save."
    )


def _name_all(keys: Sequence[str]) -> str:
    names = ["Your shift" if key == EVERY else WEEKDAY_NAMES[int(key)] if key.isdigit() else key for key in keys]
    return " and ".join(names)


def _forms(draft: ShiftForm) -> RadioButtonsElement:
    options = {form: option(text, form.value) for form, text in SCHEDULE_KINDS.items()}
    return RadioButtonsElement(
        action_id=ids.CHOOSE_SCHEDULE_KIND, options=list(options.values()), initial_option=options[draft.form]
    )


def _fields(draft: ShiftForm, present: AnySchedule) -> list[Block]:
    match draft.form:
        case ScheduleKind.WEEKLY:
            return _weekly(draft)
        case ScheduleKind.ROTATION:
            return _rotation(draft)
        case ScheduleKind.CALENDAR:
            return _calendar(present)


def _weekly(draft: ShiftForm) -> list[Block]:
    options = [option(name, str(number)) for number, name in enumerate(WEEKDAY_NAMES)]
    days = form_field(
        draft.block("days"),
        "Days on which a shift starts",
        CheckboxesElement(
            action_id="days", options=options, initial_options=[options[day] for day in draft.days] or None
        ),
        # If each day has its own hours, adding a day shows its fields right away.
        dispatch=draft.each_day,
    )
    if draft.each_day:
        times = [field for day in draft.days for field in _hours(draft, str(day), WEEKDAY_NAMES[day])]
        switch = button("Same times every day", ids.ENTER_SAME_TIMES)
    else:
        times = _hours(draft, EVERY, "Shift")
        switch = button("Different times on some days", ids.ENTER_TIMES_PER_DAY)
    return [days, *times, actions(draft.block("switch"), [switch])]


def _rotation(draft: ShiftForm) -> list[Block]:
    return [
        form_field(
            draft.block("cycle"),
            "My cycle, one letter a day",
            PlainTextInputElement(
                action_id="cycle",
                initial_value=draft.cycle or None,
                max_length=MAX_CYCLE_LENGTH,
                placeholder=PlainTextObject(text="D D N N - - - -"),
                dispatch_action_config=DispatchActionConfig(trigger_actions_on=["on_enter_pressed"]),
            ),
            hint="D for days, N for nights, or your own letters. - is a day off.",
            dispatch=True,
        ),
        form_field(
            draft.block("first"),
            "First day of the cycle",
            DatePickerElement(action_id="first", initial_date=draft.first),
            hint="A day that the first letter stands for; it may be in the past.",
        ),
        *(field for code in draft.codes for field in _hours(draft, code, code)),
    ]


def _calendar(present: AnySchedule) -> list[Block]:
    if isinstance(present, Roster):
        said = f"Your calendar has {len(present.shifts)} shifts. Only their starts and ends are kept."
        return [section(said), actions("calendar", [button("Change calendar", ids.OPEN_CALENDAR)])]
    said = (
        "Many roster systems give you a file (`.ics`) or a calendar address. Each entry becomes a shift. "
        "Only starts and ends are kept: no titles, no names."
    )
    return [section(said), actions("calendar", [button("Add a calendar", ids.OPEN_CALENDAR, style="primary")])]


def _hours(draft: ShiftForm, key: str, name: str) -> list[Block]:
    start, end = draft.times_of(key)
    first = key == draft.shown[0]  # one hint is enough for all of them
    return [
        _time(draft, f"start.{key}", f"{name} starts", start, None),
        _time(
            draft,
            f"end.{key}",
            f"{name} ends",
            end,
            "If this is earlier than the start, the shift ends the next day." if first else None,
        ),
    ]


def _time(draft: ShiftForm, name: str, label: str, at: str, hint: str | None) -> Block:
    return form_field(draft.block(name), label, TimePickerElement(action_id=name, initial_time=at or None), hint=hint)


def _minutes(draft: ShiftForm, timing: MessageTiming, formats: Formats) -> list[Block]:
    """Ask for the minutes. `timing`: the saved one, which may have clock times."""
    lesson = _clock_hint("lesson", timing.lesson_at, formats)
    day_end = _clock_hint("check-in", timing.day_end_at, formats)
    return [
        _number(draft, "lesson_after", "Lesson, minutes after the start", draft.lesson_after, lesson),
        _number(draft, "day_end_before", "Quick check-in, minutes before the end", draft.day_end_before, day_end),
    ]


def _clock_hint(message: str, at: time | None, formats: Formats) -> str | None:
    """Say which clock time counts before the minutes."""
    if at is None:
        return None
    chosen = f"Your {message} comes at {formats.write_time(at)}, as chosen in Settings."
    return f"{chosen} These minutes are for shifts without that time."


def _number(draft: ShiftForm, name: str, label: str, typed: str, hint: str | None) -> Block:
    fits = typed.isdecimal() and len(typed) <= len(str(MAX_MESSAGE_MINUTES)) and int(typed) <= MAX_MESSAGE_MINUTES
    return minutes_field(draft.block(name), name, label, str(int(typed)) if fits else None, MAX_MESSAGE_MINUTES, hint)
