"""Makes the fields of a file from one row, and tells what a cell should hold that doesn't."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from bot.content.sheets.columns import LESSONS, NUMBER, RIGHT, SKILL, Column, Holds, Table
from bot.content.sheets.grid import Cell, Findings, Row
from bot.content.yaml_tree import Place
from bot.domain.lesson import OPTION_LETTERS

Cells = dict[Place, Cell]
Fields = dict[str, Any]

_OF_ITS_OWN = (SKILL, NUMBER, RIGHT)


def fields_of(row: Row, table: Table, findings: Findings) -> tuple[Fields, Cells]:
    """The fields of a row, without optional ones that are empty, and the cell of each."""
    fields: Fields = {}
    cells: Cells = {(): row.cells[table.columns[0]]}
    for column in table.columns:
        cells[column.place] = row.cells[column]
        if row.text(column) or column.required:
            fields[str(column.place[0])] = value_of(row, column, findings)
    return fields, cells


def value_of(row: Row, column: Column, findings: Findings) -> object:
    """What a cell holds, as it goes into a file. What isn't in its form goes as it is: the schema names it."""
    text = row.text(column)
    if column.required and not text:
        findings.note(row.cells[column], "X106", f"{column.heading} is empty. {column.hint}")
    match column.holds:
        case Holds.WHOLE:
            return int(text) if is_whole(text) else text
        case Holds.DAY:
            return _day(text)
        case Holds.LINES:
            return [line.strip() for line in text.split("\n") if line.strip()]
        case Holds.KEYS:
            return text.replace(",", " ").replace(";", " ").split()
        case Holds.TEXT:
            return text


def is_whole(text: str) -> bool:
    """Whether a text is a number of at most six digits."""
    return text.isascii() and text.isdigit() and len(text) < 7


def lesson_fields(row: Row, skill: str, number: str, findings: Findings) -> tuple[Fields, Cells]:
    """The fields of a lesson in the order of the shipped ones, and the cell of each place."""
    values = {
        column.place: value_of(row, column, findings)
        for column in LESSONS.columns
        if column.place not in _OF_ITS_OWN and (column.required or row.text(column))
    }
    question: Fields = {}
    fields: Fields = {"id": f"{skill}-{number}", "title": values.pop(("title",)), "skill": skill}
    for place, value in values.items():
        if place[0] != "question":
            fields[str(place[0])] = value
        elif len(place) == 2:
            fields["question"] = question
            question[str(place[1])] = value
    question["options"] = _options(row, values, findings)
    return fields, _lesson_cells(row)


def _lesson_cells(row: Row) -> Cells:
    """Where each place of a lesson stands: also places that are no column, such as which option is correct."""
    cells: Cells = {column.place: row.cells[column] for column in LESSONS.columns}
    right = cells[RIGHT]
    for index in range(len(OPTION_LETTERS)):
        option: Place = ("question", "options", index)
        cells |= {option: cells[*option, "text"], (*option, "correct"): right}
    return cells | {
        (): cells[("title",)],
        ("id",): cells[NUMBER],
        ("question",): cells[("question", "scenario")],
        ("question", "options"): right,
    }


def _options(row: Row, values: Mapping[Place, object], findings: Findings) -> list[Fields]:
    """The options that have anything in them, in order, and which of them is right."""
    column = LESSONS.column(*RIGHT)
    said = row.text(column).strip(" .)").upper()
    there = [
        index
        for index in range(len(OPTION_LETTERS))
        if any(place[:3] == ("question", "options", index) for place in values)
    ]
    if said not in [OPTION_LETTERS[index] for index in there]:
        letters = ", ".join(OPTION_LETTERS[index] for index in there)
        findings.note(row.cells[column], "X106", f"The right answer must be one of {letters}. Write its letter.")
    return [
        {
            "key": OPTION_LETTERS[index],
            "text": _half(row, values, ("question", "options", index, "text"), findings),
            "correct": OPTION_LETTERS[index] == said,
            "explanation": _half(row, values, ("question", "options", index, "explanation"), findings),
        }
        for index in there
    ]


def _half(row: Row, values: Mapping[Place, object], place: Place, findings: Findings) -> object:
    """One of an option's two cells; where the other one is filled in, this one is needed, too."""
    if place not in values:
        column = LESSONS.column(*place)
        findings.note(row.cells[column], "X106", f"{column.heading} is empty. {column.hint}")
    return values.get(place, "")


def _day(text: str) -> object:
    try:
        return date.fromisoformat(text) if len(text) == 10 else text
    except ValueError:
        return text
