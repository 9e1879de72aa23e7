"""What became of attempts to send, written down many at once: each outcome is one statement for all that had it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from functools import cache
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import Update

from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.tables import Delivery, Learner, SendState, get_table

_delivery, _learner = get_table(Delivery), get_table(Learner)


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
    _record(session, SendState.SENT, ("channel", "ts", "sent_at"), [(*each, now) for each in sent])


def record_requeued(session: Session, requeued: Collection[tuple[Attempt, datetime]]) -> None:
    """These attempts certainly did not arrive: due again from an instant on."""
    _record(session, SendState.DUE, ("not_before",), requeued)


def record_failed(session: Session, failed: Collection[tuple[Attempt, str]]) -> None:
    """These attempts were refused for good, each with Slack's word for why."""
    _record(session, SendState.FAILED, ("reason",), failed)


def record_skipped(session: Session, skipped: Collection[tuple[Attempt, str]]) -> None:
    """These attempts were not made, each with why."""
    _record(session, SendState.SKIPPED, ("reason",), skipped)


def _record(
    session: Session, state: SendState, names: tuple[str, ...], results: Iterable[tuple[Attempt, *tuple[Any, ...]]]
) -> None:
    """These attempts have ended in this state, each with the values of these columns."""
    given = ((*attempt, *values) for attempt, *values in results)
    row_batches.execute_with_rows(session, lambda dialect: _end(dialect, state, *names), given)


@cache
def _end(dialect: str, state: SendState, *names: str) -> Update:
    """A change of the rows that are still these attempts: a late result of an older one finds nothing."""
    given = row_batches.rows_as_table(dialect, *(_delivery.c[name] for name in (*Attempt._fields, *names)))
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


def save_dm_channels(session: Session, channels: Mapping[int, str]) -> None:
    """Keep the ids of the DMs with these learners, so that lost replies can be looked up in their history."""
    row_batches.execute_with_rows(session, _remember_channels, sorted(channels.items()))


@cache
def _remember_channels(dialect: str) -> Update:
    given = row_batches.rows_as_table(dialect, _learner.c.id, _learner.c.channel)
    return _learner.update().where(_learner.c.id == given.c.id).values(channel=given.c.channel)
