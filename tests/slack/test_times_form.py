"""The first form of the settings: clock times and days, and that only what was changed counts."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from bot.domain.formats import Formats
from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import (
    WORKDAY_SCHEDULE,
    AnySchedule,
    Roster,
    ShiftHours,
    WeeklySchedule,
    weekly_around_messages,
)
from bot.sandbox.element_states import state_values
from bot.slack import action_ids as ids
from bot.slack.blocks.settings import confirm_overnight_modal, settings_modal
from bot.slack.times_form import (
    TimesForm,
    change_times,
    read_entered_times,
    read_shown_times,
    times_form_of,
)
from tests.domain.builders import BERLIN, DAYS_AND_NIGHTS, NIGHTS
from tests.slack import builders as a

DAY_SHIFTS = WeeklySchedule(dict.fromkeys(range(5), ShiftHours(time(7), time(15))))
MIXED_WEEK = WeeklySchedule({0: ShiftHours(time(7), time(15)), 4: ShiftHours(time(12), time(20))})


def picked(at: str | None) -> dict[str, Any]:
    return {"type": "timepicker", "selected_time": at}


def ticked(*days: int) -> dict[str, Any]:
    return {"type": "checkboxes", "selected_options": [{"value": str(day)} for day in days]}


def submitted(schedule: AnySchedule, **typed: dict[str, Any]) -> dict[str, Any]:
    """The settings as Slack submits them, with what a person entered in some fields."""
    view = settings_modal(a.working(schedule)).to_dict()
    values = state_values(view["blocks"], {})
    for block in values.values():
        block.update({name: state for name, state in typed.items() if name in block})
    return {**view, "state": {"values": values}}


BRITISH = Formats("en-GB")


def saved(schedule: AnySchedule, **typed: dict[str, Any]) -> Any:
    """Return the schedule that is saved, or the problems by field."""
    view = submitted(schedule, **typed)
    shown = read_shown_times(view)
    assert shown is not None
    changed, errors = change_times(schedule, shown, read_entered_times(view, shown), BERLIN, BRITISH)
    return changed or errors


def fields(schedule: AnySchedule) -> dict[str, dict[str, Any]]:
    """The input blocks by action id."""
    blocks = settings_modal(a.working(schedule)).to_dict()["blocks"]
    return {block["element"]["action_id"]: block for block in blocks if block["type"] == "input"}


@pytest.mark.parametrize(
    "schedule",
    [
        WORKDAY_SCHEDULE,
        NIGHTS,
        DAY_SHIFTS,
        MIXED_WEEK,
        DAYS_AND_NIGHTS,
        a.AT_LUNCH,
        a.LONG_ROTATION,
        a.LONG_WEEK,
        a.ROSTER,
    ],
)
def test_saving_what_the_form_shows_changes_nothing(schedule: AnySchedule) -> None:
    assert saved(schedule) == schedule


def test_most_people_see_two_times_the_days_and_the_time_zone() -> None:
    shown = fields(WORKDAY_SCHEDULE)

    assert list(shown) == ["lesson_at", "day_end_at", "days", "tz", "follows_zone"]
    assert shown["lesson_at"]["element"]["initial_time"] == "09:00"
    assert shown["day_end_at"]["element"]["initial_time"] == "16:30"
    assert ids.OPEN_MORE_SETTINGS in str(settings_modal(a.working(WORKDAY_SCHEDULE)).to_dict())


def test_people_with_different_shifts_see_these_and_may_choose_clock_times() -> None:
    view = settings_modal(a.working(DAYS_AND_NIGHTS)).to_dict()

    assert view["blocks"][0]["text"]["text"].startswith("*My shifts*\n2 D, 2 N, 4 off")
    shown = fields(DAYS_AND_NIGHTS)
    assert "days" not in shown
    assert "initial_time" not in shown["lesson_at"]["element"]
    assert shown["lesson_at"]["optional"] is True
    assert shown["lesson_at"]["hint"]["text"] == (
        "During your shift, or up to 4 hours before. If you leave this empty, it comes 20 minutes after the start."
    )


def test_times_and_days_are_changed_together() -> None:
    changed = saved(WORKDAY_SCHEDULE, lesson_at=picked("19:00"), day_end_at=picked("22:00"), days=ticked(1, 6))

    assert changed == weekly_around_messages({1, 6}, time(19), time(22))


def test_a_shift_stays_where_a_clock_time_is_chosen_and_the_other_message_goes_by_its_minutes() -> None:
    assert saved(DAY_SHIFTS, lesson_at=picked("06:30")) == replace(
        DAY_SHIFTS, timing=MessageTiming(lesson_at=time(6, 30))
    )


def test_other_days_keep_the_hours_and_the_minutes() -> None:
    assert saved(DAY_SHIFTS, days=ticked(0, 5)) == WeeklySchedule(dict.fromkeys((0, 5), ShiftHours(time(7), time(15))))


def test_a_rotation_and_a_calendar_take_clock_times() -> None:
    timing = MessageTiming(lesson_at=time(12, 30), day_end_at=time(18))

    for schedule in (DAYS_AND_NIGHTS, a.ROSTER):
        assert saved(schedule, lesson_at=picked("12:30"), day_end_at=picked("18:00")) == replace(
            schedule, timing=timing
        )


@pytest.mark.parametrize("schedule", [a.AT_LUNCH, Roster(a.ROSTER.shifts, a.AT_LUNCH.timing)])
def test_emptied_times_bring_back_the_minutes(schedule: AnySchedule) -> None:
    assert saved(schedule, lesson_at=picked(None), day_end_at=picked(None)) == replace(schedule, timing=MessageTiming())


@pytest.mark.parametrize(
    ("schedule", "typed", "problems"),
    [
        (WORKDAY_SCHEDULE, {"lesson_at": picked(None)}, {"lesson_at": "Choose a time."}),
        (WORKDAY_SCHEDULE, {"day_end_at": picked("09:00")}, {"day_end_at": "Choose another time than the lesson's."}),
        (
            WORKDAY_SCHEDULE,
            {"lesson_at": picked(None), "day_end_at": picked(None), "days": ticked()},
            {
                "lesson_at": "Choose a time.",
                "day_end_at": "Choose a time.",
                "days": "Choose at least one day. To stop for a while, pause instead.",
            },
        ),
        (
            DAY_SHIFTS,
            {"lesson_at": picked("02:00"), "day_end_at": picked("19:00")},
            {
                "lesson_at": "02:00 isn't during any of your shifts, or in the 4 hours before one. "
                "Choose another time.",
                "day_end_at": "19:00 doesn't come between a lesson and 3 hours after its shift. Choose another time.",
            },
        ),
    ],
)
def test_every_problem_is_reported_beside_its_field(
    schedule: AnySchedule, typed: dict[str, Any], problems: dict[str, str]
) -> None:
    assert saved(schedule, **typed) == problems
    shown = times_form_of(schedule)
    assert {shown.block(name) for name in problems} <= {block["block_id"] for block in fields(schedule).values()}


def test_days_that_got_different_hours_meanwhile_stay_as_they_are() -> None:
    view = submitted(WORKDAY_SCHEDULE, days=ticked(0))
    shown = read_shown_times(view)
    assert shown is not None

    assert change_times(MIXED_WEEK, shown, read_entered_times(view, shown), BERLIN, BRITISH) == (MIXED_WEEK, {})


def test_new_shifts_give_the_fields_new_ids_so_that_slack_shows_the_new_times() -> None:
    before, after = fields(WORKDAY_SCHEDULE), fields(DAY_SHIFTS)

    assert before["lesson_at"]["block_id"] != after["lesson_at"]["block_id"]


def test_a_check_in_on_the_day_after_its_lesson_is_asked_about_once() -> None:
    typed = replace(times_form_of(WORKDAY_SCHEDULE), day_end_at="04:30")
    assert typed.is_unconfirmed

    asked = confirm_overnight_modal(a.working(WORKDAY_SCHEDULE), typed).to_dict()

    assert (
        "*Your check-in at 4:30 AM comes the day after your lesson at 9:00 AM. If that's right, press Save again. If "
        "not, change it.*"
    ) in str(asked)
    shown = read_shown_times(asked)
    assert shown is not None
    assert not read_entered_times(
        {**asked, "state": {"values": state_values(asked["blocks"], {})}}, shown
    ).is_unconfirmed


def test_somebody_who_works_at_night_is_not_asked_about_the_check_in() -> None:
    assert not times_form_of(NIGHTS).is_unconfirmed


def test_a_view_without_times_changes_none() -> None:
    assert read_shown_times({"private_metadata": ""}) is None
    assert TimesForm("09:00", "16:30").is_overnight is False
