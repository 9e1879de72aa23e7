"""Checks that the database can be written."""

from sqlalchemy import text

from bot.storage.database import Session
from bot.storage.database_errors import disk_full_error, is_disk_full


def check_writable(session: Session) -> None:
    """Write a row as it is. Raises DatabaseUnavailable if there is no room for more than that."""
    connection = session.connection()
    if is_disk_full(connection.engine.url):
        raise disk_full_error(connection.engine.url)
    connection.execute(text("UPDATE alembic_version SET version_num = version_num"))
