"""Writes the migration for changes in `tables`: `make migration m="Add a nickname"`."""

import re
import sys
import tempfile

from alembic import command

from bot.errors import Refused, RoundsError
from bot.storage import migration
from bot.storage.database_url import parse_database_url
from bot.storage.engines import make_engine
from bot.storage.tables.base import add_postgresql_conditions

MAX_NAME_LENGTH = 32
"""Characters of a revision's name that fit into Alembic's table."""


def write_migration(message: str) -> None:
    """Write the next migration file, with the differences between `tables` and the migrations so far.

    `message` says in a few words what changes, and names the file. Raises Refused, and writes nothing, if the message
    is empty or nothing has changed.
    """
    words = re.findall(r"[a-z0-9]+", message.lower())
    if not words:
        raise Refused(
            "The message is missing. No migration was written. Say what changes, for example: "
            'make migration m="Add a nickname"'
        )
    name = f"{int(migration.newest_revision()[:4]) + 1:04}"
    for word in words:
        if len(name) + 1 + len(word) > MAX_NAME_LENGTH:
            break
        name += f"_{word}"
    with tempfile.TemporaryDirectory(prefix="rounds-") as folder:
        url = f"sqlite:///{folder}/rounds.db"
        migration.upgrade_database(url)
        if not migration.find_differences(url):
            raise Refused("The migrations already match the tables. No migration was written. Change the tables first.")
        engine = make_engine(parse_database_url(url), writer=True)
        add_postgresql_conditions()
        with engine.begin() as connection:
            command.revision(
                migration.alembic_config(connection), message=message.rstrip("."), rev_id=name, autogenerate=True
            )
        engine.dispose()


if __name__ == "__main__":
    try:
        write_migration(" ".join(sys.argv[1:]))
    except RoundsError as error:
        sys.exit(str(error))
