"""Nothing that Rounds says in Slack escapes the catalogs: in a language of brackets, all of it stands in brackets.

Messages and views are those of `tests/slack/catalogue.py`. Errors that handlers and use cases raise are looked for in
the source.
"""

import ast
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bot.content.recurrence_rules import UNSUPPORTED_RULE_MESSAGE
from bot.domain.commands import COMMANDS
from bot.language import translation, use_language
from tests.language.brackets import Brackets
from tests.slack import builders as a
from tests.slack.builders import World
from tests.slack.catalogue import MESSAGES, VIEWS

CONTENT = a.repeating(["◆"])
"""What packs and people write, without a letter."""


TYPED = tuple(command.example for command in COMMANDS if command.example)
"""Examples of what people type after a command. Rounds reads them in English only."""

RAISED_BEFORE = (UNSUPPORTED_RULE_MESSAGE, "The calendar's server can't be reached.")
"""Problems of calendars in the catalogue's world, made when nobody had said a language."""

NO_WORDS = re.compile(
    r"<[^<>|]*\|?|https?://\S+"  # addresses and mentions
    r"|`[^`]*`|/rounds(?: admin)?(?: [a-z-]+)?\b|/[a-z][a-z0-9-]*(?!\w)"  # commands
    r"|\bskill-\d+-\d+"  # lessons
    r"|\b(?:Mo|Di|Mi|Do|Fr|Sa|So|Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember)\b"
    r"|\b(?:Jan|Feb|Apr|Aug|Sept|Okt|Nov|Dez)\b"
    r"|\b(?:Montag|Dienstag|Mittwoch|Donnerstag|Freitag|Samstag|Sonntag|und|oder|AM|PM|UTC|Rounds|PRIVATE-WORDS)\b"
    r"|&(?:amp|lt|gt);|" + "|".join(map(re.escape, [*RAISED_BEFORE, *TYPED]))
)
"""What needs no translation by a catalog, though it has letters."""

WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{2,}")


def said(value: Any) -> Iterator[str]:
    """Every text that people read or hear, at any depth."""
    if isinstance(value, dict):
        for name, each in value.items():
            if isinstance(each, str) and name in {"text", "accessibility_label"}:
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


BOT = Path(__file__).parents[2] / "bot"

FOR_OPERATORS = {
    "learning/packs.py",  # `rounds packs load` lists what is unusual; Slack asks with its own words
    "learning/pack_removal.py",  # the only pack for everyone can't be removed: `rounds packs remove` alone meets that
    "learning/retractions.py",  # `rounds packs use-again` with a name that nobody retracted
}
"""Files with an error that no one in Slack can meet."""


def unmarked_errors(file: Path) -> Iterator[str]:
    """The sentences of errors raised in a file that are literals, and so marked for no catalog."""
    for node in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call) and isinstance(node.exc.func, ast.Name):
            if node.exc.func.id in {"ValueError", "AssertionError"} or not node.exc.args:
                continue  # for programmers
            said_here = node.exc.args[0]
            if isinstance(said_here, ast.JoinedStr) or (
                isinstance(said_here, ast.Constant) and isinstance(said_here.value, str) and " " in said_here.value
            ):
                yield f"{file.name}:{node.lineno}"


def test_errors_that_people_read_come_from_a_catalog() -> None:
    rooms = [file for room in ("slack/handlers", "slack/blocks", "learning") for file in (BOT / room).glob("*.py")]

    found = [each for file in rooms for each in unmarked_errors(file) if _place(file) not in FOR_OPERATORS]

    assert len(rooms) > 80
    assert found == []


def _place(file: Path) -> str:
    return file.relative_to(BOT).as_posix()
