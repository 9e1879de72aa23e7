"""Many learners at once, written in bulk: a million in a minute or so."""

from collections.abc import Callable
from datetime import datetime
from itertools import islice
from typing import Any

from sqlalchemy import delete, insert, text, update
from sqlmodel import SQLModel

from bot.content.shipped_pack import shipped_pack
from bot.domain.learner import Cadence
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, schedule_to_json
from bot.learning import packs
from bot.storage import Session, Store
from bot.storage.packs import EVERYONES_SCOPE
from bot.storage.tables import Delivery, Learner, LearnerState, Workspace

AT_ONCE = 10_000

Describe = Callable[[int], dict[str, Any]]
"""What is a learner's own, by number: columns that differ from everyone's."""


def open_hospital(store: Store, teams: int, now: datetime) -> None:
    """The shipped pack for everyone, and this many workspaces: `T0` and so on."""
    store.run(packs.load_pack, shipped_pack(), EVERYONES_SCOPE, "bench", now)
    rows = [
        {"team_id": f"T{number}", "name": "Hospital", "bot_user_id": "U0ROUNDS", "created_at": now}
        for number in range(teams)
    ]
    store.run(_insert, Workspace, rows)


def enrol(store: Store, number: int, teams: int, now: datetime, describe: Describe = lambda _number: {}) -> None:
    """Active learners `U0` and so on, spread over the workspaces, each due at `now` unless they are described so."""
    everyones = {
        "state": LearnerState.ACTIVE,
        "tz": "Europe/London",
        "schedule": schedule_to_json(WORKDAY_SCHEDULE),
        "focus_skills": [],
        "weak_skills": [],
        "cadence": Cadence.EACH_SHIFT,
        "follows_zone": True,
        "follows_status": False,
        "weekly_summary": False,
        "paused_by_status": False,
        "next_due_at": now,
        "created_at": now,
    }
    people = (
        {**everyones, "organization_id": f"T{each % teams}", "team_id": f"T{each % teams}", "user_id": f"U{each}"}
        | describe(each)
        for each in range(number)
    )
    while some := list(islice(people, AT_ONCE)):
        store.run(_insert, Learner, some)
    store.run(_know_sizes)


def fall_due(store: Store, when: datetime) -> None:
    """Take all deliveries away, and let everyone's next be due at an instant."""
    store.run(_fall_due, when)


def _insert(session: Session, table: type[SQLModel], rows: list[dict[str, Any]]) -> None:
    session.connection().execute(insert(table), rows)


def _know_sizes(session: Session) -> None:
    """What PostgreSQL does by itself within a minute after so many rows."""
    connection = session.connection()
    if connection.dialect.name == "postgresql":
        connection.execute(text("ANALYZE"))


def _fall_due(session: Session, when: datetime) -> None:
    session.connection().execute(delete(Delivery))
    session.connection().execute(update(Learner).values(next_due_at=when, state=LearnerState.ACTIVE))
