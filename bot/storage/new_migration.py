"""`make migration m="Add a nickname"`: writes the migration that brings databases to the tables as they are now."""

import re
import sys
import tempfile

from alembic import command

from bot.errors import Refused, RoundsError
from bot.storage import migration
from bot.storage.database import make_engine, parse_database_url

LONGEST_NAME = 32
"""Characters of a revision's name: as many as Alembic's table holds."""


def write_migration(message: str) -> None:
    """Write the next migration file, from what `tables.py` has and the migrations so far don't make.

    `message` says in a few words what changes; the file is named for it. Refused, and nothing written, if it says
    nothing or if there is no difference.
    """
    words = re.findall(r"[a-z0-9]+", message.lower())
    if not words:
        raise Refused('Say what changes. No migration was written. For example: make migration m="Add a nickname"')
    name = f"{int(migration.newest_revision()[:4]) + 1:04}"
    for word in words:
        if len(name) + 1 + len(word) > LONGEST_NAME:
            break
        name += f"_{word}"
    with tempfile.TemporaryDirectory(prefix="rounds-") as folder:
        url = f"sqlite:///{folder}/rounds.db"
        migration.upgrade_database(url)
        if not migration.find_differences(url):
            raise Refused("The migrations make the tables of tables.py already. No migration was written.")
        engine = make_engine(parse_database_url(url), writer=True)
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
