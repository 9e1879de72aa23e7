"""Loads the keys of a database. Creates a new key only if nothing is encrypted yet."""

from collections.abc import Sequence
from pathlib import Path

from sqlmodel import Session, col, select

from bot.errors import KeyFileError
from bot.storage.database import find_sqlite_file, make_engine, parse_database_url
from bot.storage.encryption import Cipher
from bot.storage.key_file import KeyFile
from bot.storage.tables import Reflection


def open_cipher(url: str, keys: Sequence[str], key_file: Path) -> Cipher:
    """Create the cipher of an upgraded database from `keys`, or, if there are none, from `key_file`.

    Raises KeyFileError, and creates nothing, if the newest reflection can't be decrypted. Otherwise a lost key or an
    unmounted folder would mean that new words are encrypted with a different key.
    """
    encrypted = _newest_words(url)
    if not keys and encrypted is not None and not key_file.exists():
        raise KeyFileError(
            f"The database has reflections, but the key file {key_file} is missing. Rounds didn't start; nothing was "
            "lost. Restore the key file, or set ROUNDS_ENCRYPTION_KEYS."
        )
    if keys:
        cipher = Cipher(keys)
    else:
        file = KeyFile(key_file)
        cipher = Cipher(file.read_or_create_keys(find_sqlite_file(parse_database_url(url))), file.read_keys)
    if encrypted is not None:
        cipher.decrypt(encrypted)
    return cipher


def _newest_words(url: str) -> bytes | None:
    engine = make_engine(parse_database_url(url), writer=False)
    try:
        with Session(engine) as session:
            return session.exec(select(Reflection.words).order_by(col(Reflection.id).desc()).limit(1)).first()
    finally:
        engine.dispose()
