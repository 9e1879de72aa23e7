"""The encrypted columns, and how to go through what is in them."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlmodel import col, select

from bot.storage.database import Session
from bot.storage.tables import CalendarSource, Certificate, HashingKey, Reflection

ROWS_PER_TRANSACTION = 200
"""Rows per transaction: about 20 ms, so that users hardly wait."""


@dataclass(frozen=True, slots=True)
class EncryptedColumn:
    """An encrypted column, and the key column of its table."""

    table: type[Any]
    key_column: str
    column: str

    @property
    def key(self) -> Any:  # noqa: ANN401 - a column of any type
        """The key column, for a statement."""
        return col(getattr(self.table, self.key_column))

    @property
    def value(self) -> Any:  # noqa: ANN401 - a column of any type
        """The encrypted column, for a statement."""
        return col(getattr(self.table, self.column))


ENCRYPTED_COLUMNS = (
    EncryptedColumn(Reflection, "id", "words"),
    EncryptedColumn(CalendarSource, "learner_id", "address"),
    EncryptedColumn(Certificate, "id", "name"),
    EncryptedColumn(HashingKey, "id", "secret"),
)
"""All encrypted columns."""

Rows = list[tuple[int, bytes]]
"""Rows by id, with their encrypted value."""

ReadRows = Callable[[EncryptedColumn, int | None], Rows]
"""Reads some rows after one (its id; None for the first ones)."""


def read_rows(session: Session, encrypted_column: EncryptedColumn, after: int | None) -> Rows:
    """Return some rows after one, in the order of their ids; none at the end."""
    key, value = encrypted_column.key, encrypted_column.value
    query = select(key, value).where(value.is_not(None))
    if after is not None:
        query = query.where(key > after)
    return [(row_id, found) for row_id, found in session.exec(query.order_by(key).limit(ROWS_PER_TRANSACTION))]


def iterate(read: ReadRows) -> Iterator[tuple[EncryptedColumn, Rows]]:
    """Yield everything that is encrypted, some rows at a time."""
    for encrypted_column in ENCRYPTED_COLUMNS:
        after: int | None = None
        while rows := read(encrypted_column, after):
            yield encrypted_column, rows
            after = rows[-1][0]
