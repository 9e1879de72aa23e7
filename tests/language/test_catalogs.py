"""A catalog has every sentence of the source, none besides, and each with the same values and marks."""

import ast
import re
import string
import tomllib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

from bot.language import ENGLISH, LANGUAGES
from bot.language.translation import CATALOGS

ROOT = Path(__file__).parents[2]
KEYWORDS: dict[str, Any] = {
    "_": None,
    "mark": None,
    "gettext": None,
    "pgettext": ((1, "c"), 2),
    "ngettext": (1, 2),
}

OTHERS = [language for language in LANGUAGES if language != ENGLISH]

LINKS_AND_COMMANDS = re.compile(r"<(?:https?:|mailto:)[^|>]+|`/[^`]+`")


def messages_in_source() -> set[tuple[str | None, str | tuple[str, ...]]]:
    """Context and English text (both numbers, where there are two) of everything that is marked."""
    mappings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["babel"]["mappings"]
    found = extract_from_dir(
        str(ROOT),
        [(each["pattern"], each["method"]) for each in mappings],
        {each["pattern"]: each for each in mappings},
        keywords=KEYWORDS,
    )
    return {(context, message) for _file, _line, message, _comments, context in found}


def read(language: str) -> Catalog:
    with (CATALOGS / language / "LC_MESSAGES" / "rounds.po").open("rb") as file:
        return read_po(file, locale=language)


def messages(language: str) -> list[Message]:
    return [each for each in read(language) if each.id]


def texts(value: str | tuple[str, ...] | list[str] | None) -> list[str]:
    return [value] if isinstance(value, str) else list(value or [""])


def names(text: str) -> set[str]:
    """The values that a text is filled with."""
    return {name for _before, name, _spec, _how in string.Formatter().parse(text) if name is not None}


def marked_literals() -> Iterator[tuple[Path, int]]:
    """Where a text is marked inside an f-string, in which Babel finds none on Python 3.11."""
    for file in sorted((ROOT / "bot").rglob("*.py")):
        for f_string in ast.walk(ast.parse(file.read_text(encoding="utf-8"))):
            if isinstance(f_string, ast.JoinedStr):
                for call in ast.walk(f_string):
                    if isinstance(call, ast.Call) and _marks_a_literal(call):
                        yield file, call.lineno


def _marks_a_literal(call: ast.Call) -> bool:
    is_keyword = isinstance(call.func, ast.Name) and call.func.id in KEYWORDS
    return is_keyword and bool(call.args) and isinstance(call.args[0], ast.Constant)


def test_no_sentence_is_marked_where_it_is_not_found() -> None:
    assert list(marked_literals()) == []


def test_sentences_have_plain_names_for_their_values_and_no_blanks_around_them() -> None:
    for _context, message in messages_in_source():
        for text in texts(message):
            assert text == text.strip(), text
            assert all(re.fullmatch("[a-z][a-z_]*", name) for name in names(text)), text


@pytest.mark.parametrize("language", OTHERS)
def test_a_catalog_has_the_sentences_of_the_source_and_no_others(language: str) -> None:
    source = messages_in_source()
    have = {(each.context, each.id if isinstance(each.id, str) else tuple(each.id)) for each in messages(language)}

    assert source - have == set(), "run `make catalog`, and translate what is new"
    assert have - source == set(), "run `make catalog`"
    assert read(language).obsolete == {}


@pytest.mark.parametrize("language", OTHERS)
def test_every_sentence_is_translated_for_good(language: str) -> None:
    untranslated = [each.id for each in messages(language) if not all(texts(each.string))]
    doubtful = [each.id for each in messages(language) if each.fuzzy]

    assert untranslated == []
    assert doubtful == []


@pytest.mark.parametrize("language", OTHERS)
def test_a_translation_has_the_values_marks_and_links_of_its_sentence(language: str) -> None:
    for each in messages(language):
        english = texts(each.id)
        for number, text in enumerate(texts(each.string)):
            model = english[min(number, len(english) - 1)]
            assert names(text) - {"count"} == names(english[-1]) - {"count"}, text
            assert text == text.strip(), text
            assert text.count("\n") == model.count("\n"), text
            assert text.count("*") == model.count("*"), text
            assert Counter(LINKS_AND_COMMANDS.findall(text)) == Counter(LINKS_AND_COMMANDS.findall(model)), text
            assert text.count("|") == model.count("|"), text
