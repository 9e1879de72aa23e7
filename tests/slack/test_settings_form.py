"""The settings modal: what it shows, and what is read from it."""

from dataclasses import replace
from datetime import time
from typing import Any

import pytest

from bot.domain.formats import Formats
from bot.domain.learner import Cadence, Preferences
from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, AnySchedule
from bot.slack import action_ids as ids
from bot.slack.blocks.schedule_text import message_times_text
from bot.slack.blocks.settings import (
    more_settings_modal,
    settings_modal,
    settings_saved_message,
    shifts_saved_message,
)
from bot.slack.handlers.settings import read_settings
from tests.domain.builders import DAYS_AND_NIGHTS
from tests.slack import builders as a

PRESENT = Preferences("Europe/Berlin")
TICKED = {"selected_options": [{"value": "on"}]}
NOT_TICKED: dict[str, Any] = {"selected_options": []}


def filled(**changes: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """The form's values as Slack submits them."""
    options = {
        "tz": {"value": "Europe/Berlin"},
        "follows_zone": TICKED,
        "cadence": {"selected_option": {"value": "each_shift"}},
        "follows_status": NOT_TICKED,
        "weekly_summary": NOT_TICKED,
        "team": {"selected_conversations": []},
        "focus": {"selected_options": []},
        **changes,
    }
    return {block: {block: values} for block, values in options.items()}


def test_a_filled_form_becomes_preferences_and_leaves_the_shifts_alone() -> None:
    focus = {"selected_options": [{"value": "conflict"}, {"value": "change"}]}
    weekly = {"selected_option": {"value": "weekly"}}
    team = {"selected_conversations": ["C0WARD"]}
    present = replace(PRESENT, schedule=DAYS_AND_NIGHTS)

    preferences, errors = read_settings(
        filled(focus=focus, cadence=weekly, follows_status=TICKED, weekly_summary=TICKED, team=team), present
    )

    assert errors == {}
    assert preferences == Preferences(
        "Europe/Berlin",
        DAYS_AND_NIGHTS,
        frozenset({"conflict", "change"}),
        Cadence.WEEKLY,
        follows_zone=True,
        follows_status=True,
        weekly_summary=True,
        team_channel="C0WARD",
    )


def test_each_modal_leaves_what_only_the_other_asks_for_alone() -> None:
    present = replace(PRESENT, cadence=Cadence.WEEKLY, follows_status=True, weekly_summary=True, team_channel="C0WARD")
    first, more = filled(), filled(cadence={"selected_option": {"value": "each_shift"}})
    for name in ("cadence", "follows_status", "weekly_summary", "team", "focus"):
        del first[name]
    for name in ("tz", "follows_zone"):
        del more[name]

    assert read_settings(first, present) == (present, {})
    assert read_settings(more, replace(present, tz="Asia/Tokyo", follows_zone=False)) == (
        Preferences("Asia/Tokyo", follows_zone=False),
        {},
    )


def test_a_form_from_before_there_were_teams_leaves_the_team_alone() -> None:
    values = filled()
    del values["team"]

    preferences, errors = read_settings(values, replace(PRESENT, team_channel="C0WARD"))

    assert errors == {}
    assert preferences is not None
    assert preferences.team_channel == "C0WARD"


@pytest.mark.parametrize("zone", ["", "  ", "CET+1", "../../etc/passwd", "/etc/localtime", "Europe", "a" * 64, "\x00"])
def test_an_unknown_time_zone_is_refused_beside_its_field(zone: str) -> None:
    preferences, errors = read_settings(filled(tz={"value": zone}), PRESENT)

    assert preferences is None
    assert errors == {"tz": "I don't know that time zone. Type a place such as Europe/Berlin or America/New_York."}


def test_the_error_is_shown_beside_a_field_that_the_modal_has() -> None:
    _, errors = read_settings(filled(tz={"value": None}), PRESENT)

    inputs = {block.block_id for block in settings_modal(a.learner()).blocks or []}
    assert errors.keys() <= inputs


@pytest.mark.parametrize(
    ("followed", "typed", "box", "follows"),
    [
        pytest.param(True, "Europe/Berlin", TICKED, True, id="nothing changed"),
        pytest.param(True, "Europe/Berlin", NOT_TICKED, False, id="unticked"),
        pytest.param(True, "Asia/Tokyo", TICKED, False, id="another place typed: it stays there"),
        pytest.param(False, "Europe/Berlin", TICKED, True, id="ticked"),
        pytest.param(False, "Asia/Tokyo", TICKED, True, id="another place typed and ticked anew: the box says so"),
        pytest.param(False, "Asia/Tokyo", NOT_TICKED, False, id="another place typed"),
    ],
)
def test_someone_who_types_another_place_stays_there_unless_they_tick_the_box_again(
    followed: bool, typed: str, box: dict[str, Any], follows: bool
) -> None:
    present = replace(PRESENT, follows_zone=followed)

    preferences, _ = read_settings(filled(tz={"value": typed}, follows_zone=box), present)

    assert preferences is not None
    assert (preferences.tz, preferences.follows_zone) == (typed, follows)


def test_a_form_without_skills_to_choose_from_still_counts() -> None:
    values = filled()
    del values["focus"]

    preferences, errors = read_settings(values, PRESENT)

    assert errors == {}
    assert preferences is not None
    assert preferences.focus == frozenset()


def test_the_modals_show_what_was_chosen_so_that_saving_them_unchanged_changes_nothing() -> None:
    chosen = Preferences("Asia/Tokyo", WORKDAY_SCHEDULE, frozenset({"skill-1"}), Cadence.WEEKLY, False, True)
    learner = replace(a.learner(), preferences=chosen)
    more = more_settings_modal(learner, [a.skill(number) for number in range(3)])

    shown = [*settings_modal(learner).to_dict()["blocks"], *more.to_dict()["blocks"]]
    elements = {block["block_id"]: block["element"] for block in shown if block["type"] == "input"}
    back = {
        "tz": {"value": elements["tz"]["initial_value"]},
        "follows_zone": {"selected_options": elements["follows_zone"].get("initial_options", [])},
        "cadence": {"selected_option": elements["cadence"]["initial_option"]},
        "follows_status": {"selected_options": elements["follows_status"].get("initial_options", [])},
        "focus": {"selected_options": elements["focus"].get("initial_options")},
    }
    assert read_settings(filled(**back), chosen) == (chosen, {})


def test_the_modal_says_the_shifts_in_words_and_offers_to_change_them() -> None:
    block = settings_modal(a.working(DAYS_AND_NIGHTS)).to_dict()["blocks"][0]

    assert block["text"]["text"] == (
        "*My shifts*\n2 D, 2 N, 4 off: D 7:00 AM–7:00 PM, N 7:00 PM–7:00 AM\n"
        "Lesson 20 minutes after the start, quick check-in 25 minutes before the end"
    )
    assert block["accessory"]["action_id"] == ids.OPEN_SHIFTS


def test_the_answer_says_what_applies_now_and_when_the_next_lesson_comes() -> None:
    chosen = Preferences("Asia/Tokyo", cadence=Cadence.WEEKLY, follows_zone=False, follows_status=True)

    text = settings_saved_message(replace(a.learner(), preferences=chosen)).text

    assert text == (
        "Settings saved. Lessons come at 9:00 AM on workdays, with a quick check-in at 4:30 PM. Time zone Asia/Tokyo.\n"
        "One lesson a week, in the week's first shift.\n"
        "A Slack status of vacation or sick pauses them.\n"
        "Your next lesson comes today at 6:00 PM."
    )


def test_the_answer_to_changed_shifts_sums_them_up() -> None:
    text = shifts_saved_message(a.working(DAYS_AND_NIGHTS)).text

    assert text == (
        "Shifts saved. 2 D, 2 N, 4 off: D 7:00 AM–7:00 PM, N 7:00 PM–7:00 AM. "
        "Lesson 20 minutes after the start, quick check-in 25 minutes before the end.\n"
        "Your next lesson comes today at 10:00 AM."
    )


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        (
            a.AT_LUNCH,
            "Lesson at 12:30, quick check-in at 18:00; in shifts without those times, 20 minutes after the start and "
            "25 minutes before the end",
        ),
        (
            replace(DAYS_AND_NIGHTS, timing=MessageTiming(lesson_at=time(12, 30))),
            "Lesson at 12:30, quick check-in 25 minutes before the end; in shifts without that time, 20 minutes after "
            "the start",
        ),
        (
            replace(DAYS_AND_NIGHTS, timing=MessageTiming(lesson_at=time(5))),
            "Lesson at 05:00, quick check-in 25 minutes before the end",
        ),
        (
            replace(WORKDAY_SCHEDULE, timing=MessageTiming(lesson_at=time(12, 30))),
            "Lesson at 12:30, quick check-in at 16:35",
        ),
        (
            replace(a.ROSTER, timing=MessageTiming(lesson_at=time(12, 30), lesson_after=1)),
            "Lesson at 12:30, quick check-in 25 minutes before the end; in shifts without that time, 1 minute after "
            "the start",
        ),
    ],
)
def test_clock_times_are_said_with_what_counts_in_shifts_without_them(schedule: AnySchedule, said: str) -> None:
    assert message_times_text(schedule, Formats("en-GB")) == said


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        (" Asia/Tokyo ", "Asia/Tokyo"),
        (" new york ", "America/New_York"),
        ("London", "Europe/London"),
        ("UTC", "UTC"),
    ],
)
def test_a_place_is_understood_as_people_type_it(typed: str, meant: str) -> None:
    preferences, errors = read_settings(filled(tz={"value": typed}), PRESENT)

    assert errors == {}
    assert preferences is not None
    assert preferences.tz == meant
