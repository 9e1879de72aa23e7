"""Loads the keys of a database. Creates a new key only if nothing is encrypted yet."""

from collections.abc import Sequence
from pathlib import Path

from sqlmodel import Session, col, select

from bot.storage.database_errors import translated_errors
from bot.storage.database_url import find_sqlite_file, parse_database_url
from bot.storage.encrypted_columns import ENCRYPTED_COLUMNS
from bot.storage.encryption import Cipher
from bot.storage.engines import make_engine
from bot.storage.key_file import KeyFile


def open_cipher(url: str, keys: Sequence[str], key_file: Path) -> Cipher:
    """Create the cipher of an upgraded database from `keys`, or, if there are none, from `key_file`.

    If the database has private text and no key decrypts it, the key is lost (`Cipher.is_key_lost`): no key is created,
    and nothing is encrypted with another one. Otherwise a folder that isn't mounted would mean that half the journal is
    encrypted with a key that nobody saved. Raises KeyFileError if a key can't be used.
    """
    address = parse_database_url(url)
    samples = _read_samples(url)
    if keys:
        return Cipher(keys, samples=samples)
    file, database = KeyFile(key_file), find_sqlite_file(address)
    if samples:
        return Cipher(file.read_expected_keys(database), file.read_keys, samples)
    return Cipher(file.read_or_create_keys(database), file.read_keys)


def choose_keys(url: str, keys: Sequence[str], key_file: Path) -> list[str]:
    """Return the keys to go on with after the database's key was given up: `keys`, or else those in `key_file`.

    If that file has none, a new one is added. Raises KeyFileError if it can't be written.
    """
    if keys:
        return list(keys)
    file = KeyFile(key_file)
    if key_file.exists() and not file.read_keys():
        file.add_newest_key()
    return file.read_or_create_keys(find_sqlite_file(parse_database_url(url)))


def _read_samples(url: str) -> list[bytes]:
    """Return the newest value of each encrypted column."""
    address = parse_database_url(url)
    engine = make_engine(address, writer=False)
    try:
        with translated_errors(address), Session(engine) as session:
            found = [
                session.exec(
                    select(each.value).where(each.value.is_not(None)).order_by(col(each.key).desc()).limit(1)
                ).first()
                for each in ENCRYPTED_COLUMNS
            ]
    finally:
        engine.dispose()
    return [value for value in found if value is not None]
