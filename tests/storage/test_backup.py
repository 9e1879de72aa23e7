"""A backup is a complete database in one file, made while others write."""

import sqlite3
import stat
from contextlib import closing
from pathlib import Path

import pytest

from bot.errors import Refused
from bot.storage import migration
from bot.storage.backup import back_up_sqlite
from tests.builders import CLERK, NURSE
from tests.ward import Ward


def test_a_backup_holds_what_was_there_and_not_what_came_after(ward: Ward, database: Path, tmp_path: Path) -> None:
    ward.enrol(NURSE)

    back_up_sqlite(f"sqlite:///{database}", tmp_path / "backups" / "monday.db")
    ward.enrol(CLERK)

    with closing(sqlite3.connect(tmp_path / "backups" / "monday.db")) as copy:
        users = [user for (user,) in copy.execute("SELECT user_id FROM learner")]
        assert copy.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    assert users == [NURSE.user_id]


def test_a_backup_is_one_file_that_only_its_owner_may_read(ward: Ward, database: Path, tmp_path: Path) -> None:
    folder = tmp_path / "backups"

    size = back_up_sqlite(f"sqlite:///{database}", folder / "monday.db")

    (file,) = folder.iterdir()
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert file.stat().st_size == size


def test_a_backup_has_this_versions_tables(ward: Ward, database: Path, tmp_path: Path) -> None:
    back_up_sqlite(f"sqlite:///{database}", tmp_path / "monday.db")

    assert migration.find_differences(f"sqlite:///{tmp_path / 'monday.db'}") == []


def test_a_file_that_exists_is_not_written_over(database: Path, tmp_path: Path) -> None:
    (tmp_path / "monday.db").write_text("precious")

    with pytest.raises(Refused, match="already exists"):
        back_up_sqlite(f"sqlite:///{database}", tmp_path / "monday.db")

    assert (tmp_path / "monday.db").read_text() == "precious"


def test_what_an_interrupted_backup_left_is_no_hindrance(database: Path, tmp_path: Path) -> None:
    (tmp_path / "monday.db.unfinished").write_text("half")

    back_up_sqlite(f"sqlite:///{database}", tmp_path / "monday.db")

    assert not (tmp_path / "monday.db.unfinished").exists()


def test_a_database_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="no database"):
        back_up_sqlite(f"sqlite:///{tmp_path / 'none.db'}", tmp_path / "monday.db")

    assert list(tmp_path.iterdir()) == []


def test_postgresql_is_left_to_its_own_tools(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="pg_dump"):
        back_up_sqlite("postgres://rounds@db.example/rounds", tmp_path / "monday.db")
