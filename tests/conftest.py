"""What most tests stand on: a migrated database in a folder of its own, a clock that is set, a loaded pack."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot.domain.lesson import Pack
from bot.learning import enrolment, packs
from bot.learning.library import Library
from bot.storage import Store, migrate
from bot.storage.encryption import Cipher
from bot.storage.packs import EVERYONE
from tests.builders import TEAM, SetClock, at, six_lessons
from tests.postgres import Server, serving
from tests.ward import Ward

ON_BOTH = {"storage", "learning", "delivery"}
"""Folders whose tests run on SQLite and on PostgreSQL: SQL and what depends on it. The others run on SQLite."""


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what stands on a database on both, unless it looks into SQLite's file or is marked for one of them."""
    folder = metafunc.definition.path.relative_to(Path(__file__).parent).parts[0]
    if "backend" not in metafunc.fixturenames or "database" in metafunc.fixturenames:
        return
    if metafunc.definition.get_closest_marker("postgresql"):
        metafunc.parametrize("backend", ["postgresql"], indirect=True)
    elif folder in ON_BOTH and not metafunc.definition.get_closest_marker("sqlite"):
        metafunc.parametrize("backend", ["sqlite", "postgresql"], indirect=True)


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded, empty database; tests copy it, for running the migrations takes longer than most of them."""
    file = tmp_path_factory.mktemp("migrated") / "rounds.db"
    migrate.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def database(tmp_path: Path, migrated: Path) -> Path:
    """The file of this test's SQLite database."""
    return Path(shutil.copy(migrated, tmp_path / "rounds.db"))


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The PostgreSQL of this run; started by the first test that wants one."""
    with serving() as server:
        yield server


@pytest.fixture(scope="session")
def template(postgres: Server) -> str:
    """An upgraded, empty database on it, to copy."""
    name = postgres.create()
    migrate.upgrade(postgres.url(name))
    return name


@pytest.fixture
def sqlite_address(database: Path) -> str:
    """A SQLite database of this test alone."""
    return f"sqlite:///{database}"


@pytest.fixture
def postgresql_address(postgres: Server, template: str) -> Iterator[str]:
    """A PostgreSQL database of this test alone."""
    name = postgres.create(template)
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture
def address(request: pytest.FixtureRequest, backend: str) -> str:
    """The address of this test's database, upgraded and empty. The other kind of database isn't even made."""
    return str(request.getfixturevalue(f"{backend}_address"))


@pytest.fixture
def cipher() -> Cipher:
    """A key of this test alone."""
    return Cipher([Fernet.generate_key().decode()])


@pytest.fixture
def empty_store(address: str, cipher: Cipher) -> Iterator[Store]:
    """The open database, with nothing in it."""
    store = Store(address, cipher)
    yield store
    store.close()


@pytest.fixture
def clock() -> SetClock:
    """Monday, 2 March 2026, 08:00 in London, until the test sets it."""
    return SetClock(at("2026-03-02 08:00"))


@pytest.fixture
def pack() -> Pack:
    """Six lessons of three skills."""
    return six_lessons()


@pytest.fixture
def library() -> Library:
    """Nothing read yet."""
    return Library()


@pytest.fixture
def store(empty_store: Store, pack: Pack, clock: SetClock) -> Store:
    """The open database, with one workspace, and the pack loaded for everyone."""
    empty_store.run(enrolment.remember_workspace, TEAM, None, "Hospital", "U0ROUNDS", clock())
    empty_store.run(packs.load, pack, EVERYONE, "rounds", clock())
    return empty_store


@pytest.fixture
def ward(store: Store, library: Library, clock: SetClock) -> Ward:
    """The open database with a pack, and the ways to act in it."""
    return Ward(store, library, clock)
