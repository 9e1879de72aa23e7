"""Writes a pack's YAML files in the style of the shipped ones: paragraphs under `>-`, wrapped at 80 columns.

Every text reads back exactly as it was; text that folding would change is quoted instead.
"""

import json
import re
import textwrap
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import yaml

LINE_WIDTH = 80
MAX_INLINE_LENGTH = 76
"""Longest text, in characters, on the same line as its field's name; a longer one goes under `>-`."""

FOLDED_FIELDS = frozenset(
    "tip why try_today words you scenario explanation reflection notice elsewhere supports goal welcome".split()  # noqa: SIM905
)
"""Fields that go under `>-` even when they are short."""

LISTS_OF_LINES = frozenset({"lessons"})
"""Lists with an item on each line: their order matters, and they may be long."""

_FOLDS = re.compile(r"\S+(?: \S+)*")
"""Words with single spaces between them, which folding doesn't change."""

_NAME = re.compile(r"[\w-]+")


class _Styled(str):
    """A text and its YAML style: `>` folded, `|` line by line, `"` with escapes."""

    style: str

    def __new__(cls, text: str, style: str) -> "_Styled":
        """Create the text with its style."""
        styled = super().__new__(cls, text)
        styled.style = style
        return styled


class _Inline(list[Any]):
    """A list to write on one line: `[a, b]`."""


class _Dumper(yaml.SafeDumper):
    """PyYAML's dumper, changed to indent lists, wrap paragraphs before the margin, and write no aliases."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        """Indent lists under their field's name."""
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: object) -> bool:
        """Write repeated values in full, because packs can't have aliases."""
        return True

    def write_folded(self, text: str) -> None:
        """Break lines before the margin. PyYAML's own method breaks them after it."""
        self.write_indicator(">-", True)
        room = max(LINE_WIDTH - (self.indent or 0), 20)
        for line in textwrap.wrap(text, room, break_long_words=False, break_on_hyphens=False):
            self.write_indent()
            self.whitespace = self.indention = False
            self.column += len(line)
            self.stream.write(line)


_Dumper.add_representer(
    _Styled, lambda dumper, text: dumper.represent_scalar("tag:yaml.org,2002:str", str(text), style=text.style)
)
_Dumper.add_representer(
    _Inline, lambda dumper, items: dumper.represent_sequence("tag:yaml.org,2002:seq", items, flow_style=True)
)


def write_yaml(fields: Mapping[str, object]) -> str:
    """Return a YAML file with these fields in this order: text, numbers, dates, booleans, lists, and mappings."""
    return yaml.dump(_styled("", dict(fields)), Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=10_000)


def write_plain_yaml(fields: Mapping[str, object]) -> str:
    """Return the same content for programs alone, as JSON, which is YAML. Writing it takes a tenth of the time.

    Each value has a line of its own, as problems are found by their lines.
    """
    return json.dumps(fields, ensure_ascii=False, indent=0, default=_iso_date)


def _iso_date(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"a pack's file can't hold a {type(value).__name__}")


def _styled(name: str, value: object) -> object:
    if isinstance(value, str):
        return _styled_text(name, value)
    if isinstance(value, Mapping):
        return {key: _styled(key, each) for key, each in value.items()}
    if isinstance(value, Sequence):
        items = [_styled("", each) for each in value]
        names = all(isinstance(each, str) and _NAME.fullmatch(each) for each in items)
        inline = names and name not in LISTS_OF_LINES
        return _Inline(items) if inline else items
    if isinstance(value, (bool, int, date)):
        return value
    raise TypeError(f"a pack's file can't hold a {type(value).__name__}")


def _styled_text(name: str, text: str) -> str:
    lines = text.split("\n")
    if not all(line.isprintable() for line in lines):
        return _Styled(text, '"')  # unescaped, some characters would end a line or be refused
    if len(lines) > 1:
        return _Styled(text, "|" if all(map(_FOLDS.fullmatch, lines)) else '"')
    if name in FOLDED_FIELDS or len(text) > MAX_INLINE_LENGTH:
        return _Styled(text, ">") if _FOLDS.fullmatch(text) else text
    return text
