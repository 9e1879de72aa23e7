"""`rounds packs import`, `export`, and `template`, review reminders, and `rounds doctor`, as an operator uses them."""

import re
from pathlib import Path

from tests.cli.test_cli import pack  # noqa: F401  (fixtures)

OVERDUE = "review_by: 2020-02-01"


def make_review_overdue(rule: Path) -> None:
    """Date a lesson so far back that its review is overdue on any machine's clock."""
    text = rule.read_text()
    checked = re.sub(r"^checked_on: .*$", "checked_on: 2020-01-01", text, flags=re.MULTILINE)
    reviewed, count = re.subn(r"^review_by: .*$", OVERDUE, checked, flags=re.MULTILINE)
    assert count == 1
    rule.write_text(reviewed)


def test_template_becomes_a_pack_that_lints_clean(rounds, tmp_path: Path):
    made = rounds("packs", "template", "ours.xlsx")
    imported = rounds("packs", "import", "ours.xlsx", "--into", "ours")
    linted = rounds("packs", "lint", "ours")

    assert (made.returncode, imported.returncode) == (0, 0), made.stderr + imported.stderr
    assert "ours: 3 files written, 0 unchanged." in imported.stderr
    assert (linted.returncode, linted.stdout) == (0, "")


def test_the_shipped_pack_survives_export_and_import_unchanged(rounds, pack: Path):  # noqa: F811
    exported = rounds("packs", "export", pack, "--to", "ward.xlsx")
    back = rounds("packs", "import", "ward.xlsx", "--into", pack)

    assert exported.returncode == 0, exported.stderr
    assert "0 files written, 399 unchanged." in back.stderr


def test_problems_are_printed_by_cell_and_nothing_is_written(rounds, pack: Path, tmp_path: Path):  # noqa: F811
    rounds("packs", "export", pack, "--to", "ward.csv")
    csv = tmp_path / "ward.csv"
    csv.write_bytes(csv.read_bytes().replace(b",foundation,", b",beginner,", 1))

    refused = rounds("packs", "import", "ward.csv", "--into", pack)

    assert refused.returncode == 1
    assert refused.stdout.startswith("ward.csv!D2: S101 Level must be")
    assert "Nothing changed." in refused.stderr


def test_no_file_is_overwritten(rounds, pack: Path, tmp_path: Path):  # noqa: F811
    (tmp_path / "ward.xlsx").write_text("mine")

    for command in (["export", pack, "--to", "ward.xlsx"], ["template", "ward.xlsx"]):
        refused = rounds("packs", *command)
        assert refused.returncode == 1
        assert "already exists. Nothing was written." in refused.stderr
    assert (tmp_path / "ward.xlsx").read_text() == "mine"


def test_export_says_which_suffixes_it_accepts(rounds, pack: Path):  # noqa: F811
    refused = rounds("packs", "export", pack, "--to", "ward.pdf")

    assert "must end in .xlsx or .csv" in refused.stderr


def test_doctor_reports_passed_checks_and_lessons_to_review(rounds, pack: Path):  # noqa: F811
    rule = pack / "compliance/01-know-your-compliance-contacts.yaml"
    make_review_overdue(rule)
    rounds("packs", "load", pack)

    looked = rounds("doctor")

    assert looked.returncode == 0, looked.stderr
    assert "packs: management-essentials 2.5.0, 393 lessons" in looked.stdout
    assert "lessons: compliance-01 Know your compliance contacts:" in looked.stdout
    assert "2020-02-01" in looked.stdout


def test_an_overdue_review_is_a_reminder_in_lint_and_a_problem_in_a_release(rounds, pack: Path):  # noqa: F811
    rule = pack / "compliance/01-know-your-compliance-contacts.yaml"
    make_review_overdue(rule)
    line = rule.read_text().splitlines().index(OVERDUE) + 1

    linted = rounds("packs", "lint", pack)
    released = rounds("packs", "lint", pack, "--release")

    assert (linted.returncode, linted.stdout) == (0, "")
    assert f"{rule}:{line}: L706 The review was due by 2020-02-01." in linted.stderr
    assert released.returncode == 1
    assert f"{rule}:{line}: L706" in released.stdout


def test_doctor_says_how_to_upgrade_an_outdated_database_and_exits_1(rounds):
    looked = rounds("doctor")

    assert looked.returncode == 1
    assert "Run: rounds db upgrade" in looked.stdout
