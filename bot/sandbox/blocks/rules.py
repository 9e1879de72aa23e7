"""The vocabulary of the tables in this package: what a value must be, and Slack's words when it isn't.

A rule looks at one value at one place and yields every problem it finds, each in the form that Slack answers in
`response_metadata.messages`: `[ERROR] reason [json-pointer:/blocks/0/text]`. Slack adds a line `failed to match all
allowed schemas` above some of them; it names no cause, so it is left out here. Rules never raise: any JSON may come in.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, NamedTuple, Protocol

Surface = Literal["message", "modal", "home"]
EVERYWHERE: frozenset[Surface] = frozenset({"message", "modal", "home"})


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: its JSON pointer in the request, and the surface that the request is for."""

    pointer: str
    surface: Surface

    def __truediv__(self, step: str | int) -> "Place":
        return Place(f"{self.pointer}/{step}", self.surface)

    def says(self, reason: str) -> str:
        """One problem at this place, as Slack words it."""
        return f"[ERROR] {reason} [json-pointer:{self.pointer}]"


class Rule(Protocol):
    """What a value must be."""

    def problems(self, value: object, place: Place) -> Iterator[str]:
        """Every problem of `value`, in Slack's words; nothing when it is fine."""


@dataclass(frozen=True, slots=True)
class Required:
    """A rule for a field that must be there."""

    rule: Rule

    def problems(self, value: object, place: Place) -> Iterator[str]:
        """The problems that the rule inside finds."""
        return self.rule.problems(value, place)


def required(rule: Rule) -> Required:
    """Mark a field of a `Shape` as one that must be there."""
    return Required(rule)


@dataclass(frozen=True, slots=True)
class Flag:
    """True or false."""

    def problems(self, value: object, place: Place) -> Iterator[str]:
        """Refuses all but booleans."""
        if not isinstance(value, bool):
            yield place.says("must provide a boolean")


@dataclass(frozen=True, slots=True)
class Number:
    """A number, or a whole one, from `least` to `most`."""

    least: int | None = None
    most: int | None = None
    whole: bool = True

    def problems(self, value: object, place: Place) -> Iterator[str]:
        """Refuses other types (a boolean is no number) and numbers out of range."""
        if isinstance(value, bool) or not isinstance(value, int if self.whole else (int, float)):
            yield place.says(f"must provide {'an integer' if self.whole else 'a number'}")
        elif self.least is not None and value < self.least:
            yield place.says(f"must be more than {self.least - 1}")
        elif self.most is not None and value > self.most:
            yield place.says(f"must be less than {self.most + 1}")


class Form(NamedTuple):
    """A form that a string must have, and what Slack says when it has another."""

    fits: Callable[[str], bool]
    reason: str


@dataclass(frozen=True, slots=True)
class String:
    """A bare string of `least` to `most` characters, in a form where one is named."""

    most: int | None = None
    least: int = 1
    form: Form | None = None

    def problems(self, value: object, place: Place) -> Iterator[str]:
        """Refuses other types (null too), wrong lengths and wrong forms."""
        if not isinstance(value, str):
            yield place.says("must provide a string")
        elif len(value) < self.least:
            yield place.says(f"must be more than {self.least - 1} characters")
        elif self.most is not None and len(value) > self.most:
            yield place.says(f"must be less than {self.most + 1} characters")
        elif self.form is not None and not self.form.fits(value):
            yield place.says(self.form.reason)


def one_of(*words: str) -> String:
    """One of a closed set of words."""
    return String(least=0, form=Form(frozenset(words).__contains__, "must be a valid enum value"))


@dataclass(frozen=True, slots=True)
class Items:
    """An array of `least` to `most` items, each of which keeps the same rule; `gaps` lets null stand for an item."""

    rule: Rule
    most: int | None = None
    least: int = 1
    gaps: bool = False

    def problems(self, value: object, place: Place) -> Iterator[str]:
        """Refuses other types and wrong counts, and looks into every item, however many there are."""
        if not isinstance(value, list):
            yield place.says("must provide an array")
            return
        if len(value) < self.least:
            yield place.says(f"must provide at least {self.least} items")
        if self.most is not None and len(value) > self.most:
            yield place.says(f"no more than {self.most} items allowed")
        for index, item in enumerate(value):
            if not (self.gaps and item is None):
                yield from self.rule.problems(item, place / index)


Check = Callable[[Mapping[str, Any], Place], Iterator[str]]
"""What several fields of one object owe each other. It gets objects whose fields may be of any type."""


@dataclass(frozen=True, slots=True)
class Shape:
    """An object: its fields, what they owe each other, and the surfaces it may stand on."""

    fields: Mapping[str, Rule]
    also: tuple[Check, ...] = ()
    surfaces: frozenset[Surface] = EVERYWHERE

    def problems(self, value: object, place: Place) -> Iterator[str]:
        """Refuses other types, unknown and missing fields, and looks into every field that is there."""
        if not isinstance(value, dict):
            yield place.says("must provide an object")
            return
        yield from (place.says(f"invalid additional property: {name}") for name in value if name not in self.fields)
        for name, rule in self.fields.items():
            if name in value:
                yield from rule.problems(value[name], place / name)
            elif isinstance(rule, Required):
                yield place.says(f"missing required field: {name}")
        for check in self.also:
            yield from check(value, place)


@dataclass(frozen=True, slots=True)
class Typed:
    """An object whose field `type` tells its shape; an absent type means `default`, where there is one."""

    shapes: Mapping[str, Shape]
    default: str | None = None

    def problems(self, value: object, place: Place) -> Iterator[str]:
        """Refuses types that are unknown, or not for this surface, and looks into the others."""
        if not isinstance(value, dict):
            yield place.says("must provide an object")
            return
        kind = value.get("type", self.default)
        if "type" not in value and kind is None:
            yield place.says("missing required field: type")
        elif not isinstance(kind, str):
            yield (place / "type").says("must provide a string")
        elif kind not in self.shapes or place.surface not in self.shapes[kind].surfaces:
            yield (place / "type").says(f"unsupported type: {kind}")
        else:
            rest = {name: field for name, field in value.items() if name != "type"}
            yield from self.shapes[kind].problems(rest, place)


def among(shapes: Mapping[str, Shape], *types: str) -> Typed:
    """An object of one of the named types of a table."""
    return Typed({kind: shapes[kind] for kind in types})
