"""Transactions from asynchronous code: users' work first, with the true result of what was saved."""

import asyncio
from collections.abc import Iterator

import pytest
from sqlmodel import select

from bot.delivery import transactions as transactions_module
from bot.delivery.transactions import Transactions
from bot.errors import DatabaseBusy
from bot.storage import Session, Store
from bot.storage.tables import Workspace
from tests.builders import TEAM, at
from tests.gates import Gate, occupy

NOW = at("2026-03-02 08:00")


@pytest.fixture
def gate(store: Store) -> Iterator[Gate]:
    gate = Gate()
    yield gate
    gate.go.set()


def add_workspace(session: Session, team_id: str) -> str:
    session.add(Workspace(team_id=team_id, name="Hospital", bot_user_id="U0", created_at=NOW))
    return team_id


def team_ids(session: Session) -> list[str]:
    return sorted(session.exec(select(Workspace.team_id)))


async def test_work_comes_back_with_its_result(transactions: Transactions) -> None:
    assert await transactions.write_for_person(add_workspace, "T1") == "T1"
    assert await transactions.write_in_background(add_workspace, "T2") == "T2"
    assert await transactions.read(team_ids) == [TEAM, "T1", "T2"]


async def test_errors_come_back_as_they_are(transactions: Transactions) -> None:
    def refuse(_session: Session) -> None:
        raise KeyError("E")

    for way in (transactions.write_for_person, transactions.write_in_background, transactions.read):
        with pytest.raises(KeyError):
            await way(refuse)


async def test_a_person_whose_work_cannot_begin_in_time_is_told_and_nothing_is_saved(
    transactions: Transactions, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transactions_module, "MAX_WAIT_TO_BEGIN_SECONDS", 0.0)
    gates = occupy(store)

    with pytest.raises(DatabaseBusy, match="wasn't saved"):
        await transactions.write_for_person(add_workspace, "T1")
    for gate in gates:
        gate.go.set()

    assert await transactions.write_in_background(team_ids) == [TEAM]


async def test_a_person_whose_work_has_begun_gets_its_true_outcome(
    transactions: Transactions, store: Store, gate: Gate, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Work that has started may be saved; if users were told otherwise, they would do it twice."""
    begin = store.write

    def write_and_wait_until_begun(*args, **kwargs):
        future = begin(*args, **kwargs)
        gate.begun.wait()
        return future

    monkeypatch.setattr(store, "write", write_and_wait_until_begun)
    monkeypatch.setattr(transactions_module, "MAX_WAIT_TO_BEGIN_SECONDS", 0.0)
    waiting = asyncio.create_task(transactions.write_for_person(gate))
    for _ in range(5):
        await asyncio.sleep(0)  # the wait times out here

    assert not waiting.done()
    gate.go.set()

    assert await waiting == "done after all"


async def test_the_event_loop_goes_on_while_the_database_works(transactions: Transactions, gate: Gate) -> None:
    working = asyncio.create_task(transactions.write_in_background(gate))
    await asyncio.to_thread(gate.begun.wait)

    assert await transactions.read(team_ids) == [TEAM]
    assert not working.done()

    gate.go.set()
    await working
