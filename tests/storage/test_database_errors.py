"""A database that can't be used is said in one sentence: what happened, what was kept, and what to do."""

import hashlib
import os
import shutil
import socket
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import event, text

from bot.errors import DatabaseBusy, DatabaseTrouble, DatabaseUnavailable, Refused, RoundsError, SettingsError
from bot.storage import Session, Store, migration
from bot.storage.backup import back_up_sqlite
from bot.storage.database_url import translated_url_errors
from bot.storage.looking import looking_into
from bot.storage.write_check import check_writable
from tests.builders import any_cipher


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 8 MB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if shutil.which("mount") is None:
        pytest.skip("no program mounts disks here")
    mount = [str(shutil.which("mount")), "-t", "tmpfs", "-o", "size=8m", "tmpfs", str(disk)]
    mounted = subprocess.run(mount, capture_output=True, check=False)
    if mounted.returncode:
        pytest.skip("only root can mount a small disk here")
    try:
        yield disk
    finally:
        subprocess.run([str(shutil.which("umount")), "--lazy", disk], check=True)


def fill(disk: Path) -> None:
    """Leave no room on the disk."""
    with (disk / "other").open("wb") as file:
        free = os.statvfs(disk).f_bavail * os.statvfs(disk).f_frsize
        file.write(bytes(free))


def grow(session: Session) -> None:
    """Write more than fits into what SQLite has reserved."""
    session.connection().execute(text("CREATE TABLE grows (a BLOB)"))
    session.connection().execute(text("INSERT INTO grows VALUES (zeroblob(4000000))"))


def trouble_of(error: pytest.ExceptionInfo[DatabaseUnavailable]) -> DatabaseTrouble:
    return error.value.trouble


def test_a_full_disk_is_called_that_keeps_what_was_saved_and_passes_once_there_is_room(small_disk: Path) -> None:
    url = f"sqlite:///{small_disk / 'data' / 'rounds.db'}"
    migration.upgrade_database(url)
    with closing(Store(url, any_cipher())) as store:
        store.run(check_writable)
        fill(small_disk)

        with pytest.raises(DatabaseUnavailable, match="What was saved before is kept") as written:
            store.run(grow)
        with pytest.raises(DatabaseUnavailable) as checked:
            store.run(check_writable)
        assert {trouble_of(written), trouble_of(checked)} == {DatabaseTrouble.DISK_FULL}
        assert store.read(migration.has_newest_tables).result()

        (small_disk / "other").unlink()
        store.run(check_writable)


def test_a_backup_to_a_full_disk_says_so_and_leaves_nothing(small_disk: Path, database: Path) -> None:
    fill(small_disk)

    with pytest.raises(RoundsError, match=r"No backup was written: the disk of .* is full"):
        back_up_sqlite(f"sqlite:///{database}", small_disk / "monday.db")

    assert [each.name for each in small_disk.iterdir()] == ["other"]


def test_a_database_that_has_reached_its_size_is_full(sqlite_address: str) -> None:
    with closing(Store(sqlite_address, any_cipher())) as store:
        limit = (store._engine, "connect", lambda raw, _record: raw.execute("PRAGMA max_page_count=200"))
        event.listen(*limit)
        try:
            with pytest.raises(DatabaseUnavailable) as caught:
                store.run(grow)
        finally:
            event.remove(*limit)  # engines are kept: a later test's database may be larger

    assert trouble_of(caught) is DatabaseTrouble.DISK_FULL


def test_a_file_that_is_no_database_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "notes.txt"
    file.write_text("hello " * 1000)

    with pytest.raises(DatabaseUnavailable, match="isn't a database") as caught:
        migration.upgrade_database(f"sqlite:///{file}")

    assert trouble_of(caught) is DatabaseTrouble.DAMAGED
    assert file.read_text() == "hello " * 1000


def test_another_programs_database_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE appointments (a)")
        other.commit()
    before = file.read_bytes()

    with pytest.raises(SettingsError, match="another program"):
        migration.upgrade_database(f"sqlite:///{file}")

    assert file.read_bytes() == before
    assert [each.name for each in tmp_path.iterdir()] == ["other.db"]


def test_another_programs_alembic_database_is_not_called_a_newer_version_of_rounds(tmp_path: Path) -> None:
    file = tmp_path / "other.db"
    with closing(sqlite3.connect(file)) as other:
        other.execute("CREATE TABLE alembic_version (version_num TEXT)")
        other.execute("INSERT INTO alembic_version VALUES ('a3f5c2')")
        other.commit()

    with pytest.raises(SettingsError, match="another program"):
        migration.upgrade_database(f"sqlite:///{file}")


def test_a_folder_where_the_database_should_be_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file")

    with pytest.raises(DatabaseUnavailable, match="can't be used"):
        migration.upgrade_database(f"sqlite:///{tmp_path / 'data' / 'rounds.db'}")


def test_a_locked_database_is_busy_to_whoever_looks(sqlite_address: str, database: Path) -> None:
    with closing(sqlite3.connect(database, isolation_level=None)) as other:
        other.execute("PRAGMA journal_mode=DELETE")
        other.execute("BEGIN EXCLUSIVE")
        (database.parent / f"{database.name}-wal").touch()  # so that it doesn't count as unused

        with pytest.raises(DatabaseBusy), looking_into(sqlite_address):
            pass


def test_a_server_that_is_down_is_said_in_one_line_without_its_password() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]

    with pytest.raises(DatabaseUnavailable) as caught:
        migration.upgrade_database(f"postgres://nurse:secret@127.0.0.1:{port}/rounds")

    assert trouble_of(caught) is DatabaseTrouble.UNREACHABLE
    assert f"The database rounds on 127.0.0.1:{port} can't be reached." in str(caught.value)
    assert "secret" not in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("url", ["postgres://host:port/rounds", "sqlite+unknown:///rounds.db", "sqlite"])
def test_an_address_that_cannot_be_read_is_said_in_words(url: str) -> None:
    with pytest.raises(SettingsError, match="DATABASE_URL can't be read"):
        migration.upgrade_database(url)


def test_a_missing_driver_is_named_with_what_to_install() -> None:
    with (
        pytest.raises(SettingsError, match=r"psycopg.* isn't installed"),
        translated_url_errors(),
    ):
        raise ModuleNotFoundError("No module named 'psycopg'", name="psycopg")


def contents(folder: Path) -> dict[str, tuple[str, int]]:
    """Every file and folder in a folder, with its content's hash and its mode."""
    return {
        str(each.relative_to(folder)): (
            hashlib.sha256(each.read_bytes()).hexdigest() if each.is_file() else "",
            each.stat().st_mode,
        )
        for each in folder.rglob("*")
    }


def test_looking_changes_no_file_and_makes_none(tmp_path: Path, migrated: Path) -> None:
    file = tmp_path / "data" / "rounds.db"
    file.parent.mkdir(mode=0o755)
    file.write_bytes(migrated.read_bytes())
    file.chmod(0o644)
    before = contents(tmp_path)

    with looking_into(f"sqlite:///{file}") as session:
        assert migration.has_newest_tables(session)

    assert contents(tmp_path) == before


def test_looking_sees_what_a_running_bot_has_just_written(sqlite_address: str) -> None:
    with closing(Store(sqlite_address, any_cipher())) as store:
        store.run(lambda session: session.connection().execute(text("CREATE TABLE seen (a)")) and None)

        with looking_into(sqlite_address) as session:
            assert session.connection().execute(text("SELECT count(*) FROM seen")).scalar_one() == 0


def test_looking_makes_no_database_and_upgrades_none(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="There is no database"), looking_into(f"sqlite:///{tmp_path / 'data' / 'a.db'}"):
        pass
    (tmp_path / "empty.db").touch()
    with pytest.raises(Refused, match="rounds db upgrade"), looking_into(f"sqlite:///{tmp_path / 'empty.db'}"):
        pass

    assert [each.name for each in tmp_path.iterdir()] == ["empty.db"]
