"""Leases: which worker delivers to which workspace, so that only one worker at a time uses a workspace's rate limit.

Live workers share the workspaces without talking to each other: each workspace goes to the worker that scores highest
for it (rendezvous hashing), so adding or removing a worker moves only that worker's share. A worker lets leases expire
that should no longer be its own.

Leases only protect rate limits. The delivery row (`worker`, `attempt`) ensures that nothing is sent twice, so clocks
that differ only make a workspace change workers early or late.
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
"""How long a lease lasts. A dead worker's workspaces change hands after this; other workers check every few seconds."""

RENEW_WITHIN = LEASE_DURATION / 2
"""A lease is renewed once this much or less of it remains, so that frequent claims don't need frequent writes."""

MAX_TIME_AHEAD = LEASE_DURATION * 2
"""A lease that ends later than this from now was made by a wrong clock, and counts as expired."""

DEAD_WORKER_RETENTION = timedelta(days=1)
"""How long the row of a dead worker is kept."""


def acquire_leases(session: Session, worker: str, team_ids: Collection[str], now: datetime) -> frozenset[str]:
    """Take free or expired leases, renew the worker's own, and return the workspaces that `worker` may deliver to now.

    Never waits for another worker doing the same, except for a workspace's very first lease. Leases are valid once the
    transaction is committed.
    """
    alive = _register_worker(session, worker, now)
    leases = session.exec(
        select(WorkspaceLease.team_id, WorkspaceLease.worker, WorkspaceLease.until).where(
            col(WorkspaceLease.team_id).in_(team_ids)
        )
    ).all()
    ours = {team for team in team_ids if _choose_worker(team, alive) == worker}
    own = {team: until for team, holder, until in leases if holder == worker and now < until <= now + MAX_TIME_AHEAD}
    known = {team for team, _, _ in leases}
    valid = {team for team, until in own.items() if until > now + RENEW_WITHIN or team not in ours}
    taken = _renew_or_take(session, worker, (ours & known) - valid, now) | _insert_first(
        session, worker, ours - known, now
    )
    return frozenset(valid | taken)


def release_leases(session: Session, worker: str) -> None:
    """Release all leases of a stopping worker, so that others don't wait for them to expire."""
    session.exec(delete(WorkspaceLease).where(col(WorkspaceLease.worker) == worker))
    session.exec(delete(Worker).where(col(Worker.name) == worker))


def _register_worker(session: Session, worker: str, now: datetime) -> tuple[str, ...]:
    """Record that this worker is alive. Return the names of all live workers, in order."""
    valid = col(Worker.until).between(now, now + MAX_TIME_AHEAD)
    alive = dict(session.exec(select(Worker.name, Worker.until).where(valid)).all())
    if worker not in alive or alive[worker] <= now + RENEW_WITHIN:
        session.exec(delete(Worker).where(col(Worker.until) < now - DEAD_WORKER_RETENTION))
        session.merge(Worker(name=worker, until=now + LEASE_DURATION))
        session.flush()
    return tuple(sorted({*alive, worker}))


def _renew_or_take(session: Session, worker: str, team_ids: Collection[str], now: datetime) -> set[str]:
    """Lease these workspaces to the worker for 20 s, if they are its own or expired."""
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
    leasing = (
        update(WorkspaceLease)
        .where(col(WorkspaceLease.team_id).in_(free))
        .values(worker=worker, until=now + LEASE_DURATION)
        .returning(col(WorkspaceLease.team_id))
        .execution_options(synchronize_session=False)
    )
    return set(session.exec(leasing).scalars())


def _insert_first(session: Session, worker: str, team_ids: Collection[str], now: datetime) -> set[str]:
    """Create the first leases of new workspaces, in order, so that two workers doing so can't deadlock."""
    if not team_ids:
        return set()
    new = [{"team_id": team, "worker": worker, "until": now + LEASE_DURATION} for team in sorted(team_ids)]
    inserting = row_batches.insert_or_conflict(session, WorkspaceLease).values(new).on_conflict_do_nothing()
    returning = inserting.returning(col(WorkspaceLease.team_id))
    return set(session.exec(returning).scalars())


@lru_cache(maxsize=16_384)
def _choose_worker(team_id: str, workers: tuple[str, ...]) -> str:
    """Return the worker that scores highest for this workspace: the same on every machine."""
    return max(workers, key=lambda worker: blake2b(f"{worker} {team_id}".encode(), digest_size=8).digest())
