"""Builds the fields of a file from one row, and reports cells that need another value."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from bot.content.schema import MAX_PUSHBACK
from bot.content.sheets.columns import (
    CORRECT_OPTION_PATH,
    LESSON_NUMBER_PATH,
    LESSONS_TABLE,
    SKILL_PATH,
    CellType,
    Column,
    Table,
)
from bot.content.sheets.grid import Cell, ProblemList, Row
from bot.content.sheets.pasted_text import split_keys, split_lines
from bot.content.yaml_reader import YamlPath
from bot.domain.lesson import OPTION_LETTERS

CellByPath = dict[YamlPath, Cell]
Fields = dict[str, Any]

_SPECIAL_PATHS = (SKILL_PATH, LESSON_NUMBER_PATH, CORRECT_OPTION_PATH)


def read_fields(row: Row, table: Table, problem_list: ProblemList) -> tuple[Fields, CellByPath]:
    """Return a row's fields, except empty optional ones, and the cell of each."""
    fields: Fields = {}
    cells: CellByPath = {(): row.cells[table.columns[0]]}
    for column in table.columns:
        cells[column.place] = row.cells[column]
        if row.text(column) or column.required:
            fields[str(column.place[0])] = read_value(row, column, problem_list)
    return fields, cells


def read_value(row: Row, column: Column, problem_list: ProblemList) -> object:
    """Return a cell's value for a file. A value of the wrong type stays text, and the schema reports it."""
    text = row.text(column)
    if column.required and not text:
        problem_list.add(row.cells[column], "X106", f"{column.heading} is empty. {column.hint}")
    match column.cell_type:
        case CellType.WHOLE_NUMBER:
            return int(text) if is_whole_number(text) else text
        case CellType.DATE:
            return _day(text)
        case CellType.LINES:
            return split_lines(text)
        case CellType.KEYS:
            return split_keys(text)
        case _:
            return text


def is_whole_number(text: str) -> bool:
    """Return whether a text is a whole number of at most six digits."""
    return text.isascii() and text.isdigit() and len(text) < 7


def read_lesson_fields(row: Row, skill: str, number: str, problem_list: ProblemList) -> tuple[Fields, CellByPath]:
    """Return a lesson's fields, in the order of the shipped lessons, and the cell of each field."""
    values = {
        column.place: read_value(row, column, problem_list)
        for column in LESSONS_TABLE.columns
        if column.place not in _SPECIAL_PATHS and (column.required or row.text(column))
    }
    question: Fields = {}
    fields: Fields = {"id": f"{skill}-{number}", "title": values.pop(("title",)), "skill": skill}
    lines = _numbers_of(values, ("pushback",), MAX_PUSHBACK)
    for place, value in values.items():
        if place[0] == "pushback":
            fields.setdefault("pushback", [_pushback(row, values, number, problem_list) for number in lines])
        elif place[0] != "question":
            fields[str(place[0])] = value
        elif len(place) == 2:
            fields["question"] = question
            question[str(place[1])] = value
    question["options"] = _options(row, values, problem_list)
    return fields, _lesson_cells(row, lines)


def _numbers_of(values: Mapping[YamlPath, object], list_place: YamlPath, most: int) -> list[int]:
    """Return which of a list's numbered columns have any text."""
    return [number for number in range(most) if any(place[:-1] == (*list_place, number) for place in values)]


def _pushback(row: Row, values: Mapping[YamlPath, object], number: int, problem_list: ProblemList) -> Fields:
    return {half: _half(row, values, ("pushback", number, half), problem_list) for half in ("they", "you")}


def _lesson_cells(row: Row, pushback_numbers: Sequence[int]) -> CellByPath:
    """Return the cell of each field of a lesson, including fields without a column, such as an option's `correct`.

    `pushback_numbers`: which of the columns for pushback are filled in; the file has them without gaps.
    """
    cells: CellByPath = {column.place: row.cells[column] for column in LESSONS_TABLE.columns}
    places = [("pushback", number, half) for number in range(MAX_PUSHBACK) for half in ("they", "you")]
    filled = [("pushback", number, half) for number in pushback_numbers for half in ("they", "you")]
    cells |= {place: cells[column] for place, column in zip(places, filled, strict=False)}
    for number in range(MAX_PUSHBACK):
        cells["pushback", number] = cells["pushback", number, "they"]
    right = cells[CORRECT_OPTION_PATH]
    for index in range(len(OPTION_LETTERS)):
        option: YamlPath = ("question", "options", index)
        cells |= {option: cells[*option, "text"], (*option, "correct"): right}
    return cells | {
        (): cells[("title",)],
        ("id",): cells[LESSON_NUMBER_PATH],
        ("pushback",): cells["pushback", 0],
        ("question",): cells[("question", "scenario")],
        ("question", "options"): right,
    }


def _options(row: Row, values: Mapping[YamlPath, object], problem_list: ProblemList) -> list[Fields]:
    """Return the options that aren't empty, in order, with the right one marked."""
    column = LESSONS_TABLE.column_for(*CORRECT_OPTION_PATH)
    answer = row.text(column).upper().removeprefix("OPTION").strip(" .()")
    there = _numbers_of(values, ("question", "options"), len(OPTION_LETTERS))
    if answer not in [OPTION_LETTERS[index] for index in there]:
        letters = ", ".join(OPTION_LETTERS[index] for index in there)
        problem_list.add(row.cells[column], "X106", f"{column.heading} must be one letter of {letters}.")
    return [
        {
            "key": OPTION_LETTERS[index],
            "text": _half(row, values, ("question", "options", index, "text"), problem_list),
            "correct": OPTION_LETTERS[index] == answer,
            "explanation": _half(row, values, ("question", "options", index, "explanation"), problem_list),
        }
        for index in there
    ]


def _half(row: Row, values: Mapping[YamlPath, object], place: YamlPath, problem_list: ProblemList) -> object:
    """Return one of two cells that belong together. If only the other one is filled in, report this one."""
    if place not in values:
        column = LESSONS_TABLE.column_for(*place)
        problem_list.add(row.cells[column], "X106", f"{column.heading} is empty. {column.hint}")
    return values.get(place, "")


def _day(text: str) -> object:
    try:
        return date.fromisoformat(text) if len(text) == 10 else text
    except ValueError:
        return text
