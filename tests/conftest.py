"""What most tests stand on: a migrated database in a folder of its own, a clock that is set, a loaded pack.

`make test` runs what `pytest` runs; `make test-long` (`pytest --long`) runs what takes long by nature too, and with
`--beyond` only what it does and `make test` doesn't.
"""

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from hypothesis import is_hypothesis_test
from xdist.remote import Producer
from xdist.scheduler import LoadScopeScheduling

from bot.domain.lesson import Pack
from bot.learning import packs, workspace_lifecycle
from bot.learning.library import Library
from bot.storage import Store, migration
from bot.storage.encryption import Cipher
from bot.storage.packs import EVERYONES_SCOPE
from tests import examples
from tests.builders import TEAM, SetClock, any_cipher, at, six_lessons
from tests.engines import fresh_copy, keep_engines
from tests.postgres import Server, serving
from tests.shipped import shipped_pack
from tests.ward import Ward

HERE = Path(__file__).parent

ON_BOTH, ON_BOTH_IN_LONG_RUNS = {"storage", "delivery"}, {"learning"}
"""Folders whose tests run on SQLite and on PostgreSQL: SQL and what depends on it. The others run on SQLite."""

ONE_BOT = {"e2e", "browser"}
"""Folders whose tests share a bot, and so an event loop, unless they are marked `own_bot`."""


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--long`, `--beyond`, and `--explore`."""
    parser.addoption("--long", action="store_true", help="also run what takes long, and more hypothesis examples")
    parser.addoption("--beyond", action="store_true", help="with --long: leave out what it runs as without")
    parser.addoption("--explore", action="store_true", help="let hypothesis try new examples, not the same each time")


def pytest_configure(config: pytest.Config) -> None:
    """Set which examples hypothesis tries, before any test module says how many it wants."""
    examples.choose(long=config.getoption("--long"), explore=config.getoption("--explore"))


def pytest_xdist_auto_num_workers() -> int:
    """With `-n auto`, one process more than there are cores: many tests wait for another process."""
    return len(os.sched_getaffinity(0)) + 1 if hasattr(os, "sched_getaffinity") else (os.cpu_count() or 1) + 1


class Scheduling(LoadScopeScheduling):  # type: ignore[misc]  # xdist tells no types
    """Which process runs what: modules that share a bot as a whole and first, all other tests one by one."""

    def _split_scope(self, nodeid: str) -> str:
        """The tests of one scope stay in one process; the largest scopes come first."""
        module, _, _ = nodeid.partition("::")
        return module if Path(module).parts[1] in ONE_BOT else nodeid


def pytest_xdist_make_scheduler(config: pytest.Config, log: Producer) -> Scheduling:
    """Share the tests out among processes."""
    return Scheduling(config, log)


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Let tests that share a bot run on one event loop, and leave long tests to long runs."""
    for item in items:
        if _folder(item.path) in ONE_BOT:
            item.add_marker(pytest.mark.asyncio(loop_scope="session"), append=False)
    if not config.getoption("--long"):
        _keep(config, items, lambda item: not item.get_closest_marker("long"))
    elif config.getoption("--beyond"):
        _keep(config, items, _is_longer)


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Run what stands on a database on both, unless it looks into SQLite's file or is marked for one of them."""
    if "backend" not in metafunc.fixturenames or "database" in metafunc.fixturenames:
        return
    folder = _folder(metafunc.definition.path)
    if metafunc.definition.get_closest_marker("postgresql"):
        metafunc.parametrize("backend", ["postgresql"], indirect=True)
    elif folder in ON_BOTH | ON_BOTH_IN_LONG_RUNS and not metafunc.definition.get_closest_marker("sqlite"):
        long = metafunc.config.getoption("--long") or folder in ON_BOTH
        metafunc.parametrize("backend", ["sqlite", "postgresql"] if long else ["sqlite"], indirect=True)


def _keep(config: pytest.Config, items: list[pytest.Item], is_kept: Callable[[pytest.Item], bool]) -> None:
    """Run only these tests."""
    config.hook.pytest_deselected(items=[item for item in items if not is_kept(item)])
    items[:] = [item for item in items if is_kept(item)]


def _is_longer(item: pytest.Item) -> bool:
    """Whether a long run does more of this test: takes long by nature, more examples, or the second database."""
    if item.get_closest_marker("long") or item.get_closest_marker("hypothesis"):
        return True
    if not isinstance(item, pytest.Function):
        return False
    backend = item.callspec.params.get("backend") if hasattr(item, "callspec") else None
    on_second = backend == "postgresql" and _folder(item.path) in ON_BOTH_IN_LONG_RUNS
    return on_second or is_hypothesis_test(item.obj)


def _folder(test: Path) -> str:
    return test.relative_to(HERE).parts[0]


@pytest.fixture
def backend(request: pytest.FixtureRequest) -> str:
    """Which database this test runs on."""
    return str(getattr(request, "param", "sqlite"))


@pytest.fixture(scope="session")
def migrated(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An upgraded, empty database; tests copy it, for running the migrations takes longer than most of them."""
    file = tmp_path_factory.mktemp("migrated") / "rounds.db"
    migration.upgrade_database(f"sqlite:///{file}")
    return file


@pytest.fixture(scope="session")
def prepared(migrated: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A database with the shipped pack, as a bot's first start leaves it; bots of tests begin with a copy."""
    file = Path(shutil.copy(migrated, tmp_path_factory.mktemp("prepared") / "rounds.db"))
    with closing(Store(f"sqlite:///{file}", any_cipher())) as store:
        store.run(packs.load_pack, shipped_pack(), EVERYONES_SCOPE, "rounds", datetime.now(UTC))
    return file


@pytest.fixture(scope="session", autouse=True)
def engines_kept() -> Iterator[None]:
    """Keep engines from test to test."""
    with pytest.MonkeyPatch.context() as monkeypatch:
        keep_engines(monkeypatch)
        yield


@pytest.fixture(scope="session")
def databases(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder where one test after another has its SQLite database."""
    return tmp_path_factory.mktemp("databases")


@pytest.fixture
def database(databases: Path, migrated: Path) -> Path:
    """The file of this test's SQLite database."""
    return fresh_copy(migrated, databases)


@pytest.fixture(scope="session")
def postgres() -> Iterator[Server]:
    """The PostgreSQL of this run; started by the first test that wants one."""
    with serving() as server:
        yield server


@pytest.fixture(scope="session")
def template(postgres: Server) -> str:
    """An upgraded, empty database on it, to copy."""
    name = postgres.create()
    migration.upgrade_database(postgres.url(name))
    return name


@pytest.fixture
def sqlite_address(database: Path) -> str:
    """A SQLite database of this test alone."""
    return f"sqlite:///{database}"


@pytest.fixture(scope="session")
def shared_database(postgres: Server, template: str) -> str:
    """The one PostgreSQL database of most tests: making one takes longer than most tests do."""
    return postgres.create(template)


@pytest.fixture
def postgresql_address(postgres: Server, shared_database: str) -> Iterator[str]:
    """A PostgreSQL database that is empty, and nobody else's meanwhile."""
    yield postgres.url(shared_database)
    postgres.empty(shared_database)


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
    empty_store.run(workspace_lifecycle.register_workspace, TEAM, None, "Hospital", "U0ROUNDS", clock())
    empty_store.run(packs.load_pack, pack, EVERYONES_SCOPE, "rounds", clock())
    return empty_store


@pytest.fixture
def ward(store: Store, library: Library, clock: SetClock) -> Ward:
    """The open database with a pack, and the ways to act in it."""
    return Ward(store, library, clock)
