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
from tests.ward import Ward


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded, empty database; tests copy it, for running the migrations takes longer than most of them."""
    file = tmp_path_factory.mktemp("migrated") / "rounds.db"
    migrate.upgrade(f"sqlite:///{file}")
    return file


@pytest.fixture
def database(tmp_path: Path, migrated: Path) -> Path:
    """The file of this test's database."""
    return Path(shutil.copy(migrated, tmp_path / "rounds.db"))


@pytest.fixture
def cipher() -> Cipher:
    """A key of this test alone."""
    return Cipher([Fernet.generate_key().decode()])


@pytest.fixture
def empty_store(database: Path, cipher: Cipher) -> Iterator[Store]:
    """The open database, with nothing in it."""
    store = Store(f"sqlite:///{database}", cipher)
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
