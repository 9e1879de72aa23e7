"""Records the results of send attempts in batches: one statement for all results of one kind."""

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
    """The attempt a result belongs to. A result changes the row only if the row is still at that attempt.

    `state` is one of these values, not a condition of its own, so that SQLite finds the rows by id instead of by state.
    """

    id: UUID
    worker: str
    attempt: int
    state: SendState = SendState.SENDING


def record_sent(session: Session, sent: Collection[tuple[Attempt, str, str]], now: datetime) -> None:
    """Record attempts that arrived, each as the message at channel and ts."""
    _record(session, SendState.SENT, ("channel", "ts", "sent_at"), [(*each, now) for each in sent])


def record_requeued(session: Session, requeued: Collection[tuple[Attempt, datetime]]) -> None:
    """Record attempts that surely didn't arrive: due again from an instant on."""
    _record(session, SendState.DUE, ("not_before",), requeued)


def record_failed(session: Session, failed: Collection[tuple[Attempt, str]]) -> None:
    """Record attempts that Slack refused for good, each with Slack's error code."""
    _record(session, SendState.FAILED, ("reason",), failed)


def record_skipped(session: Session, skipped: Collection[tuple[Attempt, str]]) -> None:
    """Record attempts that weren't made, each with a reason."""
    _record(session, SendState.SKIPPED, ("reason",), skipped)


def _record(
    session: Session, state: SendState, names: tuple[str, ...], results: Iterable[tuple[Attempt, *tuple[Any, ...]]]
) -> None:
    """Set this state and these columns' values for attempts that have ended."""
    given = ((*attempt, *values) for attempt, *values in results)
    row_batches.execute_with_rows(session, lambda dialect: _end_attempts(dialect, state, *names), given)


@cache
def _end_attempts(dialect: str, state: SendState, *names: str) -> Update:
    """Build an update of the rows that are still at these attempts; late results of older attempts match nothing."""
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
    """Save the ids of the DMs with these learners (ids), so that lost replies can be looked up in their history."""
    row_batches.execute_with_rows(session, _save_channels, sorted(channels.items()))


@cache
def _save_channels(dialect: str) -> Update:
    given = row_batches.rows_as_table(dialect, _learner.c.id, _learner.c.channel)
    return _learner.update().where(_learner.c.id == given.c.id).values(channel=given.c.channel)
