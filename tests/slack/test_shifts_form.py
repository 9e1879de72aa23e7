"""The shift modal: each kind of form, what is read from it, and that nothing typed is lost."""

from dataclasses import replace
from datetime import date, time, timedelta
from typing import Any

import pytest

from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import (
    WORKDAY_SCHEDULE,
    AnySchedule,
    Roster,
    RotatingSchedule,
    ShiftHours,
    WeeklySchedule,
)
from bot.domain.shift_patterns import SHIFT_PATTERNS
from bot.sandbox.element_states import state_values
from bot.slack import action_ids as ids
from bot.slack.blocks.shifts import confirm_24_hours_modal, shifts_modal
from bot.slack.shift_form import (
    ScheduleKind,
    ShiftForm,
    form_of_schedule,
    hours_shown_in,
    read_schedule,
    read_shift_form,
    with_kind,
    with_pattern,
)
from tests.domain.builders import BERLIN, DAYS_AND_NIGHTS
from tests.slack import builders as a

NIGHT = ("19:00", "07:00")


def sent_back(draft: ShiftForm, present: AnySchedule = WORKDAY_SCHEDULE, /, **entered: Any) -> dict[str, Any]:
    """The form's view as Slack submits it, with what a person entered in some of its fields."""
    view = shifts_modal(draft, present, a.FORMATS).to_dict()
    values = state_values(view["blocks"], {})
    for fields in values.values():
        for name, typed in entered.items():
            if name in fields:
                fields[name] = typed
    return {"private_metadata": view["private_metadata"], "state": {"values": values}}


def picked(at: str | None) -> dict[str, Any]:
    return {"type": "timepicker", "selected_time": at}


def typed(words: str | None) -> dict[str, Any]:
    return {"type": "plain_text_input", "value": words}


def ticked(*days: int) -> dict[str, Any]:
    return {"type": "checkboxes", "selected_options": [{"value": str(day)} for day in days]}


def read(draft: ShiftForm, present: AnySchedule = WORKDAY_SCHEDULE) -> tuple[AnySchedule | None, dict[str, str]]:
    return read_schedule(draft, present, a.TODAY, BERLIN, a.FORMATS)


def input_names(draft: ShiftForm, present: AnySchedule = WORKDAY_SCHEDULE) -> list[str]:
    view = shifts_modal(draft, present, a.FORMATS).to_dict()
    return [block["element"]["action_id"] for block in view["blocks"] if block["type"] == "input"]


@pytest.mark.parametrize(
    "schedule",
    [
        WORKDAY_SCHEDULE,
        DAYS_AND_NIGHTS,
        a.LONG_WEEK,
        a.LONG_ROTATION,
        a.ROSTER,
        *(p.schedule_from(a.TODAY) for p in SHIFT_PATTERNS),
    ],
)
def test_saving_what_is_shown_unchanged_changes_nothing(schedule: AnySchedule) -> None:
    shown = form_of_schedule(schedule, a.TODAY)

    assert read(read_shift_form(sent_back(shown, schedule)), schedule) == (schedule, {})


@pytest.mark.parametrize("each", SHIFT_PATTERNS, ids=lambda each: each.slug)
def test_a_pattern_is_one_tap_and_save(each: Any) -> None:
    tapped = with_pattern(form_of_schedule(WORKDAY_SCHEDULE, a.TODAY), each.slug, a.TODAY)

    schedule, errors = read(read_shift_form(sent_back(tapped)))

    assert errors == {}
    assert schedule == each.schedule_from(a.TODAY)


def test_a_pattern_replaces_what_was_entered() -> None:
    before = form_of_schedule(WORKDAY_SCHEDULE, a.TODAY)

    after = with_pattern(before, "three-nights", a.TODAY)

    # Slack keeps what was entered for as long as a block keeps its id.
    assert before.block("start.every") != after.block("start.every")
    assert after.times_of("every") == NIGHT


def test_a_pattern_keeps_the_other_form_and_changed_minutes() -> None:
    mine = replace(
        form_of_schedule(DAYS_AND_NIGHTS, a.TODAY), cycle="D N -", days=(1, 2), lesson_after="45", day_end_before="60"
    )

    tapped = with_pattern(mine, "three-days", a.TODAY)

    assert (tapped.cycle, tapped.first) == ("D N -", DAYS_AND_NIGHTS.first_day.isoformat())
    assert (tapped.lesson_after, tapped.day_end_before) == ("45", "60")
    assert with_pattern(tapped, "four-on", a.TODAY).days == tapped.days


def test_a_pattern_brings_its_minutes_to_someone_who_chose_none() -> None:
    tapped = with_pattern(form_of_schedule(WORKDAY_SCHEDULE, a.TODAY), "three-nights", a.TODAY)

    assert (tapped.lesson_after, tapped.day_end_before) == ("20", "25")


def test_another_form_brings_the_minutes_of_shifts_to_someone_who_chose_none() -> None:
    rotation = with_kind(form_of_schedule(WORKDAY_SCHEDULE, a.TODAY), ScheduleKind.ROTATION)
    mine = with_kind(replace(form_of_schedule(WORKDAY_SCHEDULE, a.TODAY), lesson_after="5"), ScheduleKind.ROTATION)

    assert (rotation.lesson_after, rotation.day_end_before) == ("20", "25")
    assert rotation.edition == 1
    assert (mine.lesson_after, mine.day_end_before) == ("5", "30")


def test_nothing_typed_is_lost_from_one_form_to_the_next_and_back() -> None:
    weekly = form_of_schedule(WORKDAY_SCHEDULE, a.TODAY)
    entered = read_shift_form(
        sent_back(
            weekly,
            days=ticked(2, 6),
            lesson_after=typed("33"),
            **{"start.every": picked("22:15"), "end.every": picked("06:45")},
        )
    )

    rotation = with_kind(entered, ScheduleKind.ROTATION)
    entered = read_shift_form(sent_back(rotation, cycle=typed("A B -"), day_end_before=typed("41")))
    calendar = read_shift_form(sent_back(with_kind(entered, ScheduleKind.CALENDAR)))
    back = read_shift_form(sent_back(with_kind(calendar, ScheduleKind.WEEKLY)))

    assert back.days == (2, 6)
    assert back.times_of("every") == ("22:15", "06:45")
    assert back.cycle == "A B -"
    assert (back.lesson_after, back.day_end_before) == ("33", "41")


def test_different_times_start_as_the_shared_ones_and_the_shared_ones_come_back() -> None:
    each_day = replace(form_of_schedule(WORKDAY_SCHEDULE, a.TODAY), each_day=True)

    assert input_names(each_day)[:5] == ["days", "start.0", "end.0", "start.1", "end.1"]
    assert each_day.times_of("3") == ("09:00", "17:00")

    entered = read_shift_form(sent_back(each_day, **{"start.3": picked("12:30"), "end.3": picked("21:00")}))
    schedule, errors = read(entered)

    assert errors == {}
    assert isinstance(schedule, WeeklySchedule)
    assert schedule.hours[3] == ShiftHours(time(12, 30), time(21))
    assert schedule.hours[4] == ShiftHours(time(9), time(17))
    assert read(replace(entered, each_day=False)) == (WORKDAY_SCHEDULE, {})


def test_a_day_that_is_added_asks_for_its_own_times() -> None:
    each_day = replace(form_of_schedule(WORKDAY_SCHEDULE, a.TODAY), each_day=True)
    view = sent_back(each_day, days=ticked(0, 1, 2, 3, 4, 6))

    entered = read_shift_form(view)

    assert [key for key in entered.shown if key not in hours_shown_in(view)] == ["6"]
    assert "start.6" in input_names(entered)


def test_a_letter_that_is_new_in_a_cycle_asks_for_its_own_times() -> None:
    view = sent_back(form_of_schedule(DAYS_AND_NIGHTS, a.TODAY), cycle=typed("D D E N - -"))

    entered = read_shift_form(view)

    assert [key for key in entered.shown if key not in hours_shown_in(view)] == ["E"]
    assert entered.times_of("E") == ("15:00", "23:00")
    assert entered.times_of("D") == ("07:00", "19:00")


def test_a_rotation_is_read_with_its_own_hours_for_each_letter() -> None:
    began = {"type": "datepicker", "selected_date": "2026-11-30"}
    entered = read_shift_form(
        sent_back(
            form_of_schedule(DAYS_AND_NIGHTS, a.TODAY), cycle=typed("2n 3-"), first=began, **{"end.N": picked("07:30")}
        )
    )

    assert read(entered) == (
        RotatingSchedule(
            date(2026, 11, 30), tuple("NN---"), {"N": ShiftHours(time(19), time(7, 30))}, MessageTiming(20, 25)
        ),
        {},
    )


@pytest.mark.parametrize(
    ("cycle", "words"),
    [
        (None, "Type one letter for each day"),
        ("- - -", "only days off"),
        ("D " * 85, "85 days"),
        ("D ? -", "I can't read “?”."),
        ("A B C D E F G", "7 different shifts"),
    ],
)
def test_an_impossible_cycle_is_reported_beside_the_cycle(cycle: str | None, words: str) -> None:
    schedule, errors = read(read_shift_form(sent_back(form_of_schedule(DAYS_AND_NIGHTS, a.TODAY), cycle=typed(cycle))))

    assert schedule is None
    assert errors.keys() == {"cycle"}
    assert words in errors["cycle"]


def test_a_cycle_that_starts_years_ahead_is_reported_beside_its_day() -> None:
    far = replace(form_of_schedule(DAYS_AND_NIGHTS, a.TODAY), first=(a.TODAY + timedelta(days=366)).isoformat())

    assert read(far) == (None, {"first": "Choose a day within a year from today."})


def test_overlapping_shifts_are_reported_beside_the_end_of_the_first() -> None:
    cycle = replace(form_of_schedule(DAYS_AND_NIGHTS, a.TODAY), cycle="N D - -", times={"N": ("19:00", "08:00")})
    week = replace(
        form_of_schedule(a.LONG_WEEK, a.TODAY), times={"0": ("20:00", "08:00"), "1": ("06:00", "14:00")}, days=(0, 1)
    )

    assert read(cycle)[1].keys() == {"end.N"}
    assert read(week)[1].keys() == {"end.0"}


def test_all_problems_are_reported_at_once_beside_fields_that_the_modal_has() -> None:
    draft = replace(form_of_schedule(WORKDAY_SCHEDULE, a.TODAY), days=(), times={"every": ("", "")})
    broken = read_shift_form(sent_back(draft, lesson_after=typed("soon"), day_end_before=typed("500")))

    schedule, errors = read(broken)

    assert schedule is None
    assert errors == {
        "days": "Choose at least one day. To stop for a while, pause instead.",
        "start.every": "Choose a time.",
        "end.every": "Choose a time.",
        "lesson_after": "Enter a whole number of minutes from 0 to 240.",
        "day_end_before": "Choose 0 to 240 minutes.",
    }
    assert errors.keys() <= set(input_names(broken))


def test_minutes_that_do_not_fit_into_the_shift_are_reported() -> None:
    short = replace(form_of_schedule(WORKDAY_SCHEDULE, a.TODAY), times={"every": ("09:00", "09:40")}, lesson_after="20")

    assert read(short)[1].keys() == {"day_end_before"}


def test_a_calendar_is_added_with_its_own_button_and_nothing_else_can_be_saved_before() -> None:
    view = shifts_modal(
        replace(form_of_schedule(WORKDAY_SCHEDULE, a.TODAY), form=ScheduleKind.CALENDAR), WORKDAY_SCHEDULE, a.FORMATS
    ).to_dict()

    buttons = [element["action_id"] for block in view["blocks"] for element in block.get("elements", [])]
    assert ids.OPEN_CALENDAR in buttons
    assert "submit" not in view
    assert input_names(replace(form_of_schedule(WORKDAY_SCHEDULE, a.TODAY), form=ScheduleKind.CALENDAR)) == []
    assert read(replace(form_of_schedule(WORKDAY_SCHEDULE, a.TODAY), form=ScheduleKind.CALENDAR))[0] is None


def test_minutes_of_a_calendars_messages_change_and_its_shifts_stay() -> None:
    entered = read_shift_form(sent_back(form_of_schedule(a.ROSTER, a.TODAY), a.ROSTER, lesson_after=typed("5")))

    assert read(entered, a.ROSTER) == (Roster(a.ROSTER.shifts, MessageTiming(5, 25)), {})


def test_hours_of_letters_no_longer_used_make_the_view_no_larger() -> None:
    draft = form_of_schedule(DAYS_AND_NIGHTS, a.TODAY)
    for number in range(60):
        letters = " ".join(f"{letter}{number % 10}" for letter in "ABCDEF")
        draft = read_shift_form(sent_back(draft, cycle=typed(letters)))

    assert len(shifts_modal(draft, WORKDAY_SCHEDULE, a.FORMATS).to_dict()["private_metadata"]) < 1000


def test_each_pattern_has_its_own_action() -> None:
    view = shifts_modal(form_of_schedule(WORKDAY_SCHEDULE, a.TODAY), WORKDAY_SCHEDULE, a.FORMATS).to_dict()

    patterns = list(view["blocks"][1]["elements"])
    assert [element["text"]["text"] for element in patterns] == [each.name for each in SHIFT_PATTERNS]
    assert len({element["action_id"] for element in patterns}) == len(SHIFT_PATTERNS)


def test_a_shift_that_starts_and_ends_at_the_same_time_is_asked_about_once() -> None:
    asked = confirm_24_hours_modal(a.TWO_LONG_SHIFTS, WORKDAY_SCHEDULE, a.FORMATS).to_dict()

    assert "*Monday and Thursday last 24 hours. If that's right, press Yes, save. If not, change the end.*" in str(
        asked
    )
    assert asked["submit"]["text"] == "Yes, save"
    assert read_shift_form({**asked, "state": {"values": {}}}).keys_to_confirm == ()


def test_another_24_hour_shift_is_asked_about_too() -> None:
    longer = replace(a.TWO_LONG_SHIFTS.confirmed(), times={"0": ("07:00", "07:00"), "3": ("09:00", "09:00")})

    assert longer.keys_to_confirm == ("3",)


def test_a_shift_that_was_saved_with_24_hours_is_not_asked_about() -> None:
    saved, _ = read(a.TWO_LONG_SHIFTS)

    assert saved is not None
    assert form_of_schedule(saved, a.TODAY).keys_to_confirm == ()


@pytest.mark.parametrize("times", [("07:00", "19:00"), ("07:00", ""), ("", "")])
def test_other_hours_are_not_asked_about(times: tuple[str, str]) -> None:
    draft = replace(a.TWO_LONG_SHIFTS, times={"0": times, "3": times})

    assert draft.keys_to_confirm == ()
