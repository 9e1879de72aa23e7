"""In every language, Slack accepts every message and view, and a title isn't cut."""

import pytest

from bot.language import ENGLISH, LANGUAGES, use_language
from bot.sandbox.blocks import blocks_too_long, check_blocks, check_view
from bot.slack.blocks.block_kit import MAX_TEXT
from tests.slack.builders import Say, World, plain, repeating
from tests.slack.catalogue import MESSAGES, VIEWS

OTHERS = [language for language in LANGUAGES if language != ENGLISH]

CONTENTS = {"plain": plain, "longest when escaped": repeating(["&"]), "escaped and cut": repeating(["&<"])}


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("name", MESSAGES)
@pytest.mark.parametrize("language", OTHERS)
def test_slack_accepts_every_message_in_every_language(language: str, name: str, content: str) -> None:
    say: Say = CONTENTS[content]
    with use_language(language):
        message = MESSAGES[name](World(say))

    assert check_blocks(list(message.blocks), "message") == []
    assert not blocks_too_long(list(message.blocks))
    assert 0 < len(message.text) <= MAX_TEXT


@pytest.mark.parametrize("content", CONTENTS)
@pytest.mark.parametrize("name", VIEWS)
@pytest.mark.parametrize("language", OTHERS)
def test_slack_accepts_every_view_in_every_language(language: str, name: str, content: str) -> None:
    with use_language(language):
        view = VIEWS[name](World(CONTENTS[content])).to_dict()

    assert check_view(view) == []
