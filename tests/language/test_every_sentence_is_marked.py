"""Nothing that Rounds says in Slack escapes the catalogs: in a language of brackets, all of it stands in brackets."""

import re
from collections.abc import Iterator
from gettext import NullTranslations
from typing import Any

import pytest

from bot.content.recurrence_rules import UNSUPPORTED_RULE_MESSAGE
from bot.language import translation, use_language
from tests.slack import builders as a
from tests.slack.builders import World
from tests.slack.catalogue import MESSAGES, VIEWS

CONTENT = a.repeating(["◆"])
"""What packs and people write, without a letter."""


class Brackets(NullTranslations):
    """A language of brackets. What it says can be told from what it doesn't."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def pgettext(self, context: str, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        return f"⟦{msgid1 if n == 1 else msgid2}⟧"


RAISED_BEFORE = (UNSUPPORTED_RULE_MESSAGE, "The calendar's server can't be reached.")
"""Problems of calendars in the catalogue's world, made when nobody had said a language."""

NO_WORDS = re.compile(
    r"<[^<>|]*\|?|https?://\S+"  # addresses and mentions
    r"|`[^`]*`|/[a-z][a-z-]*\b"  # commands
    r"|\b(?:Mo|Di|Mi|Do|Fr|Sa|So|Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b"
    r"|\b(?:Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|und|oder|AM|PM|UTC|Rounds|PRIVATE-WORDS)\b"
    r"|&(?:amp|lt|gt);|" + "|".join(map(re.escape, RAISED_BEFORE))
)
"""What needs no translation by a catalog, though it has letters."""

WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}")


def said(value: Any) -> Iterator[str]:
    """Every text that people read or hear, at any depth."""
    if isinstance(value, dict):
        for name, each in value.items():
            is_text = name == "text" and isinstance(each, str) and value.get("type") in {"mrkdwn", "plain_text"}
            if is_text or name == "accessibility_label":
                yield each
            else:
                yield from said(each)
    elif isinstance(value, list | tuple):
        for each in value:
            yield from said(each)


def outside_brackets(text: str) -> str:
    """What isn't in brackets, which may be one in another, or cut off at the end."""
    depth, rest = 0, []
    for letter in text:
        depth += (letter == "⟦") - (letter == "⟧")
        rest.append(" " if depth or letter == "⟧" else letter)
    return "".join(rest)


@pytest.mark.parametrize("name", [*MESSAGES, *VIEWS])
def test_everything_that_is_said_comes_from_a_catalog(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(translation, "_read_catalog", lambda _language: Brackets())
    monkeypatch.setattr(a, "PRIVATE", "◆")
    world = World(CONTENT)

    with use_language("de"):
        shown = MESSAGES[name](world).body if name in MESSAGES else VIEWS[name](world).to_dict()

    unmarked = {text for text in said(shown) if WORD.search(NO_WORDS.sub("", outside_brackets(text)))}
    assert unmarked == set()
