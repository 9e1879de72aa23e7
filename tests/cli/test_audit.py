"""`rounds audit` shows what was done, to people and to programs."""

import json
from pathlib import Path

from bot.content.pack_templates import create_pack
from tests.cli.conftest import Rounds


def test_what_an_operator_did_is_listed(rounds: Rounds, tmp_path: Path):
    create_pack(tmp_path / "pharmacy", "Pharmacy")
    assert rounds("packs", "load", tmp_path / "pharmacy").returncode == 0

    shown = rounds("audit")
    as_json = json.loads(rounds("audit", "--json").stdout)

    assert "everyone operator loaded Pharmacy 0.1.0" in shown.stdout
    assert as_json[-1]["action"] == "pack.loaded"
    assert as_json[-1]["subject"] == "Pharmacy 0.1.0"
    assert rounds("audit", "--team", "T0NOBODY").stdout == "Nothing is in the audit log.\n"
    assert rounds("audit", "--since", "2999-01-01").stdout == "Nothing is in the audit log.\n"


def test_a_database_that_is_not_there_is_not_made(rounds: Rounds, tmp_path: Path):
    done = rounds("audit")

    assert done.returncode == 1
    assert "There is no database" in done.stderr
    assert not list(tmp_path.iterdir())
