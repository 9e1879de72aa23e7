"""One leg of the campaign: people whose lesson is due now, workers that are killed, and the comparison at the end."""

import asyncio
import contextlib
import os
import random
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta

import aiohttp
from cryptography.fernet import Fernet
from sqlmodel import col, func, insert, select

from bot.domain.learner import Cadence
from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import ShiftHours, WeeklySchedule, schedule_to_json
from bot.learning import packs, workspace_lifecycle
from bot.storage import Session, Store, migration
from bot.storage.encryption import Cipher
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import Delivery, Learner, LearnerState, SendState
from tests.builders import six_lessons

TEAMS = 20
KILL_AFTER = 2.0
"""Seconds that a worker lives on average, from the first on."""

LOOK = 0.5
"""Seconds between two looks at how far it is."""


@dataclass(frozen=True, slots=True)
class Leg:
    """What is tried: how many people and workers, for how long at the most, over which database."""

    name: str
    url: str
    learners: int
    workers: int
    seconds: float
    seed: int


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the comparison found. `lost`: owed and never accepted; `doubled`: accepted more than once."""

    leg: Leg
    delivered: int
    lost: int
    doubled: int
    unrecorded: int
    kills: int
    seconds: float
    faults: dict[str, int] = field(default_factory=dict)

    @property
    def passed(self) -> bool:
        """Whether each lesson arrived exactly once, and the rows say so."""
        return self.lost == self.doubled == self.unrecorded == 0 and self.delivered == self.leg.learners

    def __str__(self) -> str:
        said = "passed" if self.passed else "FAILED"
        return (
            f"{self.leg.name}: {said}: {self.delivered} of {self.leg.learners} delivered, {self.lost} lost, "
            f"{self.doubled} doubled, {self.unrecorded} sent but not recorded; {self.kills} kills, "
            f"{sum(self.faults.values()) - self.faults.get('none', 0)} faults, {self.seconds:.0f} s, "
            f"seed {self.leg.seed}"
        )


async def run(leg: Leg) -> Verdict:
    """Play one leg, and compare the server's record with the rows."""
    key = Fernet.generate_key().decode()
    migration.upgrade_database(leg.url)
    store = Store(leg.url, Cipher([key]))
    try:
        store.run(_everyone_is_due, leg.learners, datetime.now(UTC))
        async with _slack(leg.seed) as port, aiohttp.ClientSession() as session:
            began = asyncio.get_running_loop().time()
            kills = await _until_quiet(leg, store, key, f"http://127.0.0.1:{port}/api/")
            seconds = asyncio.get_running_loop().time() - began
            async with session.get(f"http://127.0.0.1:{port}/record") as answer:
                record = await answer.json()
        return _compare(leg, store, record, kills, seconds)
    finally:
        store.close()


def _compare(leg: Leg, store: Store, record: dict[str, dict[str, int]], kills: int, seconds: float) -> Verdict:
    posts = record["posts"]
    states = store.run(_states)
    return Verdict(
        leg=leg,
        delivered=sum(1 for state in states.values() if state == SendState.SENT),
        lost=sum(1 for each, state in states.items() if state == SendState.SENT and each not in posts),
        doubled=sum(1 for count in posts.values() if count > 1),
        unrecorded=sum(1 for each in posts if states.get(each) != SendState.SENT),
        kills=kills,
        seconds=seconds,
        faults=record["faults"],
    )


async def _until_quiet(leg: Leg, store: Store, key: str, api: str) -> int:
    """Workers come and go until nothing is owed any more, or the time is over; how many were killed."""
    chance = random.Random(leg.seed)
    ends = asyncio.get_running_loop().time() + leg.seconds
    workers = [await _worker(leg.url, api, key) for _ in range(leg.workers)]
    kills = 0
    try:
        while asyncio.get_running_loop().time() < ends and store.run(_still_owed, datetime.now(UTC)):
            await asyncio.sleep(LOOK)
            for place in range(leg.workers):
                if chance.random() < LOOK / KILL_AFTER / leg.workers:
                    workers[place].kill()
                    await workers[place].wait()
                    workers[place] = await _worker(leg.url, api, key)
                    kills += 1
    finally:
        for worker in workers:
            with contextlib.suppress(ProcessLookupError):
                worker.kill()
            await worker.wait()
    return kills


async def _worker(url: str, api: str, key: str) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(sys.executable, "-m", "tests.bench.chaos.worker", url, api, key)


@contextlib.asynccontextmanager
async def _slack(seed: int) -> AsyncIterator[int]:
    """The unreliable server, and the port that it listens on."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.bench.chaos.slack", str(seed), stdout=asyncio.subprocess.PIPE, env=os.environ
    )
    assert process.stdout is not None
    try:
        yield int(await process.stdout.readline())
    finally:
        process.kill()
        await process.wait()


def _everyone_is_due(session: Session, learners: int, now: datetime) -> None:
    """People in uneven workspaces, each in the first minute of a shift that brings their lesson at once."""
    packs.load_pack(session, six_lessons(), EVERYONES_SCOPE, "chaos", now)
    for team in range(TEAMS):
        workspace_lifecycle.register_workspace(session, f"T{team}", None, f"Hospital {team}", "U0ROUNDS", now)
    session.flush()
    minute = now.replace(second=0, microsecond=0)
    end = (minute + timedelta(hours=8)).time()
    schedule = schedule_to_json(
        WeeklySchedule(dict.fromkeys(range(7), ShiftHours(time(minute.hour, minute.minute), end)), MessageTiming(0))
    )
    chance = random.Random(learners)
    session.exec(
        insert(Learner),
        params=[
            {
                "organization_id": team,
                "team_id": team,
                "user_id": f"U{number}",
                "state": LearnerState.ACTIVE,
                "tz": "Etc/UTC",
                "schedule": schedule,
                "focus_skills": [],
                "weak_skills": [],
                "cadence": Cadence.EACH_SHIFT,
                "next_due_at": minute,
                "created_at": now,
                "started_at": now,
            }
            for number in range(learners)
            for team in [f"T{min(int(chance.expovariate(5 / TEAMS)), TEAMS - 1)}"]
        ],
    )


def _still_owed(session: Session, now: datetime) -> bool:
    """Whether anyone waits for a row, or a row for its message."""
    rows = select(func.count()).select_from(Delivery).where(col(Delivery.state).in_([SendState.DUE, SendState.SENDING]))
    unplanned = select(func.count()).select_from(Learner).where(col(Learner.next_due_at) <= now)
    return session.exec(unplanned).one() > 0 or session.exec(rows).one() > 0


def _states(session: Session) -> dict[str, SendState]:
    rows = session.exec(select(Delivery.id, col(Delivery.state)))
    return {str(delivery_id): state for delivery_id, state in rows}
