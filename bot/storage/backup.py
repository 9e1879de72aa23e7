"""Backs up a SQLite database while Rounds runs, with SQLite's online backup."""

import contextlib
import os
import sqlite3
from pathlib import Path

from bot.errors import Refused, RoundsError
from bot.storage.database_url import find_sqlite_file, parse_database_url

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
    unfinished = path.with_name(f"{path.name}.unfinished")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            _copy(source, unfinished)
            unfinished.rename(path)
        finally:
            unfinished.unlink(missing_ok=True)
    except (sqlite3.Error, OSError) as error:
        raise _failed_error(source, path, error) from error
    return path.stat().st_size


def _failed_error(source: Path, path: Path, error: sqlite3.Error | OSError) -> RoundsError:
    reason = getattr(error, "sqlite_errorname", None) or getattr(error, "strerror", None) or type(error).__name__
    if reason.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        why = f"{source} isn't a database, or it is damaged"
    elif reason.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        why = f"{source} is busy"
    elif reason.startswith(("SQLITE_FULL", "SQLITE_IOERR")):
        why = f"the disk of {path} is full, or doesn't work"
    else:
        why = f"{path} can't be written ({reason})"
    return RoundsError(f"No backup was written: {why}. The database is unchanged. Mend that, or choose another place.")


def _copy(source: Path, target: Path) -> None:
    target.unlink(missing_ok=True)  # left by an earlier attempt
    os.close(os.open(target, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    with (
        contextlib.closing(sqlite3.connect(f"{source.absolute().as_uri()}?mode=ro", uri=True, timeout=5)) as reading,
        contextlib.closing(sqlite3.connect(target)) as writing,
    ):
        reading.backup(writing, pages=PAGES_PER_STEP)
        writing.execute("PRAGMA journal_mode=DELETE")  # makes the backup a single complete file
