"""Whatever packs and people write, nothing that Rounds shows exceeds Slack's limits or is left unescaped."""

import importlib
import inspect
import pkgutil
import re
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings

import bot.slack.blocks
from bot.sandbox.blocks import blocks_too_long, check_blocks, check_view
from bot.slack.blocks.block_kit import MAX_TEXT
from tests.examples import many
from tests.slack.builders import PRIVATE, Say, World, hostile, plain, repeating
from tests.slack.catalogue import MESSAGES, VIEWS, words

OURS = re.compile(r"<https://(?:doi\.org/10\.1000/x+|riverside\.slack\.com/[^|<>]+)\|[^<>]*>|<@U0AMARA>|<#C0WARD>")
"""Links and mentions that Rounds itself makes in the catalogue's messages."""

ENTITY = re.compile(r"&(?:amp|lt|gt);")

slowly = settings(max_examples=many(25), deadline=None, suppress_health_check=[HealthCheck.too_slow])


def texts(value: Any, kind: str) -> Iterator[str]:
    """Every text object of this type, at any depth."""
    if isinstance(value, dict):
        if value.get("type") == kind and isinstance(value.get("text"), str):
            yield value["text"]
        for each in value.values():
            yield from texts(each, kind)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from texts(each, kind)


def assert_nothing_escapes(mrkdwn: str) -> None:
    """Assert that there are no control sequences except our own links, and no unescaped `&`."""
    rest = OURS.sub("", mrkdwn)
    assert "<" not in rest
    assert ">" not in rest
    assert "&" not in ENTITY.sub("", rest)


@pytest.mark.parametrize("name", MESSAGES)
@slowly
@given(say=hostile)
@example(say=repeating(["&"]))  # the longest when escaped
@example(say=repeating(["&<"]))
def test_slack_accepts_every_message_whatever_it_contains(name: str, say: Say) -> None:
    message = MESSAGES[name](World(say))

    assert check_blocks(list(message.blocks), "message") == []
    assert not blocks_too_long(list(message.blocks))
    assert 0 < len(message.text) <= MAX_TEXT


@pytest.mark.parametrize("name", VIEWS)
@slowly
@given(say=hostile)
@example(say=repeating(["&"]))  # the longest when escaped
@example(say=repeating(["&<"]))
def test_slack_accepts_every_view_whatever_it_contains(name: str, say: Say) -> None:
    assert check_view(VIEWS[name](World(say)).to_dict()) == []


@pytest.mark.parametrize("name", MESSAGES)
@slowly
@given(say=hostile)
@example(say=repeating(["&"]))  # the longest when escaped
@example(say=repeating(["&<"]))
def test_everything_written_by_others_is_escaped_in_a_message(name: str, say: Say) -> None:
    message = MESSAGES[name](World(say))

    assert_nothing_escapes(message.text)
    for text in texts(message.blocks, "mrkdwn"):
        assert_nothing_escapes(text)


@pytest.mark.parametrize("name", VIEWS)
@slowly
@given(say=hostile)
@example(say=repeating(["&"]))  # the longest when escaped
@example(say=repeating(["&<"]))
def test_everything_written_by_others_is_escaped_in_a_view(name: str, say: Say) -> None:
    for text in texts(VIEWS[name](World(say)).to_dict(), "mrkdwn"):
        assert_nothing_escapes(text)


@pytest.mark.parametrize("name", MESSAGES)
def test_messages_at_the_limits_of_a_pack_fit_as_well(name: str) -> None:
    message = MESSAGES[name](World(plain))

    assert check_blocks(list(message.blocks), "message") == []


def test_private_words_appear_only_in_the_reflection_and_the_journal() -> None:
    world = World(plain)
    shown = {name: repr(make(world).to_dict()) for name, make in VIEWS.items()}
    shown |= {name: repr(make(world)) for name, make in MESSAGES.items()}

    with_words = {name for name, everything in shown.items() if PRIVATE in everything}

    assert with_words == {
        "reflection.reflection_modal",
        "reflection.warning_modal",
        "journal.journal_modal",
        "journal.edit_modal",
        "journal.warning_modal",
        "week_summary.earlier_entry_modal",
        "coach_thread.save_modal",
        "coach_thread.warning_modal",
        "coach_thread.warning_modal own words",
        "coach_thread.save_words_modal",
        "word_practice.compared_modal",
        "sharing.share_entry_modal",
        "sharing.shared_entry_message",  # shared by its author
    }


def test_the_journal_shows_every_entry_whole_and_exactly_as_it_was_typed() -> None:
    world = World(lambda limit: ("*stars* <!channel> & :tada: " * limit)[:limit].strip())

    shown = list(texts(VIEWS["journal.journal_modal"](world).to_dict()["blocks"], "plain_text"))

    assert shown.count(words(world)) == 10


def test_the_catalogue_holds_every_builder_of_messages_and_views() -> None:
    catalogued = {name.split(" ")[0] for name in (*MESSAGES, *VIEWS)}

    assert catalogued == set(builders_of_blocks())


def builders_of_blocks() -> Iterator[str]:
    """The public functions of `bot.slack.blocks` that make a message or a view, as `module.function`."""
    for module in pkgutil.iter_modules(bot.slack.blocks.__path__):
        if module.name == "block_kit":
            continue
        loaded = importlib.import_module(f"bot.slack.blocks.{module.name}")
        for name, function in inspect.getmembers(loaded, inspect.isfunction):
            made = inspect.signature(function).return_annotation
            own = function.__module__ == loaded.__name__ and not name.startswith("_")
            if own and getattr(made, "__name__", made) in {"MessageContent", "View"}:
                yield f"{module.name}.{name}"
