"""What the sandbox says of blocks and views: Slack's words, Slack's pointers, every problem at once."""

import copy
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.sandbox.blocks import (
    MAX_BLOCKS_TEXT_LENGTH,
    Surface,
    blocks_text_length,
    blocks_too_long,
    check_blocks,
    check_view,
    view_bytes,
)

Json = dict[str, Any]
SURFACES: tuple[Surface, ...] = ("message", "modal", "home")


def plain(text: str = "Words") -> Json:
    return {"type": "plain_text", "text": text}


def mrkdwn(text: str = "*Words*") -> Json:
    return {"type": "mrkdwn", "text": text}


def section(**fields: Any) -> Json:
    return {"type": "section", "text": mrkdwn(), **fields}


def button(**fields: Any) -> Json:
    return {"type": "button", "text": plain("Press"), **fields}


def actions(*elements: Json) -> Json:
    return {"type": "actions", "elements": list(elements)}


def asked(element: Json, **fields: Any) -> Json:
    return {"type": "input", "label": plain("Label"), "element": element, **fields}


def options(count: int) -> list[Json]:
    return [{"text": plain(f"Option {n}"), "value": str(n)} for n in range(count)]


def modal(*blocks: Json, **fields: Any) -> Json:
    return {"type": "modal", "title": plain("Title"), "blocks": list(blocks) or [section()], **fields}


def table(*texts: str) -> Json:
    return {"type": "table", "rows": [[{"type": "raw_text", "text": text} for text in texts]]}


def rich_text(*elements: Json) -> Json:
    return {"type": "rich_text", "elements": list(elements)}


DIVIDER: Json = {"type": "divider"}
CARD: Json = {"type": "card", "title": mrkdwn("A card")}
CONFIRM: Json = {"title": plain("Sure?"), "text": plain("Really?"), "confirm": plain("Yes"), "deny": plain("No")}
TEXT_INPUT: Json = {"type": "plain_text_input", "action_id": "line"}
WAVE: Json = {"type": "rich_text_section", "elements": [{"type": "emoji", "name": "wave", "skin_tone": 1}]}
FILM: Json = {
    "type": "video",
    "alt_text": "A",
    "title": plain(),
    "video_url": "https://example.com",
    "thumbnail_url": "https://example.com/a.png",
}
IMAGE: Json = {"type": "image", "image_url": "https://example.com/a.png", "alt_text": "A picture"}


def refused(*blocks: Json, surface: Surface = "message") -> list[str]:
    return check_blocks(list(blocks), surface)


# Slack's words. The first eleven stand in published answers of Slack's; the rest follow their pattern.


@pytest.mark.parametrize(
    ("block", "said"),
    [
        (section(text=mrkdwn("x" * 3001)), "must be less than 3001 characters [json-pointer:/blocks/0/text/text]"),
        (section(text=mrkdwn("")), "must be more than 0 characters [json-pointer:/blocks/0/text/text]"),
        ({"type": "foo"}, "unsupported type: foo [json-pointer:/blocks/0/type]"),
        ({"type": "header"}, "missing required field: text [json-pointer:/blocks/0]"),
        (actions(button(disabled=True)), "invalid additional property: disabled [json-pointer:/blocks/0/elements/0]"),
        (actions(button(style=None)), "must provide a string [json-pointer:/blocks/0/elements/0/style]"),
        (actions(button(style="huge")), "must be a valid enum value [json-pointer:/blocks/0/elements/0/style]"),
        ({**CARD, "title": "bare"}, "must provide an object [json-pointer:/blocks/0/title]"),
        (actions(*[button()] * 26), "no more than 25 items allowed [json-pointer:/blocks/0/elements]"),
        (
            section(accessory={"type": "static_select", "options": []}),
            "must provide at least 1 items [json-pointer:/blocks/0/accessory/options]",
        ),
        (section(accessory=button(url="no address")), "invalid url [json-pointer:/blocks/0/accessory/url]"),
        (section(expand="yes"), "must provide a boolean [json-pointer:/blocks/0/expand]"),
        (section(fields={}), "must provide an array [json-pointer:/blocks/0/fields]"),
        ({"type": "header", "text": plain(), "level": True}, "must provide an integer [json-pointer:/blocks/0/level]"),
        ({"type": "header", "text": plain(), "level": 5}, "must be less than 5 [json-pointer:/blocks/0/level]"),
        ({"type": "header", "text": plain(), "level": 0}, "must be more than 0 [json-pointer:/blocks/0/level]"),
        ({"type": "section"}, "must define either `text` or `fields` [json-pointer:/blocks/0]"),
        ({"text": plain()}, "missing required field: type [json-pointer:/blocks/0]"),
        ({"type": 7}, "must provide a string [json-pointer:/blocks/0/type]"),
        ({"type": None}, "must provide a string [json-pointer:/blocks/0/type]"),
        (actions(button(confirm="Sure?")), "must provide an object [json-pointer:/blocks/0/elements/0/confirm]"),
    ],
)
def test_each_problem_is_told_in_slacks_words_with_its_place(block: Json, said: str) -> None:
    assert refused(block) == [f"[ERROR] {said}"]


def test_every_problem_of_every_block_is_told_at_once() -> None:
    blocks = [
        section(text=plain("x" * 3001)),
        {"type": "foo"},
        {"type": "header", "color": 1},
        actions(button(text="")),
    ]

    assert check_blocks(blocks, "message") == [
        "[ERROR] must be less than 3001 characters [json-pointer:/blocks/0/text/text]",
        "[ERROR] unsupported type: foo [json-pointer:/blocks/1/type]",
        "[ERROR] invalid additional property: color [json-pointer:/blocks/2]",
        "[ERROR] missing required field: text [json-pointer:/blocks/2]",
        "[ERROR] must provide an object [json-pointer:/blocks/3/elements/0/text]",
    ]


@pytest.mark.parametrize("blocks", [None, {}, "[]", 7])
def test_blocks_that_are_no_array_are_refused(blocks: object) -> None:
    assert check_blocks(blocks, "message") == ["[ERROR] must provide an array [json-pointer:/blocks]"]


def test_a_block_that_is_no_object_is_refused() -> None:
    assert check_blocks(["hi"], "home") == ["[ERROR] must provide an object [json-pointer:/blocks/0]"]


# Counts


@pytest.mark.parametrize(("surface", "most"), [("message", 50), ("modal", 100), ("home", 100)])
def test_a_surface_holds_so_many_blocks_and_not_one_more(surface: Surface, most: int) -> None:
    assert check_blocks([DIVIDER] * most, surface) == []
    assert check_blocks([DIVIDER] * (most + 1), surface) == [
        f"[ERROR] no more than {most} items allowed [json-pointer:/blocks]"
    ]


def test_a_message_may_have_no_blocks_but_a_view_may_not() -> None:
    assert check_blocks([], "message") == []
    assert check_blocks([], "modal") == check_blocks([], "home")
    assert check_blocks([], "home") == ["[ERROR] must provide at least 1 items [json-pointer:/blocks]"]


@pytest.mark.parametrize(
    ("block", "surface"),
    [
        (section(fields=[plain()] * 11), "message"),
        (section(fields=[]), "message"),
        (section(fields=[plain("x" * 2001)]), "message"),
        ({"type": "context", "elements": [mrkdwn()] * 11}, "message"),
        ({"type": "context", "elements": []}, "message"),
        (actions(), "message"),
        (section(accessory={"type": "overflow", "options": options(6)}), "message"),
        (asked({"type": "checkboxes", "options": options(11)}), "modal"),
        (asked({"type": "radio_buttons", "options": options(11)}), "modal"),
        ({"type": "alert", "text": plain("x" * 201)}, "modal"),
        ({"type": "carousel", "elements": []}, "message"),
        ({**CARD, "actions": [button()] * 4}, "message"),
        ({**CARD, "subtext": plain("x" * 201)}, "message"),
        ({"type": "table", "rows": []}, "message"),
        ({"type": "table", "rows": table("cell")["rows"] * 101}, "message"),
        (table(*["cell"] * 21), "message"),
        ({**table("cell"), "column_settings": [None] * 21}, "message"),
        ({**FILM, "description": plain("x" * 200)}, "message"),
        ({**rich_text(WAVE), "block_id": "x" * 256}, "message"),
        (
            rich_text({"type": "rich_text_section", "elements": [{"type": "emoji", "name": "a", "skin_tone": 0}]}),
            "message",
        ),
    ],
)
def test_counts_and_lengths_that_only_slacks_reference_names_are_kept(block: Json, surface: Surface) -> None:
    assert len(check_blocks([block], surface)) == 1


def said_of(element: Json) -> list[str]:
    """What is said of an element in a modal's input block, or of a button in a message."""
    if element["type"] in {"feedback_buttons", "icon_button"}:
        return refused({"type": "context_actions", "elements": [element]})
    return check_blocks([asked(element)], "modal")


def feedback(**fields: Any) -> Json:
    good = {"text": plain(), "value": "1", **fields}
    return {"type": "feedback_buttons", "positive_button": good, "negative_button": {"text": plain(), "value": "0"}}


def icon_button(**fields: Any) -> Json:
    return {"type": "icon_button", "icon": "trash", "text": plain(), **fields}


def one_choice(kind: str, **fields: Any) -> Json:
    return {"type": kind, "options": [{"text": plain(), "value": "1", **fields}]}


@pytest.mark.parametrize(
    ("build", "longest"),
    [
        (lambda n: {**TEXT_INPUT, "placeholder": plain("x" * n)}, 150),
        (lambda n: {**TEXT_INPUT, "initial_value": "x" * n}, 3000),
        (lambda n: one_choice("static_select", description=plain("x" * n)), 75),
        (lambda n: one_choice("checkboxes", text=mrkdwn("x" * n)), 75),
        (lambda n: one_choice("checkboxes", value="x" * n), 150),
        (lambda n: one_choice("radio_buttons", description=mrkdwn("x" * n)), 75),
        (lambda n: feedback(accessibility_label="x" * n), 75),
        (lambda n: icon_button(text=plain("x" * n)), 75),
        (lambda n: icon_button(accessibility_label="x" * n), 75),
        (lambda n: icon_button(value="x" * n), 2000),
        (lambda n: icon_button(visible_to_user_ids=["U0AMARA"] * n), 10),
    ],
)
def test_words_of_elements_are_taken_to_their_limit_and_not_beyond(build: Callable[[int], Json], longest: int) -> None:
    assert said_of(build(longest)) == []
    assert len(said_of(build(longest + 1))) == 1


@pytest.mark.parametrize(
    ("build", "least", "most"),
    [
        (lambda n: {**TEXT_INPUT, "min_length": n}, 0, 3000),
        (lambda n: {**TEXT_INPUT, "max_length": n}, 1, 3000),
        (lambda n: {"type": "file_input", "max_files": n}, 1, 10),
        (lambda n: {"type": "datetimepicker", "initial_date_time": n}, 0, 9_999_999_999),
        (lambda n: {"type": "multi_users_select", "max_selected_items": n}, 1, None),
        (lambda n: {"type": "external_select", "min_query_length": n}, 0, None),
        (lambda n: {"type": "multi_external_select", "min_query_length": n}, 0, None),
        (lambda n: {"type": "rich_text_input", "min_lines": n}, 1, None),
        (lambda n: {"type": "rich_text_input", "max_lines": n}, 1, None),
    ],
)
def test_numbers_of_elements_keep_their_bounds(build: Callable[[int], Json], least: int, most: int | None) -> None:
    assert said_of(build(least)) == []
    assert len(said_of(build(least - 1))) == 1
    if most is not None:
        assert said_of(build(most)) == []
        assert len(said_of(build(most + 1))) == 1


def test_what_may_be_empty_is_taken_empty() -> None:
    empty = {"type": "rich_text_section", "elements": []}
    lines: list[Json] = [
        empty,
        {"type": "rich_text_preformatted", "elements": [], "border": 0},
        {"type": "rich_text_list", "style": "ordered", "elements": [], "indent": 0, "offset": 0},
        {"type": "rich_text_section", "elements": [{"type": "link", "url": "https://example.com", "text": ""}]},
    ]
    fields = [
        {"type": kind, "initial_value": ""} for kind in ("plain_text_input", "email_text_input", "url_text_input")
    ]

    assert refused(rich_text(*lines), rich_text(WAVE), {**FILM, "description": plain("x" * 199)}) == []
    assert refused({"type": "plan", "title": "Plan", "tasks": []}, {**table("cell"), "column_settings": []}) == []
    assert refused({"type": "task_card", "task_id": "1", "title": "Task", "sources": []}) == []
    assert check_blocks([asked(field) for field in fields], "modal") == []


LINES: Json = {
    "type": "data_visualization",
    "title": "A",
    "chart": {
        "type": "line",
        "series": [{"name": "A", "data": [{"label": "Mon", "value": 1}, {"label": "Tue", "value": 2.5}]}],
        "axis_config": {"categories": ["Mon", "Tue"]},
    },
}
DATA_TABLE: Json = {
    "type": "data_table",
    "caption": "A",
    "rows": [[{"type": "raw_text", "text": "A"}], [{"type": "raw_number", "value": 1}]],
}

WORKFLOW = {"trigger": {"url": "https://example.com", "customizable_input_parameters": [{"name": "a", "value": ""}]}}
PART: Json = {"type": "text", "text": "a"}
BAREST: list[Json] = [
    {"type": "divider"},
    {"type": "section", "text": plain()},
    {"type": "section", "fields": [mrkdwn()]},
    {"type": "header", "text": plain()},
    {"type": "context", "elements": [mrkdwn(), {"type": "image", "alt_text": "A", "slack_file": {"id": "F0"}}]},
    {"type": "markdown", "text": "a"},
    {"type": "alert", "text": plain()},
    {"type": "image", "alt_text": "A", "slack_file": {"url": "https://example.com/a.png"}},
    {"type": "file", "external_id": "A", "source": "remote"},
    FILM,
    {"type": "card", "body": plain()},
    {"type": "carousel", "elements": [{"type": "card", "title": plain()}]},
    {"type": "container", "title": plain(), "child_blocks": [{"type": "divider"}]},
    table("cell"),
    {"type": "table", "rows": [[{"type": "raw_number", "value": 1.5, "text": "1.5"}]]},
    {"type": "plan", "title": "Plan"},
    LINES,
    {"type": "data_visualization", "title": "A", "chart": {"type": "pie", "segments": [{"label": "A", "value": 1}]}},
    DATA_TABLE,
    {"type": "task_card", "task_id": "1", "title": "Task"},
    {
        "type": "task_card",
        "task_id": "1",
        "title": "T",
        "sources": [{"type": "url", "url": "https://a.b", "text": "A"}],
    },
    actions({"type": "button", "text": plain()}),
    actions({"type": "button", "text": plain(), "confirm": CONFIRM}),
    actions({"type": "workflow_button", "text": plain(), "workflow": WORKFLOW}),
    {"type": "context_actions", "elements": [icon_button(), feedback()]},
    *(section(accessory=one_choice(kind)) for kind in ("overflow", "checkboxes", "radio_buttons", "static_select")),
    section(accessory={"type": "static_select", "option_groups": [{"label": plain(), "options": options(1)}]}),
    asked({"type": "plain_text_input"}),
    asked({"type": "number_input", "is_decimal_allowed": True}),
    rich_text({"type": "rich_text_section", "elements": [PART]}, {"type": "rich_text_quote", "elements": [PART]}),
    rich_text({"type": "rich_text_preformatted", "elements": [PART]}),
    rich_text(
        {"type": "rich_text_list", "style": "bullet", "elements": [{"type": "rich_text_section", "elements": [PART]}]}
    ),
    rich_text(
        {
            "type": "rich_text_section",
            "elements": [
                {"type": "link", "url": "https://example.com"},
                {"type": "emoji", "name": "wave"},
                {"type": "user", "user_id": "U0"},
                {"type": "usergroup", "usergroup_id": "S0"},
                {"type": "team", "team_id": "T0"},
                {"type": "channel", "channel_id": "C0"},
                {"type": "broadcast", "range": "here"},
                {"type": "color", "value": "#000000"},
                {"type": "date", "timestamp": 0, "format": "{date}"},
            ],
        }
    ),
]
NEEDLESS = {"accessory", "confirm", "sources", "customizable_input_parameters"}
"""Fields above that could be left out, but that hold others which could not."""


@pytest.mark.parametrize("block", BAREST, ids=[f"{n}-{block['type']}" for n, block in enumerate(BAREST)])
def test_the_barest_block_is_taken_and_none_of_its_fields_can_be_left_out(block: Json) -> None:
    surface: Surface = "modal" if block["type"] in {"alert", "input"} else "message"

    assert check_blocks([block], surface) == []
    for path in _spots(block):
        less = copy.deepcopy(block)
        holder: Any = less
        for step in path[:-1]:
            holder = holder[step]
        name = path[-1]
        # `CONFIRM` has its words in the same order; its own `confirm` is needed, the dialog as a whole is not.
        if isinstance(name, str) and (name not in NEEDLESS or path[-2:] == ("confirm", "confirm")):
            del holder[name]
            assert check_blocks([less], surface) != [], f"{path} was not missed"


def test_a_text_counts_characters_and_not_bytes() -> None:
    assert refused({"type": "header", "text": plain("é" * 150)}) == []


# Surfaces and what may stand where


SURFACES_OF: list[tuple[Json, set[Surface]]] = [
    (section(), {"message", "modal", "home"}),
    (asked(TEXT_INPUT), {"message", "modal", "home"}),
    (CARD, {"message", "modal", "home"}),
    ({"type": "alert", "text": mrkdwn()}, {"modal"}),
    ({"type": "container", "title": plain(), "child_blocks": [DIVIDER]}, {"message"}),
    ({"type": "carousel", "elements": [CARD]}, {"message", "home"}),
    (table("cell"), {"message", "home"}),
    ({"type": "markdown", "text": "**Hi**"}, {"message"}),
    ({"type": "plan", "title": "Plan"}, {"message"}),
    (LINES, {"message"}),
    (DATA_TABLE, {"message"}),
    ({"type": "task_card", "task_id": "1", "title": "Task"}, {"message"}),
    ({"type": "file", "external_id": "A", "source": "remote"}, {"message"}),
    (
        {"type": "context_actions", "elements": [{"type": "icon_button", "icon": "trash", "text": plain()}]},
        {"message"},
    ),
]


@pytest.mark.parametrize("surface", SURFACES)
@pytest.mark.parametrize(("block", "surfaces"), SURFACES_OF, ids=[block["type"] for block, _ in SURFACES_OF])
def test_a_block_stands_only_on_the_surfaces_that_slack_names(
    block: Json, surfaces: set[Surface], surface: Surface
) -> None:
    said = check_blocks([block], surface)

    if surface in surfaces:
        assert said == []
    else:
        assert said == [f"[ERROR] unsupported type: {block['type']} [json-pointer:/blocks/0/type]"]


@pytest.mark.parametrize(
    ("element", "surfaces"),
    [
        ({"type": "email_text_input"}, {"modal"}),
        ({"type": "url_text_input"}, {"modal"}),
        ({"type": "number_input", "is_decimal_allowed": False}, {"modal"}),
        ({"type": "file_input"}, {"modal"}),
        ({"type": "rich_text_input"}, {"modal", "home"}),
        ({"type": "datetimepicker"}, {"message", "modal"}),
        ({"type": "timepicker", "timezone": "Asia/Tokyo"}, {"message", "modal", "home"}),
    ],
)
def test_an_input_element_stands_only_on_the_surfaces_that_slack_names(element: Json, surfaces: set[Surface]) -> None:
    assert {surface for surface in SURFACES if check_blocks([asked(element)], surface) == []} == surfaces


@pytest.mark.parametrize(
    ("block", "pointer"),
    [
        (asked(button()), "element"),
        (section(accessory=TEXT_INPUT), "accessory"),
        (section(accessory={"type": "datetimepicker"}), "accessory"),
        (actions(TEXT_INPUT), "elements/0"),
        (actions(IMAGE), "elements/0"),
        ({"type": "context", "elements": [button()]}, "elements/0"),
        ({"type": "context_actions", "elements": [button()]}, "elements/0"),
        ({"type": "header", "text": mrkdwn()}, "text"),
        (actions(button(text=mrkdwn())), "elements/0/text"),
        ({**CARD, "actions": [{"type": "overflow", "options": options(1)}]}, "actions/0"),
        ({"type": "carousel", "elements": [section()]}, "elements/0"),
        ({"type": "container", "title": plain(), "child_blocks": [CARD]}, "child_blocks/0"),
        ({"type": "container", "title": plain(), "child_blocks": [asked(TEXT_INPUT)]}, "child_blocks/0"),
        (asked({"type": "file_input"}, dispatch_action=True), "element"),
    ],
)
def test_an_element_in_a_block_that_does_not_take_it_is_an_unsupported_type(block: Json, pointer: str) -> None:
    said = check_blocks([block], "modal" if block["type"] == "input" else "message")

    assert len(said) == 1
    assert "unsupported type: " in said[0]
    assert said[0].endswith(f"[json-pointer:/blocks/0/{pointer}/type]")


def test_a_waiting_task_is_taken_in_a_plan_but_not_alone() -> None:
    task = {"type": "task_card", "task_id": "1", "title": "Task", "status": "pending"}
    untyped = {name: field for name, field in task.items() if name != "type"}

    assert refused({"type": "plan", "title": "Plan", "tasks": [task, untyped]}) == []
    assert refused(task) == ["[ERROR] must be a valid enum value [json-pointer:/blocks/0/status]"]


def with_lines(*series: tuple[str, list[str]], categories: tuple[str, ...] = ("Mon", "Tue")) -> Json:
    """A chart with these series: a name, and the labels that it has values for."""
    data = [{"name": name, "data": [{"label": each, "value": 1} for each in labels]} for name, labels in series]
    return {**LINES, "chart": {"type": "line", "series": data, "axis_config": {"categories": list(categories)}}}


def test_a_chart_has_a_value_for_each_category_and_series_of_different_names() -> None:
    both = ["Mon", "Tue"]

    assert refused(with_lines(("A", both), ("B", both))) == []
    assert len(refused(with_lines(("A", both), ("A", both)))) == 1
    assert len(refused(with_lines(("A", ["Mon"])))) == 1
    assert len(refused(with_lines(("A", ["Mon", "Wed"])))) == 1


def test_charts_and_tables_keep_slacks_limits() -> None:
    days = tuple(f"day {number}" for number in range(21))
    wide = {**DATA_TABLE, "rows": [[{"type": "raw_text", "text": "A"}] * 21] * 2}
    uneven = {**DATA_TABLE, "rows": [*DATA_TABLE["rows"], [{"type": "raw_text", "text": "A"}] * 2]}

    assert refused(*[LINES] * 2) == []
    assert len(refused(*[LINES] * 3)) == 1
    assert len(refused({**LINES, "title": "x" * 51})) == 1
    assert refused(with_lines(*((f"{number}", ["Mon", "Tue"]) for number in range(7)))) != []
    assert refused(with_lines(("A", list(days)), categories=days)) != []
    assert refused({**DATA_TABLE, "rows": DATA_TABLE["rows"][:1]}) != []
    assert refused(wide) != []
    assert len(refused(uneven)) == 1


# Text


def test_emoji_belongs_to_plain_text_and_verbatim_to_mrkdwn() -> None:
    assert refused(section(text={**plain(), "emoji": True}), section(text={**mrkdwn(), "verbatim": True})) == []
    assert refused(section(text={**mrkdwn(), "emoji": True}), section(text={**plain(), "verbatim": True})) == [
        "[ERROR] invalid additional property: emoji [json-pointer:/blocks/0/text]",
        "[ERROR] invalid additional property: verbatim [json-pointer:/blocks/1/text]",
    ]


def test_checkboxes_and_radio_buttons_show_mrkdwn_and_menus_do_not() -> None:
    choice = [{"text": mrkdwn(), "value": "1", "description": mrkdwn()}]

    assert refused(section(accessory={"type": "checkboxes", "options": choice})) == []
    assert refused(section(accessory={"type": "radio_buttons", "options": choice})) == []
    assert len(refused(section(accessory={"type": "static_select", "options": choice}))) == 2
    assert len(refused(section(accessory={"type": "overflow", "options": choice}))) == 2


def test_an_option_has_an_address_only_in_an_overflow_menu() -> None:
    linked = [{"text": plain(), "value": "1", "url": "https://example.com"}]

    assert refused(section(accessory={"type": "overflow", "options": linked})) == []
    assert refused(section(accessory={"type": "static_select", "options": linked})) == [
        "[ERROR] invalid additional property: url [json-pointer:/blocks/0/accessory/options/0]"
    ]


@pytest.mark.parametrize("missing", ["title", "text", "confirm", "deny"])
def test_a_confirm_dialog_needs_all_its_words(missing: str) -> None:
    dialog = {name: words for name, words in CONFIRM.items() if name != missing}

    assert refused(actions(button(confirm=CONFIRM))) == []
    assert refused(actions(button(confirm=dialog))) == [
        f"[ERROR] missing required field: {missing} [json-pointer:/blocks/0/elements/0/confirm]"
    ]


def test_composition_objects_take_no_type() -> None:
    assert refused(actions(button(confirm={**CONFIRM, "type": "confirm"}))) == [
        "[ERROR] invalid additional property: type [json-pointer:/blocks/0/elements/0/confirm]"
    ]


def test_a_list_of_rich_text_holds_sections_and_no_list() -> None:
    line = {"type": "rich_text_section", "elements": [{"type": "text", "text": "one"}]}
    flat = {"type": "rich_text_list", "style": "bullet", "elements": [line]}

    assert refused(rich_text(flat)) == []
    assert refused(rich_text({**flat, "elements": [flat]})) == [
        "[ERROR] unsupported type: rich_text_list [json-pointer:/blocks/0/elements/0/elements/0/type]"
    ]


# What fields owe each other


@pytest.mark.parametrize("initial", [[], options(4)[3:], [{"text": plain("Else"), "value": "0"}]])
def test_initial_options_are_among_the_options_and_not_empty(initial: list[Json]) -> None:
    said = refused(section(accessory={"type": "checkboxes", "options": options(3), "initial_options": initial}))

    assert "[ERROR] must be one of the provided options [json-pointer:/blocks/0/accessory/initial_options]" in said


def test_an_initial_option_may_be_in_any_group() -> None:
    groups = [{"label": plain(), "options": options(1)}, {"label": plain(), "options": options(2)[1:]}]
    menu = {"type": "static_select", "option_groups": groups, "initial_option": options(2)[1]}

    assert refused(section(accessory=menu)) == []
    assert refused(section(accessory={**menu, "initial_option": options(3)[2]})) != []


def test_a_menu_has_options_or_groups_but_not_both() -> None:
    groups = [{"label": plain(), "options": options(1)}]

    assert refused(section(accessory={"type": "static_select"})) == [
        "[ERROR] must define either `options` or `option_groups` [json-pointer:/blocks/0/accessory]"
    ]
    assert refused(section(accessory={"type": "static_select", "options": options(1), "option_groups": groups})) == [
        "[ERROR] cannot provide both `options` and `option_groups` [json-pointer:/blocks/0/accessory]"
    ]


@pytest.mark.parametrize("fields", [{}, {"image_url": "https://example.com/a.png", "slack_file": {"id": "F0"}}])
def test_an_image_comes_from_an_address_or_from_a_file_but_not_both(fields: Json) -> None:
    assert len(refused({"type": "image", "alt_text": "A", **fields})) == 1


def test_bounds_that_cross_are_refused() -> None:
    words = asked({**TEXT_INPUT, "min_length": 10, "max_length": 5})
    number = asked({"type": "number_input", "is_decimal_allowed": True, "min_value": "2.5", "max_value": "-3"})

    assert check_blocks([words, number], "modal") == [
        "[ERROR] cannot be greater than `max_length` [json-pointer:/blocks/0/element/min_length]",
        "[ERROR] cannot be greater than `max_value` [json-pointer:/blocks/1/element/min_value]",
    ]


@pytest.mark.parametrize(
    "element",
    [
        {"type": "datepicker", "initial_date": "2026-02-29"},
        {"type": "datepicker", "initial_date": "2026-2-1"},
        {"type": "datepicker", "initial_date": "20260201"},
        {"type": "timepicker", "initial_time": "24:00"},
        {"type": "timepicker", "initial_time": "9:00"},
        {"type": "timepicker", "timezone": "Mars/Olympus"},
        {"type": "timepicker", "timezone": "America"},
        {"type": "timepicker", "timezone": "../UTC"},
        {"type": "datetimepicker", "initial_date_time": 10_000_000_000},
        {"type": "datetimepicker", "initial_date_time": "1628633820"},
        {"type": "number_input", "is_decimal_allowed": False, "min_value": "few"},
        {"type": "number_input", "is_decimal_allowed": False, "min_value": 3},
        {"type": "number_input"},
    ],
)
def test_dates_times_zones_and_numbers_have_their_form(element: Json) -> None:
    assert len(check_blocks([asked(element)], "modal")) == 1


@pytest.mark.parametrize("address", ["javascript", "//example.com", "https://", "https://a b.com", "http://[::1"])
def test_an_address_is_a_whole_one(address: str) -> None:
    assert refused(actions(button(url=address))) == ["[ERROR] invalid url [json-pointer:/blocks/0/elements/0/url]"]


def test_a_button_may_open_an_app_but_a_picture_comes_from_the_web() -> None:
    assert refused(actions(button(url="slack://user?team=T0&id=U0"), button(url="mailto:a@example.com"))) == []
    assert len(refused({**IMAGE, "image_url": "slack://file"})) == 1


def test_a_container_that_collapses_has_no_line_under_its_header() -> None:
    box = {"type": "container", "title": plain(), "child_blocks": [DIVIDER], "is_collapsible": True}

    assert refused({**box, "has_header_divider": False}) == []
    assert len(refused({**box, "has_header_divider": True})) == 1


# Once only


def test_an_action_id_is_used_once_in_a_block_and_may_come_again_in_another() -> None:
    assert refused(actions(button(action_id="a"), button()), actions(button(action_id="a"), button())) == []
    assert refused(actions(button(action_id="a"), button(action_id="b"), button(action_id="a"))) == [
        '[ERROR] `action_id` "a" already exists [json-pointer:/blocks/0/elements/2/action_id]'
    ]


def test_a_block_id_is_used_once_in_all_blocks_inside_containers_too() -> None:
    box = {"type": "container", "title": plain(), "child_blocks": [{**DIVIDER, "block_id": "a"}]}
    row = {"type": "carousel", "elements": [{**CARD, "block_id": "a"}]}

    assert refused({**DIVIDER, "block_id": "a"}, {**DIVIDER, "block_id": "b"}) == []
    assert refused({**DIVIDER, "block_id": "a"}, box, row) == [
        '[ERROR] `block_id` "a" already exists [json-pointer:/blocks/1/child_blocks/0/block_id]',
        '[ERROR] `block_id` "a" already exists [json-pointer:/blocks/2/elements/0/block_id]',
    ]


def test_a_message_has_one_table() -> None:
    assert refused(table("a"), table("b")) == ["[ERROR] only_one_table_allowed"]
    assert check_blocks([table("a"), table("b")], "home") == []


def test_the_cells_of_all_tables_hold_ten_thousand_characters() -> None:
    assert refused(table("x" * 5000, "y" * 5000)) == []
    assert check_blocks([table("x" * 5000), table("y" * 5000), table("z"), table("z")], "home") == [
        "[ERROR] must be less than 10001 characters [json-pointer:/blocks/2/rows]"
    ]


def test_a_view_has_its_focus_in_one_place() -> None:
    first = asked({**TEXT_INPUT, "focus_on_load": True})
    second = actions({"type": "datepicker", "focus_on_load": True})

    assert check_blocks([first, asked({**TEXT_INPUT, "focus_on_load": False})], "modal") == []
    assert check_blocks([first, second], "modal") == [
        "[ERROR] only one element can be set to true [json-pointer:/blocks/1/elements/0/focus_on_load]"
    ]


# Length


def test_text_is_counted_wherever_it_stands() -> None:
    blocks = [section(text=mrkdwn("abc"), accessory=button(text=plain("de"))), {"type": "markdown", "text": "f"}]

    assert blocks_text_length(blocks) == 6
    assert blocks_text_length(table("ab", "c")) == 3
    assert blocks_text_length([DIVIDER, None, "text"]) == 0


def test_blocks_that_are_fine_one_by_one_can_be_too_long_together() -> None:
    blocks = [section(text=plain("x" * 3000)) for _ in range(4)] + [section(text=plain("x" * 1000))]

    assert blocks_text_length(blocks) == MAX_BLOCKS_TEXT_LENGTH
    assert not blocks_too_long(blocks)
    assert blocks_too_long([*blocks, section(text=plain("x"))])
    assert refused(*blocks, section(text=plain("x"))) == []


# Views


def test_a_modal_and_a_home_are_taken() -> None:
    assert (
        check_view(
            modal(submit=plain("Save"), close=plain("Not now"), callback_id="", private_metadata="", external_id="")
        )
        == []
    )
    assert check_view({"type": "home", "blocks": [section()]}) == []


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/title/text]"),
        ({"title": mrkdwn()}, "unsupported type: mrkdwn [json-pointer:/view/title/type]"),
        ({"submit": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/submit/text]"),
        ({"submit": None}, "must provide an object [json-pointer:/view/submit]"),
        ({"close": plain("x" * 25)}, "must be less than 25 characters [json-pointer:/view/close/text]"),
        ({"callback_id": "x" * 256}, "must be less than 256 characters [json-pointer:/view/callback_id]"),
        ({"external_id": "x" * 256}, "must be less than 256 characters [json-pointer:/view/external_id]"),
        ({"private_metadata": "x" * 3001}, "must be less than 3001 characters [json-pointer:/view/private_metadata]"),
        ({"private_metadata": {}}, "must provide a string [json-pointer:/view/private_metadata]"),
        ({"notify_on_close": 1}, "must provide a boolean [json-pointer:/view/notify_on_close]"),
        ({"id": "V0"}, "invalid additional property: id [json-pointer:/view]"),
        ({"blocks": [{"type": "foo"}]}, "unsupported type: foo [json-pointer:/view/blocks/0/type]"),
        ({"blocks": []}, "must provide at least 1 items [json-pointer:/view/blocks]"),
        ({"type": "dialog"}, "unsupported type: dialog [json-pointer:/view/type]"),
    ],
)
def test_each_problem_of_a_modal_is_told_with_a_pointer_into_the_view(fields: Json, said: str) -> None:
    assert check_view({**modal(), **fields}) == [f"[ERROR] {said}"]


def test_a_modal_needs_a_title_and_blocks() -> None:
    assert check_view({"type": "modal"}) == [
        "[ERROR] missing required field: title [json-pointer:/view]",
        "[ERROR] missing required field: blocks [json-pointer:/view]",
    ]


def test_a_modal_with_inputs_needs_a_submit_button() -> None:
    assert check_view(modal(section(), asked(TEXT_INPUT), submit=plain("Save"))) == []
    assert check_view(modal(section(), asked(TEXT_INPUT))) == [
        "[ERROR] must define `submit` to use an `input` block in modals [json-pointer:/view/blocks/1/input]"
    ]


@pytest.mark.parametrize("field", ["title", "submit", "close", "notify_on_close"])
def test_a_home_has_no_frame(field: str) -> None:
    assert check_view({"type": "home", "blocks": [section()], field: plain()}) == [
        f"[ERROR] invalid additional property: {field} [json-pointer:/view]"
    ]


def test_a_home_may_ask_without_a_submit_button() -> None:
    assert check_view({"type": "home", "blocks": [asked(TEXT_INPUT)]}) == []


def test_blocks_of_a_view_are_held_to_the_surface_of_that_view() -> None:
    alert = {"type": "alert", "text": plain()}

    assert check_view(modal(alert)) == []
    assert check_view({"type": "home", "blocks": [alert]}) != []
    assert check_view({"type": "home", "blocks": [{**DIVIDER, "block_id": "a"}] * 2}) == [
        '[ERROR] `block_id` "a" already exists [json-pointer:/view/blocks/1/block_id]'
    ]


def test_a_view_of_250_kilobytes_is_taken_and_one_byte_more_is_not() -> None:
    view = modal(*[section(fields=[plain("é" * 1000)]) for _ in range(100)])
    spare = 250_000 - view_bytes(view)
    for block in view["blocks"]:
        added = min(spare, 2900)
        block["text"]["text"] += "x" * added
        spare -= added

    assert view_bytes(view) == 250_000
    assert check_view(view) == []
    view["blocks"][-1]["text"]["text"] += "x"
    assert check_view(view) == ["[ERROR] must be less than 250001 bytes [json-pointer:/view]"]


@pytest.mark.parametrize("view", [None, [], "modal", 7])
def test_a_view_that_is_no_object_is_refused(view: object) -> None:
    assert check_view(view) == ["[ERROR] must provide an object [json-pointer:/view]"]


# Whatever comes in

ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
WELL_FORMED: list[Json] = [
    *(block for block, surfaces in SURFACES_OF if "message" in surfaces),
    section(
        fields=[plain()], accessory={"type": "static_select", "options": options(2), "initial_option": options(1)[0]}
    ),
    section(accessory={"type": "checkboxes", "options": options(2), "initial_options": options(2)}),
    actions(
        button(action_id="a", url="https://example.com", confirm=CONFIRM), {"type": "timepicker", "timezone": "UTC"}
    ),
    asked({**TEXT_INPUT, "min_length": 1, "max_length": 5}),
    {**IMAGE, "title": plain()},
    rich_text({"type": "rich_text_section", "elements": [{"type": "link", "url": "https://example.com"}]}),
]


def _spots(value: Any, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The path to every value in a payload, the payload itself left out."""
    steps = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [spot for step, inner in steps for spot in ((*path, step), *_spots(inner, (*path, step)))]


@settings(deadline=None)
@given(ANY_JSON, st.sampled_from(SURFACES))
def test_no_json_breaks_the_checks(value: object, surface: Surface) -> None:
    for said in [*check_blocks(value, surface), *check_blocks([value], surface), *check_view(value)]:
        assert said.startswith("[ERROR] ")


@settings(deadline=None)
@given(st.data())
def test_a_good_block_with_one_value_swapped_is_told_of_near_that_value_or_taken(data: st.DataObject) -> None:
    block = copy.deepcopy(data.draw(st.sampled_from(WELL_FORMED)))
    path = data.draw(st.sampled_from(_spots(block)))
    holder: Any = block
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = data.draw(ANY_JSON)

    for said in refused(block):
        assert said.startswith("[ERROR] ")
        assert said.endswith("]")
        assert "[json-pointer:/blocks/0" in said


@settings(deadline=None)
@given(st.data())
def test_a_good_block_with_an_unknown_field_is_refused_wherever_the_field_stands(data: st.DataObject) -> None:
    block = copy.deepcopy(data.draw(st.sampled_from(WELL_FORMED)))
    paths: list[tuple[str | int, ...]] = [(), *_spots(block)]
    holders = []
    for path in paths:
        holder: Any = block
        for step in path:
            holder = holder[step]
        if isinstance(holder, dict):
            holders.append((path, holder))
    path, holder = data.draw(st.sampled_from(holders))

    assert refused(block) == []
    holder["unheard_of"] = data.draw(ANY_JSON)

    pointer = "".join(f"/{step}" for step in ("blocks", 0, *path))
    assert f"[ERROR] invalid additional property: unheard_of [json-pointer:{pointer}]" in refused(block)


@settings(deadline=None)
@given(st.text(min_size=1, max_size=4000), st.sampled_from([("header", 150), ("section", 3000)]))
def test_a_text_is_refused_exactly_when_it_is_longer_than_its_field(text: str, kind_and_limit: tuple[str, int]) -> None:
    kind, limit = kind_and_limit

    assert (refused({"type": kind, "text": plain(text)}) == []) == (len(text) <= limit)
