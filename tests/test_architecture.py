"""What the tree promises about itself."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from pydantic import AliasChoices

ROOT = Path(__file__).parent.parent


def check_imports(tree: Path) -> subprocess.CompletedProcess[str]:
    """Hold a tree against the import contracts in its pyproject.toml."""
    command = [str(Path(sys.executable).parent / "lint-imports")]
    environment = {**os.environ, "PYTHONPATH": str(tree)}
    return subprocess.run(command, cwd=tree, env=environment, capture_output=True, text=True, check=False)


def test_imports_keep_every_contract():
    checked = check_imports(ROOT)

    assert checked.returncode == 0, checked.stdout


MADE_TODAY = {
    "newcomer.py": "import alembic, apscheduler, prometheus_client, slack_sdk, sqlalchemy, bot.config",
    "room/__init__.py": "",
    "room/inside.py": "import sqlmodel, bot.sandbox",
    "cli/newcomer.py": "import sqlalchemy",
    "domain/newcomer.py": "import bot.storage",
    "sandbox/newcomer.py": "import bot.errors",
}
"""Files of a made-up house, with imports that no contract allows."""


@pytest.fixture(scope="module")
def complaints(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What the contracts say once those files are among the bot's."""
    tree = tmp_path_factory.mktemp("tree")
    shutil.copytree(ROOT / "bot", tree / "bot", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copy(ROOT / "pyproject.toml", tree)
    for name, text in MADE_TODAY.items():
        file = tree / "bot" / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(text, encoding="utf-8")
    checked = check_imports(tree)
    assert checked.returncode == 1
    return checked.stdout


@pytest.mark.parametrize(
    "complaint",
    [
        pytest.param("- bot.newcomer\n", id="a module without a layer"),
        pytest.param("- bot.room\n", id="a room without a layer"),
        pytest.param("- bot.cli.newcomer\n", id="a part of the command without a layer"),
        pytest.param("- bot.domain.newcomer -> bot.storage", id="an import upwards"),
        pytest.param("- bot.newcomer -> sqlalchemy", id="SQL in a module"),
        pytest.param("- bot.newcomer -> alembic", id="migrations in a module"),
        pytest.param("- bot.room.inside -> sqlmodel", id="SQL in a room"),
        pytest.param("- bot.cli.newcomer -> sqlalchemy", id="SQL in the command"),
        pytest.param("- bot.newcomer -> slack_sdk", id="Slack in a module"),
        pytest.param("- bot.newcomer -> apscheduler", id="a scheduler in a module"),
        pytest.param("- bot.newcomer -> prometheus_client", id="figures in a module"),
        pytest.param("- bot.newcomer -> bot.config", id="settings in a module"),
        pytest.param("- bot.room.inside -> bot.sandbox", id="the local Slack in a room"),
        pytest.param("- bot.sandbox.newcomer -> bot.errors", id="the bot in the local Slack"),
    ],
)
def test_a_module_made_today_is_under_every_contract(complaints: str, complaint: str):
    assert complaint in complaints


def test_the_lock_files_name_no_host_and_carry_hashes():
    for name in ("requirements.lock", "requirements-postgres.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert text.count("--hash=sha256:") > text.count("==")


def test_what_resolves_the_lock_files_is_locked_itself():
    """`make lock` runs what the lock file names, and installs nothing besides."""
    recipe = (ROOT / "Makefile").read_text(encoding="utf-8").partition("\nlock:")[2].partition("\n\n")[0]

    assert "pip install" not in recipe
    assert "\nuv==" in (ROOT / "requirements-dev.lock").read_text(encoding="utf-8")


def test_every_setting_is_explained_in_the_example():
    from bot.config import Settings

    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        variable = alias.choices[0] if isinstance(alias, AliasChoices) else name.upper()
        assert f"\n{variable}=" in example


def test_heavy_modules_are_imported_on_use():
    """Starting the command must not load what only some commands need."""
    assert (
        loaded_by("bot.cli.main", "alembic", "bm25s", "slack_bolt", "sqlalchemy", "bot.bootstrap", "bot.running") == []
    )


def test_a_worker_loads_neither_bolt_nor_the_search():
    """What only the answering parts need costs a worker memory, and time at its start."""
    assert loaded_by("bot.running", "slack_bolt", "bm25s", "numpy") == []


def test_a_process_on_sqlite_does_not_load_what_only_postgresql_needs():
    """SQLAlchemy's PostgreSQL costs 2.4 MB, and 0.1 s at the start."""
    assert loaded_by("bot.running", "sqlalchemy.dialects.postgresql") == []
    assert loaded_by("bot.slack.routes", "sqlalchemy.dialects.postgresql") == []


def loaded_by(module: str, *others: str) -> list[str]:
    """Those of the others that a process has loaded once it has imported the module."""
    code = f"import sys, {module}; print(*[each for each in {others} if each in sys.modules])"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    ).stdout.split()
