"""Says in words what keeps a database from being used: what happened, what was kept, and what to do."""

import contextlib
import errno
import shutil
import sqlite3
from collections.abc import Iterator

from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.errors import DatabaseBusy, DatabaseTrouble, DatabaseUnavailable, RoundsError
from bot.storage.database_url import find_sqlite_file

MIN_FREE_BYTES = 4 * 1024 * 1024
"""Bytes below which the disk counts as full: SQLite's log grows to as much before it is copied into the database."""

LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED = "55P03", "40P01"
"""PostgreSQL's error codes for a lock timeout and a deadlock. Nothing was committed."""

_FULL_ERRNOS = {errno.ENOSPC, errno.EDQUOT}

_DISK_FULL, _READ_ONLY_TRANSACTION = "53100", "25006"
_CONNECTION_CODES = ("08", "57P", "53")
"""Beginnings of PostgreSQL's error codes for lost connections, servers that start or stop, and too little of
something, such as connections (https://www.postgresql.org/docs/current/errcodes-appendix.html)."""


@contextlib.contextmanager
def translated_errors(url: URL, *, writes: bool = True) -> Iterator[None]:
    """Raise what keeps this database from being used in words.

    DatabaseBusy: another transaction holds a lock, or a deadlock was broken. DatabaseUnavailable: anything else that an
    operator has to mend. Other errors pass through unchanged, such as an attempt to write where nothing may be written
    (`writes` is False).
    """
    try:
        yield
    except (DBAPIError, sqlite3.Error) as error:
        described = describe(url, error)
        if described is None or (not writes and _is_read_only(described)):
            raise
        raise described from error


@contextlib.contextmanager
def translated_file_errors(url: URL) -> Iterator[None]:
    """Raise DatabaseUnavailable if a SQLite database's file or folder can't be opened or made."""
    try:
        yield
    except OSError as error:
        described = _describe_file_error(url, error)
        if described is None:
            raise
        raise described from error


def describe(url: URL, error: Exception) -> RoundsError | None:
    """Return the error in words, or None if it isn't about the state of the database."""
    cause = error.orig if isinstance(error, DBAPIError) else error
    if isinstance(cause, sqlite3.Error):
        return _describe_sqlite_error(url, cause)
    if isinstance(error, DBAPIError):
        return _describe_server_error(url, error)
    return None


def is_disk_full(url: URL) -> bool:
    """Return whether the disk of a SQLite database has no room left."""
    file = find_sqlite_file(url)
    try:
        return file is not None and shutil.disk_usage(file.parent).free < MIN_FREE_BYTES
    except OSError:
        return False


def disk_full_error(url: URL) -> DatabaseUnavailable:
    """Return the error for a full disk."""
    file = find_sqlite_file(url)
    where = f"The disk with the database {file} is full" if file else f"The disk of {_place(url)} is full"
    return DatabaseUnavailable(
        DatabaseTrouble.DISK_FULL,
        f"{where}. What was saved before is kept; nothing new can be saved. Make room; Rounds then goes on by itself.",
    )


def _describe_sqlite_error(url: URL, error: sqlite3.Error) -> RoundsError | None:
    name = getattr(error, "sqlite_errorname", None) or ""
    place = _place(url)
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return DatabaseBusy()
    if name.startswith("SQLITE_FULL") or (name.startswith("SQLITE_IOERR") and is_disk_full(url)):
        return disk_full_error(url)
    if name.startswith("SQLITE_READONLY"):
        return _read_only_error(place)
    if name.startswith(("SQLITE_NOTADB", "SQLITE_CORRUPT")):
        return DatabaseUnavailable(
            DatabaseTrouble.DAMAGED,
            f"{place} isn't a database, or it is damaged. Nothing was changed. Check DATABASE_URL, or restore a "
            "backup.",
        )
    if name.startswith("SQLITE_CANTOPEN"):
        return DatabaseUnavailable(
            DatabaseTrouble.UNREACHABLE,
            f"{place} can't be opened. Nothing was changed. Check DATABASE_URL, and that Rounds may read and write the "
            "file and its folder.",
        )
    if name.startswith("SQLITE_IOERR"):
        return DatabaseUnavailable(
            DatabaseTrouble.DISK_ERROR,
            f"{place} can't be read or written as it should ({name}). What was saved before is kept. Check its disk.",
        )
    return None


def _describe_server_error(url: URL, error: DBAPIError) -> RoundsError | None:
    code = getattr(error.orig, "sqlstate", None)
    if code in {LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED}:
        return DatabaseBusy()
    if code == _DISK_FULL:
        return disk_full_error(url)
    if code == _READ_ONLY_TRANSACTION:
        return _read_only_error(_place(url))
    if error.connection_invalidated or (
        isinstance(error, OperationalError) and (code is None or code.startswith(_CONNECTION_CODES))
    ):
        return DatabaseUnavailable(
            DatabaseTrouble.UNREACHABLE,
            f"{_place(url)} can't be reached. What was saved before is kept. Check that the server runs and that "
            "DATABASE_URL is right, with its user and password.",
        )
    return None


def _describe_file_error(url: URL, error: OSError) -> DatabaseUnavailable | None:
    file = find_sqlite_file(url)
    if file is None:
        return None
    if error.errno in _FULL_ERRNOS:
        return disk_full_error(url)
    return DatabaseUnavailable(
        DatabaseTrouble.UNREACHABLE,
        f"{_place(url)} can't be used ({error.strerror}). Nothing was changed. Check DATABASE_URL, and that Rounds may "
        "read and write the file and its folder.",
    )


def _is_read_only(error: RoundsError) -> bool:
    return isinstance(error, DatabaseUnavailable) and error.trouble is DatabaseTrouble.READ_ONLY


def _read_only_error(place: str) -> DatabaseUnavailable:
    return DatabaseUnavailable(
        DatabaseTrouble.READ_ONLY,
        f"{place} can only be read: its disk, file, or folder is read-only. What was saved before is kept. Let Rounds "
        "write there, then start it again.",
    )


def _place(url: URL) -> str:
    """Return what to call a database, without its password."""
    if file := find_sqlite_file(url):
        return f"The database {file}"
    server = ":".join(str(part) for part in (url.host, url.port) if part)
    return f"The database {url.database} on {server or 'this machine'}"
