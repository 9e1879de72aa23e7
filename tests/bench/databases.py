"""Databases to measure on: as in production, with everything that a power cut asks for, in a folder of their own."""

import contextlib
import tempfile
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

from cryptography.fernet import Fernet

from bot.storage import Store, migration
from bot.storage.encryption import Cipher
from tests.postgres import serving

Database = Callable[[], AbstractContextManager[Store]]


@contextlib.contextmanager
def sqlite() -> Iterator[Store]:
    """A SQLite file, `synchronous=FULL` as always."""
    with (
        tempfile.TemporaryDirectory(prefix="rounds-bench-") as folder,
        _open(f"sqlite:///{Path(folder) / 'rounds.db'}") as store,
    ):
        yield store


@contextlib.contextmanager
def postgresql() -> Iterator[Store]:
    """A PostgreSQL server with one database, and `fsync` on."""
    with serving(durable=True) as server, _open(server.url(server.create())) as store:
        yield store


@contextlib.contextmanager
def _open(url: str) -> Iterator[Store]:
    migration.upgrade_database(url)
    store = Store(url, Cipher([Fernet.generate_key().decode()]))
    try:
        yield store
    finally:
        store.close()


BOTH: dict[str, Database] = {"SQLite": sqlite, "PostgreSQL": postgresql}
