"""A pack as far as it could be read: what the rules look at, complete or not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.content.schema import BibliographySchema, LessonSchema, OptionSchema, PackSchema, SourceSchema
from bot.content.yaml_reader import YamlPath, YamlTree
from bot.errors import PackProblem


@dataclass(frozen=True, slots=True)
class LessonDraft:
    """One lesson file. Places in `unreadable` are broken and hold stand-ins: nothing more should be said of them.

    `cited_sources` are the sources that the bibliography knows, in the lesson's order.
    """

    path: str
    parsed: LessonSchema
    tree: YamlTree
    unreadable: frozenset[YamlPath] = frozenset()
    cited_sources: tuple[SourceSchema, ...] = ()

    def can_read(self, *fields: str) -> bool:
        """Whether these fields could be read."""
        return not any((field,) in self.unreadable for field in fields)

    def line_of(self, *place: str | int) -> int:
        """The line of a place in this file."""
        return self.tree.line_of(place)

    @property
    def correct_option(self) -> OptionSchema | None:
        """The correct option; None unless there is exactly one."""
        marked = [option for option in self.parsed.question.options if option.correct]
        return marked[0] if len(marked) == 1 else None

    def visible_texts(self) -> Iterator[tuple[YamlPath, str]]:
        """Every text that readers see, with its place, in the order of the file. (Situations are never shown.)"""
        parsed = self.parsed
        for name in ("title", "tip", "why", "try_today", "words"):
            yield (name,), getattr(parsed, name)
        yield ("question", "scenario"), parsed.question.scenario
        yield ("question", "stem"), parsed.question.stem
        for number, option in enumerate(parsed.question.options):
            yield ("question", "options", number, "text"), option.text
            yield ("question", "options", number, "explanation"), option.explanation
        yield ("reflection",), parsed.reflection
        for name in ("notice", "elsewhere"):
            if (text := getattr(parsed, name)) is not None:
                yield (name,), text

    def all_texts(self) -> Iterator[tuple[YamlPath, str]]:
        """Every text, also the situations."""
        yield from self.visible_texts()
        for number, situation in enumerate(self.parsed.situations):
            yield ("situations", number), situation


@dataclass(frozen=True, slots=True)
class PackDraft:
    """The pack file, the bibliography and the lessons that could be read, and what was wrong so far."""

    pack: PackSchema | None
    pack_tree: YamlTree | None
    bibliography: BibliographySchema | None
    bibliography_tree: YamlTree | None
    bibliography_path: str
    files: frozenset[str]
    lessons: tuple[LessonDraft, ...]
    problems: tuple[PackProblem, ...]

    @property
    def sources(self) -> Mapping[str, SourceSchema]:
        """The works of the bibliography by key; empty if it couldn't be read."""
        return sources_by_key(self.bibliography)


def sources_by_key(bibliography: BibliographySchema | None) -> Mapping[str, SourceSchema]:
    """The works of a bibliography, by key."""
    return {work.key: work for work in bibliography.sources} if bibliography else {}
