"""Rotates encryption keys while Rounds runs: reencrypts everything with the newest key, some rows per transaction.

A row is done if the newest key decrypts it, so a rotation can be killed anywhere and run again. Until the end every key
stays configured, and a running bot can decrypt with any of them.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from cryptography.fernet import InvalidToken
from sqlmodel import update

from bot.errors import KeyFileError
from bot.storage.database import Session, Store
from bot.storage.database_url import find_sqlite_file
from bot.storage.encrypted_columns import ENCRYPTED_COLUMNS, EncryptedColumn, ReadRows, iterate, read_rows
from bot.storage.encryption import Reencryptor, get_key_name
from bot.storage.key_file import KeyFile

SETTLE_SECONDS = 5.0
"""Seconds that a transaction on PostgreSQL may still take if it chose its key before the newest one existed. SQLite
needs no such wait: it chooses keys while it holds the write lock."""


@dataclass(slots=True)
class ReencryptionCounts:
    """Row counts: read, reencrypted, and not decryptable with any key."""

    rows: int = 0
    reencrypted: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class KeyRotation:
    """The result of a rotation. `unneeded_key_names` are the names of keys the database doesn't need anymore.

    `retired_file` is the file they were moved to; None if they are in the settings and the operator must remove them.
    """

    counts: ReencryptionCounts
    newest_key_name: str
    unneeded_key_names: tuple[str, ...]
    retired_file: Path | None = None


@dataclass(slots=True)
class KeyUse:
    """How many rows each key decrypts, by key name, newest first; and how many none does."""

    rows_by_key: dict[str, int] = field(default_factory=dict)
    unreadable: int = 0


ReportProgress = Callable[[ReencryptionCounts], None]
"""Called with the counts after each transaction."""


def rotate_keys(store: Store, keys: Sequence[str], key_file: Path, report_progress: ReportProgress) -> KeyRotation:
    """Reencrypt everything with the newest key: the first of `keys`, or else a new one in `key_file`.

    Raises KeyFileError if no key decrypts some rows. Then those rows and all keys stay as they are.
    """
    if store.is_key_lost:
        raise KeyFileError(
            "The key that encrypted this database's private texts is missing. Nothing was changed. Restore it; or, if "
            "it can't be found, give up what only it can decrypt: rounds keys abandon"
        )
    if keys:
        count = _require_readable(reencrypt_all(store, keys, report_progress))
        return KeyRotation(count, get_key_name(keys[0]), tuple(map(get_key_name, keys[1:])))
    file = KeyFile(key_file)
    with file.lock():
        if len(file.read_or_create_keys(find_sqlite_file(store.url))) == 1:  # otherwise continue an unfinished rotation
            file.add_newest_key()
        newest, *_ = file.read_keys()
        count = _require_readable(reencrypt_all(store, file.read_keys(), report_progress))
        return KeyRotation(
            count,
            get_key_name(newest),
            tuple(map(get_key_name, file.move_older_keys_to_retired_file())),
            file.retired_path,
        )


def reencrypt_all(store: Store, keys: Sequence[str], report_progress: ReportProgress) -> ReencryptionCounts:
    """Reencrypt every row with the first key, then once more for rows written meanwhile."""
    count = _reencrypt_once(store, Reencryptor(keys), report_progress)
    if store.url.get_backend_name() != "sqlite":
        time.sleep(SETTLE_SECONDS)
    again = _reencrypt_once(store, Reencryptor(keys), lambda _: None)
    return ReencryptionCounts(again.rows, count.reencrypted + again.reencrypted, again.unreadable)


def count_key_use(read: ReadRows, keys: Sequence[str]) -> KeyUse:
    """Count how many rows each key decrypts. There may be no keys."""
    reader = Reencryptor(keys) if keys else None
    use = KeyUse({get_key_name(key): 0 for key in keys})
    for _, rows in iterate(read):
        found = Counter(reader.find_key_name(value) if reader else None for _, value in rows)
        use.unreadable += found.pop(None, 0)
        for name, rows_of_it in found.items():
            use.rows_by_key[str(name)] += rows_of_it
    return use


def _reencrypt_once(store: Store, keys: Reencryptor, report_progress: ReportProgress) -> ReencryptionCounts:
    count = ReencryptionCounts()
    for encrypted_column in ENCRYPTED_COLUMNS:
        after: int | None = None
        while (after := store.run(_reencrypt_some, encrypted_column, after, keys, count)) is not None:
            report_progress(count)
    return count


def _reencrypt_some(
    session: Session, encrypted_column: EncryptedColumn, after: int | None, keys: Reencryptor, count: ReencryptionCounts
) -> int | None:
    """Reencrypt some rows after one. Return the last one's id; None if there are no more."""
    rows = read_rows(session, encrypted_column, after)
    for row_id, value in rows:
        count.rows += 1
        try:
            reencrypted = keys.reencrypt(value)
        except InvalidToken:
            count.unreadable += 1
            continue
        if reencrypted is not None:
            # Only if the value is unchanged: a newer value was written with the newest key.
            same = (encrypted_column.key == row_id, encrypted_column.value == value)
            count.reencrypted += session.exec(
                update(encrypted_column.table).where(*same).values({encrypted_column.column: reencrypted})
            ).rowcount
    return rows[-1][0] if rows else None


def _require_readable(count: ReencryptionCounts) -> ReencryptionCounts:
    if count.unreadable:
        raise KeyFileError(
            f"{count.unreadable} of {count.rows} rows can't be decrypted with any of the keys. They and all keys are "
            f"kept as they are; {count.reencrypted} rows were reencrypted with the newest key. Add the missing key, "
            "then run this again."
        )
    return count
