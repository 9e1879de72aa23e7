"""Readiness writes: a disk that is full isn't ready, and the metrics say why."""

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest

from bot.delivery import metrics, readiness
from bot.delivery.readiness import DatabaseCheck
from bot.delivery.transactions import Transactions
from bot.errors import DatabaseTrouble, DatabaseUnavailable
from bot.storage import Session, write_check
from bot.storage.engines import Priority


@pytest.fixture(autouse=True)
def asked_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checks anew at each call."""
    monkeypatch.setattr(readiness, "CACHE_SECONDS", 0.0)


def failures(reason: str) -> float:
    return metrics.registry.get_sample_value("rounds_db_write_failures_total", {"reason": reason}) or 0.0


async def test_a_database_that_can_be_written_is_ready(transactions: Transactions) -> None:
    assert await DatabaseCheck(transactions).find_problems() == []


@pytest.mark.sqlite
async def test_a_disk_without_room_is_not_ready_and_is_counted(
    transactions: Transactions, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(write_check, "is_disk_full", lambda _url: True)
    before = failures("disk_full")

    assert await DatabaseCheck(transactions).find_problems() == ["the disk is full"]
    assert failures("disk_full") == before + 1


@pytest.mark.sqlite
async def test_a_database_that_is_locked_is_not_ready_and_is_counted(
    transactions: Transactions, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Priority, "lock_timeout_ms", property(lambda _priority: 1))
    before = failures("busy")
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("BEGIN IMMEDIATE")

        problems = await DatabaseCheck(transactions).find_problems()

    assert problems == ["the database is busy, or doesn't answer"]
    assert failures("busy") == before + 1


@pytest.mark.parametrize("trouble", list(DatabaseTrouble))
async def test_each_trouble_is_said_in_words(transactions: Transactions, trouble: DatabaseTrouble) -> None:
    def broken(_session: Session) -> None:
        raise DatabaseUnavailable(trouble, "/srv/secret/rounds.db is broken")

    with pytest.MonkeyPatch.context() as meanwhile:
        meanwhile.setattr(write_check, "check_writable", broken)
        (problem,) = await DatabaseCheck(transactions).find_problems()

    assert problem == readiness.IN_WORDS[trouble]


async def test_whoever_asks_often_causes_one_write(transactions: Transactions, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(readiness, "CACHE_SECONDS", 3600.0)
    writes: list[Session] = []
    check: Callable[[Session], None] = writes.append
    monkeypatch.setattr(write_check, "check_writable", check)
    ready = DatabaseCheck(transactions)

    for _ in range(100):
        await ready.find_problems()

    assert len(writes) == 1
