"""Migrations create exactly the models' tables, once."""

import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import SettingsError
from bot.storage import migration


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The address of a database that doesn't exist yet."""
    return f"sqlite:///{tmp_path / 'rounds.db'}"


def columns(database: Path) -> dict[str, list[str]]:
    with closing(sqlite3.connect(database)) as connection:
        tables = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name").fetchall()
        return {name: [row[1] for row in connection.execute(f"PRAGMA table_info({name})")] for (name,) in tables}


def test_an_upgraded_database_has_exactly_the_tables_of_the_code(url: str) -> None:
    migration.upgrade_database(url)

    assert migration.find_differences(url) == []


def test_a_difference_is_told(url: str, tmp_path: Path) -> None:
    migration.upgrade_database(url)
    with closing(sqlite3.connect(tmp_path / "rounds.db")) as connection:
        connection.execute("DROP TABLE exportedfile")

    assert any("exportedfile" in change for change in migration.find_differences(url))


def test_upgrading_again_changes_nothing(url: str, tmp_path: Path) -> None:
    assert migration.upgrade_database(url) is True
    before = columns(tmp_path / "rounds.db")

    assert migration.upgrade_database(url) is False
    assert columns(tmp_path / "rounds.db") == before


def test_an_up_to_date_database_is_recognised_without_alembic(url: str) -> None:
    migration.upgrade_database(url)
    program = (
        "import sys; from bot.storage import migration; "
        f"assert migration.upgrade_database({url!r}) is False; print('alembic' in sys.modules)"
    )

    said = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)

    assert said.stdout.strip() == "False"


def test_a_database_of_a_newer_rounds_is_left_alone(url: str, tmp_path: Path) -> None:
    migration.upgrade_database(url)
    with closing(sqlite3.connect(tmp_path / "rounds.db")) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999_future'")
        connection.commit()

    with pytest.raises(SettingsError, match="9999_future"):
        migration.upgrade_database(url)
