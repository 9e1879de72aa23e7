"""Finds the sheet for each table in a workbook: by its name, or else by its headings.

Other programs rename sheets ("Lessons - Table 1"), and so do people ("Copy of Lessons").
"""

from collections.abc import Callable, Mapping, Sequence
from difflib import get_close_matches

from bot.content.sheets.cell_values import RawCell
from bot.content.sheets.columns import (
    HOW_TO_SHEET,
    LESSONS_TABLE,
    PACK_TABLE,
    SKILLS_TABLE,
    SOURCES_TABLE,
    TABLES,
    Table,
)
from bot.content.sheets.grid import Cell, ProblemList
from bot.content.sheets.headings import count_headings
from bot.content.sheets.pasted_text import fold_name

MIN_SHARE = 0.8
"""The share of a table's required headings that a sheet under another name must have."""
MAX_NAMED, MAX_NAME_LENGTH = 12, 31

Rows = Sequence[Sequence[RawCell]]


def find_sheets(
    titles: Sequence[str], first_rows: Callable[[str], Rows], problem_list: ProblemList
) -> Mapping[Table, str]:
    """Return the title of each table's sheet. Adds a problem for each one that is missing, but for Programs.

    `titles`: the workbook's sheets in order. `first_rows` returns the first rows of one, to look for headings.
    Lessons are always required, and the sheets of the pack only together.
    """
    named = {fold_name(title): title for title in reversed(titles)}
    found = {table: named[fold_name(table.name)] for table in TABLES if fold_name(table.name) in named}
    others = [title for title in titles if title not in found.values() and fold_name(title) != fold_name(HOW_TO_SHEET)]
    tops = {title: first_rows(title) for title in others} if len(found) < len(TABLES) else {}
    unclear: dict[Table, list[str]] = {}
    for table in TABLES:
        if table in found:
            continue
        fitting = [title for title, rows in tops.items() if _fits(table, rows)]
        with_name = [title for title in fitting if fold_name(table.name) in fold_name(title)]
        if len(best := with_name if len(with_name) == 1 else fitting) == 1:
            found[table] = best[0]
        elif fitting:
            unclear[table] = fitting
    with_pack = any(table in found or table in unclear for table in (PACK_TABLE, SKILLS_TABLE, SOURCES_TABLE))
    for table in (LESSONS_TABLE, PACK_TABLE, SKILLS_TABLE, SOURCES_TABLE) if with_pack else (LESSONS_TABLE,):
        if table in unclear:
            both = " and ".join(_quoted(title) for title in unclear[table][:2])
            message = f"Sheet “{table.name}” is missing. {both} both have its headings. Rename the right one."
            problem_list.add_fatal(Cell(table.name, 1, 1), "X104", message)
        elif table not in found:
            left = [title for title in others if title not in found.values()]
            problem_list.add_fatal(Cell(table.name, 1, 1), "X104", _missing(table, titles, left))
    return {table: found[table] for table in TABLES if table in found}


def _fits(table: Table, rows: Rows) -> bool:
    """Return whether one of these rows has nearly all of a table's headings, and no other table's fit as well."""
    needed = sum(column.required for column in table.columns) * MIN_SHARE
    return any(
        count_headings(table, row) >= max(needed, *(count_headings(other, row) for other in TABLES)) for row in rows
    )


def _missing(table: Table, titles: Sequence[str], left: Sequence[str]) -> str:
    close = get_close_matches(table.name, left, n=1)
    advice = f"Rename {_quoted(close[0])}." if close else "Add it, with its headings in row 1."
    others = f", and {len(titles) - MAX_NAMED} more" if len(titles) > MAX_NAMED else ""
    found = ", ".join(map(_quoted, titles[:MAX_NAMED]))
    return f"Sheet “{table.name}” is missing. This workbook has {found}{others}. {advice}"


def _quoted(title: str) -> str:
    return f"“{title[:MAX_NAME_LENGTH]}”"
