"""Migrations make exactly the tables of the code, once."""

import json
import sqlite3
import subprocess
import sys
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.domain.schedule import Schedule, next_delivery
from bot.domain.shifts import schedule_from_json
from bot.errors import SettingsError
from bot.storage import migrate


@pytest.fixture
def url(tmp_path: Path) -> str:
    """A database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'rounds.db'}"


def columns(database: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(database)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return {name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")] for (name,) in tables}


def test_an_upgraded_database_has_exactly_the_tables_of_the_code(url: str) -> None:
    migrate.upgrade(url)

    assert migrate.difference(url) == []


def test_a_difference_is_told(url: str, tmp_path: Path) -> None:
    migrate.upgrade(url)
    with closing(sqlite3.connect(tmp_path / "rounds.db")) as connection:
        connection.execute("DROP TABLE exportedfile")

    assert any("exportedfile" in change for change in migrate.difference(url))


def test_upgrading_again_changes_nothing(url: str, tmp_path: Path) -> None:
    assert migrate.upgrade(url) is True
    before = columns(tmp_path / "rounds.db")

    assert migrate.upgrade(url) is False
    assert columns(tmp_path / "rounds.db") == before


def test_an_up_to_date_database_is_recognised_without_alembic(url: str) -> None:
    migrate.upgrade(url)
    program = (
        "import sys; from bot.storage import migrate; "
        f"assert migrate.upgrade({url!r}) is False; print('alembic' in sys.modules)"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "False"


def test_a_database_of_a_newer_rounds_is_left_alone(url: str, tmp_path: Path) -> None:
    migrate.upgrade(url)
    with closing(sqlite3.connect(tmp_path / "rounds.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_future'")
        connection.commit()

    with pytest.raises(SettingsError, match="9999_future"):
        migrate.upgrade(url)


def test_going_back_to_nothing_and_up_again_works(url: str, tmp_path: Path) -> None:
    from alembic import command

    from bot.storage.database import database_url, make_engine

    migrate.upgrade(url)
    before = columns(tmp_path / "rounds.db")
    engine = make_engine(database_url(url), writer=True)
    with engine.begin() as connection:
        command.downgrade(migrate._config(connection), "base")
    engine.dispose()
    assert "learner" not in columns(tmp_path / "rounds.db")

    migrate.upgrade(url)

    assert columns(tmp_path / "rounds.db") == before


@pytest.mark.parametrize(
    ("lesson_at", "day_end_at"),
    [
        pytest.param("09:00", "16:30", id="a day"),
        pytest.param("22:00", "06:00", id="a night"),
        pytest.param("23:45", "23:30", id="nearly a day and a night"),
        pytest.param("00:00", "00:01", id="a minute"),
    ],
)
def test_messages_come_at_the_same_times_after_schedules_became_shifts(
    url: str, tmp_path: Path, lesson_at: str, day_end_at: str
) -> None:
    upgrade_to(url, "0001_first")
    keep_learner(tmp_path / "rounds.db", {"days": [0, 4], "lesson_at": lesson_at, "day_end_at": day_end_at})

    migrate.upgrade(url)

    with closing(sqlite3.connect(tmp_path / "rounds.db")) as connection:
        ((rule,),) = connection.execute("SELECT schedule FROM learner").fetchall()
    monday, friday = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 6, tzinfo=UTC)
    expected = []
    for midnight in (monday, friday):
        lesson, day_end = (midnight + hours_into_day(at) for at in (lesson_at, day_end_at))
        expected += [lesson, day_end if day_end > lesson else day_end + timedelta(days=1)]
    assert message_times(schedule_from_json(json.loads(rule)), monday) == expected


def upgrade_to(url: str, revision: str) -> None:
    from alembic import command

    from bot.storage.database import database_url, make_engine

    engine = make_engine(database_url(url), writer=True)
    with engine.begin() as connection:
        command.upgrade(migrate._config(connection), revision)
    engine.dispose()


def keep_learner(database: Path, schedule: dict[str, object]) -> None:
    """One learner as version 0.1 kept them."""
    now = "2026-02-28 12:00:00.000000"
    with closing(sqlite3.connect(database)) as connection:
        connection.execute(
            "INSERT INTO learner (home_id, team_id, user_id, tz, schedule, focus, state, created_at) "
            "VALUES ('T0RIVER', 'T0RIVER', 'U0AMARA', 'Etc/UTC', ?, '[]', 'active', ?)",
            (json.dumps(schedule), now),
        )
        connection.commit()


def message_times(schedule: Schedule, after: datetime) -> list[datetime]:
    """When a week's messages come, in UTC."""
    found: list[datetime] = []
    last = after - timedelta(seconds=1)
    while (due := next_delivery(schedule, ZoneInfo("UTC"), last)) and due.learning_day < after.date() + timedelta(7):
        found.append(due.at)
        last = due.at
    return found


def hours_into_day(at: str) -> timedelta:
    hours, minutes = at.split(":")
    return timedelta(hours=int(hours), minutes=int(minutes))


def test_a_new_migration_is_written_from_the_difference(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    migrate.upgrade(url)
    with closing(sqlite3.connect(tmp_path / "rounds.db")) as connection:
        connection.execute("DROP TABLE exportedfile")
    monkeypatch.setattr(migrate, "MIGRATIONS", copy_of_migrations(tmp_path))

    migrate.write_revision(url, "0002_files", "Files that were exported.")

    written = (tmp_path / "migrations" / "versions" / "0002_files.py").read_text()
    assert written.startswith('"""Files that were exported.')
    assert '"exportedfile"' in written.replace("'", '"')


def copy_of_migrations(folder: Path) -> Path:
    import shutil

    return Path(shutil.copytree(migrate.MIGRATIONS, folder / "migrations"))
