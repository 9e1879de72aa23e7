"""Defines the rules that the tables in this package use: what a value must be, and Slack's message if it isn't.

A rule checks one value at one location, and yields every problem it finds in the form that Slack uses in
`response_metadata.messages`: `[ERROR] reason [json-pointer:/blocks/0/text]`. Slack adds a line `failed to match all
allowed schemas` above some of them; it names no cause, so it is left out here. Rules never raise: any JSON may come in.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

Surface = Literal["message", "modal", "home"]
ALL_SURFACES: frozenset[Surface] = frozenset({"message", "modal", "home"})


@dataclass(frozen=True, slots=True)
class JsonLocation:
    """Where a value is: its JSON pointer in the request, and the request's surface."""

    pointer: str
    surface: Surface

    def __truediv__(self, step: str | int) -> "JsonLocation":
        return JsonLocation(f"{self.pointer}/{step}", self.surface)

    def format_problem(self, reason: str) -> str:
        """Return a problem at this location in Slack's format."""
        return f"[ERROR] {reason} [json-pointer:{self.pointer}]"


class ValueRule(Protocol):
    """What a value must be."""

    def find_problems(self, value: object, place: JsonLocation) -> Iterator[str]:
        """Yield every problem of `value` in Slack's words."""


@dataclass(frozen=True, slots=True)
class Required:
    """A rule for a required field."""

    rule: ValueRule

    def find_problems(self, value: object, place: JsonLocation) -> Iterator[str]:
        """Return the problems that the inner rule finds."""
        return self.rule.find_problems(value, place)


def required(rule: ValueRule) -> Required:
    """Mark a field of an `ObjectSchema` as required."""
    return Required(rule)


@dataclass(frozen=True, slots=True)
class Boolean:
    """A boolean."""

    def find_problems(self, value: object, place: JsonLocation) -> Iterator[str]:
        """Refuses all but booleans."""
        if not isinstance(value, bool):
            yield place.format_problem("must provide a boolean")


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or an integer, from `minimum` to `maximum`."""

    minimum: int | None = None
    maximum: int | None = None
    integer: bool = True

    def find_problems(self, value: object, place: JsonLocation) -> Iterator[str]:
        """Refuses other types (including booleans) and numbers out of range."""
        if isinstance(value, bool) or not isinstance(value, int if self.integer else (int, float)):
            yield place.format_problem(f"must provide {'an integer' if self.integer else 'a number'}")
        elif self.minimum is not None and value < self.minimum:
            yield place.format_problem(f"must be more than {self.minimum - 1}")
        elif self.maximum is not None and value > self.maximum:
            yield place.format_problem(f"must be less than {self.maximum + 1}")


class StringFormat(NamedTuple):
    """A format for strings, and Slack's message for other strings."""

    matches: Callable[[str], bool]
    reason: str


@dataclass(frozen=True, slots=True)
class String:
    """A plain string of `min_length` to `max_length` characters, with an optional format."""

    max_length: int | None = None
    min_length: int = 1
    string_format: StringFormat | None = None

    def find_problems(self, value: object, place: JsonLocation) -> Iterator[str]:
        """Refuses other types (including null), wrong lengths, and wrong formats."""
        if not isinstance(value, str):
            yield place.format_problem("must provide a string")
        elif len(value) < self.min_length:
            yield place.format_problem(f"must be more than {self.min_length - 1} characters")
        elif self.max_length is not None and len(value) > self.max_length:
            yield place.format_problem(f"must be less than {self.max_length + 1} characters")
        elif self.string_format is not None and not self.string_format.matches(value):
            yield place.format_problem(self.string_format.reason)


def one_of(*words: str) -> String:
    """Return the rule for one of these words."""
    return String(min_length=0, string_format=StringFormat(frozenset(words).__contains__, "must be a valid enum value"))


@dataclass(frozen=True, slots=True)
class Array:
    """An array of `min_items` to `max_items` items with the same rule. With `allow_null`, items may be null."""

    rule: ValueRule
    max_items: int | None = None
    min_items: int = 1
    allow_null: bool = False

    def find_problems(self, value: object, place: JsonLocation) -> Iterator[str]:
        """Refuses other types and wrong counts, and checks every item."""
        if not isinstance(value, list):
            yield place.format_problem("must provide an array")
            return
        if len(value) < self.min_items:
            yield place.format_problem(f"must provide at least {self.min_items} items")
        if self.max_items is not None and len(value) > self.max_items:
            yield place.format_problem(f"no more than {self.max_items} items allowed")
        for index, item in enumerate(value):
            if not (self.allow_null and item is None):
                yield from self.rule.find_problems(item, place / index)


FieldCheck = Callable[[Mapping[str, Any], JsonLocation], Iterator[str]]
"""A check that compares fields of one object. The fields may have any type."""


@dataclass(frozen=True, slots=True)
class ObjectSchema:
    """An object: its fields, the checks that compare them, and the surfaces that it is allowed on."""

    fields: Mapping[str, ValueRule]
    checks: tuple[FieldCheck, ...] = ()
    surfaces: frozenset[Surface] = ALL_SURFACES

    def find_problems(self, value: object, place: JsonLocation) -> Iterator[str]:
        """Refuses other types, and unknown and missing fields, and checks every known field."""
        if not isinstance(value, dict):
            yield place.format_problem("must provide an object")
            return
        yield from (
            place.format_problem(f"invalid additional property: {name}") for name in value if name not in self.fields
        )
        for name, rule in self.fields.items():
            if name in value:
                yield from rule.find_problems(value[name], place / name)
            elif isinstance(rule, Required):
                yield place.format_problem(f"missing required field: {name}")
        for check in self.checks:
            yield from check(value, place)


@dataclass(frozen=True, slots=True)
class TypedObject:
    """An object with a schema for each value of its `type` field. A missing type means `default_type`, if set."""

    schemas: Mapping[str, ObjectSchema]
    default_type: str | None = None

    def find_problems(self, value: object, place: JsonLocation) -> Iterator[str]:
        """Refuses types that are unknown or not allowed on this surface, and checks objects of other types."""
        if not isinstance(value, dict):
            yield place.format_problem("must provide an object")
            return
        kind = value.get("type", self.default_type)
        if "type" not in value and kind is None:
            yield place.format_problem("missing required field: type")
        elif not isinstance(kind, str):
            yield (place / "type").format_problem("must provide a string")
        elif kind not in self.schemas or place.surface not in self.schemas[kind].surfaces:
            yield (place / "type").format_problem(f"unsupported type: {kind}")
        else:
            rest = {name: field for name, field in value.items() if name != "type"}
            yield from self.schemas[kind].find_problems(rest, place)


def object_of_types(schemas: Mapping[str, ObjectSchema], *types: str) -> TypedObject:
    """Return the rule for an object of one of these types."""
    return TypedObject({kind: schemas[kind] for kind in types})
