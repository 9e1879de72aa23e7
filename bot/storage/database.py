"""The database: engines, sessions, and the lanes that transactions run in.

Everything here is synchronous. One unit of work is one function `work(session, *args)`. It runs as one transaction and
returns values, never rows that outlive it. Writers run users' work before background work: one thread on SQLite, a few
on PostgreSQL. Reads have connections of their own, which refuse to write.
"""

import contextlib
import itertools
import queue
import sqlite3
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from enum import IntEnum
from pathlib import Path
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlmodel
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, ExceptionContext, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import DBAPIError, OperationalError

from bot.errors import DatabaseBusy
from bot.storage.encryption import Cipher

P = ParamSpec("P")
T = TypeVar("T")

READER_COUNT = 2
"""Connections for reads."""

WRITER_COUNT = 4
"""Connections for writes on PostgreSQL. SQLite allows only one writer."""


SQLITE_CACHE_KIB = 512
"""KiB of pages cached per SQLite connection. The operating system caches the rest, once for all connections."""


class Session(sqlmodel.Session):
    """A transaction with the cipher for the encrypted columns."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.cipher = cipher


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


def parse_database_url(text: str) -> URL:
    """Parse an address for SQLAlchemy. `postgres://`, as hosting providers write it, means psycopg."""
    url = make_url(text)
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    return url


def find_sqlite_file(url: URL) -> Path | None:
    """Return the file of a SQLite database; None for one in memory or on a server."""
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database))


def make_engine(url: URL, *, writer: bool) -> Engine:
    """Create an engine that never shows parameters in logs or errors: they may be private."""
    if url.get_backend_name() != "sqlite":
        size = WRITER_COUNT + READER_COUNT  # both lanes share this engine without waiting for a connection
        connect_args = {"connect_timeout": int(str(url.query.get("connect_timeout", CONNECT_TIMEOUT_SECONDS)))}
        engine = create_engine(
            url, hide_parameters=True, pool_size=size, max_overflow=0, pool_pre_ping=True, connect_args=connect_args
        )
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "handle_error", _hide_values)
        return engine
    if file := find_sqlite_file(url):
        file.parent.mkdir(parents=True, exist_ok=True)
    size = 1 if writer else READER_COUNT
    engine = create_engine(url, hide_parameters=True, pool_size=size, max_overflow=0, connect_args={"timeout": 5})
    event.listen(engine, "connect", _prepare_writer if writer else _prepare_reader)
    # IMMEDIATE takes the write lock first, so a transaction that starts with a read can't fail halfway without it.
    begin = "BEGIN IMMEDIATE" if writer else "BEGIN"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


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


class Store:
    """An open database that runs transactions."""

    def __init__(self, url: str, cipher: Cipher) -> None:
        """Open the database at `url` (SQLAlchemy). Its tables must be up to date (`migration.upgrade_database`)."""
        self.url = parse_database_url(url)
        self._cipher = cipher
        self._engine = make_engine(self.url, writer=True)
        if self.url.get_backend_name() == "sqlite":
            self.writers = 1
            self._read_engine = make_engine(self.url, writer=False)
        else:
            self.writers = WRITER_COUNT
            self._read_engine = self._engine.execution_options(postgresql_readonly=True)
        self._lane = _WriteLane(self._run_transaction, self.writers)
        self._readers = ThreadPoolExecutor(READER_COUNT, thread_name_prefix="rounds-read")

    def write(
        self, priority: Priority, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Run a transaction in the write lane. An error rolls it back and is raised by the future."""
        return self._lane.submit(priority, lambda session: work(session, *args, **kwargs))

    def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run a read-only transaction, in parallel with the write lane."""
        return self._readers.submit(self._read, lambda session: work(session, *args, **kwargs))

    def run(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """Run `write` and wait for its result: for the command line and tests."""
        return self.write(Priority.BACKGROUND, work, *args, **kwargs).result()

    def close(self) -> None:
        """Finish the queued work, then close every connection."""
        self._lane.close()
        self._readers.shutdown()
        self._read_engine.dispose()
        self._engine.dispose()

    def _run_transaction(self, priority: Priority, work: Callable[[Session], T]) -> T:
        with _translate_busy_errors():
            try:
                return self._run_once(priority, work)
            except DBAPIError as error:
                if not _should_retry(error.orig):
                    raise
                return self._run_once(priority, work)

    def _run_once(self, priority: Priority, work: Callable[[Session], T]) -> T:
        with Session(self._engine, self._cipher) as session:
            self._set_lock_timeout(session, priority)
            result = work(session)
            session.commit()
            return result

    def _set_lock_timeout(self, session: Session, priority: Priority) -> None:
        """Set how long this transaction may wait for a lock."""
        if self.url.get_backend_name() == "sqlite":
            # Set it before BEGIN, because BEGIN waits for the lock.
            connection = session.get_bind().raw_connection()  # type: ignore[union-attr]
            try:
                connection.driver_connection.execute(f"PRAGMA busy_timeout={priority.lock_timeout_ms}")  # type: ignore[union-attr]
            finally:
                connection.close()
        elif priority is Priority.PERSON:  # background work uses the connection's default
            session.connection().exec_driver_sql(f"SET LOCAL lock_timeout = {priority.lock_timeout_ms}")

    def _read(self, work: Callable[[Session], T]) -> T:
        with Session(self._read_engine, self._cipher) as session:
            return work(session)


LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED, UNIQUE_VIOLATION = "55P03", "40P01", "23505"
"""PostgreSQL's error codes for a lock timeout, a deadlock, and a duplicate row. Nothing was committed."""


@contextlib.contextmanager
def _translate_busy_errors() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if _is_busy(error.orig):
            raise DatabaseBusy from error
        raise


def _is_busy(cause: BaseException | None) -> bool:
    if isinstance(cause, sqlite3.OperationalError):
        return "locked" in str(cause)
    return getattr(cause, "sqlstate", None) in {LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED}


def _should_retry(cause: BaseException | None) -> bool:
    """Return whether another process just wrote the same row, so that a retry will see it.

    This never happens on SQLite with its single writer.
    """
    return getattr(cause, "sqlstate", None) in {DEADLOCK_DETECTED, UNIQUE_VIOLATION}


RunTransaction = Callable[[Priority, Callable[[Session], Any]], Any]

_Job = tuple[int, int, Callable[[Session], Any] | None, Future[Any]]


class _WriteLane:
    """Runs write transactions in order, users' work before background work."""

    def __init__(self, transact: RunTransaction, threads: int) -> None:
        self._run_transaction = transact
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._order = itertools.count()
        self._closed = False
        self._threads = [
            threading.Thread(target=self._serve, name=f"rounds-write-{number}", daemon=True)
            for number in range(threads)
        ]
        for thread in self._threads:
            thread.start()

    def submit(self, priority: Priority, work: Callable[[Session], T]) -> Future[T]:
        if self._closed:
            raise RuntimeError("The store is closed, so this transaction can't run. Nothing was saved.")
        future: Future[T] = Future()
        self._jobs.put((priority, next(self._order), work, future))
        return future

    def close(self) -> None:
        self._closed = True
        for _ in self._threads:
            self._jobs.put((max(Priority) + 1, next(self._order), None, Future()))
        for thread in self._threads:
            thread.join()

    def _serve(self) -> None:
        while True:
            priority, _, work, future = self._jobs.get()
            if work is None:
                return
            if not future.set_running_or_notify_cancel():
                continue  # canceled before it started; the user was told that nothing was saved
            try:
                future.set_result(self._run_transaction(Priority(priority), work))
            except BaseException as error:
                future.set_exception(error)
