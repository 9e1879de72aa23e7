"""What all tables share."""

from sqlalchemy import Table
from sqlmodel import SQLModel

NEVER_REUSE_IDS = {"sqlite_autoincrement": True}
"""Makes SQLite never reuse an id. Otherwise a deleted row's id would go to the next row, and an old button would act on
another upload or person."""


def get_table(model: type[SQLModel]) -> Table:
    """Return the table behind a model, for statements that return plain values instead of objects."""
    return SQLModel.metadata.tables[str(model.__tablename__)]
