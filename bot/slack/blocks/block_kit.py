"""Messages and views, and the few kinds of blocks they are made of (slack_sdk's models).

Screen readers and notifications read a message's `text` and not its blocks. It is therefore made from the blocks: the
same words in the same order, followed by the buttons' names.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Protocol

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ConfirmObject,
    ContextBlock,
    ConversationFilter,
    DividerBlock,
    HeaderBlock,
    InputBlock,
    InputInteractiveElement,
    InteractiveElement,
    MarkdownTextObject,
    NumberInputElement,
    Option,
    PlainTextObject,
    SectionBlock,
)
from slack_sdk.models.views import View

from bot.language import gettext as _
from bot.language import ngettext
from bot.slack.blocks.charts import chart_lines, table_lines

MAX_TEXT = 4000
"""Characters of a message's `text` (the limit of `chat.update`)."""

MAX_SECTION = 3000
"""Characters of a section's text (Slack's limit)."""

MAX_HEADER = 150
"""Characters of a heading (Slack's limit)."""

MAX_BUTTON = 75
"""Characters of a button's text, and of its label for screen readers (Slack's limits)."""

_MARKS = re.compile(r"\*(?=\S)([^*\n]+)\*|(?<!\w)_(?=\S)([^_\n]+)_(?!\w)|`([^`\n]+)`")
_LINK = re.compile(r"<([^|>]+)\|([^>]+)>")
_OPEN = re.compile(r"(?:<[^<>]*|&[a-z]{0,3})$")
"""The start of a link or of an escaped character that was cut in two."""


class BlockLike(Protocol):
    """A block of the SDK's, or one of our own (`charts.py`)."""

    def to_dict(self) -> dict[str, Any]:
        """Return the block as Slack gets it."""


_FIGURES = {"data_visualization": chart_lines, "data_table": table_lines}
"""What shows figures, and how it is said in words."""


@dataclass(frozen=True, slots=True)
class MessageContent:
    """The content of a message: blocks, and the same as text."""

    text: str
    blocks: tuple[dict[str, Any], ...]

    @classmethod
    def of(cls, blocks: Iterable[BlockLike]) -> "MessageContent":
        """Make a message of these blocks."""
        return cls.of_dicts(block.to_dict() for block in blocks)

    @classmethod
    def of_dicts(cls, blocks: Iterable[dict[str, Any]]) -> "MessageContent":
        """Make a message of blocks as Slack gets them."""
        dicts = tuple(blocks)
        names = _shorten_mrkdwn(_buttons(dicts), MAX_TEXT // 2)
        words = _shorten_mrkdwn("\n".join(_words(dicts)), MAX_TEXT - len(names) - 1)
        return cls(text=f"{words}\n{names}".strip(), blocks=dicts)

    def with_note(self, note: str) -> "MessageContent":
        """Return the message with a small line above it. If `text` gets too long, words are cut, not buttons."""
        words, _newline, names = self.text.rpartition("\n")
        text = "\n".join([_shorten_mrkdwn(f"{note}\n{words}", MAX_TEXT - len(names) - 1), names])
        return MessageContent(text, (context(note).to_dict(), *self.blocks))

    @property
    def has_figures(self) -> bool:
        """Whether there are charts or tables in it."""
        return any(block["type"] in _FIGURES for block in self.blocks)

    def as_words(self) -> "MessageContent":
        """Return the message with its tables in words, and without its charts, which show no other figures.

        For a Slack that doesn't take these blocks.
        """
        shown = (block for block in self.blocks if block["type"] != "data_visualization")
        return MessageContent(
            self.text, tuple(_table_in_words(block) if block["type"] == "data_table" else block for block in shown)
        )

    @property
    def body(self) -> dict[str, Any]:
        """The arguments for Slack's methods and acknowledgements."""
        return {"text": self.text, "blocks": list(self.blocks)}


def escape(text: str) -> str:
    """Escape text that Slack should show literally, so it can't mention a channel or become a link."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def header(text: str) -> HeaderBlock:
    """Make a heading of plain text."""
    return HeaderBlock(text=PlainTextObject(text=shorten(text, MAX_HEADER), emoji=False))


def section(
    text: str, *, accessory: InteractiveElement | None = None, block_id: str | None = None, most: int = MAX_SECTION
) -> SectionBlock:
    """Make a paragraph of mrkdwn with at most `most` characters. The caller escapes what others wrote."""
    return SectionBlock(
        text=MarkdownTextObject(text=_shorten_mrkdwn(text, most), verbatim=True),
        accessory=accessory,
        block_id=block_id,
    )


def text_message(text: str) -> MessageContent:
    """Make a message of one paragraph."""
    return MessageContent.of([section(text)])


def verbatim_section(text: str) -> SectionBlock:
    """Make a paragraph exactly as it was typed: markup, mentions, and emoji codes have no effect."""
    return SectionBlock(text=PlainTextObject(text=shorten(text, MAX_SECTION), emoji=False))


def context(*texts: str, most: int = MAX_SECTION) -> ContextBlock:
    """Make a line of small texts with at most `most` characters each."""
    return ContextBlock(
        elements=[MarkdownTextObject(text=_shorten_mrkdwn(text, most), verbatim=True) for text in texts]
    )


def divider() -> DividerBlock:
    """Make a dividing line."""
    return DividerBlock()


def actions(block_id: str, buttons: Sequence[InteractiveElement]) -> ActionsBlock:
    """Make a row of buttons or menus."""
    return ActionsBlock(block_id=block_id, elements=list(buttons))


def button(
    text: str,
    action_id: str,
    *,
    value: str | None = None,
    label: str | None = None,
    style: str | None = None,
    confirm: ConfirmObject | None = None,
) -> ButtonElement:
    """Make a button. `label`: what a screen reader says instead of its text."""
    return ButtonElement(
        text=PlainTextObject(text=shorten(text, MAX_BUTTON), emoji=False),
        action_id=action_id,
        value=value,
        accessibility_label=shorten(label, MAX_BUTTON) if label else None,
        style=style,
        confirm=confirm,
    )


def option(text: str, value: str, description: str | None = None) -> Option:
    """Make an option of a menu or of a list of checkboxes. Text and description have at most 75 characters."""
    more = PlainTextObject(text=shorten(description, MAX_BUTTON), emoji=False) if description else None
    return Option(text=PlainTextObject(text=shorten(text, MAX_BUTTON), emoji=False), value=value, description=more)


def form_field(
    block_id: str,
    label: str,
    element: InputInteractiveElement,
    *,
    hint: str | None = None,
    optional: bool = False,
    dispatch: bool = False,
) -> InputBlock:
    """Make a field of a modal. With `dispatch`, Slack reports each change right away."""
    return InputBlock(
        block_id=block_id,
        label=PlainTextObject(text=label),
        element=element,
        hint=PlainTextObject(text=hint) if hint else None,
        optional=optional or None,
        dispatch_action=dispatch or None,
    )


def minutes_field(
    block_id: str, action_id: str, label: str, value: str | None, most: int, hint: str | None = None
) -> InputBlock:
    """Make a field for whole minutes, 0 to `most`."""
    element = NumberInputElement(
        action_id=action_id, is_decimal_allowed=False, initial_value=value, min_value="0", max_value=str(most)
    )
    return form_field(block_id, label, element, hint=hint)


def channel_filter(*, with_shared: bool = False) -> ConversationFilter:
    """Make a filter that offers only channels. `with_shared`: also those that other organizations' people are in."""
    return ConversationFilter(
        include=["public", "private"], exclude_bot_users=True, exclude_external_shared_channels=not with_shared
    )


def confirm(title: str, text: str, yes: str, no: str, *, danger: bool = False) -> ConfirmObject:
    """Make a confirmation dialog."""
    return ConfirmObject(
        title=PlainTextObject(text=title),
        text=PlainTextObject(text=text),
        confirm=PlainTextObject(text=yes),
        deny=PlainTextObject(text=no),
        style="danger" if danger else None,
    )


def modal(
    callback_id: str,
    title: str,
    blocks: Sequence[Block],
    *,
    submit: str | None = None,
    close: str | None = None,
    metadata: str | None = None,
) -> View:
    """Make a modal. Its title has at most 24 characters. `close`: the button that closes it, if that isn't *Close*."""
    return View(
        type="modal",
        callback_id=callback_id,
        title=PlainTextObject(text=title),
        submit=PlainTextObject(text=submit) if submit else None,
        close=PlainTextObject(text=close or _("Close")),
        blocks=list(blocks),
        private_metadata=metadata,
    )


def home_tab(blocks: Sequence[Block]) -> View:
    """Make App Home."""
    return View(type="home", blocks=list(blocks))


def fit_lines(lines: Sequence[str], limit: int = MAX_SECTION, most: int | None = None) -> str:
    """Join as many lines as fit into `limit` characters (and `most`, if given), and count the rest."""
    shown = list(lines[:most])
    while shown and len(_list_of(shown, len(lines))) > limit:
        shown.pop()
    return _list_of(shown, len(lines))


def more_text(count: int) -> str:
    """Count what a list doesn't show."""
    return ngettext("… and {count} more", "… and {count} more", count)


def shorten(text: str, limit: int) -> str:
    """Shorten text to `limit` characters at the end of a word, or inside a word that fills half of it."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    at_word = re.sub(r"\s+\S*$", "", cut)
    return (at_word if 2 * len(at_word) >= limit else cut).rstrip(" ,.;:") + "…"


def without_markup(text: str) -> str:
    """Return mrkdwn as it is read aloud: without markup, links by their names."""
    return _MARKS.sub(lambda match: next(filter(None, match.groups())), _LINK.sub(r"\2", text))


def _list_of(shown: Sequence[str], total: int) -> str:
    left = total - len(shown)
    more = [more_text(left)] if left else []
    return "\n".join([*shown, *more])


def _shorten_mrkdwn(text: str, limit: int) -> str:
    """Shorten mrkdwn without leaving half of a link or of an escaped character."""
    if len(text) <= limit:
        return text
    return _OPEN.sub("", shorten(text, limit).removesuffix("…")).rstrip() + "…"


def _words(blocks: Iterable[dict[str, Any]]) -> Iterable[str]:
    for block in blocks:
        if block["type"] in {"header", "section"}:
            yield _plain_text(block["text"])
        elif block["type"] == "context":
            yield " · ".join(_plain_text(element) for element in block["elements"])
        elif block["type"] in _FIGURES:
            yield from map(escape, _FIGURES[block["type"]](block))


def _table_in_words(table: dict[str, Any]) -> dict[str, Any]:
    return section("\n".join(map(escape, table_lines(table)))).to_dict()


def _buttons(blocks: Iterable[dict[str, Any]]) -> str:
    names = [
        _plain_text(element["text"]) for block in blocks for element in _elements(block) if element["type"] == "button"
    ]
    return _("Buttons: {names}.", names=", ".join(names)) if names else ""


def _plain_text(text: dict[str, Any]) -> str:
    """Return a text object for a message's `text`. That is mrkdwn, so plain text is escaped."""
    return escape(text["text"]) if text["type"] == "plain_text" else without_markup(text["text"])


def _elements(block: dict[str, Any]) -> list[dict[str, Any]]:
    if block["type"] == "section" and "accessory" in block:
        return [block["accessory"]]
    return list(block["elements"]) if block["type"] == "actions" else []
