"""The settings modal: what it shows, and what it holds when it comes back."""

from datetime import time
from typing import Any

import pytest

from bot.domain.learner import Preferences
from bot.domain.shifts import WORKDAYS, around
from bot.slack.blocks.learner import settings_modal
from bot.slack.blocks.schedule import DAYS
from bot.slack.settings import read_settings
from tests.slack import builders as a


def filled(**changes: Any) -> dict[str, dict[str, dict[str, Any]]]:
    """A form as Slack sends it back."""
    options = {
        "days": {"selected_options": [{"value": str(day)} for day in range(5)]},
        "lesson_at": {"selected_time": "09:00"},
        "day_end_at": {"selected_time": "16:30"},
        "tz": {"value": "Europe/Berlin"},
        "focus": {"selected_options": []},
        **changes,
    }
    return {block: {block: values} for block, values in options.items()}


def test_a_filled_form_becomes_preferences() -> None:
    focus = {"selected_options": [{"value": "conflict"}, {"value": "change"}]}

    preferences, errors = read_settings(filled(focus=focus))

    assert errors == {}
    assert preferences == Preferences("Europe/Berlin", WORKDAYS, frozenset({"conflict", "change"}))


def test_a_night_shift_is_taken_as_it_is() -> None:
    night = {"lesson_at": {"selected_time": "22:00"}, "day_end_at": {"selected_time": "06:30"}}

    preferences, errors = read_settings(filled(**night, days={"selected_options": [{"value": "6"}]}))

    assert errors == {}
    assert preferences is not None
    assert preferences.schedule == around(frozenset({6}), time(22, 0), time(6, 30))


def test_every_problem_is_told_at_once_beside_its_own_field() -> None:
    empty: dict[str, Any] = {"selected_options": []}
    none = {"selected_time": None}

    preferences, errors = read_settings(filled(days=empty, lesson_at=none, day_end_at=none, tz={"value": None}))

    assert preferences is None
    assert errors == {
        "days": "Choose at least one day. To stop for a while, pause instead.",
        "lesson_at": "Choose a time.",
        "day_end_at": "Choose a time.",
        "tz": "I don't know that time zone. Write a place such as Europe/Berlin or America/New_York.",
    }


def test_the_errors_stand_beside_fields_that_the_modal_has() -> None:
    _, errors = read_settings(filled(days={}, lesson_at={}, day_end_at={}, tz={}))

    inputs = {block.block_id for block in settings_modal(a.learner(), []).blocks or []}
    assert errors.keys() <= inputs


def test_a_look_back_at_the_lessons_own_time_is_refused() -> None:
    preferences, errors = read_settings(filled(day_end_at={"selected_time": "09:00"}))

    assert preferences is None
    assert errors == {"day_end_at": "Choose another time than the lesson's."}


@pytest.mark.parametrize("zone", ["", "  ", "CET+1", "../../etc/passwd", "/etc/localtime", "Europe", "a" * 64, "\x00"])
def test_what_is_no_place_of_a_time_zone_is_refused(zone: str) -> None:
    _, errors = read_settings(filled(tz={"value": zone}))

    assert errors.keys() == {"tz"}


def test_a_zone_is_read_with_spaces_around_it() -> None:
    preferences, _ = read_settings(filled(tz={"value": " Asia/Tokyo "}))

    assert preferences is not None
    assert preferences.tz == "Asia/Tokyo"


def test_a_form_without_skills_to_choose_from_still_counts() -> None:
    values = filled()
    del values["focus"]

    preferences, errors = read_settings(values)

    assert errors == {}
    assert preferences is not None
    assert preferences.focus == frozenset()


def test_the_modal_shows_what_was_chosen_so_that_saving_it_unchanged_changes_nothing() -> None:
    view = settings_modal(a.learner(), [a.skill(number) for number in range(3)]).to_dict()

    elements = {block["block_id"]: block["element"] for block in view["blocks"]}
    back = {
        "days": {"selected_options": elements["days"]["initial_options"]},
        "lesson_at": {"selected_time": elements["lesson_at"]["initial_time"]},
        "day_end_at": {"selected_time": elements["day_end_at"]["initial_time"]},
        "tz": {"value": elements["tz"]["initial_value"]},
        "focus": {"selected_options": elements["focus"].get("initial_options")},
    }
    assert read_settings(filled(**back))[0] == a.learner().preferences
    assert [option["text"]["text"] for option in elements["days"]["options"]] == list(DAYS)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        (" new york ", "America/New_York"),
        ("London", "Europe/London"),
        ("UTC", "UTC"),
    ],
)
def test_a_place_is_understood_as_people_type_it(typed: str, meant: str) -> None:
    preferences, errors = read_settings(filled(tz={"value": typed}))

    assert errors == {}
    assert preferences is not None
    assert preferences.tz == meant
