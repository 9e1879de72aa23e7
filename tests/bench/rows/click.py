"""How long a person's click takes while a whole hospital group falls due at 09:00, on SQLite."""

import asyncio
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta

from sqlalchemy import insert, select
from sqlmodel import col

from bot.delivery.tick import MAX_LEARNERS_PER_TRANSACTION, plan_due_deliveries
from bot.delivery.transactions import Transactions
from bot.domain.learner import Person
from bot.domain.schedule import DeliveryKindName
from bot.learning import planning, practice
from bot.learning.library import Library
from bot.learning.message_deliveries import MessageRef
from bot.process import configure_logging
from bot.storage import Session, Store
from bot.storage.tables import Delivery, LessonRevision, SendState
from tests.bench import crowd, databases
from tests.bench.report import Row
from tests.engine_kinds import KINDS

DUE, CLICKS, TEAMS = 34_332, 400, 100
EVERY = 0.01
"""Seconds between two clicks: a hundred a second."""

NINE = datetime(2026, 3, 2, 9, tzinfo=UTC)
NOW = NINE + timedelta(seconds=30)
YESTERDAY = NINE - timedelta(days=3)
MUST = 0.1


def measure() -> Sequence[Row]:
    """The same clicks twice: while nothing else happens, and during the tick."""
    configure_logging("error")
    with databases.sqlite() as store:
        crowd.open_hospital(store, TEAMS, NINE)
        crowd.enrol(store, DUE, TEAMS, NINE)
        store.run(_give_lessons)
        idle, busy = asyncio.run(_measure(store))
    return [
        Row(
            row="a person's click while a 34,332-row tick runs, SQLite, p99",
            value=_p99(busy) * 1e3,
            unit="ms",
            compared_with=f"idle: {_p99(idle) * 1e3:.1f} ms",
            ratio=_p99(busy) / _p99(idle),
            must="under 100 ms",
            met=_p99(busy) < MUST,
        )
    ]


def _give_lessons(session: Session) -> None:
    """Those who will click have a lesson from the last workday."""
    revision = session.connection().execute(select(col(LessonRevision.id)).limit(1)).scalar_one()
    rows = [
        {
            "id": planning.build_delivery_id(
                f"T{number % TEAMS}", f"U{number}", YESTERDAY.date(), DeliveryKindName.LESSON
            ),
            "learner_id": number + 1,
            "team_id": f"T{number % TEAMS}",
            "learning_day": YESTERDAY.date(),
            "kind": DeliveryKindName.LESSON,
            "due_at": YESTERDAY,
            "expires_at": YESTERDAY + timedelta(hours=4),
            "state": SendState.SENT,
            "attempt": 1,
            "revision_id": revision,
            "channel": f"DU{number}",
            "ts": f"1.{number:06}",
            "sent_at": YESTERDAY,
            "counts_for_streak": True,
            "carried_over": False,
        }
        for number in range(4 * CLICKS)
    ]
    session.connection().execute(insert(Delivery), rows)


async def _measure(store: Store) -> tuple[list[float], list[float]]:
    transactions, library, people = Transactions(store), Library(), iter(range(4 * CLICKS))
    await _clicks(transactions, library, people, 20)  # the lessons are read
    idle = await _clicks(transactions, library, people, CLICKS)
    ticking = asyncio.create_task(_tick(transactions))
    busy: list[float] = []
    while not ticking.done():
        busy += await _clicks(transactions, library, people, 1)
    assert await ticking >= DUE, "the tick had less to do than the row says"
    assert len(busy) > 50, "too few clicks during the tick to tell"
    return idle, busy


async def _tick(transactions: Transactions) -> int:
    planned = 0
    while (
        some := await transactions.write_in_background(plan_due_deliveries, KINDS, NOW)
    ) == MAX_LEARNERS_PER_TRANSACTION:
        planned += some
    return planned + some


async def _clicks(transactions: Transactions, library: Library, people: Iterator[int], number: int) -> list[float]:
    """Answers one after another; the seconds from each click until it is saved."""
    seconds: list[float] = []
    for _ in range(number):
        who = next(people)
        person, ref = Person(f"T{who % TEAMS}", f"U{who}"), MessageRef(f"DU{who}", f"1.{who:06}")
        began = time.perf_counter()
        answered = await transactions.write_for_person(practice.answer_lesson, library, person, ref, "A", NOW)
        seconds.append(time.perf_counter() - began)
        assert answered.is_first
        await asyncio.sleep(EVERY)
    return seconds


def _p99(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.99)]
