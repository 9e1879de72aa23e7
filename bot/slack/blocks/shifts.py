"""The modal in which someone enters their shifts: pick a pattern, then change what differs."""

from collections.abc import Sequence

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

from bot.domain.formats import Formats, name_weekdays
from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import AnySchedule, Roster
from bot.domain.schedule_problems import MAX_MESSAGE_MINUTES
from bot.domain.shift_patterns import SHIFT_PATTERNS
from bot.language import gettext as _
from bot.language import mark, ngettext
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import actions, button, divider, form_field, minutes_field, modal, option, section
from bot.slack.shift_form import EVERY, ScheduleKind, ShiftForm, to_metadata

MAX_CYCLE_LENGTH = 300
"""Characters of a typed cycle: 84 codes of two characters, with separators."""

SCHEDULE_KINDS = {
    ScheduleKind.WEEKLY: mark("The same every week"),
    ScheduleKind.ROTATION: mark("A rotation, such as 2 days, 2 nights, 4 off"),
    ScheduleKind.CALENDAR: mark("A calendar from my roster system"),
}


def shifts_modal(
    draft: ShiftForm, present: AnySchedule, formats: Formats, note: str | None = None, submit: str | None = None
) -> View:
    """Show the form. `present`: the saved schedule. `note`: what to check before saving.

    `submit`: another text for *Save shifts*.
    """
    can_save = draft.form is not ScheduleKind.CALENDAR or isinstance(present, Roster)
    return modal(
        ids.SHIFTS_MODAL,
        _("My shifts"),
        [
            section(_("Begin with a pattern near yours. Change what differs.")),
            actions(
                draft.block("patterns"),
                [
                    button(_(each.name), f"{ids.CHOOSE_SHIFT_PATTERN}.{each.slug}", value=each.slug)
                    for each in SHIFT_PATTERNS
                ],
            ),
            section(_("*My shifts are*")),
            actions(draft.block("form"), [_forms(draft)]),
            divider(),
            *([section(f"*{note}*")] if note else []),
            *_fields(draft, present),
            *([divider(), *_minutes(draft, present.timing, formats)] if can_save else []),
        ],
        submit=(submit or _("Save shifts")) if can_save else None,
        close=_("Back"),
        metadata=to_metadata(draft),
    )


def confirm_24_hours_modal(draft: ShiftForm, present: AnySchedule, formats: Formats) -> View:
    """Show the form, and ask whether the shifts that start and end at the same time really last 24 hours."""
    keys = draft.keys_to_confirm
    # Translators: {shifts} is "Your shift", or weekdays or a rotation's letters: "Monday and Tuesday", "D and N".
    note = ngettext(
        "{shifts} lasts 24 hours. If that's right, press Yes, save. If not, change the end.",
        "{shifts} last 24 hours. If that's right, press Yes, save. If not, change the end.",
        len(keys),
        shifts=_name_all(keys),
    )
    return shifts_modal(draft.confirmed(), present, formats, note, submit=_("Yes, save"))


def new_hours_note(keys: Sequence[str]) -> str:
    """Ask to check the hours of days or codes that were just added."""
    return ngettext(
        "New: {shifts}. Check when it starts and ends, then save.",
        "New: {shifts}. Check when they start and end, then save.",
        len(keys),
        shifts=_name_all(keys),
    )


def _name_all(keys: Sequence[str]) -> str:
    names = [_("Your shift") if key == EVERY else name_weekdays()[int(key)] if key.isdigit() else key for key in keys]
    # Translators: between each two weekdays or shifts in a list: "Monday and Tuesday and Friday".
    conjunction = _("and")
    return f" {conjunction} ".join(names)


def _forms(draft: ShiftForm) -> RadioButtonsElement:
    options = {form: option(_(text), form.value) for form, text in SCHEDULE_KINDS.items()}
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
    options = [option(name, str(number)) for number, name in enumerate(name_weekdays())]
    days = form_field(
        draft.block("days"),
        _("Days on which a shift starts"),
        CheckboxesElement(
            action_id="days", options=options, initial_options=[options[day] for day in draft.days] or None
        ),
        # If each day has its own hours, adding a day shows its fields right away.
        dispatch=draft.each_day,
    )
    if draft.each_day:
        times = [field for day in draft.days for field in _hours(draft, str(day), name_weekdays()[day])]
        switch = button(_("Same times every day"), ids.ENTER_SAME_TIMES)
    else:
        times = _hours(draft, EVERY, _("Shift"))
        switch = button(_("Different times on some days"), ids.ENTER_TIMES_PER_DAY)
    return [days, *times, actions(draft.block("switch"), [switch])]


def _rotation(draft: ShiftForm) -> list[Block]:
    return [
        form_field(
            draft.block("cycle"),
            _("My cycle, one letter a day"),
            PlainTextInputElement(
                action_id="cycle",
                initial_value=draft.cycle or None,
                max_length=MAX_CYCLE_LENGTH,
                placeholder=PlainTextObject(text="D D N N - - - -"),
                dispatch_action_config=DispatchActionConfig(trigger_actions_on=["on_enter_pressed"]),
            ),
            hint=_("D for days, N for nights, or your own letters. - is a day off."),
            dispatch=True,
        ),
        form_field(
            draft.block("first"),
            _("First day of the cycle"),
            DatePickerElement(action_id="first", initial_date=draft.first),
            hint=_("A day that the first letter stands for; it may be in the past."),
        ),
        *(field for code in draft.codes for field in _hours(draft, code, code)),
    ]


def _calendar(present: AnySchedule) -> list[Block]:
    if isinstance(present, Roster):
        said = _("Your calendar has {shifts} shifts. Only their starts and ends are kept.", shifts=len(present.shifts))
        return [section(said), actions("calendar", [button(_("Change calendar"), ids.OPEN_CALENDAR)])]
    said = _(
        "Many roster systems give you a file (`.ics`) or a calendar address. Each entry becomes a shift. "
        "Only starts and ends are kept: no titles, no names."
    )
    return [section(said), actions("calendar", [button(_("Add a calendar"), ids.OPEN_CALENDAR, style="primary")])]


def _hours(draft: ShiftForm, key: str, name: str) -> list[Block]:
    start, end = draft.times_of(key)
    first = key == draft.shown[0]  # one hint is enough for all of them
    return [
        # Translators: the label of a field. {shift} is a weekday, a rotation's letter, or "Shift".
        _time(draft, f"start.{key}", _("{shift} starts", shift=name), start, None),
        _time(
            draft,
            f"end.{key}",
            _("{shift} ends", shift=name),
            end,
            _("If this is earlier than the start, the shift ends the next day.") if first else None,
        ),
    ]


def _time(draft: ShiftForm, name: str, label: str, at: str, hint: str | None) -> Block:
    return form_field(draft.block(name), label, TimePickerElement(action_id=name, initial_time=at or None), hint=hint)


def _minutes(draft: ShiftForm, timing: MessageTiming, formats: Formats) -> list[Block]:
    """Ask for the minutes. `timing`: the saved one, which may have clock times."""
    lesson = day_end = None
    if timing.lesson_at is not None:
        lesson = _(
            "Your lesson comes at {time}, as chosen in Settings. These minutes are for shifts without that time.",
            time=formats.write_time(timing.lesson_at),
        )
    if timing.day_end_at is not None:
        day_end = _(
            "Your check-in comes at {time}, as chosen in Settings. These minutes are for shifts without that time.",
            time=formats.write_time(timing.day_end_at),
        )
    return [
        _number(draft, "lesson_after", _("Lesson, minutes after the start"), draft.lesson_after, lesson),
        _number(draft, "day_end_before", _("Quick check-in, minutes before the end"), draft.day_end_before, day_end),
    ]


def _number(draft: ShiftForm, name: str, label: str, typed: str, hint: str | None) -> Block:
    fits = typed.isdecimal() and len(typed) <= len(str(MAX_MESSAGE_MINUTES)) and int(typed) <= MAX_MESSAGE_MINUTES
    return minutes_field(draft.block(name), name, label, str(int(typed)) if fits else None, MAX_MESSAGE_MINUTES, hint)
