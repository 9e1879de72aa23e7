"""How statements ask for a state, so that the small indexes of `Delivery` are used."""

from sqlalchemy import ColumnElement, literal_column
from sqlmodel import col

from bot.storage.tables import Delivery, SendState


def has_state(state: SendState) -> ColumnElement[bool]:
    """Whether a delivery stands in this state, which is written out: SQLite uses an index of some states only so."""
    return col(Delivery.state) == literal_column(f"'{state.value}'")
