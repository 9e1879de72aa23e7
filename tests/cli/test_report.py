"""`rounds report` prints what admins read in Slack, for people and for other programs, and nothing about anyone."""

import json
import re
from collections.abc import Iterator
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.cli.example_cohort import NAME, PEOPLE, WEEKS, add_example_cohort
from bot.content.pack_templates import shipped_pack_folder
from bot.domain.learner import Person
from bot.learning import reports, workspace_lifecycle
from bot.learning.library import Library
from bot.learning.reports import Report
from bot.storage import Store
from tests.builders import any_cipher

TEAM, OTHER = "T0CLINIC", "T0OTHER"
NOW = datetime(2026, 5, 5, 13, tzinfo=UTC)
NO_COUNTS = {"weeks", "cohort_id"}
"""Numbers that count nobody."""


@pytest.fixture
def store(rounds, tmp_path: Path) -> Iterator[Store]:
    """The database of the command, with a workspace that has eight weeks behind it, and one that has none."""
    assert rounds("packs", "load", shipped_pack_folder()).returncode == 0
    store = Store(f"sqlite:///{tmp_path / 'data' / 'rounds.db'}", any_cipher())
    for team_id in (TEAM, OTHER):
        store.run(workspace_lifecycle.register_workspace, team_id, None, "Clinic", "U0ROUNDS", NOW)
    store.run(add_example_cohort, Library(), Person(TEAM, "U0ADMIN"), NOW)
    yield store
    store.close()


def test_json_has_each_report_with_its_weeks_as_in_slack_newest_first(rounds, store: Store) -> None:
    printed = rounds("report", "--team", TEAM, "--json")

    assert (printed.returncode, printed.stderr) == (0, "")
    everyones, cohorts = json.loads(printed.stdout)
    assert (everyones["cohort"], cohorts["cohort"]) == (None, NAME)
    found: tuple[Report, ...] = store.run(reports.list_reports, Library(), TEAM)
    for said, report in zip((everyones, cohorts), found, strict=True):
        assert [week["monday"] for week in said["weeks"]] == [each.monday.isoformat() for each in report.weeks]
    newest, first = cohorts["weeks"][0], found[1].weeks[0]
    assert len(cohorts["weeks"]) == WEEKS
    assert newest["monday"] > cohorts["weeks"][1]["monday"]
    assert first.first_try is not None
    assert newest["first_try"] == asdict(first.first_try)
    assert (newest["learning"], newest["practiced"], newest["wrote"]) == (first.learning, first.practiced, first.wrote)
    assert newest["stayed"] == [asdict(each) for each in first.stayed]
    assert newest["skills"].keys() == first.skills.keys() <= cohorts["skill_names"].keys()


def test_json_says_nothing_of_anybody_and_no_exact_number(rounds, store: Store) -> None:
    printed = rounds("report", "--team", TEAM, "--json").stdout

    assert not re.search(r"U0ADMIN|UEXAMPLE", printed)
    numbers = [int(number) for name, number in re.findall(r'"(\w+)": (\d+)', printed) if name not in NO_COUNTS]
    assert numbers
    assert all(each % 5 == 0 for each in numbers)
    assert max(each["practiced"] for each in json.loads(printed)[1]["weeks"]) <= PEOPLE - 5


def test_a_week_is_a_line_for_people(rounds, store: Store) -> None:
    printed = rounds("report", "--team", TEAM)

    lines = printed.stdout.splitlines()
    assert (printed.returncode, lines[0]) == (0, "Everyone")
    assert NAME in lines
    assert re.fullmatch(r"  2026-\d\d-\d\d: \d+\+ learning, \d+\+ practiced, \d+\+ wrote", lines[-1])


@pytest.mark.parametrize("team", [OTHER, "T0NOWHERE"])
def test_a_workspace_without_weeks_has_no_report_yet_and_nobody_elses(rounds, store: Store, team: str) -> None:
    plain, as_json = rounds("report", "--team", team), rounds("report", "--team", team, "--json")

    assert "There is no report yet." in plain.stdout
    (everyones,) = json.loads(as_json.stdout)
    assert (everyones["cohort"], everyones["weeks"]) == (None, [])


def test_without_a_database_nothing_is_made(rounds, tmp_path: Path) -> None:
    refused = rounds("report", "--team", TEAM, "--json")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert "There is no database" in refused.stderr
    assert "Traceback" not in refused.stderr
    assert not (tmp_path / "data").exists()
