"""Builds conditions on a delivery's state that use the partial indexes of `Delivery`."""

from sqlalchemy import ColumnElement, literal_column
from sqlmodel import col

from bot.storage.tables import Delivery, SendState


def has_state(state: SendState) -> ColumnElement[bool]:
    """Return the condition that a delivery has this state.

    The state is a literal, because SQLite uses a partial index only with a literal.
    """
    return col(Delivery.state) == literal_column(f"'{state.value}'")
