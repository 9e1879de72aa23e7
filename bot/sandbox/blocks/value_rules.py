"""The vocabulary of the tables in this package: what a value must be, and Slack's words when it isn't.

A rule looks at one value at one place and yields every problem it finds, each in the form that Slack answers in
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
    """Where a value stands: its JSON pointer in the request, and the surface that the request is for."""

    pointer: str
    surface: Surface

    def __truediv__(self, step: str | int) -> "JsonLocation":
        return JsonLocation(f"{self.pointer}/{step}", self.surface)

    def format_problem(self, reason: str) -> str:
        """One problem at this place, as Slack words it."""
        return f"[ERROR] {reason} [json-pointer:{self.pointer}]"


class ValueRule(Protocol):
    """What a value must be."""

    def find_problems(self, value: object, place: JsonLocation) -> Iterator[str]:
        """Every problem of `value`, in Slack's words; nothing when it is fine."""


@dataclass(frozen=True, slots=True)
class Required:
    """A rule for a field that must be there."""

    rule: ValueRule

    def find_problems(self, value: object, place: JsonLocation) -> Iterator[str]:
        """The problems that the rule inside finds."""
        return self.rule.find_problems(value, place)


def required(rule: ValueRule) -> Required:
    """Mark a field of an `ObjectSchema` as one that must be there."""
    return Required(rule)


@dataclass(frozen=True, slots=True)
class Boolean:
    """True or false."""

    def find_problems(self, value: object, place: JsonLocation) -> Iterator[str]:
        """Refuses all but booleans."""
        if not isinstance(value, bool):
            yield place.format_problem("must provide a boolean")


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or a whole one, from `minimum` to `maximum`."""

    minimum: int | None = None
    maximum: int | None = None
    integer: bool = True

    def find_problems(self, value: object, place: JsonLocation) -> Iterator[str]:
        """Refuses other types (a boolean is no number) and numbers out of range."""
        if isinstance(value, bool) or not isinstance(value, int if self.integer else (int, float)):
            yield place.format_problem(f"must provide {'an integer' if self.integer else 'a number'}")
        elif self.minimum is not None and value < self.minimum:
            yield place.format_problem(f"must be more than {self.minimum - 1}")
        elif self.maximum is not None and value > self.maximum:
            yield place.format_problem(f"must be less than {self.maximum + 1}")


class StringFormat(NamedTuple):
    """A form that a string must have, and what Slack says when it has another."""

    matches: Callable[[str], bool]
    reason: str


@dataclass(frozen=True, slots=True)
class String:
    """A bare string of `min_length` to `max_length` characters, in a form where one is named."""

    max_length: int | None = None
    min_length: int = 1
    string_format: StringFormat | None = None

    def find_problems(self, value: object, place: JsonLocation) -> Iterator[str]:
        """Refuses other types (null too), wrong lengths and wrong forms."""
        if not isinstance(value, str):
            yield place.format_problem("must provide a string")
        elif len(value) < self.min_length:
            yield place.format_problem(f"must be more than {self.min_length - 1} characters")
        elif self.max_length is not None and len(value) > self.max_length:
            yield place.format_problem(f"must be less than {self.max_length + 1} characters")
        elif self.string_format is not None and not self.string_format.matches(value):
            yield place.format_problem(self.string_format.reason)


def one_of(*words: str) -> String:
    """One of a closed set of words."""
    return String(min_length=0, string_format=StringFormat(frozenset(words).__contains__, "must be a valid enum value"))


@dataclass(frozen=True, slots=True)
class Array:
    """An array of `min_items` to `max_items` items, each of which keeps the same rule; `allow_null` lets null stand for
    an item."""

    rule: ValueRule
    max_items: int | None = None
    min_items: int = 1
    allow_null: bool = False

    def find_problems(self, value: object, place: JsonLocation) -> Iterator[str]:
        """Refuses other types and wrong counts, and looks into every item, however many there are."""
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
"""What several fields of one object owe each other. It gets objects whose fields may be of any type."""


@dataclass(frozen=True, slots=True)
class ObjectSchema:
    """An object: its fields, what they owe each other, and the surfaces it may stand on."""

    fields: Mapping[str, ValueRule]
    checks: tuple[FieldCheck, ...] = ()
    surfaces: frozenset[Surface] = ALL_SURFACES

    def find_problems(self, value: object, place: JsonLocation) -> Iterator[str]:
        """Refuses other types, unknown and missing fields, and looks into every field that is there."""
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
    """An object whose field `type` tells its shape; an absent type means `default_type`, where there is one."""

    schemas: Mapping[str, ObjectSchema]
    default_type: str | None = None

    def find_problems(self, value: object, place: JsonLocation) -> Iterator[str]:
        """Refuses types that are unknown, or not for this surface, and looks into the others."""
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
    """An object of one of the named types of a table."""
    return TypedObject({kind: schemas[kind] for kind in types})
