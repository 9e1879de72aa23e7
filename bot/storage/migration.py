"""Bringing a database to the tables of this version, and checking that migrations and tables agree (Alembic).

Alembic is imported on use: an up-to-date database is recognised without it, which keeps starting quick.
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
"""The number of the advisory lock that an upgrade holds. Any will do that nobody else uses."""

UPGRADE_LOCK_TIMEOUT = "10min"
"""How long an upgrade waits for that lock, and for the tables that others use."""

MIGRATIONS = Path(__file__).parent / "migrations"


def newest_revision() -> str:
    """The revision that this version of Rounds needs: the name of the last migration file."""
    return max(_revisions())


def _revisions() -> list[str]:
    return [file.stem for file in (MIGRATIONS / "versions").glob("[0-9]*.py")]


def find_current_revision(engine: Engine) -> str | None:
    """The revision a database is at; None for an empty one."""
    with engine.connect() as connection:
        if not inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(text("SELECT version_num FROM alembic_version")).scalar_one_or_none()


def has_newest_tables(session: Session) -> bool:
    """Whether the tables are those of this version: another one may have upgraded them meanwhile."""
    found = session.connection().execute(text("SELECT version_num FROM alembic_version"))
    return bool(found.scalar_one_or_none() == newest_revision())


def upgrade_database(url: str) -> bool:
    """Bring the database to `newest_revision()`; False if it was there already. SettingsError if a newer Rounds made
    it."""
    engine = make_engine(parse_database_url(url), writer=True)
    try:
        revision = find_current_revision(engine)
        if revision == newest_revision():
            return False
        if revision is not None and revision not in _revisions():
            raise SettingsError(
                f"DATABASE_URL names a database of a newer Rounds (revision {revision}). Nothing was changed. "
                "Install that version again, or restore a backup from before."
            )
        from alembic import command

        with engine.begin() as connection:
            if engine.dialect.name == "postgresql":
                # Parts that start together upgrade one after the other; SQLite's BEGIN IMMEDIATE sees to it by itself.
                # They wait for as long as that takes, and not only for as long as a lock is usually waited for.
                connection.execute(text(f"SET LOCAL lock_timeout = '{UPGRADE_LOCK_TIMEOUT}'"))
                connection.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": UPGRADE_LOCK_ID})
            command.upgrade(alembic_config(connection), "head")
        return True
    finally:
        engine.dispose()


def find_differences(url: str) -> list[str]:
    """What the tables have and an upgraded database has not, or the other way about; empty when they agree."""
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
    """What Alembic needs to know to work on this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.set_main_option("file_template", "%%(rev)s")
    config.attributes["connection"] = connection
    return config
