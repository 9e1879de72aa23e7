"""Upgrades a database to this version's tables, and compares migrations with tables (Alembic).

Alembic is imported only when needed. Recognizing an up-to-date database works without it, so starts stay fast.
"""

import re
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import URL, Engine, inspect, text

from bot.errors import Refused, SettingsError
from bot.storage.database import Session
from bot.storage.database_errors import translated_errors, translated_file_errors
from bot.storage.database_url import find_sqlite_file, parse_database_url
from bot.storage.engines import is_in_wal_mode, make_engine, make_looking_engine

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

UPGRADE_LOCK_ID = 726_841_001
"""The number of the advisory lock held during an upgrade. Any number works that nobody else uses."""

UPGRADE_LOCK_TIMEOUT = "10min"
"""How long an upgrade waits for that lock, and for tables in use."""

_REVISION = re.compile(r"\d{4}_\w+")
"""What Rounds' revisions look like: the names of its migration files."""

MIGRATIONS = Path(__file__).parent / "migrations"


def newest_revision() -> str:
    """Return the revision that this version of Rounds needs: the name of the last migration file."""
    return max(_revisions())


def _revisions() -> list[str]:
    return [file.stem for file in (MIGRATIONS / "versions").glob("[0-9]*.py")]


def find_current_revision(engine: Engine) -> str | None:
    """Return a database's revision; None for one without tables. Raises SettingsError if it is another program's."""
    with engine.connect() as connection:
        found = inspect(connection)
        if found.has_table("alembic_version"):
            revision = connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()
            if revision is None or _REVISION.fullmatch(revision):
                return revision
        elif not _is_foreign(engine, set(found.get_table_names())):
            return None
    raise SettingsError(
        "DATABASE_URL names a database of another program. Nothing was changed. Choose a new, empty one for Rounds."
    )


def _is_foreign(engine: Engine, tables: set[str]) -> bool:
    """Return whether these tables are another program's. On PostgreSQL, Rounds lives beside other tables."""
    if engine.dialect.name == "sqlite":
        return bool(tables)
    from sqlmodel import SQLModel

    import bot.storage.tables  # noqa: F401  (fills the metadata)

    return not tables.isdisjoint(SQLModel.metadata.tables)


def require_newest_tables(engine: Engine) -> None:
    """Raise Refused if the database doesn't have this version's tables, and SettingsError if it isn't Rounds'."""
    revision = find_current_revision(engine)
    if revision == newest_revision():
        return
    if revision is not None and revision not in _revisions():
        raise _newer_version_error(revision)
    raise Refused(
        "The database doesn't have the tables of this version yet. Nothing was changed. Run: rounds db upgrade"
    )


def _newer_version_error(revision: str) -> SettingsError:
    return SettingsError(
        f"DATABASE_URL names a database of a newer version of Rounds (revision {revision}). Nothing was "
        "changed. Install that version again, or restore an older backup."
    )


def has_newest_tables(session: Session) -> bool:
    """Return whether the tables are this version's; a process of another version may have upgraded them."""
    found = session.connection().execute(text("SELECT version_num FROM alembic_version"))
    return bool(found.scalar_one_or_none() == newest_revision())


def upgrade_database(url: str) -> bool:
    """Upgrade the database to `newest_revision()`. Return False if it was already there.

    Raises SettingsError if another program or a newer version of Rounds created it, and DatabaseUnavailable or
    DatabaseBusy if it can't be used.
    """
    address = parse_database_url(url)
    with translated_errors(address), translated_file_errors(address):
        return _upgrade(address)


def _upgrade(address: URL) -> bool:
    if (file := find_sqlite_file(address)) and file.exists() and not is_in_wal_mode(file):
        looking = make_looking_engine(address)  # because the other engine would change another program's file
        try:
            find_current_revision(looking)
        finally:
            looking.dispose()
    engine = make_engine(address, writer=True)
    try:
        revision = find_current_revision(engine)
        if revision == newest_revision():
            return False
        if revision is not None and revision not in _revisions():
            raise _newer_version_error(revision)
        from alembic import command

        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                # Processes that start together upgrade one after another; on SQLite, BEGIN IMMEDIATE ensures this.
                # They wait as long as an upgrade takes, so the usual lock timeout doesn't apply.
                connection.execute(text(f"SET LOCAL lock_timeout = '{UPGRADE_LOCK_TIMEOUT}'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK_ID})
            command.upgrade(alembic_config(connection), "head")
        return True
    finally:
        engine.dispose()


def find_differences(url: str) -> list[str]:
    """Return the differences between the models and the schema of an upgraded database; empty if there are none."""
    from alembic.autogenerate import compare_metadata
    from alembic.migration import MigrationContext
    from sqlmodel import SQLModel

    import bot.storage.tables  # noqa: F401  (fills the metadata)

    address = parse_database_url(url)
    if (file := find_sqlite_file(address)) and not file.exists():
        raise Refused(f"There is no database at {file} yet. Nothing was changed. Run: rounds db upgrade")
    engine = make_looking_engine(address)
    try:
        with translated_errors(address), engine.connect() as connection:
            context = MigrationContext.configure(connection, opts={"compare_type": True})
            return [repr(change) for change in compare_metadata(context, SQLModel.metadata)]
    finally:
        engine.dispose()


def alembic_config(connection: "Connection") -> "Config":
    """Return Alembic's configuration for this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s")
    config.attributes["connection"] = connection
    return config
