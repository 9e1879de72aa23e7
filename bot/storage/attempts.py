"""What became of attempts to send, written down many at once: each outcome is one statement for all that had it."""

from collections.abc import Collection, Mapping
from datetime import datetime
from functools import cache
from typing import NamedTuple
from uuid import UUID

from sqlalchemy import Update

from bot.storage import rows
from bot.storage.database import Session
from bot.storage.tables import SendState

_delivery, _learner = rows.table("delivery"), rows.table("learner")


class Attempt(NamedTuple):
    """Whose attempt a result is of: only as long as the row is still that attempt does it change anything.

    `state` is among these values, and not beside them, so that SQLite finds the rows by id and not by state.
    """

    id: UUID
    worker: str
    attempt: int
    state: SendState = SendState.SENDING


def record_sent(session: Session, sent: Collection[tuple[Attempt, str, str]], now: datetime) -> None:
    """These attempts arrived, each as the message at channel and ts."""
    connection = session.connection()
    statement = _end(connection.dialect.name, SendState.SENT, "channel", "ts", "sent_at")
    rows.execute(connection, statement, [(*attempt, channel, ts, now) for attempt, channel, ts in sent])


def record_given_back(session: Session, given_back: Collection[tuple[Attempt, datetime]]) -> None:
    """These attempts certainly did not arrive: due again from an instant on."""
    connection = session.connection()
    statement = _end(connection.dialect.name, SendState.DUE, "not_before")
    rows.execute(connection, statement, [(*attempt, until) for attempt, until in given_back])


def record_failed(session: Session, failed: Collection[tuple[Attempt, str]]) -> None:
    """These attempts were refused for good, each with Slack's word for why."""
    connection = session.connection()
    statement = _end(connection.dialect.name, SendState.FAILED, "reason")
    rows.execute(connection, statement, [(*attempt, reason) for attempt, reason in failed])


def record_skipped(session: Session, skipped: Collection[tuple[Attempt, str]]) -> None:
    """These attempts were not made, each with why."""
    connection = session.connection()
    statement = _end(connection.dialect.name, SendState.SKIPPED, "reason")
    rows.execute(connection, statement, [(*attempt, reason) for attempt, reason in skipped])


@cache
def _end(dialect: str, state: SendState, *names: str) -> Update:
    """A change of the rows that are still these attempts: a late result of an older one finds nothing."""
    given = rows.table_of(dialect, *(_delivery.c[name] for name in (*Attempt._fields, *names)))
    return (
        _delivery.update()
        .where(
            _delivery.c.id == given.c.id,
            _delivery.c.state == given.c.state,
            _delivery.c.worker == given.c.worker,
            _delivery.c.attempt == given.c.attempt,
        )
        .values({"state": state, **{name: given.c[name] for name in names}})
    )


def remember_channels(session: Session, channels: Mapping[int, str]) -> None:
    """Keep the ids of the DMs with these learners, so that lost replies can be looked up in their history."""
    connection = session.connection()
    rows.execute(connection, _remember_channels(connection.dialect.name), sorted(channels.items()))


@cache
def _remember_channels(dialect: str) -> Update:
    given = rows.table_of(dialect, _learner.c.id, _learner.c.channel)
    return _learner.update().where(_learner.c.id == given.c.id).values(channel=given.c.channel)
