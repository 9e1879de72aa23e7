"""The database: engines, sessions, and the lanes that transactions run in.

Everything here is synchronous. One unit of work is one function `work(session, *args)`. It runs as one transaction and
returns values, never rows that outlive it. Writers run users' work before background work: one thread on SQLite, a few
on PostgreSQL. Reads have connections of their own, which refuse to write.
"""

import itertools
import queue
import threading
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any, Concatenate, ParamSpec, TypeVar

import sqlmodel
from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError

from bot.storage.database_errors import DEADLOCK_DETECTED, translated_errors, translated_file_errors
from bot.storage.database_url import find_sqlite_file, parse_database_url
from bot.storage.encryption import Cipher
from bot.storage.engines import READER_COUNT, WRITER_COUNT, Priority, make_engine, make_private
from bot.storage.remnants import Remnants

P = ParamSpec("P")
T = TypeVar("T")


class Session(sqlmodel.Session):
    """A transaction with the cipher for the encrypted columns."""

    def __init__(self, engine: Engine, cipher: Cipher) -> None:
        super().__init__(engine, expire_on_commit=False)
        self.cipher = cipher
        self.deletes_words = False

    def delete_words_for_good(self) -> None:
        """Leave no copy of what this transaction deletes or replaces in the database's files, once it is committed.

        It is called where private words, a calendar's address, or a person's data are deleted (`storage/remnants.py`).
        """
        self.deletes_words = True


class Store:
    """An open database that runs transactions."""

    def __init__(self, url: str, cipher: Cipher) -> None:
        """Open the database at `url` (SQLAlchemy). Its tables must be up to date (`migration.upgrade_database`).

        Raises DatabaseUnavailable if its file can't be used.
        """
        self.url = parse_database_url(url)
        if file := find_sqlite_file(self.url):
            with translated_file_errors(self.url):
                make_private(file)
        self._cipher = cipher
        self._engine = make_engine(self.url, writer=True)
        if self.url.get_backend_name() == "sqlite":
            self.writers = 1
            self._read_engine = make_engine(self.url, writer=False)
        else:
            self.writers = WRITER_COUNT
            self._read_engine = self._engine.execution_options(postgresql_readonly=True)
        self._remnants = Remnants(self._engine)
        self._lane = _WriteLane(self._run_transaction, self.writers)
        self._readers = ThreadPoolExecutor(READER_COUNT, thread_name_prefix="rounds-read")

    @property
    def is_key_lost(self) -> bool:
        """Whether no configured key is the one that encrypted this database's private text."""
        return self._cipher.is_key_lost

    def can_read(self, encrypted: bytes) -> bool:
        """Return whether one of the keys decrypts this."""
        return self._cipher.try_decrypt(encrypted) is not None

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
        self._remnants.close()
        self._read_engine.dispose()
        self._engine.dispose()

    def _run_transaction(self, priority: Priority, work: Callable[[Session], T]) -> T:
        with translated_errors(self.url):
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
        self._remnants.after_commit(deletes_words=session.deletes_words)
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
        with translated_errors(self.url, writes=False), Session(self._read_engine, self._cipher) as session:
            return work(session)


UNIQUE_VIOLATION = "23505"
"""PostgreSQL's error code for a duplicate row. Nothing was committed."""


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
