"""Backs up a SQLite database while Rounds runs, with SQLite's online backup."""

import contextlib
import os
import sqlite3
from pathlib import Path

from bot.errors import Refused
from bot.storage.database import find_sqlite_file, parse_database_url

PAGES_PER_STEP = 1000
"""Pages copied per step; small, so that writers hardly wait."""


def back_up_sqlite(url: str, path: Path) -> int:
    """Copy the database at `url` into a new file that only this user may read. Return its size in bytes.

    Raises Refused if the file exists, and for PostgreSQL, which has better tools of its own.
    """
    source = find_sqlite_file(parse_database_url(url))
    if source is None:
        raise Refused(
            "This database isn't a SQLite file. No backup was written. For PostgreSQL, use its own tools, "
            "for example: pg_dump --format=custom --file=rounds.dump"
        )
    if not source.exists():
        raise Refused(f"There is no database at {source}. No backup was written. Check DATABASE_URL.")
    if path.exists():
        raise Refused(f"{path} already exists. No backup was written, and the file is unchanged. Choose another name.")
    path.parent.mkdir(parents=True, exist_ok=True)
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        _copy(source, unfinished)
        unfinished.rename(path)
    finally:
        unfinished.unlink(missing_ok=True)
    return path.stat().st_size


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)  # left by an earlier attempt
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with (
        contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as reading,
        contextlib.closing(sqlite3.connect(target)) as writing,
    ):
        reading.backup(writing, pages=PAGES_PER_STEP)
        writing.execute("PRAGMA journal_mode=DELETE")  # makes the backup a single complete file
