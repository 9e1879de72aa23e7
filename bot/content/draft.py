"""A pack as far as it could be read: what the rules look at, complete or not."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from bot.content.schema import BibliographyShape, LessonShape, OptionShape, PackShape, SourceShape
from bot.content.yaml_tree import Place, Tree
from bot.errors import Problem


@dataclass(frozen=True, slots=True)
class DraftLesson:
    """One lesson file. Places in `unread` are broken and hold stand-ins: nothing more should be said of them.

    `cited` are the sources that the bibliography knows, in the lesson's order.
    """

    path: str
    shape: LessonShape
    tree: Tree
    unread: frozenset[Place] = frozenset()
    cited: tuple[SourceShape, ...] = ()

    def has(self, *fields: str) -> bool:
        """Whether these fields could be read."""
        return not any((field,) in self.unread for field in fields)

    def line(self, *place: str | int) -> int:
        """The line of a place in this file."""
        return self.tree.line(place)

    @property
    def right(self) -> OptionShape | None:
        """The correct option; None unless there is exactly one."""
        marked = [option for option in self.shape.question.options if option.correct]
        return marked[0] if len(marked) == 1 else None

    def texts(self) -> Iterator[tuple[Place, str]]:
        """Every text that readers see, with its place, in the order of the file. (Situations are never shown.)"""
        shape = self.shape
        for name in ("title", "tip", "why", "try_today", "words"):
            yield (name,), getattr(shape, name)
        yield ("question", "scenario"), shape.question.scenario
        yield ("question", "stem"), shape.question.stem
        for number, option in enumerate(shape.question.options):
            yield ("question", "options", number, "text"), option.text
            yield ("question", "options", number, "explanation"), option.explanation
        yield ("reflection",), shape.reflection
        for name in ("notice", "elsewhere"):
            if (text := getattr(shape, name)) is not None:
                yield (name,), text

    def every_text(self) -> Iterator[tuple[Place, str]]:
        """Every text, also the situations."""
        yield from self.texts()
        for number, situation in enumerate(self.shape.situations):
            yield ("situations", number), situation


@dataclass(frozen=True, slots=True)
class Draft:
    """The pack file, the bibliography and the lessons that could be read, and what was wrong so far."""

    pack: PackShape | None
    pack_tree: Tree | None
    bibliography: BibliographyShape | None
    bibliography_tree: Tree | None
    bibliography_path: str
    files: frozenset[str]
    lessons: tuple[DraftLesson, ...]
    problems: tuple[Problem, ...]

    @property
    def sources(self) -> Mapping[str, SourceShape]:
        """The works of the bibliography by key; empty if it couldn't be read."""
        return by_key(self.bibliography)


def by_key(bibliography: BibliographyShape | None) -> Mapping[str, SourceShape]:
    """The works of a bibliography, by key."""
    return {work.key: work for work in bibliography.sources} if bibliography else {}
