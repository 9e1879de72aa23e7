"""The lanes that transactions run in, what they guarantee, and what errors may reveal."""

import logging
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import date, datetime
from pathlib import Path

import pytest
from sqlalchemy.exc import DBAPIError, IntegrityError, StatementError
from sqlmodel import select, text

from bot.domain.learner import Person
from bot.errors import DatabaseBusy
from bot.learning import enrollment, workspace_lifecycle
from bot.storage import Priority, Session, Store, figures
from bot.storage.database_url import find_sqlite_file, parse_database_url
from bot.storage.encryption import Cipher
from bot.storage.engines import make_engine
from bot.storage.figures import EVERYONE, Group
from bot.storage.tables import Learner, Workspace
from tests.builders import NURSE, TEAM, at
from tests.gates import Gate, occupy

NOW = at("2026-03-02 08:00")
SECRET = "Mrs Okafor cried at handover"


@pytest.fixture
def gate(empty_store: Store) -> Iterator[Gate]:
    """Blocks the last writer of `empty_store`. The others are blocked until the test ends, when it is released too."""
    gates = occupy(empty_store)
    yield gates[-1]
    for gate in gates:
        gate.go.set()


@contextmanager
def locked_by_another_process(database: Path) -> Iterator[None]:
    with closing(sqlite3.connect(database, isolation_level=None)) as connection:
        connection.execute("BEGIN IMMEDIATE")
        yield
        connection.execute("ROLLBACK")


def add_workspace(session: Session, team_id: str) -> None:
    session.add(Workspace(team_id=team_id, name="Hospital", bot_user_id="U0", created_at=NOW))


def team_ids(session: Session) -> list[str]:
    return sorted(session.exec(select(Workspace.team_id)))


def pragma(session: Session, name: str) -> object:
    return session.connection().exec_driver_sql(f"PRAGMA {name}").scalar_one()


def longest_wait(session: Session) -> int:
    """Milliseconds that this transaction may wait for a lock."""
    if session.get_bind().dialect.name == "sqlite":
        return int(str(pragma(session, "busy_timeout")))
    in_milliseconds = text("SELECT setting FROM pg_settings WHERE name = 'lock_timeout'")
    return int(session.connection().execute(in_milliseconds).scalar_one())


def test_a_persons_work_overtakes_queued_background_work(empty_store: Store, gate: Gate) -> None:
    order: list[str] = []
    work = [
        empty_store.write(priority, lambda _session, said: order.append(said), name)
        for priority, name in [
            (Priority.BACKGROUND, "tick 1"),
            (Priority.BACKGROUND, "tick 2"),
            (Priority.PERSON, "click 1"),
            (Priority.PERSON, "click 2"),
        ]
    ]

    gate.go.set()
    for future in work:
        future.result()

    assert order == ["click 1", "click 2", "tick 1", "tick 2"]


def test_work_that_was_cancelled_in_the_queue_is_never_done(empty_store: Store, gate: Gate) -> None:
    given_up = empty_store.write(Priority.PERSON, add_workspace, "T1")
    kept = empty_store.write(Priority.PERSON, add_workspace, "T2")

    assert given_up.cancel()
    gate.go.set()
    kept.result()

    assert empty_store.run(team_ids) == ["T2"]


def test_an_error_undoes_the_whole_transaction(empty_store: Store) -> None:
    def write_two_then_break(session: Session) -> None:
        add_workspace(session, "T1")
        session.flush()
        add_workspace(session, "T2")
        session.flush()
        raise ValueError("broke half-way")

    with pytest.raises(ValueError, match="half-way"):
        empty_store.run(write_two_then_break)

    assert empty_store.run(team_ids) == []


def test_the_lane_goes_on_after_an_error(empty_store: Store) -> None:
    broken = empty_store.write(Priority.PERSON, lambda _session: 1 / 0)
    after = empty_store.write(Priority.PERSON, team_ids)

    with pytest.raises(ZeroDivisionError):
        broken.result()
    assert after.result() == []


@pytest.mark.sqlite
def test_a_database_locked_by_another_process_is_busy_and_nothing_is_saved(
    empty_store: Store, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Priority, "lock_timeout_ms", 1)

    with locked_by_another_process(database), pytest.raises(DatabaseBusy, match="wasn't saved"):
        empty_store.run(add_workspace, "T1")

    assert empty_store.run(team_ids) == []


@pytest.mark.sqlite
def test_the_writer_works_again_once_the_lock_is_gone(
    empty_store: Store, database: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Priority, "lock_timeout_ms", 1)
    with locked_by_another_process(database), pytest.raises(DatabaseBusy):
        empty_store.run(add_workspace, "T1")

    empty_store.run(add_workspace, "T1")

    assert empty_store.run(team_ids) == ["T1"]


def test_a_person_waits_less_for_a_lock_than_the_background(empty_store: Store) -> None:
    waits = {priority: empty_store.write(priority, longest_wait).result() for priority in Priority}

    assert waits == {Priority.PERSON: 1500, Priority.BACKGROUND: 5000}


def test_an_error_of_the_database_that_is_not_a_lock_is_passed_on(empty_store: Store) -> None:
    with pytest.raises(DBAPIError, match="nowhere"):
        empty_store.run(lambda session: session.connection().exec_driver_sql("SELECT * FROM nowhere"))


def test_reading_goes_on_while_a_writer_is_at_work(empty_store: Store, gate: Gate) -> None:
    assert empty_store.read(team_ids).result() == []


def test_the_reading_lane_refuses_to_write(empty_store: Store) -> None:
    """A write in the read lane must raise an error, because it would be rolled back silently."""

    def write_in_passing(session: Session) -> None:
        add_workspace(session, "T1")
        session.flush()

    with pytest.raises(DBAPIError, match=r"readonly|read-only"):
        empty_store.read(write_in_passing).result()


@pytest.mark.sqlite
def test_sqlite_writes_survive_a_power_cut_and_keep_their_references(empty_store: Store) -> None:
    kept = {
        name: empty_store.run(pragma, name) for name in ("journal_mode", "synchronous", "foreign_keys", "secure_delete")
    }

    assert kept == {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1, "secure_delete": 1}


def test_a_learner_of_an_unknown_workspace_is_refused(empty_store: Store) -> None:
    with pytest.raises(IntegrityError, match=r"(?i)foreign key"):
        empty_store.run(enrollment.register_learner, NURSE, "Europe/London", NOW)


def test_closing_finishes_what_is_queued(database: Path, cipher: Cipher) -> None:
    store = Store(f"sqlite:///{database}", cipher)
    gate = Gate()
    store.write(Priority.BACKGROUND, gate)
    queued = store.write(Priority.BACKGROUND, team_ids)
    closing_thread = threading.Thread(target=store.close)

    closing_thread.start()
    gate.go.set()
    closing_thread.join()

    assert queued.done()
    assert queued.result() == []


def test_a_closed_store_refuses_work_rather_than_keeping_it_waiting(database: Path, cipher: Cipher) -> None:
    store = Store(f"sqlite:///{database}", cipher)
    store.close()

    with pytest.raises(RuntimeError, match="closed"):
        store.write(Priority.PERSON, team_ids)


def test_errors_of_the_database_never_show_what_was_to_be_stored(empty_store: Store) -> None:
    def write_twice(session: Session) -> None:
        for _ in range(2):
            session.add(Workspace(team_id="T1", name=SECRET, bot_user_id="U0", created_at=NOW))
            session.flush()
            session.expunge_all()

    with pytest.raises(IntegrityError) as caught:
        empty_store.run(write_twice)

    assert SECRET not in str(caught.value)
    assert SECRET not in repr(caught.value)


def test_logs_of_the_database_never_show_what_was_stored(empty_store: Store, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG, logger="sqlalchemy"):
        empty_store.run(workspace_lifecycle.register_workspace, "T1", None, SECRET, "U0", NOW)

    assert "INSERT INTO workspace" in caplog.text
    assert SECRET not in caplog.text


def test_naive_instants_are_refused(empty_store: Store) -> None:
    naive = datetime(2026, 3, 2, 8)  # noqa: DTZ001  (the very thing that must not get in)

    with pytest.raises(StatementError, match="must have timezone"):
        empty_store.run(workspace_lifecycle.register_workspace, "T1", None, "Hospital", "U0", naive)


def test_instants_come_back_aware_and_in_utc(store: Store) -> None:
    store.run(enrollment.register_learner, NURSE, "Asia/Tokyo", at("2026-03-02 17:00"))

    created_at = store.run(lambda session: session.exec(select(Learner.created_at)).one())

    assert created_at == at("2026-03-02 17:00")
    assert str(created_at.tzinfo) == "UTC"


def test_people_of_one_workspace_are_counted_only_once_they_started(store: Store) -> None:
    store.run(enrollment.register_learner, NURSE, None, NOW)
    store.run(enrollment.register_learner, Person(TEAM, "U2"), None, NOW)
    store.run(enrollment.start_lessons, NURSE, None, NOW)
    store.run(enrollment.pause_lessons, NURSE, date(2026, 4, 1), NOW)

    assert store.run(figures.count_learners, Group(TEAM, EVERYONE, NOW)) == 1


@pytest.mark.parametrize("address", ["postgres://u:p@host/db", "postgresql://u:p@host/db"])
def test_addresses_of_postgresql_mean_psycopg(address: str) -> None:
    assert parse_database_url(address).drivername == "postgresql+psycopg"


def test_other_addresses_stay_as_they_are() -> None:
    assert parse_database_url("postgresql+asyncpg://host/db").drivername == "postgresql+asyncpg"


def test_only_a_sqlite_database_on_disk_has_a_file() -> None:
    assert find_sqlite_file(parse_database_url("sqlite:////srv/rounds.db")) == Path("/srv/rounds.db")
    assert find_sqlite_file(parse_database_url("sqlite://")) is None
    assert find_sqlite_file(parse_database_url("postgres://host/db")) is None


def test_the_folder_of_the_database_is_made(tmp_path: Path) -> None:
    engine = make_engine(parse_database_url(f"sqlite:///{tmp_path / 'data' / 'deep' / 'rounds.db'}"), writer=True)

    with engine.connect() as connection:
        assert connection.execute(text("SELECT 1")).scalar_one() == 1
    engine.dispose()

    assert (tmp_path / "data" / "deep" / "rounds.db").exists()
