"""The address of the database: how it is read, and which file it names."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError, NoSuchModuleError

from bot.errors import SettingsError


def parse_database_url(text: str) -> URL:
    """Parse an address for SQLAlchemy. `postgres://`, as hosting providers write it, means psycopg.

    Raises SettingsError if it can't be read.
    """
    with translated_url_errors():
        url = make_url(text)
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    return url


def find_sqlite_file(url: URL) -> Path | None:
    """Return the file of a SQLite database; None for one in memory or on a server."""
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database))


@contextlib.contextmanager
def translated_url_errors() -> Iterator[None]:
    """Raise SettingsError if an address can't be read, or if its driver isn't installed."""
    try:
        yield
    except ModuleNotFoundError as error:
        raise SettingsError(
            f"DATABASE_URL names PostgreSQL, but its driver ({error.name}) isn't installed. Nothing was changed. Run: "
            "pip install --require-hashes -r requirements-postgres.lock"
        ) from error
    except (ArgumentError, NoSuchModuleError, ValueError) as error:
        raise SettingsError(
            "DATABASE_URL can't be read. Nothing was changed. It looks like sqlite:///data/rounds.db or "
            "postgres://user:password@host:5432/rounds"
        ) from error
