"""Changing keys while Rounds runs: everything encrypted goes under the newest key, some rows a transaction.

A row says itself whether it is done (the newest key opens it), so that a rotation can be killed anywhere and run again.
Until the end every key stays where it is, and a running bot opens what it finds with any of them.
"""

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cryptography.fernet import InvalidToken
from sqlmodel import col, select, update

from bot.errors import KeyFileError
from bot.storage.database import Session, Store, find_sqlite_file
from bot.storage.encryption import Reencryptor, get_key_name
from bot.storage.key_file import KeyFile
from bot.storage.tables import CalendarSource, Reflection

ROWS_PER_TRANSACTION = 200
"""Rows a transaction: some 20 ms, so that a person's click hardly waits."""

SETTLE_SECONDS = 5.0
"""Seconds that a transaction on a server may still take which chose its key before the newest was there. SQLite needs
none: there a key is chosen while the database is locked."""


@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """A column that is encrypted, and its table's key."""

    table: type[Any]
    key_column: str
    column: str


ENCRYPTED_COLUMNS = (
    EncryptedColumn(Reflection, "id", "words"),
    EncryptedColumn(CalendarSource, "learner_id", "address"),
)
"""Every encrypted column there is."""


@dataclass(slots=True)
class ReencryptionCounts:
    """Rows, never what is in them: looked at, put under the newest key, and such as no key opens."""

    rows: int = 0
    reencrypted: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class KeyRotation:
    """What a rotation did. `unneeded_key_names`: names of the keys that nothing in the database needs any more.

    `retired_file`: the file that they were moved to; None where they stand in the settings, for the operator to take
    away.
    """

    counts: ReencryptionCounts
    newest_key_name: str
    unneeded_key_names: tuple[str, ...]
    retired_file: Path | None = None


@dataclass(slots=True)
class KeyUse:
    """How many rows each key opens, by its name, the newest first; and how many none does."""

    rows_by_key: dict[str, int] = field(default_factory=dict)
    unreadable: int = 0


ReportProgress = Callable[[ReencryptionCounts], None]
"""Hears how far it has come, after each transaction."""


def rotate_keys(store: Store, keys: Sequence[str], key_file: Path, report_progress: ReportProgress) -> KeyRotation:
    """Put everything under the newest key: the first of `read_keys`, or else one that is made in `key_file`.

    KeyFileError if some rows open with none of the keys; then every key stays, and those rows as they are.
    """
    if keys:
        count = _readable(reencrypt_all(store, keys, report_progress))
        return KeyRotation(count, get_key_name(keys[0]), tuple(map(get_key_name, keys[1:])))
    file = KeyFile(key_file)
    with file.lock():
        if (
            len(file.read_or_create_keys(find_sqlite_file(store.url))) == 1
        ):  # else an earlier rotation did not come to its end
            file.add_newest_key()
        newest, *_ = file.read_keys()
        count = _readable(reencrypt_all(store, file.read_keys(), report_progress))
        return KeyRotation(
            count, get_key_name(newest), tuple(map(get_key_name, file.retire_older_keys())), file.retired_path
        )


def reencrypt_all(store: Store, keys: Sequence[str], report_progress: ReportProgress) -> ReencryptionCounts:
    """Every row under the first key, and once more for what was under way meanwhile."""
    count = _reseal_once(store, Reencryptor(keys), report_progress)
    if store.url.get_backend_name() != "sqlite":
        time.sleep(SETTLE_SECONDS)
    again = _reseal_once(store, Reencryptor(keys), lambda _: None)
    return ReencryptionCounts(again.rows, count.reencrypted + again.reencrypted, again.unreadable)


def count_key_use(store: Store, keys: Sequence[str]) -> KeyUse:
    """Which keys are needed: how many rows open with each."""
    reader = Reencryptor(keys)
    use = KeyUse({get_key_name(key): 0 for key in keys})
    for sealed in ENCRYPTED_COLUMNS:
        after: int | None = None
        while rows := store.read(_read, sealed, after).result():
            found = Counter(reader.find_key_name(value) for _, value in rows)
            use.unreadable += found.pop(None, 0)
            for name, rows_of_it in found.items():
                use.rows_by_key[str(name)] += rows_of_it
            after = rows[-1][0]
    return use


def _reseal_once(store: Store, keys: Reencryptor, tell: ReportProgress) -> ReencryptionCounts:
    count = ReencryptionCounts()
    for sealed in ENCRYPTED_COLUMNS:
        after: int | None = None
        while (after := store.run(_reseal_some, sealed, after, keys, count)) is not None:
            tell(count)
    return count


def _reseal_some(
    session: Session, sealed: EncryptedColumn, after: int | None, keys: Reencryptor, count: ReencryptionCounts
) -> int | None:
    """Some rows behind one; the last of them, None where there are no more."""
    rows = _read(session, sealed, after)
    for row_id, value in rows:
        count.rows += 1
        try:
            anew = keys.reencrypt(value)
        except InvalidToken:
            count.unreadable += 1
            continue
        if anew is not None:
            # Only what we read: whoever writes it meanwhile has the newest key by then.
            same = (_of(sealed, sealed.key_column) == row_id, _of(sealed, sealed.column) == value)
            count.reencrypted += session.exec(update(sealed.table).where(*same).values({sealed.column: anew})).rowcount
    return rows[-1][0] if rows else None


def _read(session: Session, sealed: EncryptedColumn, after: int | None) -> list[tuple[int, bytes]]:
    key, column = _of(sealed, sealed.key_column), _of(sealed, sealed.column)
    wanted = select(key, column).where(column.is_not(None))
    if after is not None:
        wanted = wanted.where(key > after)
    return [(row_id, value) for row_id, value in session.exec(wanted.order_by(key).limit(ROWS_PER_TRANSACTION))]


def _of(sealed: EncryptedColumn, name: str) -> Any:  # noqa: ANN401 - a column of any type
    return col(getattr(sealed.table, name))


def _readable(count: ReencryptionCounts) -> ReencryptionCounts:
    if count.unreadable:
        raise KeyFileError(
            f"{count.reencrypted} were put under the newest key. {count.unreadable} of {count.rows} open with none "
            "of the keys, and are kept as they are; so is every key. Add the key they were written with, and run this "
            "again."
        )
    return count
