"""Looks into a database without changing anything: no table, no file, no folder, no permission."""

import contextlib
from collections.abc import Iterator

from bot.errors import Refused
from bot.storage import migration
from bot.storage.database import Session
from bot.storage.database_errors import translated_errors
from bot.storage.database_url import find_sqlite_file, parse_database_url
from bot.storage.encryption import Cipher
from bot.storage.engines import make_looking_engine

_NO_CIPHER = Cipher((), samples=(b"",))
"""Decrypts nothing, and encrypts nothing: hardly anybody who only looks needs a key."""


@contextlib.contextmanager
def looking_into(url: str, cipher: Cipher | None = None) -> Iterator[Session]:
    """Open a database of this version for reading only. `cipher` decrypts; without one, nothing is decrypted.

    Raises Refused if there is no database of Rounds, or if it must be upgraded first; DatabaseUnavailable or
    DatabaseBusy if it can't be read.
    """
    address = parse_database_url(url)
    file = find_sqlite_file(address)
    if file is not None and not file.exists():
        raise Refused(
            f"There is no database at {file} yet. Nothing was changed. Start Rounds once, or check DATABASE_URL."
        )
    engine = make_looking_engine(address)
    try:
        with translated_errors(address):
            migration.require_newest_tables(engine)
            with Session(engine, cipher or _NO_CIPHER) as session:
                yield session
    finally:
        engine.dispose()
