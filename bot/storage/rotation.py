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
from bot.storage.database import Session, Store, sqlite_file
from bot.storage.encryption import Reseal, name_of
from bot.storage.key_file import KeyFile
from bot.storage.tables import Reflection, RosterSource

BATCH = 200
"""Rows a transaction: some 20 ms, so that a person's click hardly waits."""

UNDER_WAY = 5.0
"""Seconds that a transaction on a server may still take which chose its key before the newest was there. SQLite needs
none: there a key is chosen while the database is locked."""


@dataclass(frozen=True, slots=True)
class Sealed:
    """A column that is encrypted, and its table's key."""

    table: type[Any]
    key: str
    column: str


EVERYTHING = (Sealed(Reflection, "id", "words"), Sealed(RosterSource, "learner_id", "address"))
"""Every encrypted column there is."""


@dataclass(slots=True)
class Count:
    """Rows, never what is in them: looked at, put under the newest key, and such as no key opens."""

    rows: int = 0
    changed: int = 0
    unreadable: int = 0


@dataclass(frozen=True, slots=True)
class Rotation:
    """What a rotation did. `older`: names of the keys that nothing in the database needs any more.

    `retired`: the file that they were moved to; None where they stand in the settings, for the operator to take away.
    """

    count: Count
    newest: str
    older: tuple[str, ...]
    retired: Path | None = None


@dataclass(slots=True)
class KeyUse:
    """How many rows each key opens, by its name, the newest first; and how many none does."""

    rows: dict[str, int] = field(default_factory=dict)
    unreadable: int = 0


Tell = Callable[[Count], None]
"""Hears how far it has come, after each transaction."""


def rotate(store: Store, keys: Sequence[str], key_file: Path, tell: Tell) -> Rotation:
    """Put everything under the newest key: the first of `keys`, or else one that is made in `key_file`.

    KeyFileError if some rows open with none of the keys; then every key stays, and those rows as they are.
    """
    if keys:
        count = _readable(reseal(store, keys, tell))
        return Rotation(count, name_of(keys[0]), tuple(map(name_of, keys[1:])))
    file = KeyFile(key_file)
    with file.alone():
        if len(file.read_or_make(sqlite_file(store.url))) == 1:  # else an earlier rotation did not come to its end
            file.add_newest()
        newest, *_ = file.keys()
        count = _readable(reseal(store, file.keys(), tell))
        return Rotation(count, name_of(newest), tuple(map(name_of, file.retire_older())), file.retired)


def reseal(store: Store, keys: Sequence[str], tell: Tell) -> Count:
    """Every row under the first key, and once more for what was under way meanwhile."""
    count = _reseal_once(store, Reseal(keys), tell)
    if store.url.get_backend_name() != "sqlite":
        time.sleep(UNDER_WAY)
    again = _reseal_once(store, Reseal(keys), lambda _: None)
    return Count(again.rows, count.changed + again.changed, again.unreadable)


def use_of(store: Store, keys: Sequence[str]) -> KeyUse:
    """Which keys are needed: how many rows open with each."""
    reader = Reseal(keys)
    use = KeyUse({name_of(key): 0 for key in keys})
    for sealed in EVERYTHING:
        after: int | None = None
        while rows := store.read(_read, sealed, after).result():
            found = Counter(reader.key_of(value) for _, value in rows)
            use.unreadable += found.pop(None, 0)
            for name, rows_of_it in found.items():
                use.rows[str(name)] += rows_of_it
            after = rows[-1][0]
    return use


def _reseal_once(store: Store, keys: Reseal, tell: Tell) -> Count:
    count = Count()
    for sealed in EVERYTHING:
        after: int | None = None
        while (after := store.run(_reseal_some, sealed, after, keys, count)) is not None:
            tell(count)
    return count


def _reseal_some(session: Session, sealed: Sealed, after: int | None, keys: Reseal, count: Count) -> int | None:
    """Some rows behind one; the last of them, None where there are no more."""
    rows = _read(session, sealed, after)
    for row_id, value in rows:
        count.rows += 1
        try:
            anew = keys.anew(value)
        except InvalidToken:
            count.unreadable += 1
            continue
        if anew is not None:
            # Only what we read: whoever writes it meanwhile has the newest key by then.
            same = (_of(sealed, sealed.key) == row_id, _of(sealed, sealed.column) == value)
            count.changed += session.exec(update(sealed.table).where(*same).values({sealed.column: anew})).rowcount
    return rows[-1][0] if rows else None


def _read(session: Session, sealed: Sealed, after: int | None) -> list[tuple[int, bytes]]:
    key, column = _of(sealed, sealed.key), _of(sealed, sealed.column)
    wanted = select(key, column).where(column.is_not(None))
    if after is not None:
        wanted = wanted.where(key > after)
    return [(row_id, value) for row_id, value in session.exec(wanted.order_by(key).limit(BATCH))]


def _of(sealed: Sealed, name: str) -> Any:  # noqa: ANN401 - a column of any type
    return col(getattr(sealed.table, name))


def _readable(count: Count) -> Count:
    if count.unreadable:
        raise KeyFileError(
            f"{count.changed} were put under the newest key. {count.unreadable} of {count.rows} open with none "
            "of the keys, and are kept as they are; so is every key. Add the key they were written with, and run this "
            "again."
        )
    return count
