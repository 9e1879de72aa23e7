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
    Executable,
    Subquery,
    any_,
    bindparam,
    cast,
    func,
    select,
    type_coerce,
)
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import SQLModel

from bot.storage.database import Session

BuildStatement = Callable[[str], Executable]
"""Builds a statement for a dialect (`sqlite`, `postgresql`). Decorate it with `cache`: building takes time."""

ROWS_PARAMETER = "rows"

MAX_ROWS_PER_STATEMENT = 500
"""Rows that go with one statement: the text of an outage's thousands would be held in memory several times over."""


def rows_as_table(dialect: str, *columns: Column[Any]) -> Subquery:
    """A table of rows that come with a statement (`execute_with_rows`), with the names and types of these columns.

    `dialect`: the database's name, as SQLAlchemy has it.
    """
    given: BindParameter[str] = bindparam(ROWS_PARAMETER)
    values: list[ColumnElement[Any]]
    if dialect == "sqlite":
        each = func.json_each(given).table_valued("value")
        values = [type_coerce(func.json_extract(each.c.value, f"$[{at}]"), of.type) for at, of in enumerate(columns)]
    else:
        each = func.jsonb_array_elements(cast(given, JSONB)).table_valued("value")
        values = [cast(each.c.value.op("->>")(at), of.type) for at, of in enumerate(columns)]
    return select(*(value.label(of.name) for value, of in zip(values, columns, strict=True))).subquery("given")


def execute_with_rows(
    session: Session, build: BuildStatement, rows: Iterable[Sequence[Any]], values: Mapping[str, Any] | None = None
) -> None:
    """Run a statement on a `rows_as_table` these rows, their values in the order of its columns; nothing for no rows.

    What waits in the session is written first. More than `MAX_ROWS_PER_STATEMENT` rows take several runs. `values`:
    other parameters of the statement.
    """
    session.flush()
    connection, left = session.connection(), iter(rows)
    while plain := _plain(islice(left, MAX_ROWS_PER_STATEMENT)):
        connection.execute(build(connection.dialect.name), {**(values or {}), ROWS_PARAMETER: json.dumps(plain)})


def is_among_values(dialect: str, column: Column[Any]) -> ColumnElement[bool]:
    """Whether a column (of numbers or texts) is one of the values that come with a statement (`fetch_with_values`).

    PostgreSQL gets an array, for it can't guess how many rows are in a JSON text, and reads whole tables for few.
    """
    if dialect == "sqlite":
        each = func.json_each(bindparam(ROWS_PARAMETER)).table_valued("value")
        return column.in_(select(type_coerce(each.c.value, column.type)))
    return column == any_(bindparam(ROWS_PARAMETER, type_=ARRAY(column.type)))


def fetch_with_values(session: Session, build: BuildStatement, values: Iterable[Any]) -> Sequence[Any]:
    """The rows that a statement with `is_among_values` finds for these values. What waits in the session is written
    first."""
    dialect, given = session.get_bind().dialect.name, sorted(set(values))
    return session.execute(build(dialect), {ROWS_PARAMETER: json.dumps(given) if dialect == "sqlite" else given}).all()


def fetch_with_rows(
    session: Session, build: BuildStatement, rows: Iterable[Sequence[Any]], values: Mapping[str, Any] | None = None
) -> Sequence[Any]:
    """The rows that a statement finds for a `rows_as_table` these rows, which may be none; otherwise as
    `execute_with_rows`."""
    session.flush()
    connection = session.connection()
    parameters = {**(values or {}), ROWS_PARAMETER: json.dumps(_plain(rows))}
    return connection.execute(build(connection.dialect.name), parameters).all()


def insert_or_conflict(session: Session, table: type[SQLModel]) -> sqlite.Insert | postgresql.Insert:
    """An insert that can say what to do where a row is there already (`ON CONFLICT`)."""
    return sqlite.insert(table) if session.get_bind().dialect.name == "sqlite" else postgresql.insert(table)


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
