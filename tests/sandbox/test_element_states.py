"""What elements report, and how blocks are filled in: each kind in the form that Slack gives it."""

from typing import Any

import pytest
from slack_sdk.models.blocks import Block

from bot.sandbox.block_defaults import fill_in_blocks
from bot.sandbox.blocks import check_blocks
from bot.sandbox.element_states import (
    element_state,
    find_element,
    find_input_errors,
    interactive_elements,
    state_values,
)
from bot.sandbox.refusal import RequestRefused
from tests.sandbox.builders import Json, actions, asked, button, line, options, plain, section

GROUPED = {"option_groups": [{"label": plain("People"), "options": options("eq", "conflict")}]}


@pytest.mark.parametrize(
    ("element", "chosen", "field", "reported"),
    [
        ({"type": "plain_text_input"}, "Words", "value", "Words"),
        ({"type": "plain_text_input"}, "", "value", None),
        ({"type": "number_input"}, 3, "value", "3"),
        ({"type": "email_text_input"}, "a@b.example", "value", "a@b.example"),
        ({"type": "static_select", **GROUPED}, "eq", "selected_option", {"text": plain("Eq"), "value": "eq"}),
        ({"type": "static_select", "options": options("a")}, None, "selected_option", None),
        ({"type": "radio_buttons", "options": options("a")}, ["a"], "selected_option", options("a")[0]),
        ({"type": "overflow", "options": options("a", "b")}, "b", "selected_option", options("b")[0]),
        ({"type": "checkboxes", "options": options("a", "b")}, ["b"], "selected_options", options("b")),
        ({"type": "checkboxes", "options": options("a", "b")}, [], "selected_options", []),
        ({"type": "multi_static_select", "options": options("a", "b")}, "a", "selected_options", options("a")),
        ({"type": "users_select"}, "U0MEI", "selected_user", "U0MEI"),
        ({"type": "multi_users_select"}, ["U0MEI"], "selected_users", ["U0MEI"]),
        ({"type": "conversations_select"}, "C0WARD", "selected_conversation", "C0WARD"),
        ({"type": "multi_channels_select"}, ["C0WARD"], "selected_channels", ["C0WARD"]),
        ({"type": "datepicker"}, "2026-03-02", "selected_date", "2026-03-02"),
        ({"type": "timepicker"}, "07:30", "selected_time", "07:30"),
        ({"type": "datetimepicker"}, 1_772_452_800, "selected_date_time", 1_772_452_800),
    ],
)
def test_element_reports_what_it_holds_as_slack_does(element: Json, chosen: object, field: str, reported: object):
    assert element_state({"action_id": "a", **element}, chosen) == {"type": element["type"], field: reported}


def test_time_carries_the_zone_it_was_asked_in():
    picker = {"type": "timepicker", "action_id": "at", "timezone": "Asia/Tokyo"}

    assert element_state(picker, "07:30") == {"type": "timepicker", "selected_time": "07:30", "timezone": "Asia/Tokyo"}


def test_menu_filled_by_the_app_takes_any_value():
    menu = {"type": "external_select", "action_id": "a"}

    assert element_state(menu, "x")["selected_option"] == {"text": {**plain("x"), "emoji": True}, "value": "x"}


def test_option_that_is_not_offered_is_refused():
    with pytest.raises(RequestRefused, match="no_such_option"):
        element_state({"type": "radio_buttons", "action_id": "a", "options": options("a")}, "b")


def test_first_values_stand_until_something_else_is_entered():
    blocks = [
        line("words", initial_value="So far"),
        asked("days", {"type": "checkboxes", "options": options("mon", "tue"), "initial_options": options("mon")}),
        asked("who", {"type": "multi_users_select"}),
        asked("on", {"type": "datepicker"}),
        actions(button("go"), {"type": "overflow", "action_id": "more", "options": options("a")}),
    ]

    values = state_values(blocks, {"words_block": {"words": "Now"}})

    assert values == {
        "words_block": {"words": {"type": "plain_text_input", "value": "Now"}},
        "days_block": {"days": {"type": "checkboxes", "selected_options": options("mon")}},
        "who_block": {"who": {"type": "multi_users_select", "selected_users": []}},
        "on_block": {"on": {"type": "datepicker", "selected_date": None}},
    }


def test_only_input_blocks_must_be_filled_in():
    blocks = [
        line("words"),
        line("more") | {"optional": True},
        asked("days", {"type": "checkboxes", "options": options("mon")}),
        actions({"type": "datepicker", "action_id": "on"}),
    ]

    found = find_input_errors(blocks, state_values(blocks, {}))

    assert set(found) == {"words_block", "days_block"}


CONTAINER: Json = {
    "type": "container",
    "title": plain("More"),
    "child_blocks": [section(), {"type": "actions", "elements": [button("deep")]}],
}
CARD: Json = {"type": "card", "title": plain("A card"), "actions": [button("on_card")]}


def test_elements_in_containers_and_cards_are_found_with_their_own_block():
    blocks = fill_in_blocks([CONTAINER, CARD, {"type": "carousel", "elements": [CARD | {"actions": [button("far")]}]}])

    found = {element["action_id"]: block["type"] for block, element in interactive_elements(blocks)}

    assert found == {"deep": "actions", "on_card": "card", "far": "card"}
    assert find_element(blocks, None, "deep")[0]["block_id"]
    with pytest.raises(RequestRefused, match="no_such_action"):
        find_element(blocks, "other", "deep")


def test_filling_in_adds_ids_and_keeps_those_that_are_there():
    no_id: Json = {"type": "actions", "elements": [{"type": "button", "text": plain("Press")}]}

    named, unnamed, context = fill_in_blocks(
        [
            actions(button("go"), block_id="mine"),
            no_id,
            {"type": "context", "elements": [{"type": "mrkdwn", "text": "Small"}]},
        ]
    )

    assert (named["block_id"], named["elements"][0]["action_id"]) == ("mine", "go")
    assert unnamed["block_id"]
    assert unnamed["elements"][0]["action_id"]
    assert context["elements"] == [{"type": "mrkdwn", "text": "Small", "verbatim": False}]
    assert "block_id" not in no_id


EVERY_KIND: list[Any] = [
    section() | {"accessory": button("go"), "fields": [plain("A"), plain("B")]},
    {"type": "header", "text": plain("Title")},
    {"type": "divider"},
    {"type": "context", "elements": [{"type": "mrkdwn", "text": "Small"}]},
    {"type": "markdown", "text": "# Title"},
    {"type": "rich_text", "elements": [{"type": "rich_text_section", "elements": [{"type": "text", "text": "A"}]}]},
    {"type": "table", "rows": [[{"type": "raw_text", "text": "A"}]]},
    {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A"},
    actions(button("go"), {"type": "static_select", "action_id": "one", "options": options("a")}),
    line("words"),
    CONTAINER,
    CARD,
]


@pytest.mark.parametrize("block", EVERY_KIND, ids=lambda block: str(block["type"]))
def test_filled_in_block_is_still_one_that_slack_takes_and_its_sdk_reads(block: Json):
    (filled,) = fill_in_blocks([block])

    assert check_blocks([filled], "message") == []
    parsed = Block.parse(filled)
    assert parsed is not None
    assert parsed.type == block["type"]
