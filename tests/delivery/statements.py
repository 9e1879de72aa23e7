"""Counts the statements sent to a database."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import event

from bot.storage import Session, Store


@contextmanager
def counted(store: Store) -> Iterator[list[str]]:
    """Collect the statements that a store runs meanwhile, reads and writes, without BEGIN."""
    said: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            said.append(statement)

    engines = {store.run(Session.get_bind), store.read(Session.get_bind).result()}
    for engine in engines:
        event.listen(engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        for engine in engines:
            event.remove(engine, "before_cursor_execute", note)
