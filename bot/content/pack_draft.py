"""Holds the readable parts of a pack that may have problems. The lint rules check them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Protocol

from bot.content.schema import (
    BibliographySchema,
    LessonSchema,
    OptionSchema,
    PackSchema,
    ProgramSchema,
    SourceSchema,
)
from bot.content.yaml_reader import YamlPath, YamlTree
from bot.errors import PackProblem


class DraftTexts(Protocol):
    """A lesson or a program, as far as rules about any text care."""

    def visible_texts(self) -> Iterator[tuple[YamlPath, str]]:
        """Yield every text that readers see, with its path, in file order."""
        ...

    def all_texts(self) -> Iterator[tuple[YamlPath, str]]:
        """Yield every text, with its path."""
        ...


@dataclass(frozen=True, slots=True)
class LessonDraft:
    """One lesson file. The fields in `unreadable` are broken and have placeholders; rules must not report them again.

    `cited_sources` are the lesson's sources that are in the bibliography, in the lesson's order.
    """

    path: str
    parsed: LessonSchema
    tree: YamlTree
    unreadable: frozenset[YamlPath] = frozenset()
    cited_sources: tuple[SourceSchema, ...] = ()

    def can_read(self, *fields: str) -> bool:
        """Return whether all these fields could be read."""
        return not any((field,) in self.unreadable for field in fields)

    def line_of(self, *place: str | int) -> int:
        """Return the line of a value in this file."""
        return self.tree.line_of(place)

    @property
    def correct_option(self) -> OptionSchema | None:
        """The correct option, or None unless there is exactly one."""
        marked = [option for option in self.parsed.question.options if option.correct]
        return marked[0] if len(marked) == 1 else None

    def visible_texts(self) -> Iterator[tuple[YamlPath, str]]:
        """Yield every text that readers see, with its path, in file order. Readers never see situations."""
        parsed = self.parsed
        for name in ("title", "tip", "why", "try_today", "words"):
            yield (name,), getattr(parsed, name)
        for number, each in enumerate(parsed.pushback):
            yield ("pushback", number, "they"), each.they
            yield ("pushback", number, "you"), each.you
        yield ("question", "scenario"), parsed.question.scenario
        yield ("question", "stem"), parsed.question.stem
        for number, option in enumerate(parsed.question.options):
            yield ("question", "options", number, "text"), option.text
            yield ("question", "options", number, "explanation"), option.explanation
        yield ("reflection",), parsed.reflection
        for name in ("fits_when", "applies_to", "notice", "elsewhere"):
            if (text := getattr(parsed, name)) is not None:
                yield (name,), text

    def all_texts(self) -> Iterator[tuple[YamlPath, str]]:
        """Yield every text, including situations, with its path."""
        yield from self.visible_texts()
        for number, situation in enumerate(self.parsed.situations):
            yield ("situations", number), situation


@dataclass(frozen=True, slots=True)
class ProgramDraft:
    """One program's file, without broken fields: a file with any is left out."""

    path: str
    parsed: ProgramSchema
    tree: YamlTree

    def line_of(self, *place: str | int) -> int:
        """Return the line of a value in this file."""
        return self.tree.line_of(place)

    def visible_texts(self) -> Iterator[tuple[YamlPath, str]]:
        """Yield every text that readers see, with its path, in file order."""
        for name in ("name", "role", "goal", "welcome"):
            yield (name,), getattr(self.parsed, name)

    all_texts = visible_texts


@dataclass(frozen=True, slots=True)
class PackDraft:
    """The readable pack file, bibliography, lessons, and programs, and the problems found so far."""

    pack: PackSchema | None
    pack_tree: YamlTree | None
    bibliography: BibliographySchema | None
    bibliography_tree: YamlTree | None
    bibliography_path: str
    files: frozenset[str]
    lessons: tuple[LessonDraft, ...]
    problems: tuple[PackProblem, ...]
    programs: tuple[ProgramDraft, ...] = ()

    @property
    def sources(self) -> Mapping[str, SourceSchema]:
        """The works in the bibliography by key; empty if it couldn't be read."""
        return sources_by_key(self.bibliography)


def sources_by_key(bibliography: BibliographySchema | None) -> Mapping[str, SourceSchema]:
    """Return the works in a bibliography by key."""
    return {work.key: work for work in bibliography.sources} if bibliography else {}
