"""The database: engines, sessions, and the lanes that transactions run in.

Everything here is synchronous. One unit of work is one function `work(session, *args)`; it runs as one transaction
and returns values, never rows that outlive it. On SQLite a single writer thread takes a person's work before the
background's; reads have their own connections. On PostgreSQL both are a small pool.
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
from typing import Any, Concatenate, ParamSpec, Protocol, TypeVar

import sqlmodel
from sqlalchemy import Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import OperationalError

from bot.errors import DatabaseBusy
from bot.storage.encryption import Cipher

P = ParamSpec("P")
T = TypeVar("T")

READERS = 2
"""Connections that only read."""

WRITERS = 4
"""Connections that write, on PostgreSQL; SQLite has one writer whatever we do."""


class Session(sqlmodel.Session):
    """A transaction, with the key to the private words in its database."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.cipher = cipher


class Priority(IntEnum):
    """Whose work goes first, and how long it waits for SQLite's lock (milliseconds)."""

    PERSON = 0
    BACKGROUND = 1

    @property
    def busy_timeout(self) -> int:
        """1.5 s for a person, who is told by 2 s; 5 s in the background."""
        return 1500 if self is Priority.PERSON else 5000


def database_url(text: str) -> URL:
    """The address as SQLAlchemy takes it: `postgres://`, as hosts hand it out, means psycopg."""
    url = make_url(text)
    if url.drivername in {"postgres", "postgresql"}:
        url = url.set(drivername="postgresql+psycopg")
    return url


def sqlite_file(url: URL) -> Path | None:
    """The file of a SQLite database; None for one in memory or on a server."""
    if url.get_backend_name() != "sqlite" or url.database in {None, "", ":memory:"}:
        return None
    return Path(str(url.database))


def make_engine(url: URL, *, writer: bool) -> Engine:
    """An engine that never shows parameters in logs or errors: they may be private words."""
    if url.get_backend_name() != "sqlite":
        size = WRITERS + READERS  # both lanes share this engine, and neither may wait for a connection
        return create_engine(url, hide_parameters=True, pool_size=size, max_overflow=0, pool_pre_ping=True)
    if file := sqlite_file(url):
        file.parent.mkdir(parents=True, exist_ok=True)
    size = 1 if writer else READERS
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


def _prepare_reader(connection: sqlite3.Connection, _record: object) -> None:
    # query_only: a use case that writes in the reading lane fails aloud, where its work would be lost in silence.
    _set(connection, "journal_mode=WAL", "busy_timeout=5000", "query_only=ON")


def _set(connection: sqlite3.Connection, *pragmas: str) -> None:
    connection.isolation_level = None  # we say BEGIN ourselves
    for pragma in pragmas:
        connection.execute(f"PRAGMA {pragma}")


class Store:
    """One database, ready for work."""

    def __init__(self, url: str, cipher: Cipher) -> None:
        """`url`: a SQLAlchemy address; its tables must have been upgraded (`migrate.upgrade`)."""
        self.url = database_url(url)
        self._cipher = cipher
        self._engine = make_engine(self.url, writer=True)
        self._lanes: _Lanes
        if self.url.get_backend_name() == "sqlite":
            self._read_engine = make_engine(self.url, writer=False)
            self._lanes = _SQLiteLanes(self._transact)
        else:
            self._read_engine = self._engine
            self._lanes = _PoolLanes(self._transact)
        self._readers = ThreadPoolExecutor(READERS, thread_name_prefix="rounds-read")

    @property
    def engine(self) -> Engine:
        """The engine that writes; for migrations and their check."""
        return self._engine

    @property
    def read_engine(self) -> Engine:
        """The engine that reads; the same one on PostgreSQL."""
        return self._read_engine

    def write(
        self, priority: Priority, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs
    ) -> Future[T]:
        """Run one transaction in the writing lane. Its errors come out of the future; an error undoes all of it."""
        return self._lanes.submit(priority, lambda session: work(session, *args, **kwargs))

    def read(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> Future[T]:
        """Run a transaction that only reads, beside the writing lane."""
        return self._readers.submit(self._read, lambda session: work(session, *args, **kwargs))

    def run(self, work: Callable[Concatenate[Session, P], T], *args: P.args, **kwargs: P.kwargs) -> T:
        """`write` and wait: for the command line and tests."""
        return self.write(Priority.BACKGROUND, work, *args, **kwargs).result()

    def close(self) -> None:
        """Finish what is queued, then close every connection."""
        self._lanes.close()
        self._readers.shutdown()
        self._read_engine.dispose()
        self._engine.dispose()

    def _transact(self, priority: Priority, work: Callable[[Session], T]) -> T:
        with _busy_means_not_saved(), Session(self._engine, self._cipher) as session:
            if self.url.get_backend_name() == "sqlite":
                # Set before BEGIN, which is what waits for the lock.
                self._set_busy_timeout(session, priority)
            result = work(session)
            session.commit()
            return result

    @staticmethod
    def _set_busy_timeout(session: Session, priority: Priority) -> None:
        connection = session.get_bind().raw_connection()  # type: ignore[union-attr]
        try:
            connection.driver_connection.execute(f"PRAGMA busy_timeout={priority.busy_timeout}")  # type: ignore[union-attr]
        finally:
            connection.close()

    def _read(self, work: Callable[[Session], T]) -> T:
        with Session(self._read_engine, self._cipher) as session:
            return work(session)


@contextlib.contextmanager
def _busy_means_not_saved() -> Iterator[None]:
    try:
        yield
    except OperationalError as error:
        if isinstance(error.orig, sqlite3.OperationalError) and "locked" in str(error.orig):
            raise DatabaseBusy from error
        raise


Transact = Callable[[Priority, Callable[[Session], Any]], Any]


class _Lanes(Protocol):
    """Where writing transactions run."""

    def submit(self, priority: Priority, work: Callable[[Session], T]) -> Future[T]: ...

    def close(self) -> None: ...


class _PoolLanes:
    """PostgreSQL: as many at once as the pool has connections."""

    def __init__(self, transact: Transact) -> None:
        self._transact = transact
        self._pool = ThreadPoolExecutor(WRITERS, thread_name_prefix="rounds-write")

    def submit(self, priority: Priority, work: Callable[[Session], T]) -> Future[T]:
        return self._pool.submit(self._transact, priority, work)

    def close(self) -> None:
        self._pool.shutdown()


_Job = tuple[int, int, Callable[[Session], Any] | None, Future[Any]]


class _SQLiteLanes:
    """SQLite: one writer thread; a person's work overtakes the background's, and each is served in order."""

    def __init__(self, transact: Transact) -> None:
        self._transact = transact
        self._jobs: queue.PriorityQueue[_Job] = queue.PriorityQueue()
        self._order = itertools.count()
        self._closed = False
        self._thread = threading.Thread(target=self._serve, name="rounds-write", daemon=True)
        self._thread.start()

    def submit(self, priority: Priority, work: Callable[[Session], T]) -> Future[T]:
        if self._closed:
            raise RuntimeError("The store is closed: no thread is left to do this.")
        future: Future[T] = Future()
        self._jobs.put((priority, next(self._order), work, future))
        return future

    def close(self) -> None:
        self._closed = True
        self._jobs.put((max(Priority) + 1, next(self._order), None, Future()))
        self._thread.join()

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
