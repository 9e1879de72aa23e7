"""Each migration runs on a database with rows in every table, and all of them must survive.

`tests/storage/filled.py` writes these rows for the tables of each revision. Their values mean nothing, so a migration
that reads values needs a test of its own as well.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError

from bot.storage import migration
from tests.postgres import Server
from tests.storage.filled import ROWS, fill, lost, migrations_to, rows

REVISIONS = sorted(file.stem for file in (migration.MIGRATIONS / "versions").glob("[0-9]*.py"))


@pytest.fixture(params=["sqlite", "postgresql"])
def url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The address of a database without tables."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'rounds.db'}"
    else:
        server: Server = request.getfixturevalue("postgres")
        name = server.create()
        yield server.url(name)
        server.drop(name)


@pytest.fixture
def filled(url: str) -> str:
    """A database of the current revision with rows in every table."""
    migration.upgrade_database(url)
    fill(url)
    return url


@pytest.mark.parametrize("revision", REVISIONS)
def test_a_migration_keeps_every_row(url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, revision: str) -> None:
    before, after = (migrations_to(tmp_path / name, until) for name, until in _around(revision).items())
    if revision != REVISIONS[0]:
        monkeypatch.setattr(migration, "MIGRATIONS", before)
        migration.upgrade_database(url)
    fill(url)
    kept = rows(url)
    monkeypatch.setattr(migration, "MIGRATIONS", after)

    assert migration.upgrade_database(url) is True

    assert lost(kept, rows(url)) == []


def _around(revision: str) -> dict[str, list[str]]:
    place = REVISIONS.index(revision)
    return {"before": REVISIONS[:place], "after": REVISIONS[: place + 1]}


def test_every_table_is_filled(filled: str) -> None:
    from sqlmodel import SQLModel

    found = rows(filled)

    assert found.keys() - {"sqlite_sequence"} == SQLModel.metadata.tables.keys()
    assert all(len(found[table]) == len(ROWS) for table in SQLModel.metadata.tables)


def upgraded_by(lines: str, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return what a made-up next migration with these lines loses."""
    before = rows(url)
    monkeypatch.setattr(migration, "MIGRATIONS", migrations_to(tmp_path / "made_up", REVISIONS, _9999_made_up=lines))
    migration.upgrade_database(url)
    return lost(before, rows(url))


@pytest.mark.parametrize(
    "lines",
    [
        pytest.param("op.add_column('learner', sa.Column('feather', sa.Text()))", id="a column that may be empty"),
        pytest.param(
            "op.add_column('learner', sa.Column('hat', sa.Text(), nullable=False, server_default='none'))",
            id="a column with a value for the rows that are there",
        ),
        pytest.param("op.create_table('hat', sa.Column('id', sa.Integer(), primary_key=True))", id="a table"),
        pytest.param("op.drop_index('learner_next_due', 'learner')", id="an index less"),
    ],
)
def test_a_migration_that_adds_loses_nothing(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str
) -> None:
    assert upgraded_by(lines, filled, tmp_path, monkeypatch) == []


@pytest.mark.parametrize(
    ("lines", "missing"),
    [
        pytest.param("op.drop_table('tipshown')", ["tipshown"], id="a table"),
        pytest.param("op.drop_column('delivery', 'reason')", ["delivery.reason"], id="a column"),
        pytest.param(
            "op.execute('DELETE FROM practiceday WHERE learner_id = 2')",
            [
                "practiceday.first_practiced_at",
                "practiceday.had_shift",
                "practiceday.learner_id",
                "practiceday.learning_day",
            ],
            id="a row",
        ),
        pytest.param("op.execute('UPDATE learner SET team_since = NULL')", ["learner.team_since"], id="a value"),
        pytest.param(
            'op.execute("UPDATE stepreport SET tried = NOT tried")', ["stepreport.tried"], id="what a value said"
        ),
    ],
)
def test_what_a_migration_loses_is_noticed(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, lines: str, missing: list[str]
) -> None:
    assert upgraded_by(lines, filled, tmp_path, monkeypatch) == missing


def test_a_migration_that_only_an_empty_database_bears_changes_nothing(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = rows(filled)
    lines = "op.create_table('hat', sa.Column('id', sa.Integer()))\n    op.drop_table('learner')"

    with pytest.raises(DBAPIError):
        upgraded_by(lines, filled, tmp_path, monkeypatch)

    assert rows(filled) == before


@pytest.mark.parametrize("url", ["sqlite"], indirect=True)
def test_ids_that_a_migration_would_give_again_are_noticed(
    filled: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As after copying a table, which is how SQLite changes a column."""
    lines = "op.execute(\"DELETE FROM sqlite_sequence WHERE name = 'learner'\")"

    assert upgraded_by(lines, filled, tmp_path, monkeypatch) == ["sqlite_sequence.learner"]
