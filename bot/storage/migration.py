"""Upgrades a database to this version's tables, and compares migrations with tables (Alembic).

Alembic is imported only when needed. Recognizing an up-to-date database works without it, so starts stay fast.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import Engine, inspect, text

from bot.errors import SettingsError
from bot.storage.database import Session, make_engine, parse_database_url

if TYPE_CHECKING:
    from alembic.config import Config
    from sqlalchemy import Connection

UPGRADE_LOCK_ID = 726_841_001
"""The number of the advisory lock held during an upgrade. Any number works that nobody else uses."""

UPGRADE_LOCK_TIMEOUT = "10min"
"""How long an upgrade waits for that lock, and for tables in use."""

MIGRATIONS = Path(__file__).parent / "migrations"


def newest_revision() -> str:
    """Return the revision that this version of Rounds needs: the name of the last migration file."""
    return max(_revisions())


def _revisions() -> list[str]:
    return [file.stem for file in (MIGRATIONS / "versions").glob("[0-9]*.py")]


def find_current_revision(engine: Engine) -> str | None:
    """Return a database's revision; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def has_newest_tables(session: Session) -> bool:
    """Return whether the tables are this version's; a process of another version may have upgraded them."""
    found = session.connection().execute(text("SELECT version_num FROM alembic_version"))
    return bool(found.scalar_one_or_none() == newest_revision())


def upgrade_database(url: str) -> bool:
    """Upgrade the database to `newest_revision()`. Return False if it was already there.

    Raises SettingsError if a newer version of Rounds created it.
    """
    engine = make_engine(parse_database_url(url), writer=True)
    try:
        revision = find_current_revision(engine)
        if revision == newest_revision():
            return False
        if revision is not None and revision not in _revisions():
            raise SettingsError(
                f"DATABASE_URL names a database of a newer version of Rounds (revision {revision}). Nothing was "
                "changed. Install that version again, or restore an older backup."
            )
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

    engine = make_engine(parse_database_url(url), writer=True)
    try:
        with engine.connect() as connection:
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
