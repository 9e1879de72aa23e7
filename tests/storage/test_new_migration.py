"""`make migration` writes the differences between models and migrations, and nothing if there are none."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Column, Table, Text, text
from sqlmodel import SQLModel

from bot.errors import Refused
from bot.storage import migration
from bot.storage.new_migration import write_migration
from bot.storage.tables.base import partial_index
from tests.storage.filled import migrations_to

REVISIONS = sorted(file.stem for file in (migration.MIGRATIONS / "versions").glob("[0-9]*.py"))


@pytest.fixture
def versions(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copied migrations folder, where new ones are written."""
    folder = migrations_to(tmp_path / "migrations", REVISIONS)
    monkeypatch.setattr(migration, "MIGRATIONS", folder)
    return folder / "versions"


@pytest.fixture
def new_table() -> Iterator[None]:
    """A table without a migration."""
    where = text("name = 'top'")
    table = Table(
        "hat", SQLModel.metadata, Column("name", Text, primary_key=True), partial_index("hat_top", "name", where=where)
    )
    yield
    SQLModel.metadata.remove(table)


@pytest.mark.usefixtures("new_table")
def test_a_new_migration_makes_what_the_tables_have(versions: Path, tmp_path: Path) -> None:
    write_migration("Add hats, for those who wear some at work")

    (written,) = versions.glob("*_add_hats_for_those_who_wear.py")
    assert written.stem == f"{len(REVISIONS) + 1:04}_add_hats_for_those_who_wear"
    migrating = written.read_text()
    assert migrating.startswith('"""Add hats, for those who wear some at work.\n')
    assert "sqlite_where=sa.text(\"name = 'top'\")" in migrating
    assert "postgresql_where=sa.text(\"name = 'top'\")" in migrating
    url = f"sqlite:///{tmp_path / 'rounds.db'}"
    migration.upgrade_database(url)
    assert migration.newest_revision() == written.stem
    assert migration.find_differences(url) == []


def test_nothing_is_written_where_the_tables_are_the_same(versions: Path) -> None:
    with pytest.raises(Refused, match="No migration was written"):
        write_migration("Add nothing")

    assert sorted(file.stem for file in versions.glob("*.py")) == REVISIONS


@pytest.mark.usefixtures("new_table")
def test_a_migration_has_to_say_what_changes(versions: Path) -> None:
    with pytest.raises(Refused, match="Say what changes"):
        write_migration(" … ")

    assert sorted(file.stem for file in versions.glob("*.py")) == REVISIONS


def test_the_command_says_why_it_wrote_nothing() -> None:
    said = subprocess.run(
        [sys.executable, "-m", "bot.storage.new_migration", ""], capture_output=True, text=True, check=False
    )

    assert said.returncode == 1
    assert said.stderr.startswith("The message is missing.")
