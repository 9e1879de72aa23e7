"""On SQLite, the engine's statements find rows by an index, whatever else is in the tables."""

from datetime import datetime
from uuid import UUID

import pytest

from bot.storage import (
    Session,
    Store,
    delivery_queue,
    delivery_status,
    due_learners,
    send_results,
    team_turnouts,
    uncertain_deliveries,
    week_activity,
)
from bot.storage.due_learners import NewDelivery
from bot.storage.send_results import Attempt
from bot.storage.tables import SendState
from tests.builders import SetClock
from tests.delivery.statements import counted
from tests.statements import engine_of

ROW = UUID(int=1)
OF_FEW = ("delivery_turn", "delivery_open", "delivery_uncertain", "learner_team")
"""Partial indexes with few rows, whatever was sent: due, sending, failed, or uncertain deliveries, and team members.

They may be scanned as a whole.
"""


def look(session: Session, now: datetime) -> None:
    delivery_queue.list_teams_due(session, now)
    delivery_queue.list_teams_with_requests(session, now)
    delivery_queue.lock_requested(session, now, 10)
    delivery_queue.lock_due_of_teams(session, {"T1": 1, "T2": 3}, now)
    delivery_queue.find_lesson_histories(session, [1, 2])
    delivery_queue.find_lessons_of_days(session, [(1, now.date()), (2, now.date())])
    due_learners.is_anyone_due(session, now)
    due_learners.lock_due_learners(session, now, 10)
    due_learners.find_existing_deliveries(session, [(1, now.date())])
    due_learners.find_silent_learners(session, [1, 2], 7)
    uncertain_deliveries.has_any_arrived(session, "T1", now)
    uncertain_deliveries.list_uncertain(session, now, now, (), 5)
    for week in (week_activity.find_activity, week_activity.find_lessons, week_activity.find_entries):
        week(session, [(1, now.date(), now.date()), (2, now.date(), now.date())])
    team_turnouts.find_unrecorded_turnouts(session, now.date())
    team_turnouts.list_team_weeks(session, "T1", "C1")
    delivery_status.count_due_and_sending(session, now)
    delivery_status.count_by_state(session, (SendState.DUE, SendState.SENDING, SendState.FAILED))
    delivery_status.list_deliveries(session, SendState.FAILED, now, 10)


def change(session: Session, now: datetime) -> None:
    delivery_queue.mark_as_sending(session, [(ROW, None, None)], "w", now)
    send_results.record_sent(session, [(Attempt(ROW, "w", 1), "D1", "1.1")], now)
    send_results.record_requeued(session, [(Attempt(ROW, "w", 1), now)])
    send_results.record_failed(session, [(Attempt(ROW, "w", 1), "is_archived")])
    send_results.save_dm_channels(session, {1: "D1"})
    due_learners.insert_deliveries(session, list[NewDelivery]())
    due_learners.save_next_due_times(session, {1: now})
    uncertain_deliveries.mark_due_as_uncertain(session, now, now, now, 10)
    uncertain_deliveries.requeue_uncertain(session, "T1", 10)


@pytest.mark.sqlite
@pytest.mark.parametrize("work", [look, change])
def test_no_statement_reads_a_whole_table(store: Store, clock: SetClock, work: object) -> None:
    with counted(store) as said:
        store.run(work, clock())  # type: ignore[arg-type]

    assert {line for statement in said for line in plan(store, statement)} == set()


def plan(store: Store, statement: str) -> list[str]:
    """Return the parts of SQLite's query plan that read learners or deliveries without an index."""
    with engine_of(store).connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        steps = raw.execute(f"EXPLAIN QUERY PLAN {statement}", [None] * statement.count("?")).fetchall()
    lines = [str(step[3]) for step in steps]
    whole = [line for line in lines if line.startswith(("SCAN delivery", "SCAN learner", "SCAN answer"))]
    return [f"{line}: {statement}" for line in whole if not any(index in line for index in OF_FEW)]
