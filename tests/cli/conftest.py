"""Runs the `rounds` command in an empty folder, in this process because importing it all again takes seconds."""

import logging
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import structlog
from typer.testing import CliRunner

from bot.cli.main import main
from tests.waits import LONGEST

ROOT = Path(__file__).parents[2]


@dataclass(frozen=True, slots=True)
class Done:
    """The result of a command: its exit code and what it printed."""

    returncode: int
    stdout: str
    stderr: str


Rounds = Callable[..., Done]


@pytest.fixture
def rounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, logging_kept: None) -> Rounds:
    """Run the command in an empty folder with its own database and key."""

    def run(*arguments: str | Path, **environment: str) -> Done:
        with monkeypatch.context() as meanwhile:
            meanwhile.chdir(tmp_path)
            meanwhile.setattr(sys, "argv", ["rounds", *map(str, arguments)])
            with CliRunner().isolation(env={**dict.fromkeys(_settings()), **environment}) as (out, error, _):
                code = _exit_code(main)
                sys.stdout.flush()
                sys.stderr.flush()
                return Done(code, out.getvalue().decode(), error.getvalue().decode())

    return run


@pytest.fixture
def rounds_process(tmp_path: Path) -> Rounds:
    """Run the command in its own process, as an operator does."""

    here = {"PYTHONPATH": str(ROOT)}

    def run(*arguments: str | Path, **environment: str) -> Done:
        done = subprocess.run(
            [sys.executable, "-m", "bot", *map(str, arguments)],
            cwd=tmp_path,
            env={**{name: os.environ[name] for name in os.environ.keys() - _settings()}, **here, **environment},
            capture_output=True,
            text=True,
            check=False,
            timeout=LONGEST,
        )
        return Done(done.returncode, done.stdout, done.stderr)

    return run


@pytest.fixture
def logging_kept() -> Iterator[None]:
    """Restore this process's logging afterward, because commands configure it."""
    root, configured = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.configure(**configured)


def _settings() -> set[str]:
    """Return the names of settings in this environment. Commands under test must not see them."""
    return {name for name in os.environ if name.startswith(("SLACK_", "ROUNDS_"))}


def _exit_code(command: Callable[[], None]) -> int:
    try:
        command()
    except SystemExit as ended:
        return int(ended.code or 0)
    return 0
