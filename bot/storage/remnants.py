"""Removes what deleted words leave behind in a database's files.

SQLite's write-ahead log (WAL) keeps whole pages as they were before a deletion, until it is written again; in the
database file itself, `secure_delete` overwrites them. So the log is emptied after such a transaction: everything in it
is copied into the database file, and the log is cut to nothing (https://www.sqlite.org/pragma.html#pragma_wal_checkpoint).

PostgreSQL keeps deleted rows until a vacuum, so the tables with private words are vacuumed. Its own log, its replicas,
and every backup keep them for as long as the operator has set (SECURITY.md).
"""

import threading
from concurrent.futures import ThreadPoolExecutor

import structlog
from sqlalchemy import Connection, Engine, create_engine
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.pool import NullPool

log = structlog.get_logger(__name__)

VACUUMED_TABLES = (
    "reflection",
    "calendarsource",
    "learner",
    "delivery",
    "answer",
    "recallanswer",
    "selfrating",
    "lessonfeedback",
    "trial",
    "trialmember",
    "packpilot",
    "exportedfile",
    "packversion",
    "packactivation",
    "packaudience",
    "packaudiencemember",
    "rolegrant",
    "auditentry",
)
"""PostgreSQL's tables that are vacuumed: those with private words, or with ids of people and of their messages."""


class Remnants:
    """Empties SQLite's log, or vacuums PostgreSQL's tables, after transactions that deleted private words.

    While another connection still reads an older state, SQLite's log can't be emptied. It is tried again after each
    later transaction, without waiting: a backup may read for minutes, and writers aren't to stand behind it. What a
    process left behind that was killed in between is removed after the next one's first transaction.
    """

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._is_sqlite = engine.dialect.name == "sqlite"
        self._pending = self._is_sqlite
        self._vacuum_lock = threading.Lock()
        self._vacuums: ThreadPoolExecutor | None = None

    def after_commit(self, *, deletes_words: bool) -> None:
        """Remove what is left of deleted words. Called by the thread that committed."""
        if not self._is_sqlite:
            if deletes_words:
                self._vacuum_soon()
            return
        if self._pending or deletes_words:
            self._pending = not self._empty_log(waits=deletes_words)

    def close(self) -> None:
        """Wait for a vacuum that is running."""
        if self._vacuums is not None:
            self._vacuums.shutdown()

    def _empty_log(self, *, waits: bool) -> bool:
        """Empty SQLite's log. Return whether nothing is left in it.

        `waits`: for readers to end, as long as the transaction was allowed to wait for a lock.
        """
        try:
            with self._engine.connect() as connection:
                return _checkpoint(connection, waits=waits)
        except SQLAlchemyError:
            return False

    def _vacuum_soon(self) -> None:
        with self._vacuum_lock:
            if self._vacuums is None:
                self._vacuums = ThreadPoolExecutor(1, thread_name_prefix="rounds-vacuum")
        self._vacuums.submit(self._vacuum)

    def _vacuum(self) -> None:
        """Vacuum, with a connection of its own: it can't run in a transaction, and may take minutes."""
        engine = create_engine(self._engine.url, poolclass=NullPool, isolation_level="AUTOCOMMIT")
        try:
            with engine.connect() as connection:
                connection.exec_driver_sql(f"VACUUM {', '.join(VACUUMED_TABLES)}")
        except SQLAlchemyError as error:
            log.warning("database.not_vacuumed", error=type(error).__name__, now="autovacuum removes what was deleted")


def _checkpoint(connection: Connection, *, waits: bool) -> bool:
    # A raw cursor: SQLAlchemy would begin a transaction, in which SQLite empties nothing.
    cursor = connection.connection.cursor()
    if not waits:
        cursor.execute("PRAGMA busy_timeout=0")  # until the next transaction sets its own
    busy, *_ = cursor.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
    return not busy
