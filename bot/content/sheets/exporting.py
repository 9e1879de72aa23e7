"""Makes the rows of a spreadsheet from a pack."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from pydantic import BaseModel

from bot.content.draft import Draft, DraftLesson
from bot.content.drafting import read_draft
from bot.content.intake import PackSource
from bot.content.reading import blocking
from bot.content.sheets.columns import LESSONS, NUMBER, PACK, RIGHT, SKILL, SKILLS, SOURCES, Column, Table
from bot.content.yaml_tree import CONTROL, Place
from bot.errors import PackError, Problem

Cell = str | int | date | None
Rows = Sequence[Sequence[Cell]]


def rows_of_pack(source: PackSource) -> Mapping[Table, Rows]:
    """The rows of each sheet, in the order of their columns. PackError if the pack can't be read, or not be put so."""
    draft = read_draft(source)
    if problems := [*blocking(draft), *_unwritable(draft)]:
        raise PackError(problems)
    if draft.pack is None or draft.bibliography is None:
        raise AssertionError("a pack without problems has both files")
    top = {"checked_on": draft.bibliography.checked_on, "version of sources": draft.bibliography.version}
    order = {skill.slug: place for place, skill in enumerate(draft.pack.skills)}
    lessons = sorted(draft.lessons, key=lambda lesson: (order[lesson.shape.skill], lesson.shape.id))
    return {
        LESSONS: [[_of_lesson(lesson, column) for column in LESSONS.columns] for lesson in lessons],
        SKILLS: _listed(SKILLS, draft.pack.skills),
        SOURCES: _listed(SOURCES, draft.bibliography.sources),
        PACK: [
            [
                _cell(top.get(str(column.place[0]), getattr(draft.pack, str(column.place[0]), None)))
                for column in PACK.columns
            ]
        ],
    }


def _listed(table: Table, shapes: Sequence[BaseModel]) -> Rows:
    return [[_cell(getattr(shape, str(column.place[0]))) for column in table.columns] for shape in shapes]


def _of_lesson(lesson: DraftLesson, column: Column) -> Cell:
    shape = lesson.shape
    match column.place:
        case place if place == SKILL:
            return shape.skill
        case place if place == NUMBER:
            return int(shape.id[-2:])
        case place if place == RIGHT:
            return lesson.right.key if lesson.right else None
        case ("question", "options", int(number), str(half)):
            options = shape.question.options
            return str(getattr(options[number], half)) if number < len(options) else None
        case ("question", str(name)):
            return str(getattr(shape.question, name))
        case place:
            return _cell(getattr(shape, str(place[0])))


def _cell(value: object) -> Cell:
    """A value as one cell holds it: a list goes one item a line."""
    if value is None or isinstance(value, (str, int, date)):
        return value
    if isinstance(value, list):
        return "\n".join(value)
    raise AssertionError(f"{type(value).__name__} has no column")


def _unwritable(draft: Draft) -> Iterator[Problem]:
    """What a pack may hold and a cell can't: characters that are no text, and a line break within a situation."""
    for lesson in draft.lessons:
        for place, text in lesson.every_text():
            if CONTROL.search(text) or (place[0] == "situations" and "\n" in text):
                yield _no_cell(lesson.path, lesson.line(*place))
    if draft.pack and draft.pack_tree:
        for texts, tree, path in (
            (_texts((), draft.pack.model_dump()), draft.pack_tree, "pack.yaml"),
            (
                _texts((), draft.bibliography.model_dump() if draft.bibliography else {}),
                draft.bibliography_tree,
                draft.bibliography_path,
            ),
        ):
            for place, text in texts:
                if CONTROL.search(text):
                    yield _no_cell(path, tree.line(place) if tree else 1)


def _texts(place: Place, value: object) -> Iterator[tuple[Place, str]]:
    if isinstance(value, str):
        yield place, value
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, each in items:
        yield from _texts((*place, key), each)


def _no_cell(path: str, line: int) -> Problem:
    message = "A cell can't hold this text: there is a line break or an invisible character in it. Take it out."
    return Problem(path, line, "X111", message)
