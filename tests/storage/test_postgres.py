"""PostgreSQL, where several workers run at once. Needs its programs on this machine and the `postgres` extra."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import pytest
from cryptography.fernet import Fernet

from bot.delivery.claim import claim
from bot.delivery.tick import plan_due
from bot.domain.learner import Person
from bot.learning import enrolment, packs, practice, privacy, reflections
from bot.learning.library import Library
from bot.storage import Priority, Session, Store, migrate
from bot.storage.encryption import Cipher
from bot.storage.packs import EVERYONE
from tests.builders import CLERK, NURSE, TEAM, SetClock, at, six_lessons
from tests.ward import Ward

psycopg = pytest.importorskip("psycopg", reason="the `postgres` extra is not installed")


UNPRIVILEGED = "postgres"
"""The user that the server runs as where the tests run as root."""


def programs() -> Path:
    """The folder of PostgreSQL's programs."""
    config = shutil.which("pg_config")
    if config is None:
        pytest.skip("PostgreSQL is not installed")
    folder = subprocess.run([config, "--bindir"], capture_output=True, text=True, check=True).stdout.strip()
    if not (Path(folder) / "initdb").exists():
        pytest.skip("PostgreSQL's server is not installed")
    return Path(folder)


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    """A server of this test run alone, on a socket in a folder of its own; gives the address without the database."""
    binaries = programs()
    folder = Path(tempfile.mkdtemp(prefix="rounds-pg-"))  # short: a socket's path may have 107 characters
    data, options = folder / "data", f"-k {folder} -c listen_addresses='' -c fsync=off -c lock_timeout=20s"
    if os.geteuid() == 0:
        shutil.chown(folder, UNPRIVILEGED)
    run(binaries / "initdb", "-D", data, "-U", "rounds", "-A", "trust", "--no-sync")
    run(binaries / "pg_ctl", "-D", data, "-o", options, "-l", folder / "log", "-w", "start")
    try:
        yield f"postgresql://rounds@/{{}}?host={folder}"
    finally:
        run(binaries / "pg_ctl", "-D", data, "-m", "immediate", "stop")
        shutil.rmtree(folder)


def run(*command: Path | str) -> None:
    """Run one of the server's programs; they refuse to run as root."""
    user = UNPRIVILEGED if os.geteuid() == 0 else None
    subprocess.run(command, check=True, user=user, capture_output=True, cwd="/")


@pytest.fixture
def url(server: str) -> Iterator[str]:
    """A new, empty database."""
    name = f"test_{uuid4().hex}"
    with psycopg.connect(server.format("postgres"), autocommit=True) as connection:
        connection.execute(f'CREATE DATABASE "{name}"')
    yield server.format(name)
    with psycopg.connect(server.format("postgres"), autocommit=True) as connection:
        connection.execute(f'DROP DATABASE "{name}" WITH (FORCE)')


@pytest.fixture
def cluster(url: str) -> Iterator[Ward]:
    """A ward on PostgreSQL."""
    migrate.upgrade(url)
    store = Store(url, Cipher([Fernet.generate_key().decode()]))
    ward = Ward(store, Library(), SetClock(at("2026-03-02 08:00")))
    ward.run(enrolment.remember_workspace, TEAM, None, "Hospital", "U0ROUNDS", ward.clock())
    ward.run(packs.load, six_lessons(), EVERYONE, "rounds", ward.clock())
    yield ward
    store.close()


@contextmanager
def transaction(store: Store) -> Iterator[Session]:
    """A transaction of another worker, open as long as the test wants."""
    with Session(store.engine, Cipher([Fernet.generate_key().decode()])) as session:
        yield session
        session.commit()


def test_an_upgraded_database_has_exactly_the_tables_of_the_code(url: str) -> None:
    migrate.upgrade(url)

    assert migrate.difference(url) == []
    assert migrate.upgrade(url) is False


def test_parts_that_start_together_upgrade_once(url: str) -> None:
    with ThreadPoolExecutor(4) as pool:
        list(pool.map(lambda _: migrate.upgrade(url), range(4)))

    assert migrate.difference(url) == []


def test_a_learners_day_is_the_same_as_on_sqlite(cluster: Ward) -> None:
    ward = cluster
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    assert len(ward.deliver()) == 1
    ref = ward.lesson_of(NURSE)
    ward.run(practice.answer, ward.library, NURSE, ref, "B", ward.clock())
    state = ward.run(reflections.reflect, ward.library, NURSE, ref, "Words", ward.clock())
    ward.run(practice.save, NURSE, state.revision_id, ward.clock())

    (entry,) = ward.store.read(privacy.journal, ward.library, NURSE).result().entries

    assert (state.streak.current, entry.words) == (1, "Words")
    assert ward.run(privacy.erase, NURSE).reflections == 1


def test_two_workers_claim_different_rows_and_neither_waits(cluster: Ward) -> None:
    ward = cluster
    for number in range(4):
        ward.enrol(Person(TEAM, f"U{number}"))
    ward.clock.set("2026-03-02 09:00")
    ward.plan()

    with transaction(ward.store) as one, transaction(ward.store) as other:
        first = claim(one, ward.library, "w1", ward.clock(), 2).outgoing
        second = claim(other, ward.library, "w2", ward.clock(), 4).outgoing

    assert len(first) == len(second) == 2
    assert not {each.delivery_id for each in first} & {each.delivery_id for each in second}


def test_two_workers_plan_different_learners_and_neither_waits(cluster: Ward) -> None:
    ward = cluster
    ward.enrol(NURSE)
    ward.enrol(CLERK)
    ward.clock.set("2026-03-02 09:00")

    with transaction(ward.store) as one, transaction(ward.store) as other:
        planned = plan_due(one, ward.clock(), 1), plan_due(other, ward.clock(), 5)

    assert planned == (1, 1)


def test_of_many_clicks_at_once_exactly_one_is_the_first(cluster: Ward) -> None:
    ward = cluster
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:00")
    ward.deliver()
    ref = ward.lesson_of(NURSE)

    clicks = [
        ward.store.write(Priority.PERSON, practice.answer, ward.library, NURSE, ref, choice, ward.clock())
        for choice in "ABCABC"
    ]
    answered = [click.result() for click in clicks]

    assert [each.first for each in answered].count(True) == 1
    assert len({each.state.choice for each in answered}) == 1
