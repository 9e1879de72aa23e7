"""Which keys open this database. A new one is made for a database without words, and for no other."""

from collections.abc import Sequence
from pathlib import Path

from sqlmodel import Session, col, select

from bot.errors import KeyFileError
from bot.storage.database import find_sqlite_file, make_engine, parse_database_url
from bot.storage.encryption import Cipher
from bot.storage.key_file import KeyFile
from bot.storage.tables import Reflection


def open_cipher(url: str, keys: Sequence[str], key_file: Path) -> Cipher:
    """The cipher of an upgraded database: by `read_keys` where there are any, or else by those in `key_file`.

    KeyFileError, and nothing is made or written, if the newest reflection doesn't open: with a key lost or a folder not
    mounted, what is written next would otherwise be kept under another key.
    """
    sealed = _newest_words(url)
    if not keys and sealed is not None and not key_file.exists():
        raise KeyFileError(
            f"There are reflections in the database, but no key in {key_file}. Nothing was started, nothing was lost. "
            "Put the key back there, or set ROUNDS_ENCRYPTION_KEYS."
        )
    if keys:
        cipher = Cipher(keys)
    else:
        file = KeyFile(key_file)
        cipher = Cipher(file.read_or_create_keys(find_sqlite_file(parse_database_url(url))), file.read_keys)
    if sealed is not None:
        cipher.decrypt(sealed)
    return cipher


def _newest_words(url: str) -> bytes | None:
    engine = make_engine(parse_database_url(url), writer=False)
    try:
        with Session(engine) as session:
            return session.exec(select(Reflection.words).order_by(col(Reflection.id).desc()).limit(1)).first()
    finally:
        engine.dispose()
