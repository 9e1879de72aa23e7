"""`rounds db`: upgrades, checks, and backs up the database."""

from pathlib import Path
from typing import Annotated

import typer

db = typer.Typer(help="Upgrade, check, and back up the database.", no_args_is_help=True)


@db.command()
def upgrade() -> None:
    """Upgrade the database to the tables of this version."""
    from bot.config import read_settings
    from bot.storage import migration

    changed = migration.upgrade_database(read_settings().database_url)
    print("Upgraded." if changed else "Already up to date. Nothing changed.")


@db.command()
def check() -> None:
    """Compare the database with the tables of this version. Exits with 1 if they differ."""
    from bot.config import read_settings
    from bot.storage import migration

    differences = migration.find_differences(read_settings().database_url)
    for difference in differences:
        print(difference)
    if differences:
        raise typer.Exit(1)
    print("The database has the tables of this version.")


@db.command()
def backup(path: Annotated[Path, typer.Argument(help="A file that does not exist yet.")]) -> None:
    """Back up a SQLite database into a file while Rounds runs. For PostgreSQL, use pg_dump."""
    from bot.config import read_settings
    from bot.storage.backup import back_up_sqlite

    settings = read_settings()
    size = back_up_sqlite(settings.database_url, path)
    print(f"Wrote {path} ({size / 1e6:,.1f} MB). It doesn't include the key that decrypts reflections:")
    print(f"{settings.key_file}. Back the key up separately.")
