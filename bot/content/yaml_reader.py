"""Reads one YAML file into text, lists, and mappings with line numbers. Refuses YAML features that packs don't need.

Anchors and aliases (a few lines can expand to gigabytes), tags (they can name code), second documents, tabs, and deep
nesting are problems, each with its line. Every scalar stays text: the schema decides which fields are numbers or dates,
so `title: No` is the title "No", not a boolean.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, TypeAlias

import yaml

from bot.errors import PackProblem

MAX_DEPTH = 10
MAX_VALUES = 100_000
"""Most values in one file. A lesson has about 60; a bibliography of 5,000 sources has 65,000."""
MAX_PROBLEMS = 50
"""Most problems of one kind reported for one file; more wouldn't help."""

YamlValue: TypeAlias = "str | list[YamlValue] | dict[str, YamlValue]"
YamlPath = tuple[str | int, ...]
"""Where a value is in its file: ("question", "options", 1, "text")."""
YamlEvent: TypeAlias = Any  # PyYAML's stubs leave out the attributes of events

LOADER = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
"""libyaml's parser if PyYAML has it: it is ten times as fast, with the same line numbers."""
CONTROL_CHARACTERS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")
"""Characters that no text may contain: they are invisible, or end a line in only some programs."""

_PLAIN_MESSAGES = {
    "mapping values are not allowed": "A colon followed by a space starts a new field. Put this text under `>-`.",
    "could not find expected ':'": "This line has no colon. Indent it if it continues the text above.",
    "cannot start any token": "Text can't begin with this character. Put it under `>-` or in quotes.",
    "did not find expected key": "This line doesn't fit here. Check its indentation and any quotes within quotes.",
    "did not find expected '-' indicator": "This line doesn't fit in the list. Check its indentation.",
    "did not find expected ','": "A `[` or `{` here or above is never closed. Close it, or put this text under `>-`.",
    "unexpected end of stream": "A quotation mark here or above is never closed. Close it.",
    "unexpected document indicator": "A quotation mark above is never closed. Close it.",
}


@dataclass(frozen=True, slots=True)
class YamlTree:
    """A file's content and the line (from 1) of every value in it. A field's line is the line of its name."""

    root: YamlValue
    lines: dict[YamlPath, int]

    def line_of(self, place: YamlPath) -> int:
        """Return the line of a value, or of its nearest parent that is in the file."""
        while place and place not in self.lines:
            place = place[:-1]
        return self.lines.get(place, 1)


class _Stop(Exception):
    """Stops reading: the rest of the file can't be read."""


@dataclass(slots=True)
class _Reader:
    """Builds the tree from the parser's events. Raises `_Stop` to end early, with the reason in `problems`."""

    path: str
    events: Iterator[YamlEvent]
    problems: list[PackProblem] = field(default_factory=list)
    lines: dict[YamlPath, int] = field(default_factory=dict)

    def document(self) -> YamlValue:
        """Return the content of the file's only document."""
        next(self.events)
        if isinstance(start := next(self.events), yaml.StreamEndEvent):
            raise self._stop(start, "Y102", "This file is empty.")
        if start.version or start.tags:
            self._note(start, "Y107", "Packs don't use lines that start with `%`. Remove them.")
        root = self._value(next(self.events), ())
        next(self.events)
        if not isinstance(second := next(self.events), yaml.StreamEndEvent):
            self._note(second, "Y106", "A second document starts here. Remove the `---`: each lesson is one file.")
        return root

    def _value(self, event: YamlEvent, place: YamlPath) -> YamlValue:
        self.lines.setdefault(place, event.start_mark.line + 1)
        if len(self.lines) > MAX_VALUES:
            raise self._stop(event, "Y110", f"This file has more than {MAX_VALUES:,} values. A lesson has about 60.")
        if isinstance(event, yaml.AliasEvent):
            raise self._stop(event, "Y103", f"`*{event.anchor}` repeats another part of the file. Write the text out.")
        self._refuse_decoration(event)
        if isinstance(event, yaml.ScalarEvent):
            return str(event.value)
        if len(place) >= MAX_DEPTH:
            raise self._stop(event, "Y105", f"This is more than {MAX_DEPTH} levels deep. A lesson needs only four.")
        return self._list(place) if isinstance(event, yaml.SequenceStartEvent) else self._mapping(place)

    def _list(self, place: YamlPath) -> list[YamlValue]:
        values: list[YamlValue] = []
        while not isinstance(event := next(self.events), yaml.SequenceEndEvent):
            values.append(self._value(event, (*place, len(values))))
        return values

    def _mapping(self, place: YamlPath) -> dict[str, YamlValue]:
        values: dict[str, YamlValue] = {}
        while not isinstance(event := next(self.events), yaml.MappingEndEvent):
            if not isinstance(event, yaml.ScalarEvent):
                raise self._stop(event, "Y108", "A field's name must be one word.")
            self._refuse_decoration(event)
            self._field(str(event.value), event, place, values)
        return values

    def _field(self, name: str, event: YamlEvent, place: YamlPath, values: dict[str, YamlValue]) -> None:
        if name in values:
            first = self.lines[(*place, name)]
            self._note(event, "Y104", f"`{name[:60]}` is also on line {first}. Remove one of them.")
            self._value(next(self.events), (*place, name, "again"))
        else:
            self.lines[(*place, name)] = event.start_mark.line + 1
            values[name] = self._value(next(self.events), (*place, name))

    def _refuse_decoration(self, event: YamlEvent) -> None:
        if event.anchor:
            self._note(event, "Y103", f"`&{event.anchor}` marks a part for reuse. Remove it.")
        if event.tag:
            self._note(event, "Y107", f"`{event.tag[:60]}` is a YAML tag. Remove it.")

    def _note(self, event: YamlEvent, code: str, message: str) -> None:
        if len(self.problems) < MAX_PROBLEMS:
            self.problems.append(PackProblem(self.path, event.start_mark.line + 1, code, message))

    def _stop(self, event: YamlEvent, code: str, message: str) -> _Stop:
        self.problems = self.problems[: MAX_PROBLEMS - 1]
        self._note(event, code, message)
        return _Stop()


def read_yaml(path: str, content: bytes) -> tuple[YamlTree | None, tuple[PackProblem, ...]]:
    """Return the tree of the file at `path` (None if it can't be read) and every YAML problem in it."""
    text, problems = _text(path, content)
    if text is None:
        return None, problems
    loader = LOADER(text)
    reader = _Reader(path, iter(loader.get_event, None))
    root: YamlValue | None = None
    try:
        root = reader.document()
    except yaml.YAMLError as error:
        reader.problems.append(_syntax_problem(path, error))
    except _Stop:
        pass
    finally:
        loader.dispose()
    last = max(1, len(text.splitlines()))
    lines = {place: min(line, last) for place, line in reader.lines.items()}
    found = (PackProblem(path, min(problem.line, last), problem.code, problem.message) for problem in reader.problems)
    return None if root is None else YamlTree(root, lines), (*problems, *found)


def _text(path: str, content: bytes) -> tuple[str | None, tuple[PackProblem, ...]]:
    """Return the file as text with plain line ends (None if it isn't text), and problems with its characters."""
    try:
        text = content.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        line = error.object.count(b"\n", 0, error.start) + 1
        return None, (PackProblem(path, line, "Y101", "This isn't UTF-8 text. Save the file as UTF-8."),)
    if control := CONTROL_CHARACTERS.search(text):
        message = "This line has an unreadable character. Retype the line, and save the file as UTF-8."
        return None, (PackProblem(path, _line_of(text, control.start()), "Y101", message),)
    if "\t" in text:
        line = _line_of(text, text.index("\t"))
        return text.replace("\t", "  "), (PackProblem(path, line, "Y109", "This line has a tab. Use spaces instead."),)
    return text, ()


def _line_of(text: str, index: int) -> int:
    return text.count("\n", 0, index) + 1


def _syntax_problem(path: str, error: yaml.YAMLError) -> PackProblem:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    cause = str(getattr(error, "problem", None) or error).replace("\n", " ")[:200]
    plain = (message for part, message in _PLAIN_MESSAGES.items() if part in cause)
    message = next(plain, f"This isn't valid YAML: {cause}.")
    return PackProblem(path, mark.line + 1 if mark else 1, "Y100", message)
