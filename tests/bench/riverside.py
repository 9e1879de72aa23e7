"""Many learners at once, written straight into a database: enrolling each by hand would take longer than measuring."""

from datetime import datetime
from pathlib import Path

from cryptography.fernet import Fernet
from sqlmodel import insert

from bot.content.shipped_pack import shipped_pack
from bot.domain.learner import Cadence
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, schedule_to_json
from bot.learning import workspace_lifecycle
from bot.learning.shipped_packs import ensure_shipped_pack
from bot.storage import Session, Store, migration
from bot.storage.encryption import Cipher
from bot.storage.tables import Learner, LearnerState

RIVERSIDE = "T0RIVER"
"""The sandbox's workspace."""


def write_learners(session: Session, first: int, count: int, now: datetime, next_due_at: datetime) -> None:
    """Learners U000000 and on, who have started."""
    row = {
        "organization_id": RIVERSIDE,
        "team_id": RIVERSIDE,
        "state": LearnerState.ACTIVE,
        "tz": "Europe/London",
        "schedule": schedule_to_json(WORKDAY_SCHEDULE),
        "focus_skills": [],
        "weak_skills": [],
        "cadence": Cadence.EACH_SHIFT,
        "created_at": now,
        "started_at": now,
        "next_due_at": next_due_at,
    }
    people = [{**row, "user_id": f"U{number:06}"} for number in range(first, first + count)]
    session.connection().execute(insert(Learner), people)


def ward_of(folder: Path, now: datetime) -> Store:
    """A new SQLite database with the shipped pack and the workspace, and nobody in it."""
    url = f"sqlite:///{folder / 'rounds.db'}"
    migration.upgrade_database(url)
    store = Store(url, Cipher([Fernet.generate_key().decode()]))
    store.run(workspace_lifecycle.register_workspace, RIVERSIDE, None, "Riverside Health", "U0ROUNDS", now)
    store.run(ensure_shipped_pack, shipped_pack, now)
    return store
