"""Fills every table of a database of any revision with rows, and compares them after an upgrade."""

import shutil
from collections.abc import Iterable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any
from uuid import UUID

from sqlalchemy import JSON, Column, Connection, DateTime, MetaData, Table, insert, inspect, select, text

from bot.storage import migration
from bot.storage.database_url import parse_database_url
from bot.storage.engines import make_engine

ROWS = (1, 2)
"""The numbers of the rows in each table. Odd ones fill every column, even ones only required columns."""

ERASED = 7
"""How many ids beyond the highest row were used, as if the newest rows had been erased."""

Rows = dict[str, list[dict[str, Any]]]
"""The rows of each table, by column."""


def migrations_to(folder: Path, revisions: Iterable[str], **made_up: str) -> Path:
    """Create a folder with the migrations to these revisions, and made-up ones from the lines of `upgrade`."""
    shutil.copytree(migration.MIGRATIONS, folder, ignore=shutil.ignore_patterns("versions", "__pycache__"))
    versions = folder / "versions"
    versions.mkdir()
    for name in revisions:
        shutil.copy(migration.MIGRATIONS / "versions" / f"{name}.py", versions)
    for name, lines in made_up.items():
        before = max(file.stem for file in versions.glob("*.py"))
        (versions / f"{name.removeprefix('_')}.py").write_text(
            "import sqlalchemy as sa\nfrom alembic import op\n\n"
            f"revision = {name.removeprefix('_')!r}\ndown_revision = {before!r}\n\n\ndef upgrade():\n    {lines}\n",
            encoding="utf-8",
        )
    return folder


def fill(url: str) -> None:
    """Insert rows into every table."""
    engine = make_engine(parse_database_url(url), writer=True)
    with engine.begin() as connection:
        for table in _tables(connection):
            for number in ROWS:
                connection.execute(insert(table), _row(table, number))
        if connection.dialect.name == "sqlite" and inspect(connection).has_table("sqlite_sequence"):
            connection.execute(text("UPDATE sqlite_sequence SET seq = seq + :erased"), {"erased": ERASED})
    engine.dispose()


def rows(url: str) -> Rows:
    """Return all rows of all tables. SQLite's own table of used ids gives the highest of each table."""
    engine = make_engine(parse_database_url(url), writer=True)
    with engine.connect() as connection:
        found = {table.name: _read(connection, table) for table in _tables(connection)}
        if connection.dialect.name == "sqlite" and inspect(connection).has_table("sqlite_sequence"):
            given = connection.execute(text("SELECT name, seq FROM sqlite_sequence"))
            found["sqlite_sequence"] = [{row.name: row.seq for row in given}]
    engine.dispose()
    return found


def lost(before: Rows, after: Rows) -> list[str]:
    """Return the tables, and the columns of rows, that are missing or different."""
    gone = [table for table in before if table not in after]
    for table in before.keys() & after.keys():
        for row in before[table]:
            best = min(
                ([name for name in row if name not in other or other[name] != row[name]] for other in after[table]),
                key=len,
                default=list(row),
            )
            gone += [f"{table}.{name}" for name in best]
    return sorted(set(gone))


def _tables(connection: Connection) -> list[Table]:
    """Every table but Alembic's, in the order of their references."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name != "alembic_version"]


def _read(connection: Connection, table: Table) -> list[dict[str, Any]]:
    return [dict(row) for row in connection.execute(select(table)).mappings()]


def _row(table: Table, number: int) -> dict[str, Any]:
    filled = number % 2 == 1
    return {each.name: _value(each, number) for each in table.columns if filled or not each.nullable}


def _value(column: Column[Any], number: int) -> Any:
    """A value that fits the column: unique per row number, or the id of the referenced row."""
    for key in column.foreign_keys:
        return _value(key.column, number)
    if isinstance(column.type, JSON):
        return {column.name: number}
    kind = column.type.python_type
    if kind is str:
        return f"{number} {column.name}"[: getattr(column.type, "length", None)]
    if kind is datetime:
        aware = isinstance(column.type, DateTime) and column.type.timezone
        return datetime(2026, 3, number, 9, tzinfo=UTC if aware else None)
    values = {
        int: number,
        float: number + 0.5,
        bool: number % 2 == 1,
        bytes: f"{number} {column.name}".encode(),
        date: date(2026, 3, number),
        UUID: UUID(int=number),
    }
    return values[kind]
