"""Gives up private text whose key is lost, so that Rounds can encrypt with a new key."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import col, delete, select, update

from bot.errors import Refused
from bot.storage.database import Session, Store
from bot.storage.encrypted_columns import ENCRYPTED_COLUMNS, EncryptedColumn, ReadRows, Rows, iterate, read_rows
from bot.storage.tables import CalendarSource, Certificate, ErasedPerson, HashingKey, Reflection, Worker

GIVEN_UP_WORDS = "What you wrote here was lost, together with the key that it was encrypted with."
"""What an author reads in place of words that were given up."""


@dataclass(frozen=True, slots=True)
class UnreadableText:
    """How many private texts no key decrypts: people's words, calendars' addresses, the key of people's hashes, and the
    names on certificates."""

    words: int = 0
    calendars: int = 0
    hashing_keys: int = 0
    certificates: int = 0

    @property
    def total(self) -> int:
        """All of them."""
        return self.words + self.calendars + self.hashing_keys + self.certificates


def count_unreadable(read: ReadRows, is_readable: Callable[[bytes], bool]) -> UnreadableText:
    """Count what isn't readable in the whole database."""
    found: Counter[type] = Counter()
    for encrypted_column, rows in iterate(read):
        found[encrypted_column.table] += sum(not is_readable(value) for _, value in rows)
    return UnreadableText(found[Reflection], found[CalendarSource], found[HashingKey], found[Certificate])


def give_up(store: Store, is_readable: Callable[[bytes], bool]) -> None:
    """Replace what isn't readable, for good, some rows per transaction. `store` must encrypt with the key to be used.

    Words become a sentence that says so, addresses of calendars are forgotten, and so are who can't be invited and
    certificates, which people can ask for again.
    """
    for encrypted_column in ENCRYPTED_COLUMNS:
        after: int | None = None
        while (after := store.run(_give_up_some, encrypted_column, after, is_readable)) is not None:
            pass


def refuse_while_running(session: Session, now: datetime) -> None:
    """Raise Refused if a process that sends deliveries runs."""
    if session.exec(select(Worker.name).where(col(Worker.until) > now).limit(1)).first() is not None:
        raise Refused(
            "Rounds is running, and may still know the key. Nothing was changed. Stop every Rounds process, wait half "
            "a minute, and try again."
        )


def _give_up_some(
    session: Session, encrypted_column: EncryptedColumn, after: int | None, is_readable: Callable[[bytes], bool]
) -> int | None:
    rows = read_rows(session, encrypted_column, after)
    if lost := [(row_id, value) for row_id, value in rows if not is_readable(value)]:
        session.delete_words_for_good()
        _REPLACE[encrypted_column.table](session, encrypted_column, lost)
    return rows[-1][0] if rows else None


def _replace_words(session: Session, encrypted_column: EncryptedColumn, rows: Rows) -> None:
    for row_id, value in rows:
        same = encrypted_column.key == row_id, encrypted_column.value == value
        session.exec(update(Reflection).where(*same).values(words=session.cipher.encrypt(GIVEN_UP_WORDS)))


def _forget_addresses(session: Session, encrypted_column: EncryptedColumn, rows: Rows) -> None:
    """The shifts that were read stay; their learner is told when they end, as with a file."""
    for row_id, value in rows:
        same = encrypted_column.key == row_id, encrypted_column.value == value
        session.exec(update(CalendarSource).where(*same).values(address=None))


def _forget_certificates(session: Session, encrypted_column: EncryptedColumn, rows: Rows) -> None:
    for row_id, value in rows:
        session.exec(delete(Certificate).where(encrypted_column.key == row_id, encrypted_column.value == value))


def _forget_erased_people(session: Session, _encrypted_column: EncryptedColumn, _rows: Rows) -> None:
    session.exec(delete(ErasedPerson))
    session.exec(delete(HashingKey))


_REPLACE: dict[type, Callable[[Session, EncryptedColumn, Rows], None]] = {
    Reflection: _replace_words,
    CalendarSource: _forget_addresses,
    Certificate: _forget_certificates,
    HashingKey: _forget_erased_people,
}
"""What becomes of each column's lost values."""
