"""The database: engines, sessions, and the lanes that transactions run in.

Everything here is synchronous. One unit of work is one function `work(session, *args)`; it runs as one transaction
and returns values, never rows that outlive it. Writers take a person's work before the background's: one thread on
SQLite, a few on PostgreSQL. Reads have connections of their own, which refuse to write.
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
"""Connections that only read."""

WRITER_COUNT = 4
"""Connections that write, on PostgreSQL; SQLite has one writer whatever we do."""


SQLITE_CACHE_KIB = 512
"""Kibibytes of pages that a SQLite connection keeps; the system keeps the rest, once for all connections."""


class Session(sqlmodel.Session):
    """A transaction, with the key to the private words in its database."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.cipher = cipher


class Priority(IntEnum):
    """Whose work goes first, and how long it waits for a lock (milliseconds)."""

    PERSON = 0
    BACKGROUND = 1

    @property
    def lock_timeout_ms(self) -> int:
        """1.5 s for a person, who is told by 2 s; 5 s in the background."""
        return 1500 if self is Priority.PERSON else 5000


CONNECT_TIMEOUT_SECONDS = 5
"""Seconds to wait for PostgreSQL to take a connection; psycopg itself would wait for minutes."""

IDLE_TRANSACTION_TIMEOUT_MS = 15_000
"""Milliseconds after which PostgreSQL ends a transaction whose process says nothing more: a machine that lost its power
or froze half-way would otherwise hold its locks, a lease among them, until TCP notices, which takes hours."""


def parse_database_url(text: str) -> URL:
    """The address as SQLAlchemy takes it: `postgres://`, as hosts hand it out, means psycopg."""
    url = make_url(text)
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    return url


def find_sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite database; None for one in memory or on a server."""
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database))


def make_engine(url: URL, *, writer: bool) -> Engine:
    """An engine that never shows parameters in logs or errors: they may be private words."""
    if url.get_backend_name() != "sqlite":
        size = WRITER_COUNT + READER_COUNT  # both lanes share this engine, and neither may wait for a connection
        patience = {"connect_timeout": int(str(url.query.get("connect_timeout", CONNECT_TIMEOUT_SECONDS)))}
        engine = create_engine(
            url, hide_parameters=True, pool_size=size, max_overflow=0, pool_pre_ping=True, connect_args=patience
        )
        event.listen(engine, "connect", _prepare_postgresql)
        event.listen(engine, "handle_error", _keep_values_back)
        return engine
    if file := find_sqlite_file(url):
        file.parent.mkdir(parents=True, exist_ok=True)
    size = 1 if writer else READER_COUNT
    engine = create_engine(url, hide_parameters=True, pool_size=size, max_overflow=0, connect_args={"timeout": 5})
    event.listen(engine, "connect", _prepare_writer if writer else _prepare_reader)
    # IMMEDIATE takes the lock at the start: a transaction that reads first can't fail half-way for want of it.
    begin = "BEGIN IMMEDIATE" if writer else "BEGIN"
    event.listen(engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    return engine


def _prepare_writer(connection: sqlite3.Connection, _record: object) -> None:
    # FULL: with NORMAL a power cut takes back a committed `sending` row, and its message goes out twice.
    # secure_delete: what a person had removed is overwritten, and not only unlinked.
    _set(connection, "journal_mode=WAL", "synchronous=FULL", "busy_timeout=5000", "foreign_keys=ON", "secure_delete=ON")
    _set(connection, f"cache_size=-{SQLITE_CACHE_KIB}")


def _prepare_reader(connection: sqlite3.Connection, _record: object) -> None:
    # query_only: a use case that writes in the reading lane fails aloud, where its work would be lost in silence.
    _set(connection, "journal_mode=WAL", "busy_timeout=5000", "query_only=ON", f"cache_size=-{SQLITE_CACHE_KIB}")


def _prepare_postgresql(connection: DBAPIConnection, _record: object) -> None:
    cursor = connection.cursor()
    cursor.execute(f"SET lock_timeout = {Priority.BACKGROUND.lock_timeout_ms}")
    cursor.execute(f"SET idle_in_transaction_session_timeout = {IDLE_TRANSACTION_TIMEOUT_MS}")
    # As with SQLite's FULL: what was committed as `sending` stays so, whatever the server's own setting gives away.
    cursor.execute(
        "SELECT set_config('synchronous_commit', 'on', false) WHERE current_setting('synchronous_commit') = 'off'"
    )
    cursor.close()
    connection.commit()


def _keep_values_back(context: ExceptionContext) -> None:
    """PostgreSQL's errors quote the row they are about; only what they say in general may reach a log."""
    cause, error = context.original_exception, context.sqlalchemy_exception
    said = getattr(getattr(cause, "diag", None), "message_primary", None)
    if said and error is not None:
        cause.args = (said,)
        error.args = (f"({type(cause).__name__}) {said}", *error.args[1:])


def _set(connection: sqlite3.Connection, *pragmas: str) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


class Store:
    """One database, ready for work."""

    def __init__(self, url: str, cipher: Cipher) -> None:
        """`url`: a SQLAlchemy address; its tables must have been upgraded (`migration.upgrade_database`)."""
        self.url = parse_database_url(url)
        self._cipher = cipher
        self._engine = make_engine(self.url, writer=True)
        if self.url.get_backend_name() == "sqlite":
            self.writers = 1
            self._read_engine = make_engine(self.url, writer=False)
        else:
            self.writers = WRITER_COUNT
            self._read_engine = self._engine.execution_options(postgresql_readonly=True)
        self._lane = _WritingLane(self._transact, self.writers)
        self._readers = ThreadPoolExecutor(READER_COUNT, thread_name_prefix="rounds-read")

    def write(
        self, priority: Priority, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Run one transaction in the writing lane. Its errors come out of the future; an error undoes all of it."""
        return self._lane.submit(priority, lambda session: work(session, *args, **kwargs))

    def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run a transaction that only reads, beside the writing lane."""
        return self._readers.submit(self._read, lambda session: work(session, *args, **kwargs))

    def run(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`write` and wait: for the command line and tests."""
        return self.write(Priority.BACKGROUND, work, *args, **kwargs).result()

    def close(self) -> None:
        """Finish what is queued, then close every connection."""
        self._lane.close()
        self._readers.shutdown()
        self._read_engine.dispose()
        self._engine.dispose()

    def _transact(self, priority: Priority, work: Callable[[Session], T]) -> T:
        with _busy_means_not_saved():
            try:
                return self._transact_once(priority, work)
            except DBAPIError as error:
                if not _another_was_first(error.orig):
                    raise
                return self._transact_once(priority, work)

    def _transact_once(self, priority: Priority, work: Callable[[Session], T]) -> T:
        with Session(self._engine, self._cipher) as session:
            self._limit_wait(session, priority)
            result = work(session)
            session.commit()
            return result

    def _limit_wait(self, session: Session, priority: Priority) -> None:
        """How long this transaction may wait for a lock."""
        if self.url.get_backend_name() == "sqlite":
            # Set before BEGIN, which is what waits for the lock.
            connection = session.get_bind().raw_connection()  # type: ignore[union-attr]
            try:
                connection.driver_connection.execute(f"PRAGMA busy_timeout={priority.lock_timeout_ms}")  # type: ignore[union-attr]
            finally:
                connection.close()
        elif priority is Priority.PERSON:  # the background's limit is the connection's own
            session.connection().exec_driver_sql(f"SET LOCAL lock_timeout = {priority.lock_timeout_ms}")

    def _read(self, work: Callable[[Session], T]) -> T:
        with Session(self._read_engine, self._cipher) as session:
            return work(session)


LOCK_NOT_AVAILABLE, DEADLOCK_DETECTED, UNIQUE_VIOLATION = "55P03", "40P01", "23505"
"""PostgreSQL's codes for having waited long enough for a lock, for having given way to another transaction, and for a
row that is there already. Nothing was committed."""


@contextlib.contextmanager
def _busy_means_not_saved() -> Iterator[None]:
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


def _another_was_first(cause: BaseException | None) -> bool:
    """Whether another process wrote the same row since this one looked: done once more, the work sees that row.

    SQLite, with its one writer at a time, never gets there.
    """
    return getattr(cause, "sqlstate", None) in {DEADLOCK_DETECTED, UNIQUE_VIOLATION}


RunTransaction = Callable[[Priority, Callable[[Session], Any]], Any]

_Job = tuple[int, int, Callable[[Session], Any] | None, Future[Any]]


class _WritingLane:
    """Where writing transactions run: a person's work overtakes the background's, and each is begun in order."""

    def __init__(self, transact: RunTransaction, threads: int) -> None:
        self._transact = transact
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
            raise RuntimeError("The store is closed: no thread is left to do this.")
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
                continue  # the person gave up waiting before it began, and was told that it wasn't saved
            try:
                future.set_result(self._transact(Priority(priority), work))
            except BaseException as error:
                future.set_exception(error)
