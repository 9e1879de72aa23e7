"""Alembic's entry point: runs the migrations on the connection that `bot.storage.migration` passes in."""

from alembic import context
from sqlmodel import SQLModel

import bot.storage.tables  # noqa: F401  (fills the metadata)

connection = context.config.attributes["connection"]
context.configure(
    connection=connection,
    target_metadata=SQLModel.metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
    compare_type=True,
)
with context.begin_transaction():
    context.run_migrations()
