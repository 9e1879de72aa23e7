"""What a tick costs with a million learners, beside a cron job of APScheduler's for each."""

import logging
import pickle
import tempfile
import time
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from datetime import time as local
from pathlib import Path
from statistics import median
from typing import Any

from apscheduler.jobstores.sqlalchemy import SQLAlchemyJobStore
from apscheduler.schedulers.base import BaseScheduler
from sqlalchemy import create_engine

from bot.delivery.tick import MAX_LEARNERS_PER_TRANSACTION, is_anyone_due, plan_due_deliveries
from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import Roster, schedule_to_json, weekly_around_messages
from bot.process import configure_logging
from bot.storage import Store
from tests.bench import crowd, databases
from tests.bench.report import Row
from tests.engine_kinds import KINDS

LEARNERS, TEAMS = 1_000_000, 1_000
AT_NINE, IN_A_MINUTE, MINUTES = 34_332, 400, 5
ROSTERS = 20
"""One in so many of those due at nine has a roster, and no two are the same."""

NIGHT = datetime(2026, 3, 2, 3, tzinfo=UTC)
QUIET, NINE = [NIGHT.replace(hour=8, minute=41 + minute) for minute in range(MINUTES)], NIGHT.replace(hour=9)
SOON = timedelta(seconds=30)

JOBS, DUE_JOBS = 100_000, 2_000
MUST = 20

DAY_ENDS = [local(15 + minutes // 60, minutes % 60) for minutes in range(0, 180, 5)]
"""When people want the day's end: in steps of five minutes, as people choose."""

ENDS = [schedule_to_json(weekly_around_messages(range(5), local(9), end)) for end in DAY_ENDS]
EARLY = [[schedule_to_json(weekly_around_messages(range(5), at.time(), end)) for end in DAY_ENDS] for at in QUIET]


def measure() -> Sequence[Row]:
    """The tick on both databases, and before, between and after them the jobs."""
    configure_logging("error")
    measured: dict[str, tuple[float, float, float]] = {}
    jobs = [_job()]
    for name, make in databases.BOTH.items():
        with make() as store:
            crowd.open_hospital(store, TEAMS, NIGHT)
            crowd.enrol(store, LEARNERS, TEAMS, NIGHT, _timetable)
            idle = _idle(store)
            minutes = [_planned(store, minute, IN_A_MINUTE) for minute in QUIET]
            measured[name] = idle, median(minutes), _planned(store, NINE, AT_NINE)
        jobs.append(_job())
    job = median(jobs)
    return [row for name, figures in measured.items() for row in _rows(name, *figures, job)]


def _rows(name: str, idle: float, minute: float, nine: float, job: float) -> list[Row]:
    jobs = f"a due job of 100,000 of APScheduler's: {job * 1e6:,.0f} µs"
    must = f"at least {MUST} times cheaper"
    return [
        Row(f"idle tick, 1,000,000 learners, {name}", idle * 1e3, "ms", "", None, "under 1 ms", idle < 1e-3),
        Row(
            f"tick of a typical minute (400 due), for each due learner, {name}",
            minute * 1e6,
            "µs",
            jobs,
            job / minute,
            must,
            job / minute >= MUST,
        ),
        Row(
            f"tick of 09:00 (34,332 due), for each due learner, {name}",
            nine * 1e6,
            "µs",
            jobs,
            job / nine,
            must,
            job / nine >= MUST,
        ),
    ]


def _timetable(number: int) -> dict[str, Any]:
    """Some are due at nine, a few in each of some minutes before, and all others later."""
    if number < AT_NINE:
        own = _roster(number) if number % ROSTERS == 0 else ENDS[number % len(ENDS)]
        return {"schedule": own, "next_due_at": NINE}
    minute = (number - AT_NINE) // IN_A_MINUTE
    if minute < MINUTES:
        return {"schedule": EARLY[minute][number % len(DAY_ENDS)], "next_due_at": QUIET[minute]}
    return {"schedule": ENDS[number % len(ENDS)], "next_due_at": NINE + timedelta(minutes=1 + number % 1400)}


def _roster(number: int) -> dict[str, Any]:
    """Ten weeks of shifts, the first of them this one, the others a learner's own."""
    later = timedelta(minutes=number // ROSTERS % 900)
    starts = [
        NINE,
        *(NINE + timedelta(days=day) + later for day in range(2, 66, 2)),
        NINE + timedelta(days=80 + number % 97),
    ]
    return schedule_to_json(
        Roster(tuple((start, start + timedelta(hours=8)) for start in starts), MessageTiming(0, 25))
    )


def _idle(store: Store) -> float:
    """Seconds of a look that finds nothing due, from the asking to the answer; the median of many."""
    return median(_seconds(lambda: store.read(is_anyone_due, NIGHT).result()) for _ in range(300))


def _planned(store: Store, when: datetime, expected: int) -> float:
    """Seconds for each learner to write the rows that are due, and set all their next times."""
    planned = [MAX_LEARNERS_PER_TRANSACTION]

    def plan() -> None:
        while planned[-1] == MAX_LEARNERS_PER_TRANSACTION:
            planned.append(store.run(plan_due_deliveries, KINDS, when + SOON))

    seconds = _seconds(plan)
    assert sum(planned[1:]) == expected, "another number was due than the row says"
    return seconds / expected


def _seconds(work: Any) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


class _Still(BaseScheduler):  # type: ignore[misc]  # it has no types
    """A scheduler that looks when it is told to."""

    def wakeup(self) -> None:
        """Leave it to the benchmark."""

    def shutdown(self, wait: bool = True) -> None:
        super().shutdown(wait)


def nothing() -> None:
    """What the jobs do."""


def _job() -> float:
    """Seconds that APScheduler takes for each due job, at its peak: all due at one time, of 100,000 cron jobs.

    Its job store is as its documentation sets it up, on a SQLite file.
    """
    logging.getLogger("apscheduler").setLevel(logging.ERROR)
    with tempfile.TemporaryDirectory(prefix="rounds-bench-") as folder:
        engine = create_engine(f"sqlite:///{Path(folder) / 'jobs.db'}")
        scheduler, store = _Still(timezone="UTC"), SQLAlchemyJobStore(engine=engine)
        scheduler.add_jobstore(store)
        scheduler.start()
        one = scheduler.add_job(nothing, "cron", hour=9, id="one", misfire_grace_time=None)
        now = datetime.now(UTC)
        states = (
            {**one.__getstate__(), "id": f"job{number}", "next_run_time": now + _in(number)} for number in range(JOBS)
        )
        rows = [
            {"id": state["id"], "next_run_time": state["next_run_time"].timestamp(), "job_state": pickle.dumps(state)}
            for state in states
        ]
        with engine.begin() as connection:  # what `add_job` writes, one by one and slower
            connection.execute(store.jobs_t.insert(), rows)
        seconds = _seconds(scheduler._process_jobs)
        scheduler.shutdown()
        engine.dispose()
    return seconds / DUE_JOBS


def _in(number: int) -> timedelta:
    return timedelta(seconds=-30) if number < DUE_JOBS else timedelta(hours=5)
