"""`rounds db`: the database."""

from pathlib import Path
from typing import Annotated

import typer

db = typer.Typer(help="The database.", no_args_is_help=True)


@db.command()
def upgrade() -> None:
    """Bring the database to this version's tables."""
    from bot.config import read_settings
    from bot.storage import migration

    changed = migration.upgrade_database(read_settings().database_url)
    print("Upgraded." if changed else "Up to date already. Nothing changed.")


@db.command()
def check() -> None:
    """Compare the database with this version's tables; exit 1 if they differ."""
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
    """Copy the database into a file, while Rounds runs (SQLite; PostgreSQL has pg_dump)."""
    from bot.config import read_settings
    from bot.storage.backup import back_up_sqlite

    settings = read_settings()
    size = back_up_sqlite(settings.database_url, path)
    print(f"Wrote {path} ({size / 1e6:,.1f} MB). The key that opens reflections is not in it: {settings.key_file}.")
