"""The engine's statements find rows by an index, whatever else is in the tables: on SQLite, whose planner guesses."""

from datetime import datetime
from uuid import UUID

import pytest

from bot.storage import Session, Store, attempts, doubts, due, oversight, queue, teams, weeks
from bot.storage.attempts import Attempt
from bot.storage.due import Owed
from bot.storage.tables import SendState
from tests.builders import SetClock
from tests.delivery.statements import counted
from tests.statements import engine_of

ROW = UUID(int=1)
OF_FEW = ("delivery_turn", "delivery_open", "delivery_doubted", "learner_team")
"""Indexes of what is due, on its way, failed or in doubt, and of who takes part in a team: few rows, whatever was sent.
They may be read as a whole."""


def look(session: Session, now: datetime) -> None:
    queue.teams_due(session, now)
    queue.teams_asking(session, now)
    queue.asked_for(session, now, 10)
    queue.of_teams(session, {"T1": 1, "T2": 3}, now)
    queue.lessons_given(session, [1, 2])
    queue.lessons_of_days(session, [(1, now.date()), (2, now.date())])
    due.anyone_due(session, now)
    due.learners_due(session, now, 10)
    due.owed_already(session, [(1, now.date())])
    due.silent(session, [1, 2], 7)
    doubts.any_arrived(session, "T1", now)
    doubts.uncertain(session, now, now, (), 5)
    for week in (weeks.done, weeks.lessons, weeks.written):
        week(session, [(1, now.date(), now.date()), (2, now.date(), now.date())])
    teams.open_weeks(session, now.date())
    teams.weeks(session, "T1", "C1")
    oversight.queue(session, now)
    oversight.counts(session, (SendState.DUE, SendState.SENDING, SendState.FAILED))
    oversight.listed(session, SendState.FAILED, now, 10)


def change(session: Session, now: datetime) -> None:
    queue.begin_sending(session, [(ROW, None, None)], "w", now)
    attempts.record_sent(session, [(Attempt(ROW, "w", 1), "D1", "1.1")], now)
    attempts.record_given_back(session, [(Attempt(ROW, "w", 1), now)])
    attempts.record_failed(session, [(Attempt(ROW, "w", 1), "is_archived")])
    attempts.remember_channels(session, {1: "D1"})
    due.owe(session, list[Owed]())
    due.plan(session, {1: now})
    doubts.doubt(session, now, now, now, 10)
    doubts.trust(session, "T1", 10)


@pytest.mark.sqlite
@pytest.mark.parametrize("work", [look, change])
def test_no_statement_reads_a_whole_table(store: Store, clock: SetClock, work: object) -> None:
    with counted(store) as said:
        store.run(work, clock())  # type: ignore[arg-type]

    assert {line for statement in said for line in plan(store, statement)} == set()


def plan(store: Store, statement: str) -> list[str]:
    """How SQLite would look for rows of learners and deliveries, where that is not by an index."""
    with engine_of(store).connect() as connection:
        raw = connection.connection.driver_connection
        assert raw is not None
        steps = raw.execute(f"EXPLAIN QUERY PLAN {statement}", [None] * statement.count("?")).fetchall()
    lines = [str(step[3]) for step in steps]
    whole = [line for line in lines if line.startswith(("SCAN delivery", "SCAN learner", "SCAN answer"))]
    return [f"{line}: {statement}" for line in whole if not any(index in line for index in OF_FEW)]
