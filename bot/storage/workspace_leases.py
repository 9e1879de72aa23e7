"""Leases: which worker delivers to which workspace. A workspace's pace holds only if no two workers send to it at once.

The workers that are alive share the workspaces out without talking: each workspace falls to the one that scores highest
for it (rendezvous hashing), so that one more or one fewer worker moves only its own share. What a worker holds and
should no longer have, it lets run out.

A lease is about pace alone. That nothing is sent twice is the delivery row's to say (`worker`, `attempt`), so clocks
that differ make a workspace change hands early or late, and no more than that.
"""

from collections.abc import Collection
from datetime import datetime, timedelta
from functools import lru_cache
from hashlib import blake2b

from sqlmodel import col, delete, or_, select, update

from bot.storage import row_batches
from bot.storage.database import Session
from bot.storage.tables import Worker, WorkspaceLease

LEASE_DURATION = timedelta(seconds=20)
"""How long a lease lasts. What a dead worker held passes on after that; the others look every few seconds."""

RENEW_WITHIN = LEASE_DURATION / 2
"""What is left of a lease when its worker renews it: claiming every second needn't write every second."""

MAX_TIME_AHEAD = LEASE_DURATION * 2
"""A lease that ends later than this was made by a clock that is wrong, and counts as ended."""

DEAD_WORKER_RETENTION = timedelta(days=1)
"""When the row of a worker that is gone is dropped."""


def acquire_leases(session: Session, worker: str, team_ids: Collection[str], now: datetime) -> frozenset[str]:
    """Those of these workspaces that `worker` may deliver to now: it takes what is free or expired, and renews its own.

    It doesn't wait for a worker that is just doing the same, but at a workspace's very first lease. What is taken is
    the worker's once the transaction is committed.
    """
    alive = _come_forward(session, worker, now)
    leases = session.exec(
        select(WorkspaceLease.team_id, WorkspaceLease.worker, WorkspaceLease.until).where(
            col(WorkspaceLease.team_id).in_(team_ids)
        )
    ).all()
    ours = {team for team in team_ids if _falls_to(team, alive) == worker}
    held = {team: until for team, holder, until in leases if holder == worker and now < until <= now + MAX_TIME_AHEAD}
    known = {team for team, _, _ in leases}
    lasting = {team for team, until in held.items() if until > now + RENEW_WITHIN or team not in ours}
    taken = _take(session, worker, (ours & known) - lasting, now) | _begin(session, worker, ours - known, now)
    return frozenset(lasting | taken)


def release_leases(session: Session, worker: str) -> None:
    """Give up all that `worker` holds: it stops, and the others needn't wait for its leases to run out."""
    session.exec(delete(WorkspaceLease).where(col(WorkspaceLease.worker) == worker))
    session.exec(delete(Worker).where(col(Worker.name) == worker))


def _come_forward(session: Session, worker: str, now: datetime) -> tuple[str, ...]:
    """Say that this worker is alive; the names of all that are, in order."""
    lasting = col(Worker.until).between(now, now + MAX_TIME_AHEAD)
    alive = dict(session.exec(select(Worker.name, Worker.until).where(lasting)).all())
    if worker not in alive or alive[worker] <= now + RENEW_WITHIN:
        session.exec(delete(Worker).where(col(Worker.until) < now - DEAD_WORKER_RETENTION))
        session.merge(Worker(name=worker, until=now + LEASE_DURATION))
        session.flush()
    return tuple(sorted({*alive, worker}))


def _take(session: Session, worker: str, team_ids: Collection[str], now: datetime) -> set[str]:
    """Make these leases the worker's until 20 s from now, where they are its own or have run out."""
    if not team_ids:
        return set()
    until = col(WorkspaceLease.until)
    free = (
        select(WorkspaceLease.team_id)
        .where(
            col(WorkspaceLease.team_id).in_(team_ids),
            or_(col(WorkspaceLease.worker) == worker, until <= now, until > now + MAX_TIME_AHEAD),
        )
        .with_for_update(skip_locked=True)
    )
    taking = (
        update(WorkspaceLease)
        .where(col(WorkspaceLease.team_id).in_(free))
        .values(worker=worker, until=now + LEASE_DURATION)
        .returning(col(WorkspaceLease.team_id))
        .execution_options(synchronize_session=False)
    )
    return set(session.exec(taking).scalars())


def _begin(session: Session, worker: str, team_ids: Collection[str], now: datetime) -> set[str]:
    """The first leases of workspaces that never had one. In order, so that two who begin at once can't deadlock."""
    if not team_ids:
        return set()
    new = [{"team_id": team, "worker": worker, "until": now + LEASE_DURATION} for team in sorted(team_ids)]
    inserting = row_batches.insert_or_conflict(session, WorkspaceLease).values(new).on_conflict_do_nothing()
    beginning = inserting.returning(col(WorkspaceLease.team_id))
    return set(session.exec(beginning).scalars())


@lru_cache(maxsize=16_384)
def _falls_to(team_id: str, workers: tuple[str, ...]) -> str:
    """The worker that scores highest for this workspace: the same answer wherever it is asked."""
    return max(workers, key=lambda worker: blake2b(f"{worker} {team_id}".encode(), digest_size=8).digest())
