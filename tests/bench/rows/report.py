"""Reports of 10,000 learners with two years of answers: writing a week, reading the report, and clicks meanwhile."""

import asyncio
import os
import time
from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import partial
from statistics import median
from typing import Any
from uuid import UUID

from sqlalchemy import delete, insert, select, text, update
from sqlmodel import col

from bot.delivery.transactions import Transactions
from bot.domain.cohort import CohortDraft
from bot.domain.learner import Person
from bot.domain.schedule import DeliveryKindName
from bot.domain.team import latest_settled_week
from bot.learning import cohorts, planning, practice, reports, weekly_figures, workspace_overview
from bot.learning.library import Library
from bot.learning.message_deliveries import MessageRef
from bot.learning.reports import Report
from bot.process import configure_logging, release_memory
from bot.storage import Session, Store
from bot.storage import cohorts as queries
from bot.storage.tables import (
    Cohort,
    Delivery,
    LessonRevision,
    SendState,
    WeeklyFigures,
    Workspace,
)
from tests.bench import crowd, databases, two_years
from tests.bench.processes import forget_peak, peak, resident
from tests.bench.report import Row

LEARNERS, WEEKS, TEAM = 10_000, 104, "T0"
COHORTS, IN_EACH = 20, 300
"""The others are in no cohort."""

CLICKS, EVERY = 400, 0.01
NOW = datetime(2026, 3, 10, 13, tzinfo=UTC)
MONDAY = latest_settled_week(NOW)
MUST, MUST_CLICK = 2.0, 0.1
TIMES = 5
LIBRARY = Library()


def measure() -> Sequence[Row]:
    """On both databases, and a person's clicks on SQLite, where one thread writes."""
    configure_logging("error")
    measured: list[Row] = []
    for name, make in databases.BOTH.items():
        with make() as store:
            _fill(store)
            held = resident(os.getpid())
            forget_peak(os.getpid())
            write = median(_seconds(partial(_write, store)) for _ in range(TIMES))
            read = median(_seconds(partial(_read, store)) for _ in range(20))
            written = _read(store)
            assert len(written) == COHORTS + 1
            grown = peak(os.getpid()) - held
            assert all(len(each.weeks) == WEEKS for each in written), "weeks are missing"
            assert all(each.weeks[0].practiced and each.weeks[0].first_try for each in written), "too little to report"
            of = f"{LEARNERS:,} learners, two years, {COHORTS} cohorts, {name}"
            measured += [
                Row(f"writing a week's reports: {of}", write, "s", must=f"under {MUST:.0f} s", met=write < MUST),
                Row(f"reading all reports: {of}", read * 1e3, "ms", must=f"under {MUST:.0f} s", met=read < MUST),
                Row(f"memory that both take: {of}", grown, "MB", f"before: {held:.0f} MB", (held + grown) / held),
            ]
            if name == "SQLite":
                measured.append(_compare(*asyncio.run(_click(store))))
    return measured


def _compare(idle: Sequence[float], busy: Sequence[float]) -> Row:
    return Row(
        row="a person's click while a week's reports are written, SQLite, p95",
        value=_p95(busy) * 1e3,
        unit="ms",
        compared_with=f"idle: {_p95(idle) * 1e3:.1f} ms",
        ratio=_p95(busy) / _p95(idle),
        must=f"under {MUST_CLICK * 1e3:.0f} ms",
        met=_p95(busy) < MUST_CLICK,
    )


def _read(store: Store) -> tuple[Report, ...]:
    return store.read(reports.list_reports, LIBRARY, TEAM).result()


def _write(store: Store) -> None:
    """What the housekeeping does once a week."""
    store.run(_unwrite)
    store.run(cohorts.record_weekly_counts, NOW)
    store.run(workspace_overview.record_weekly_counts, NOW)
    figures = store.read(weekly_figures.measure_weekly_figures, LIBRARY, NOW).result()
    store.run(weekly_figures.store_weekly_figures, figures)


def _unwrite(session: Session) -> None:
    """As if the week's figures weren't written yet."""
    session.connection().execute(delete(WeeklyFigures).where(col(WeeklyFigures.monday) == MONDAY))
    session.connection().execute(update(Cohort).values(counted_on=MONDAY))
    session.connection().execute(update(Workspace).values(counted_on=MONDAY))


def _fill(store: Store) -> None:
    """People, in cohorts and in none, and what two years of lessons leave behind."""
    crowd.open_hospital(store, 1, NOW)
    began = NOW - timedelta(weeks=WEEKS)
    crowd.enrol(store, LEARNERS, 1, NOW, lambda _number: {"created_at": began, "started_at": began})
    for number in range(COHORTS):
        view = store.run(
            cohorts.start_cohort,
            Library(),
            Person(TEAM, "U0ADMIN"),
            CohortDraft(f"Cohort {number}", began.date()),
            began,
        )
        store.run(_put, view.id, [f"U{number * IN_EACH + each}" for each in range(IN_EACH)], began)
    store.run(two_years.write_years, TEAM, MONDAY, WEEKS)
    store.run(_know_sizes)
    _write(store)
    store.run(two_years.copy_week, MONDAY, WEEKS)
    release_memory()


def _put(session: Session, cohort_id: int, user_ids: list[str], when: datetime) -> None:
    cohort = queries.find(session, TEAM, cohort_id)
    assert cohort is not None
    queries.put_in(session, cohort, user_ids, when, may_move=False)


def _delivery(key: UUID, learner_id: int, day: date, at: datetime, revision: int) -> dict[str, Any]:
    return {
        "id": key,
        "learner_id": learner_id,
        "team_id": TEAM,
        "learning_day": day,
        "kind": DeliveryKindName.LESSON,
        "due_at": at,
        "expires_at": at + timedelta(hours=4),
        "state": SendState.SENT,
        "attempt": 1,
        "revision_id": revision,
        "channel": f"DU{learner_id - 1}",
        "ts": f"1.{key.int:09}",
        "sent_at": at,
        "counts_for_streak": True,
        "carried_over": False,
    }


def _know_sizes(session: Session) -> None:
    if session.connection().dialect.name == "postgresql":
        session.connection().execute(text("ANALYZE"))


async def _click(store: Store) -> tuple[list[float], list[float]]:
    """The same clicks twice: while nothing else happens, and while weeks are written one after another."""
    store.run(_give_lessons)
    transactions, library, people = Transactions(store), Library(), iter(range(LEARNERS))
    await _clicks(transactions, library, people, 20)  # the lessons are read
    idle = await _clicks(transactions, library, people, CLICKS)
    busy: list[float] = []
    while len(busy) < CLICKS:
        await transactions.write_in_background(_unwrite)
        writing = asyncio.create_task(_write_in_background(transactions))
        while not writing.done():
            busy += await _clicks(transactions, library, people, 1)
        await writing
    return idle, busy


async def _write_in_background(transactions: Transactions) -> None:
    await transactions.write_in_background(cohorts.record_weekly_counts, NOW)
    await transactions.write_in_background(workspace_overview.record_weekly_counts, NOW)
    figures = await transactions.read(weekly_figures.measure_weekly_figures, LIBRARY, NOW)
    await transactions.write_in_background(weekly_figures.store_weekly_figures, figures)


def _give_lessons(session: Session) -> None:
    """Everybody has a lesson of yesterday's that they haven't answered."""
    revision = session.connection().execute(select(col(LessonRevision.id)).limit(1)).scalar_one()
    yesterday = NOW - timedelta(days=1)
    rows = [
        _delivery(
            planning.build_delivery_id(TEAM, f"U{number}", yesterday.date(), DeliveryKindName.LESSON),
            number + 1,
            yesterday.date(),
            yesterday,
            revision,
        )
        | {"ts": f"2.{number:06}"}
        for number in range(LEARNERS)
    ]
    session.connection().execute(insert(Delivery), rows)


async def _clicks(transactions: Transactions, library: Library, people: Iterator[int], number: int) -> list[float]:
    """Answers one after another; the seconds from each click until it is saved."""
    seconds: list[float] = []
    for _ in range(number):
        who = next(people)
        person, ref = Person(TEAM, f"U{who}"), MessageRef(f"DU{who}", f"2.{who:06}")
        began = time.perf_counter()
        answered = await transactions.write_for_person(practice.answer_lesson, library, person, ref, "A", NOW)
        seconds.append(time.perf_counter() - began)
        assert answered.is_first
        await asyncio.sleep(EVERY)
    return seconds


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def _p95(seconds: Sequence[float]) -> float:
    return sorted(seconds)[int(len(seconds) * 0.95)]
