"""Makes engines: how Rounds connects to SQLite and PostgreSQL, for writing, for reading, and for looking.

An engine for looking changes nothing: no table, no file, no folder, no permission.
"""

import contextlib
import os
import sqlite3
import stat
from enum import IntEnum
from pathlib import Path

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import NullPool

from bot.storage.database_url import find_sqlite_file, translated_url_errors

READER_COUNT = 2
"""Connections for reads."""

WRITER_COUNT = 4
"""Connections for writes on PostgreSQL. SQLite allows only one writer."""

SQLITE_CACHE_KIB = 512
"""KiB of pages cached per SQLite connection. The operating system caches the rest, once for all connections."""


class Priority(IntEnum):
    """Whose work goes first, and how many milliseconds it waits for a lock."""

    PERSON = 0
    BACKGROUND = 1

    @property
    def lock_timeout_ms(self) -> int:
        """1.5 s for a user, who gets an answer within 2 s; 5 s in the background."""
        return 1500 if self is Priority.PERSON else 5000


CONNECT_TIMEOUT_SECONDS = 5
"""Seconds to wait for a connection to PostgreSQL; psycopg's default is minutes."""

IDLE_TRANSACTION_TIMEOUT_MS = 15_000
"""Milliseconds after which PostgreSQL ends a silent process's transaction. Without it, a machine that froze or lost
power would hold its locks (such as a lease's) until TCP notices, hours later."""


def make_private(file: Path) -> None:
    """Let only this user read a SQLite database: its files, and its folder if nothing else is in it.

    SQLite gives its log the database file's permissions. Does nothing where there are no such permissions (Windows).
    """
    if os.name != "posix":
        return
    with contextlib.suppress(FileExistsError):
        os.close(os.open(file, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    neighbors = list(file.parent.iterdir())
    private = [each for each in neighbors if each.name.startswith(file.name)]
    if len(private) == len(neighbors):
        private.append(file.parent)
    for each in private:
        mode = stat.S_IMODE(each.stat().st_mode)
        with contextlib.suppress(OSError):  # another user's, who has chosen who may read it, or on a read-only disk
            if mode & 0o077:
                each.chmod(mode & 0o700)


def make_engine(url: URL, *, writer: bool) -> Engine:
    """Create an engine that never shows parameters in logs or errors: they may be private."""
    if url.get_backend_name() != "sqlite":
        size = WRITER_COUNT + READER_COUNT  # both lanes share this engine without waiting for a connection
        connect_args = {"connect_timeout": int(str(url.query.get("connect_timeout", CONNECT_TIMEOUT_SECONDS)))}
        with translated_url_errors():
            engine = create_engine(
                url, hide_parameters=True, pool_size=size, max_overflow=0, pool_pre_ping=True, connect_args=connect_args
            )
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "handle_error", _hide_values)
        return engine
    if file := find_sqlite_file(url):
        file.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    size = 1 if writer else READER_COUNT
    with translated_url_errors():
        engine = create_engine(url, hide_parameters=True, pool_size=size, max_overflow=0, connect_args={"timeout": 5})
    event.listen(engine, "connect", _prepare_writer if writer else _prepare_reader)
    # IMMEDIATE takes the write lock first, so a transaction that starts with a read can't fail halfway without it.
    begin = "BEGIN IMMEDIATE" if writer else "BEGIN"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def is_in_wal_mode(file: Path) -> bool:
    """Return whether a SQLite file has a write-ahead log, as Rounds' own have; opening one to write changes nothing.

    Bytes 18 and 19 of the file say so (https://www.sqlite.org/fileformat.html#file_format_version_numbers).
    """
    with file.open("rb") as opened:
        return opened.read(20)[18:] == b"\x02\x02"


def make_looking_engine(url: URL) -> Engine:
    """Create an engine that changes nothing, not even a file beside the database.

    Its connections refuse to write. A SQLite database that no process has open has no log; SQLite is told so
    (`immutable`), because it would otherwise create one to look into it (https://www.sqlite.org/wal.html#readonly).
    """
    file = find_sqlite_file(url)
    if file is None:
        return make_engine(url, writer=False).execution_options(postgresql_readonly=True)
    unchanging = "" if file.with_name(f"{file.name}-wal").exists() else "&immutable=1"
    address = f"{file.absolute().as_uri()}?mode=ro{unchanging}"
    return create_engine(
        "sqlite://", hide_parameters=True, poolclass=NullPool, creator=lambda: sqlite3.connect(address, uri=True)
    )


def _prepare_writer(connection: sqlite3.Connection, _record: object) -> None:
    # FULL: with NORMAL, a power cut can undo a committed `sending` row, and its message would be sent twice.
    # secure_delete: overwrites deleted data instead of only unlinking it.
    _set(connection, "journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON", "secure_delete=ON")
    _set(connection, f"cache_size=-{SQLITE_CACHE_KIB}")


def _prepare_reader(connection: sqlite3.Connection, _record: object) -> None:
    # query_only: a write in the read lane raises an error instead of being lost silently.
    _set(connection, "journal_mode=WAL", "busy_timeout=5000", "query_only=ON", f"cache_size=-{SQLITE_CACHE_KIB}")


def _prepare_postgresql(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {Priority.BACKGROUND.lock_timeout_ms}")
    cursor.execute(f"SET idle_in_transaction_session_timeout = {IDLE_TRANSACTION_TIMEOUT_MS}")
    # As with SQLite's FULL: a committed `sending` row must survive, even if the server's default risks it.
    cursor.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
    cursor.close()
    connection.commit()


def _hide_values(context: ExceptionContext) -> None:
    """Remove values from PostgreSQL's errors, which quote rows; only the general message may reach a log."""
    cause, error = context.original_exception, context.sqlalchemy_exception
    message = getattr(getattr(cause, "diag", None), "message_primary", None)
    if message and error is not None:
        cause.args = (message,)
        error.args = (f"({type(cause).__name__}) {message}", *error.args[1:])


def _set(connection: sqlite3.Connection, *pragmas: str) -> None:
    connection.isolation_level = None  # we run BEGIN ourselves
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")
