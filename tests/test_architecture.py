"""What the tree promises about itself."""

import subprocess
import sys
from pathlib import Path

from pydantic import AliasChoices

ROOT = Path(__file__).parent.parent


def test_imports_point_down_only():
    linted = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert linted.returncode == 0, linted.stdout


def test_the_lock_files_name_no_host_and_carry_hashes():
    for name in ("requirements.lock", "requirements-dev.lock"):
        text = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in text
        assert text.count("--hash=sha256:") > text.count("==")


def test_every_setting_is_explained_in_the_example():
    from bot.config import Settings

    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    for name, field in Settings.model_fields.items():
        alias = field.validation_alias
        variable = alias.choices[0] if isinstance(alias, AliasChoices) else name.upper()
        assert f"\n{variable}=" in example


def test_heavy_modules_are_imported_on_use():
    """Starting the command must not load what only some commands need."""
    code = "import sys, bot.cli; print([m for m in ('textstat', 'bm25s', 'alembic', 'slack_bolt') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"


def test_a_worker_loads_neither_bolt_nor_the_search():
    """What only the answering parts need costs a worker memory, and time at its start."""
    code = "import sys, bot.bootstrap; print([m for m in ('slack_bolt', 'bm25s', 'numpy') if m in sys.modules])"
    found = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    assert found.stdout.strip() == "[]"
