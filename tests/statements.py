"""Counting what is asked of the database."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event

from bot.storage import Session, Store


def engine_of(store: Store) -> Engine:
    """The engine that a store writes with."""
    engine = store.run(Session.get_bind)
    assert isinstance(engine, Engine)
    return engine


@contextmanager
def statements(store: Store) -> Iterator[list[str]]:
    """The statements that the writing lane sends meanwhile."""
    sent: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_: Any) -> None:
        sent.append(statement)

    engine = engine_of(store)
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield sent
    finally:
        event.remove(engine, "before_cursor_execute", note)
