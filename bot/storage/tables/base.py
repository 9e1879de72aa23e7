"""What all tables share."""

from sqlalchemy import Index, Table, TextClause
from sqlmodel import SQLModel

NEVER_REUSE_IDS = {"sqlite_autoincrement": True}
"""Makes SQLite never reuse an id. Otherwise a deleted row's id would go to the next row, and an old button would act on
another upload or person."""


def get_table(model: type[SQLModel]) -> Table:
    """Return the table behind a model, for statements that return plain values instead of objects."""
    return SQLModel.metadata.tables[str(model.__tablename__)]


def partial_index(name: str, *columns: str, where: TextClause, unique: bool = False) -> Index:
    """Return an index over the rows that meet a condition. `unique`: no two of them have the same columns.

    The condition is SQLite's. `add_postgresql_conditions` adds PostgreSQL's, which only migrations need: naming it here
    would import SQLAlchemy's PostgreSQL (2.4 MB, 0.1 s) into every process on SQLite.
    """
    return Index(name, *columns, unique=unique, sqlite_where=where, info={"where": where})


def add_postgresql_conditions() -> None:
    """Give every partial index its condition on PostgreSQL."""
    for table in SQLModel.metadata.tables.values():
        for index in table.indexes:
            if (where := index.info.get("where")) is not None:
                index.dialect_kwargs["postgresql_where"] = where
