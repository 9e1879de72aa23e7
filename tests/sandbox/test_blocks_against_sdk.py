"""The sandbox's tables against slack_sdk's own models: what the SDK builds passes, and both stop at the same limits."""

import copy
from collections.abc import Callable, Iterator
from typing import Any, NamedTuple

import pytest
from slack_sdk.errors import SlackObjectFormationError
from slack_sdk.models import blocks as sdk
from slack_sdk.models.blocks.basic_components import (
    DispatchActionConfig,
    SlackFile,
    Workflow,
    WorkflowTrigger,
)
from slack_sdk.models.blocks.block_elements import FileInputElement, WorkflowButtonElement
from slack_sdk.models.views import View

from bot.sandbox.blocks import Surface, check_blocks, check_view
from bot.sandbox.blocks.charts import CHART_BLOCKS
from bot.sandbox.blocks.elements import ELEMENTS
from bot.sandbox.blocks.layout import BLOCKS
from bot.sandbox.blocks.rich_text import INLINE_ELEMENTS, RICH_TEXT_ELEMENTS

Json = dict[str, Any]
PICTURE = "https://example.com/a.png"

# Blocks that the SDK knows and the sandbox doesn't: calls and sign-in cards are no part of it.
NOT_IN_THE_SANDBOX = {sdk.CallBlock, sdk.AuthProviderBlock}
# What a task card lists as its sources; it stands nowhere else, so it is no entry of `ELEMENTS`.
SOURCE = sdk.UrlSourceElement(url="https://example.com", text="Example")

CONFIRM = sdk.ConfirmObject(title="Sure?", text="*Really*", confirm="Yes", deny="No", style="danger")
OPTIONS = [sdk.Option(text=f"Option {n}", value=str(n), description="More") for n in range(3)]
GROUPS = [sdk.OptionGroup(label="Group", options=OPTIONS)]
DISPATCH = DispatchActionConfig(trigger_actions_on=["on_enter_pressed", "on_character_entered"])
FILTER = sdk.ConversationFilter(
    include=["im", "public"], exclude_bot_users=True, exclude_external_shared_channels=False
)
PARTS = sdk.RichTextElementParts
LINE = sdk.RichTextSectionElement(
    elements=[
        PARTS.Text(
            text="Hello", style=PARTS.TextStyle(bold=True, italic=False, strike=True, code=True, underline=True)
        ),
        PARTS.Channel(channel_id="C0WARD"),
        PARTS.User(user_id="U0AMARA", style={"bold": True}),
        PARTS.Emoji(name="wave", skin_tone=2, unicode="1f44b"),
        PARTS.Link(url="https://example.com", text="a link"),
        PARTS.Team(team_id="T0RIVER"),
        PARTS.UserGroup(usergroup_id="S0"),
        PARTS.Date(timestamp=1_700_000_000, format="{date}", url="https://example.com", fallback="a day"),
        PARTS.Broadcast(range="here"),
        PARTS.Color(value="#F405B3"),
    ]
)
RICH_TEXT = sdk.RichTextBlock(
    block_id="rich",
    elements=[
        LINE,
        sdk.RichTextListElement(style="bullet", elements=[LINE], indent=1, offset=2, border=0),
        sdk.RichTextPreformattedElement(elements=[PARTS.Text(text="code")], border=1),
        sdk.RichTextQuoteElement(elements=[PARTS.Text(text="said")]),
        sdk.RichTextSectionElement(elements=[]),
    ],
)
IMAGE = sdk.ImageElement(image_url=PICTURE, alt_text="A picture")
BUTTON = sdk.ButtonElement(text="Press", action_id="press", value="1")
CARD = sdk.CardBlock(hero_image=IMAGE, icon=IMAGE, title="Title", subtitle="Below", body="Body", actions=[BUTTON])
TASK = sdk.TaskCardBlock(
    task_id="1", title="Task", details=RICH_TEXT, output=RICH_TEXT, sources=[SOURCE], status="in_progress"
)

INPUTS: list[sdk.InputInteractiveElement] = [
    sdk.CheckboxesElement(action_id="a", options=OPTIONS, initial_options=OPTIONS[:1], confirm=CONFIRM),
    sdk.RadioButtonsElement(action_id="a", options=OPTIONS, initial_option=OPTIONS[1], focus_on_load=True),
    sdk.DatePickerElement(action_id="a", initial_date="2026-02-28", placeholder="Day", confirm=CONFIRM),
    sdk.TimePickerElement(action_id="a", initial_time="23:59", timezone="Europe/Berlin", placeholder="When"),
    sdk.DateTimePickerElement(action_id="a", initial_date_time=1_628_633_820),
    sdk.StaticSelectElement(action_id="a", options=OPTIONS, initial_option=OPTIONS[2], placeholder="One"),
    sdk.SelectElement(action_id="a", option_groups=GROUPS, initial_option=OPTIONS[2], placeholder="One"),
    sdk.StaticMultiSelectElement(
        action_id="a", options=OPTIONS, initial_options=OPTIONS[:2], max_selected_items=2, placeholder="Some"
    ),
    sdk.ExternalDataSelectElement(action_id="a", initial_option=OPTIONS[0], min_query_length=0, placeholder="One"),
    sdk.ExternalDataMultiSelectElement(
        action_id="a", initial_options=OPTIONS, min_query_length=3, max_selected_items=3, placeholder="Some"
    ),
    sdk.UserSelectElement(action_id="a", initial_user="U0AMARA", placeholder="Who"),
    sdk.UserMultiSelectElement(action_id="a", initial_users=["U0AMARA"], max_selected_items=1, placeholder="Who"),
    sdk.ConversationSelectElement(
        action_id="a",
        placeholder="Where",
        initial_conversation="C0WARD",
        response_url_enabled=True,
        default_to_current_conversation=True,
        filter=FILTER,
    ),
    sdk.ConversationMultiSelectElement(
        action_id="a", initial_conversations=["C0WARD"], filter=FILTER, max_selected_items=1, placeholder="Where"
    ),
    sdk.ChannelSelectElement(action_id="a", initial_channel="C0WARD", response_url_enabled=False, placeholder="Where"),
    sdk.ChannelMultiSelectElement(action_id="a", initial_channels=["C0WARD"], placeholder="Where"),
    sdk.PlainTextInputElement(
        action_id="a",
        placeholder="A line",
        initial_value="Hello",
        multiline=True,
        min_length=1,
        max_length=3000,
        dispatch_action_config=DISPATCH,
        focus_on_load=True,
    ),
    sdk.RichTextInputElement(
        action_id="a", initial_value=RICH_TEXT, dispatch_action_config=DISPATCH, min_lines=1, max_lines=4
    ),
    sdk.EmailInputElement(action_id="a", initial_value="a@example.com", dispatch_action_config=DISPATCH),
    sdk.UrlInputElement(action_id="a", initial_value="https://example.com", placeholder="Address"),
    sdk.NumberInputElement(action_id="a", is_decimal_allowed=True, initial_value=2.5, min_value=-1, max_value="10"),
    FileInputElement(action_id="a", filetypes=["pdf"], max_files=10),
]
NOT_ACCESSORIES = {
    *("datetimepicker", "plain_text_input", "rich_text_input", "email_text_input"),
    *("url_text_input", "number_input", "file_input"),
}
PRESSED: list[sdk.InteractiveElement] = [
    BUTTON,
    sdk.ButtonElement(
        text="Ask",
        action_id="ask",
        style="primary",
        confirm=CONFIRM,
        accessibility_label="Ask the agent",
        agent_prompt="Sum up",
        agent_prompt_display="Sum up",
        visible_to_user_ids=["U0AMARA"],
    ),
    sdk.LinkButtonElement(text="Read", url="https://example.com", action_id="read", style="danger"),
    sdk.OverflowMenuElement(
        action_id="more",
        options=[*OPTIONS, sdk.Option(text="Read", value="read", url="https://example.com")],
        confirm=CONFIRM,
    ),
]
WORKFLOW_BUTTON = WorkflowButtonElement(
    action_id="start",
    text="Start",
    style="primary",
    accessibility_label="Start it",
    workflow=Workflow(
        trigger=WorkflowTrigger(
            url="https://slack.com/shortcuts/Ft1/xyz", customizable_input_parameters=[{"name": "a", "value": "b"}]
        )
    ),
)
FEEDBACK = sdk.FeedbackButtonsElement(
    action_id="feedback",
    positive_button=sdk.FeedbackButtonObject(text="Good", value="1", accessibility_label="That was good"),
    negative_button=sdk.FeedbackButtonObject(text="Bad", value="0"),
)
ICON_BUTTON = sdk.IconButtonElement(
    action_id="bin",
    icon="trash",
    text="Delete",
    accessibility_label="Delete it",
    value="1",
    visible_to_user_ids=["U0AMARA"],
    confirm=CONFIRM,
)

IN_ANY: list[sdk.Block] = [
    sdk.SectionBlock(block_id="b", text="*Hi*", fields=["one", sdk.PlainTextObject(text="two")], expand=True),
    sdk.SectionBlock(fields=["only"], accessory=IMAGE),
    sdk.SectionBlock(text="with", accessory=sdk.ImageElement(alt_text="A", slack_file=SlackFile(id="F0"))),
    *(sdk.SectionBlock(text="with", accessory=element) for element in PRESSED),
    *(sdk.SectionBlock(text="with", accessory=e) for e in INPUTS if e.type not in NOT_ACCESSORIES),
    sdk.HeaderBlock(block_id="b", text="Title"),
    sdk.DividerBlock(block_id="b"),
    sdk.ContextBlock(
        elements=[IMAGE, sdk.MarkdownTextObject(text="_by_", verbatim=True), sdk.PlainTextObject(text="hand")]
    ),
    sdk.ActionsBlock(block_id="b", elements=[*PRESSED]),
    sdk.ImageBlock(image_url=PICTURE, alt_text="A picture", title="Title"),
    sdk.ImageBlock(slack_file=SlackFile(url=PICTURE), alt_text="A picture"),
    sdk.VideoBlock(
        alt_text="A film",
        video_url="https://example.com/v",
        thumbnail_url=PICTURE,
        title="Film",
        title_url="https://example.com",
        description="About it",
        provider_icon_url=PICTURE,
        provider_name="Example",
        author_name="Amara",
    ),
    RICH_TEXT,
    CARD,
]
IN_MESSAGES: list[sdk.Block] = [
    *IN_ANY,
    sdk.SectionBlock(text="with", accessory=WORKFLOW_BUTTON),
    sdk.ActionsBlock(elements=[WORKFLOW_BUTTON]),
    sdk.ContextActionsBlock(elements=[FEEDBACK, ICON_BUTTON]),
    sdk.MarkdownBlock(text="**Hi**"),
    sdk.FileBlock(external_id="ABCD1"),
    sdk.TableBlock(
        rows=[
            [sdk.RawTextObject(text="Ward").to_dict(), sdk.RawNumberObject(value=2.5, text="2.5").to_dict()],
            [RICH_TEXT.to_dict(), sdk.RawTextObject(text="x").to_dict()],
        ],
        column_settings=[None, sdk.TableBlockColumnSettings(align="right", is_wrapped=True).to_dict()],
    ),
    TASK,
    sdk.PlanBlock(title="Plan", tasks=[TASK, sdk.TaskCardBlock(task_id="2", title="Next", status="pending")]),
    sdk.CarouselBlock(elements=[CARD]),
    sdk.ContainerBlock(
        title="Box",
        rich_text_title=RICH_TEXT,
        subtitle=sdk.MarkdownTextObject(text="_sub_"),
        child_blocks=[sdk.DividerBlock(), sdk.SectionBlock(text="inside")],
        width="wide",
        icon=IMAGE,
        is_collapsible=True,
        default_collapsed=True,
        has_header_divider=False,
    ),
]
IN_MODALS: list[sdk.Block] = [
    *IN_ANY,
    sdk.AlertBlock(text="Careful", level="warning"),
    *(sdk.InputBlock(label="Label", element=e, hint="Hint", optional=True) for e in INPUTS),
    sdk.InputBlock(label="Label", element=INPUTS[0], dispatch_action=True, block_id="b"),
]
IN_HOMES: list[sdk.Block] = [
    *IN_ANY,
    sdk.CarouselBlock(elements=[CARD]),
    sdk.TableBlock(rows=[[sdk.RawTextObject(text="cell").to_dict()]]),
]
BUILT: list[tuple[Surface, sdk.Block]] = [
    *(("message", block) for block in IN_MESSAGES),
    *(("modal", block) for block in IN_MODALS),
    *(("home", block) for block in IN_HOMES),
]


@pytest.mark.parametrize(
    ("surface", "block"), BUILT, ids=[f"{n}-{surface}-{block.type}" for n, (surface, block) in enumerate(BUILT)]
)
def test_what_the_sdk_builds_is_taken(surface: Surface, block: sdk.Block) -> None:
    assert check_blocks([block.to_dict()], surface) == []


def test_a_modal_and_a_home_that_the_sdk_builds_are_taken() -> None:
    modal = View(
        type="modal",
        title="Reflect",
        submit="Save",
        close="Not now",
        callback_id="reflect",
        private_metadata="{}",
        external_id="one",
        clear_on_close=True,
        notify_on_close=True,
        blocks=[sdk.InputBlock(label="Line", element=sdk.PlainTextInputElement(action_id="line"))],
    )
    home = View(type="home", callback_id="home", private_metadata="{}", blocks=[sdk.HeaderBlock(text="Today")])

    assert check_view(modal.to_dict()) == []
    assert check_view(home.to_dict()) == []


def _kinds(value: object) -> Iterator[str]:
    """Every `type` in a payload."""
    if isinstance(value, dict):
        if isinstance(value.get("type"), str):
            yield value["type"]
        for inner in value.values():
            yield from _kinds(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from _kinds(inner)


def _models(base: type) -> set[Any]:
    """The models under `base` that ship with the SDK and have a type of their own."""
    children: list[type] = base.__subclasses__()
    found = {model for child in children for model in (child, *_models(child))}
    return {model for model in found if model.__module__.startswith("slack_sdk.") and "type" in vars(model)}


def test_every_block_that_the_sdk_knows_is_in_the_table_and_tried_above() -> None:
    known = {model.type for model in _models(sdk.Block) - NOT_IN_THE_SANDBOX}

    assert known | CHART_BLOCKS.keys() == set(BLOCKS)
    assert known.isdisjoint(CHART_BLOCKS), "the SDK has a class for these now: use it in bot/slack/blocks/charts.py"
    assert known == {block.type for _, block in BUILT}


def test_every_element_that_the_sdk_knows_is_in_the_tables_and_tried_above() -> None:
    known = {model.type for model in _models(sdk.BlockElement)}

    assert known == {*ELEMENTS, *RICH_TEXT_ELEMENTS, *INLINE_ELEMENTS, SOURCE.type}
    assert known <= {kind for _, block in BUILT for kind in _kinds(block.to_dict())}


class Limit(NamedTuple):
    """A constant of an SDK class, and how to build a payload in which the limited value has a given size."""

    model: type
    constant: str
    build: Callable[[int], Any]
    surface: Surface = "message"
    exclusive: bool = False

    @property
    def largest(self) -> int:
        size: int = getattr(self.model, self.constant)
        return size - 1 if self.exclusive else size


def _text(size: int) -> str:
    return "x" * size


def _url(size: int) -> str:
    return "https://example.com/".ljust(size, "x")


def _options(count: int) -> list[sdk.Option]:
    return [sdk.Option(text="One", value="1")] * count


def _groups(count: int) -> list[sdk.OptionGroup]:
    return [sdk.OptionGroup(label="Group", options=_options(1))] * count


def _pressed(**fields: Any) -> sdk.ActionsBlock:
    return sdk.ActionsBlock(elements=[sdk.ButtonElement(**{"text": "Press", **fields})])


def _confirmed(**fields: Any) -> sdk.ActionsBlock:
    words = {"title": "Sure?", "text": "Really", "confirm": "Yes", "deny": "No"}
    return _pressed(confirm=sdk.ConfirmObject(**{**words, **fields}))


def _with(element: sdk.BlockElement) -> sdk.SectionBlock:
    return sdk.SectionBlock(text="with", accessory=element)


def _picked(model: Callable[..., Any], **fields: Any) -> sdk.SectionBlock:
    return _with(model(**{"placeholder": "Pick", **fields}))


def _asked(**fields: Any) -> sdk.InputBlock:
    return sdk.InputBlock(**{"label": "Line", "element": sdk.PlainTextInputElement(), **fields})


def _feedback(**fields: Any) -> sdk.ContextActionsBlock:
    good = sdk.FeedbackButtonObject(**{"text": "Good", "value": "1", **fields})
    bad = sdk.FeedbackButtonObject(text="Bad", value="0")
    return sdk.ContextActionsBlock(elements=[sdk.FeedbackButtonsElement(positive_button=good, negative_button=bad)])


def _film(**fields: Any) -> sdk.VideoBlock:
    needed = {"alt_text": "A film", "video_url": "https://example.com/v", "thumbnail_url": PICTURE, "title": "Film"}
    return sdk.VideoBlock(**{**needed, **fields})


def _box(**fields: Any) -> sdk.ContainerBlock:
    return sdk.ContainerBlock(**{"title": "Box", "child_blocks": [sdk.DividerBlock()], **fields})


def _modal(**fields: Any) -> View:
    return View(**{"type": "modal", "title": "Title", "blocks": [sdk.DividerBlock()], **fields})


def _menu_limits(model: type[sdk.InputInteractiveElement]) -> list[Limit]:
    return [
        Limit(model, "options_max_length", lambda n: _picked(model, options=_options(n))),
        Limit(model, "option_groups_max_length", lambda n: _picked(model, option_groups=_groups(n))),
    ]


LIMITS = [
    Limit(sdk.Block, "block_id_max_length", lambda n: sdk.DividerBlock(block_id=_text(n))),
    Limit(sdk.SectionBlock, "text_max_length", lambda n: sdk.SectionBlock(text=_text(n))),
    Limit(sdk.SectionBlock, "fields_max_length", lambda n: sdk.SectionBlock(fields=["one"] * n)),
    Limit(sdk.ImageBlock, "image_url_max_length", lambda n: sdk.ImageBlock(image_url=_url(n), alt_text="A")),
    Limit(sdk.ImageBlock, "alt_text_max_length", lambda n: sdk.ImageBlock(image_url=PICTURE, alt_text=_text(n))),
    Limit(
        sdk.ImageBlock, "title_max_length", lambda n: sdk.ImageBlock(image_url=PICTURE, alt_text="A", title=_text(n))
    ),
    Limit(
        sdk.ActionsBlock, "elements_max_length", lambda n: sdk.ActionsBlock(elements=[sdk.ButtonElement(text="P")] * n)
    ),
    Limit(sdk.ContextBlock, "elements_max_length", lambda n: sdk.ContextBlock(elements=[IMAGE] * n)),
    Limit(
        sdk.ContextActionsBlock,
        "elements_max_length",
        lambda n: sdk.ContextActionsBlock(elements=[sdk.IconButtonElement(icon="trash", text="Bin")] * n),
    ),
    Limit(sdk.InputBlock, "label_max_length", lambda n: _asked(label=_text(n))),
    Limit(sdk.InputBlock, "hint_max_length", lambda n: _asked(hint=_text(n))),
    Limit(sdk.HeaderBlock, "text_max_length", lambda n: sdk.HeaderBlock(text=_text(n))),
    Limit(sdk.MarkdownBlock, "text_max_length", lambda n: sdk.MarkdownBlock(text=_text(n))),
    # The SDK, like Slack's page, says "less than" for videos.
    Limit(sdk.VideoBlock, "title_max_length", lambda n: _film(title=_text(n)), exclusive=True),
    Limit(sdk.VideoBlock, "author_name_max_length", lambda n: _film(author_name=_text(n)), exclusive=True),
    Limit(sdk.CardBlock, "title_max_length", lambda n: sdk.CardBlock(title=_text(n))),
    Limit(sdk.CardBlock, "subtitle_max_length", lambda n: sdk.CardBlock(title="T", subtitle=_text(n))),
    Limit(sdk.CardBlock, "body_max_length", lambda n: sdk.CardBlock(body=_text(n))),
    Limit(sdk.ContainerBlock, "title_max_length", lambda n: _box(title=_text(n))),
    Limit(sdk.ContainerBlock, "subtitle_max_length", lambda n: _box(subtitle=_text(n))),
    Limit(sdk.ContainerBlock, "child_blocks_max_length", lambda n: _box(child_blocks=[sdk.DividerBlock()] * n)),
    Limit(
        sdk.CarouselBlock, "elements_max_length", lambda n: sdk.CarouselBlock(elements=[sdk.CardBlock(title="T")] * n)
    ),
    Limit(sdk.InteractiveElement, "action_id_max_length", lambda n: _pressed(action_id=_text(n))),
    Limit(
        sdk.InputInteractiveElement,
        "placeholder_max_length",
        lambda n: _picked(sdk.UserSelectElement, placeholder=_text(n)),
    ),
    Limit(sdk.ButtonElement, "text_max_length", lambda n: _pressed(text=_text(n))),
    Limit(sdk.ButtonElement, "text_max_length", lambda n: _pressed(accessibility_label=_text(n))),
    Limit(sdk.ButtonElement, "url_max_length", lambda n: _pressed(url=_url(n))),
    Limit(sdk.ButtonElement, "value_max_length", lambda n: _pressed(value=_text(n))),
    Limit(sdk.ButtonElement, "agent_prompt_max_length", lambda n: _pressed(agent_prompt=_text(n))),
    Limit(sdk.ImageElement, "image_url_max_length", lambda n: _with(sdk.ImageElement(image_url=_url(n), alt_text="A"))),
    Limit(
        sdk.ImageElement, "alt_text_max_length", lambda n: _with(sdk.ImageElement(image_url=PICTURE, alt_text=_text(n)))
    ),
    *_menu_limits(sdk.StaticSelectElement),
    *_menu_limits(sdk.SelectElement),
    *_menu_limits(sdk.StaticMultiSelectElement),
    Limit(sdk.OverflowMenuElement, "options_max_length", lambda n: _with(sdk.OverflowMenuElement(options=_options(n)))),
    Limit(
        sdk.Option,
        "label_max_length",
        lambda n: _picked(sdk.SelectElement, options=[sdk.Option(text=_text(n), value="1")]),
    ),
    Limit(
        sdk.Option,
        "value_max_length",
        lambda n: _picked(sdk.SelectElement, options=[sdk.Option(text="One", value=_text(n))]),
    ),
    Limit(
        sdk.OptionGroup,
        "label_max_length",
        lambda n: _picked(sdk.SelectElement, option_groups=[sdk.OptionGroup(label=_text(n), options=_options(1))]),
    ),
    Limit(
        sdk.OptionGroup,
        "options_max_length",
        lambda n: _picked(sdk.SelectElement, option_groups=[sdk.OptionGroup(label="G", options=_options(n))]),
    ),
    Limit(sdk.ConfirmObject, "title_max_length", lambda n: _confirmed(title=_text(n))),
    Limit(sdk.ConfirmObject, "text_max_length", lambda n: _confirmed(text=_text(n))),
    Limit(sdk.ConfirmObject, "confirm_max_length", lambda n: _confirmed(confirm=_text(n))),
    Limit(sdk.ConfirmObject, "deny_max_length", lambda n: _confirmed(deny=_text(n))),
    Limit(sdk.FeedbackButtonObject, "text_max_length", lambda n: _feedback(text=_text(n))),
    Limit(sdk.FeedbackButtonObject, "value_max_length", lambda n: _feedback(value=_text(n))),
    Limit(View, "title_max_length", lambda n: _modal(title=_text(n)), "modal"),
    Limit(View, "submit_max_length", lambda n: _modal(submit=_text(n)), "modal"),
    Limit(View, "close_max_length", lambda n: _modal(close=_text(n)), "modal"),
    Limit(View, "blocks_max_length", lambda n: _modal(blocks=[sdk.DividerBlock()] * n), "modal"),
    Limit(View, "private_metadata_max_length", lambda n: _modal(private_metadata=_text(n)), "modal"),
    Limit(View, "callback_id_max_length", lambda n: _modal(callback_id=_text(n)), "modal"),
]
LIMIT_NAMES = [f"{n}-{limit.model.__name__}-{limit.constant}" for n, limit in enumerate(LIMITS)]


def _one_more(value: Any, size: int) -> Any:
    """The payload with every string and array of that size made one longer."""
    if isinstance(value, dict):
        return {name: inner if name == "type" else _one_more(inner, size) for name, inner in value.items()}
    if isinstance(value, list):
        longer = [*value, copy.deepcopy(value[-1])] if len(value) == size else value
        return [_one_more(inner, size) for inner in longer]
    return value + "x" if isinstance(value, str) and len(value) == size else value


def _problems(payload: Json, surface: Surface) -> list[str]:
    return check_view(payload) if surface == "modal" else check_blocks([payload], surface)


@pytest.mark.parametrize("limit", LIMITS, ids=LIMIT_NAMES)
def test_the_largest_value_is_taken_and_one_more_is_refused_by_both(limit: Limit) -> None:
    at_the_limit = limit.build(limit.largest).to_dict()

    assert _problems(at_the_limit, limit.surface) == []
    with pytest.raises(SlackObjectFormationError):
        limit.build(limit.largest + 1).to_dict()
    refused = _problems(_one_more(at_the_limit, limit.largest), limit.surface)
    assert len(refused) == 1
    assert (
        f"must be less than {limit.largest + 1} characters" in refused[0]
        or f"no more than {limit.largest} items allowed" in refused[0]
    )


def test_every_limit_that_the_sdk_names_is_tried_above() -> None:
    models = _models(sdk.Block) | _models(sdk.BlockElement) | {sdk.Block, sdk.InteractiveElement, View}
    models |= {sdk.InputInteractiveElement, sdk.Option, sdk.OptionGroup, sdk.ConfirmObject, sdk.FeedbackButtonObject}
    named = {
        (model, constant)
        for model in models - NOT_IN_THE_SANDBOX
        for constant in vars(model)
        if constant.endswith("_max_length") and not constant.startswith("_")
    }

    assert named == {(limit.model, limit.constant) for limit in LIMITS}
