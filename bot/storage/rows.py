"""Many rows of values as a table within a statement: what changes a batch is one statement, and not one for each row.

The rows travel as one JSON text, which both databases take apart by themselves: beside a change row by row
(`executemany`) there is one round trip to PostgreSQL, and on SQLite one wait for Python's lock, not one for each row.
"""

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from functools import lru_cache
from itertools import islice
from typing import Any
from uuid import UUID

from sqlalchemy import (
    ARRAY,
    BindParameter,
    Column,
    ColumnElement,
    Connection,
    Executable,
    Subquery,
    Table,
    any_,
    bindparam,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel

PARAMETER = "rows"

MOST = 500
"""Rows that go with one statement: the text of an outage's thousands would be held in memory several times over."""


def table(name: str) -> Table:
    """A table of `tables.py` by its name, for statements on plain values."""
    return SQLModel.metadata.tables[name]


def table_of(dialect: str, *columns: Column[Any]) -> Subquery:
    """A table of rows that come with a statement (`execute`), with the names and types of these columns.

    `dialect`: the database's name, as SQLAlchemy has it.
    """
    given: BindParameter[str] = bindparam(PARAMETER)
    values: list[ColumnElement[Any]]
    if dialect == "sqlite":
        each = func.json_each(given).table_valued("value")
        values = [type_coerce(func.json_extract(each.c.value, f"$[{at}]"), of.type) for at, of in enumerate(columns)]
    else:
        each = func.jsonb_array_elements(cast(given, JSONB)).table_valued("value")
        values = [cast(each.c.value.op("->>")(at), of.type) for at, of in enumerate(columns)]
    return select(*(value.label(of.name) for value, of in zip(values, columns, strict=True))).subquery("given")


def execute(
    connection: Connection,
    statement: Executable,
    rows: Iterable[Sequence[Any]],
    values: Mapping[str, Any] | None = None,
) -> None:
    """Run a statement on a `table_of` these rows, their values in the order of its columns; nothing for no rows.

    More than `MOST` rows take several runs. `values`: other parameters of the statement.
    """
    left = iter(rows)
    while plain := _plain(islice(left, MOST)):
        connection.execute(statement, {**(values or {}), PARAMETER: json.dumps(plain)})


def among(dialect: str, column: Column[Any]) -> ColumnElement[bool]:
    """Whether a column (of numbers or texts) is one of the values that come with a statement (`values_for`).

    PostgreSQL gets an array, for it can't guess how many rows are in a JSON text, and reads whole tables for few.
    """
    if dialect == "sqlite":
        each = func.json_each(bindparam(PARAMETER)).table_valued("value")
        return column.in_(select(type_coerce(each.c.value, column.type)))
    return column == any_(bindparam(PARAMETER, type_=ARRAY(column.type)))


def values_for(dialect: str, values: Iterable[Any]) -> dict[str, Any]:
    """The parameter that a statement with `among` takes."""
    given = sorted(set(values))
    return {PARAMETER: json.dumps(given) if dialect == "sqlite" else given}


def fetch(
    connection: Connection,
    statement: Executable,
    rows: Iterable[Sequence[Any]],
    values: Mapping[str, Any] | None = None,
) -> Sequence[Any]:
    """The rows that a statement finds for a `table_of` these rows, which may be none; `values` as for `execute`."""
    return connection.execute(statement, {**(values or {}), PARAMETER: json.dumps(_plain(rows))}).all()


def _plain(rows: Iterable[Sequence[Any]]) -> list[list[Any]]:
    """The rows as JSON can hold them."""
    return [[_PLAIN[type(value)](value) if type(value) in _PLAIN else value for value in row] for row in rows]


@lru_cache(1024)  # of a batch, most have the same
def _instant(value: datetime) -> str:
    """SQLite compares and sorts instants as texts, all of one form."""
    return value.astimezone(UTC).replace(tzinfo=None).isoformat(" ", "microseconds")


_PLAIN: dict[type, Callable[[Any], str]] = {
    UUID: lambda value: f"{value.int:032x}",
    datetime: _instant,
    date: date.isoformat,
}
"""How the databases keep what JSON has no form for."""
