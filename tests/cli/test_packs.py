"""`rounds packs` with every kind of pack: folders, zips, and spreadsheets; and what it says of each."""

import json
import shutil
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from openpyxl import load_workbook

from bot.content.pack_loading import load_folder
from bot.content.pack_reader import read_pack
from bot.content.pack_templates import create_pack
from bot.content.sheets.sheet_writer import write_lessons_csv
from bot.learning import packs
from bot.storage import Store
from tests.builders import any_cipher
from tests.content.examples import pack as example
from tests.content.hostile_files import zipped
from tests.content.sheets.books import at, changed, template
from tests.shipped import shipped_pack

TEMPLATE_LESSON = "handoff/01-write-one-line-for-the-next-shift.yaml"
TIP = at("Tip").partition("!")[2]


@pytest.fixture
def ours(tmp_path: Path) -> Path:
    """A small pack in a folder."""
    create_pack(tmp_path / "ours", "Our lessons")
    return tmp_path / "ours"


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """The same pack as a workbook."""
    file = tmp_path / "ours.xlsx"
    file.write_bytes(template())
    return file


@pytest.fixture
def lessons(tmp_path: Path, ours: Path) -> Path:
    """Its lessons as CSV, the first one with another number."""
    content = write_lessons_csv(load_folder(ours)).replace(b"handoff,1,Write one", b"handoff,2,Read one")
    file = tmp_path / "more.csv"
    file.write_bytes(content)
    return file


def test_a_workbook_lints_clean(rounds, book: Path):
    linted = rounds("packs", "lint", "ours.xlsx")

    assert (linted.returncode, linted.stdout, linted.stderr) == (0, "", "No problems.\n")


def test_lint_names_the_cell_of_each_problem_and_its_file(rounds, book: Path, tmp_path: Path):
    book.write_bytes(changed({at("Tip"): None, at("Why"): "Well done! It works."}))
    shutil.copy(book, tmp_path / "again.xlsx")

    linted = rounds("packs", "lint", "ours.xlsx", "again.xlsx")

    assert linted.returncode == 1
    for name in ("ours.xlsx", "again.xlsx"):
        assert f"{name}:{at('Tip')}: X106 (blocks) Tip is empty." in linted.stdout
        assert f"{name}:{at('Why')}: L904 " in linted.stdout


def test_lint_says_which_problems_block(rounds, ours: Path):
    text = (ours / TEMPLATE_LESSON).read_text()
    words = "title: Write one line for the next shift"
    assert words in text
    (ours / TEMPLATE_LESSON).write_text(text.replace(words, "title: Write to Dr. Smith!"))

    linted = rounds("packs", "lint", "ours")

    lines = linted.stdout.splitlines()
    assert any(" L801 (blocks) " in line for line in lines)
    assert any(" L904 This" in line or " L904 “" in line for line in lines)
    assert "2 problems. 1 blocks loading; the other is advice." in linted.stderr


@pytest.mark.parametrize(
    ("cells", "said"),
    [
        ({at("Tip"): None}, "1 problem. It blocks loading."),
        ({at("Words to say"): "Well done!"}, "1 problem. It is advice: the pack can be loaded."),
        ({at("Tip"): None, at("Level"): "x"}, "2 problems. All of them block loading."),
    ],
)
def test_lint_counts_what_blocks(rounds, book: Path, cells: dict[str, object], said: str):
    book.write_bytes(changed(cells))

    assert said in rounds("packs", "lint", "ours.xlsx").stderr


def test_lint_gives_other_programs_the_cell(rounds, book: Path):
    book.write_bytes(changed({at("Tip"): None}))

    (problem,) = json.loads(rounds("packs", "lint", "ours.xlsx", "--format", "json").stdout)

    assert problem == {
        "path": "ours.xlsx:Lessons",
        "line": 2,
        "cell": TIP,
        "code": "X106",
        "message": problem["message"],
        "blocking": True,
    }


def test_lint_checks_lessons_without_their_pack_and_says_what_it_could_not_check(rounds, lessons: Path):
    lessons.write_bytes(lessons.read_bytes().replace(b",foundation,", b",beginner,"))

    linted = rounds("packs", "lint", "more.csv")

    assert linted.returncode == 1
    assert linted.stdout.startswith("more.csv!D2: S101 (blocks) Level must be")
    assert len(linted.stdout.splitlines()) == 1
    assert "more.csv has only lessons, so I didn't check their skills and sources. Add --pack" in linted.stderr


def test_lint_checks_lessons_with_the_pack_that_they_belong_to(rounds, lessons: Path, ours: Path):
    lessons.write_bytes(lessons.read_bytes().replace(b"ahrq-teamstepps-communication", b"nobody-2020"))

    linted = rounds("packs", "lint", "more.csv", "--pack", "ours")

    assert "more.csv!AF2: P205 (blocks) `nobody-2020` is not in the bibliography." in linted.stdout
    assert "only lessons" not in linted.stderr


def test_lint_finds_a_pack_zipped_once_more(rounds, book: Path, tmp_path: Path):
    (tmp_path / "sent.zip").write_bytes(zipped({"ours.xlsx": changed({at("Tip"): None})}))

    assert f"sent.zip:{at('Tip')}: X106" in rounds("packs", "lint", "sent.zip").stdout


def test_problems_in_a_zip_name_it(rounds, ours: Path, tmp_path: Path):
    files = {path: text for path, text in load_folder(ours).files.items() if path != "bibliography.yaml"}
    (tmp_path / "sent.zip").write_bytes(zipped(files))

    assert "sent.zip:pack.yaml:" in rounds("packs", "lint", "sent.zip").stdout


def test_a_missing_file_is_said_once(rounds):
    linted = rounds("packs", "lint", "none.xlsx")

    assert linted.stdout == "none.xlsx:1: F101 (blocks) There is no such file. Check the path.\n"


@pytest.mark.parametrize("name", ["ours.xlsx", "ours"])
def test_ids_of_the_shipped_pack_are_found_by_lint_at_their_place(rounds, book: Path, ours: Path, name: str):
    skill = {at("Short name", sheet="Skills"): "conflict", at("Skill"): "conflict"}
    book.write_bytes(changed({**skill, at("Command", sheet="Skills"): "/finance-tip"}))
    for file in ours.rglob("*.yaml"):
        file.write_text(file.read_text().replace("handoff", "conflict"))
    (ours / "handoff").rename(ours / "conflict")

    lines = rounds("packs", "lint", name).stdout.splitlines()

    taken = "P901 (blocks) Lesson `conflict-01` is already in the pack Management essentials."
    assert any(taken in line for line in lines)
    place = f"ours.xlsx:{at('Number')}" if name == "ours.xlsx" else f"{ours.name}/conflict/01-"
    assert any(line.startswith(place) for line in lines)
    if name == "ours.xlsx":
        command = "P902 (blocks) The command `/finance-tip` belongs to the pack Management essentials."
        assert any(line.startswith(f"ours.xlsx:{at('Command', sheet='Skills')}: {command}") for line in lines)


def test_packs_that_are_linted_together_may_not_take_from_each_other(rounds, ours: Path, book: Path):
    book.write_bytes(changed({at("Short name", sheet="Pack"): "theirs", at("Name", sheet="Pack"): "Theirs"}))

    linted = rounds("packs", "lint", "ours", "ours.xlsx")

    assert (
        f"ours.xlsx:{at('Number')}: P901 (blocks) Lesson `handoff-01` is already in the pack Our lessons."
        in linted.stdout
    )
    assert "is already in the pack Theirs." in linted.stdout


def test_lint_finds_what_a_live_pack_has_when_it_is_asked_to(rounds, book: Path, tmp_path: Path):
    load_another(rounds, tmp_path)

    alone, compared = rounds("packs", "lint", "ours.xlsx"), rounds("packs", "lint", "ours.xlsx", "--live")

    assert alone.returncode == 0
    assert (
        f"ours.xlsx:{at('Number')}: P901 (blocks) Lesson `handoff-01` is already in the pack Nights." in compared.stdout
    )


def load_another(rounds, tmp_path: Path) -> None:
    """Make a pack live that has the template's lesson."""
    cells = {at("Short name", sheet="Pack"): "nights", at("Name", sheet="Pack"): "Nights"}
    (tmp_path / "nights.xlsx").write_bytes(changed(cells))
    assert rounds("packs", "load", "nights.xlsx").returncode == 0


def test_a_workbook_is_loaded(rounds, book: Path):
    loaded = rounds("packs", "load", "ours.xlsx")

    assert (loaded.returncode, loaded.stdout) == (
        0,
        "Our lessons 0.1.0 is live: 1 added, 0 changed, 0 removed, 0 unchanged.\n",
    )


def test_the_same_version_with_other_content_is_loaded_with_yes_only(rounds, book: Path):
    rounds("packs", "load", "ours.xlsx")
    book.write_bytes(changed({at("Right answer"): "A"}))

    refused = rounds("packs", "load", "ours.xlsx")

    assert (refused.returncode, refused.stdout) == (1, "")
    assert refused.stderr == (
        "Our lessons 0.1.0 wasn't loaded. Nothing was changed.\n"
        "  Version 0.1.0 is live with other content. Raise the version number to tell the two apart.\n"
        "Run `rounds packs diff ours.xlsx` to see every change. To load it anyway, add --yes.\n"
    )
    assert "0 added, 1 changed" in rounds("packs", "load", "ours.xlsx", "--yes").stdout


def test_a_lower_version_and_a_number_that_means_another_lesson_are_both_named(rounds, book: Path):
    rounds("packs", "load", "ours.xlsx")
    book.write_bytes(changed(another_lesson() | {at("Version", sheet="Pack"): "0.0.9"}))

    refused = rounds("packs", "load", "ours.xlsx")

    assert refused.returncode == 1
    assert "  Version 0.0.9 is lower than the live version, 0.1.0.\n" in refused.stderr
    assert "  handoff-01 is another lesson now: “Write one line for the next shift” became “" in refused.stderr
    assert "give it a number of its own" in refused.stderr


def another_lesson() -> dict[str, Any]:
    """The cells of a lesson that has nothing in common with the template's."""
    shown = shipped_pack().lessons[0]
    options = {at(f"Option {option.key}"): option.text for option in shown.question.options}
    return options | {
        at("Title"): shown.title,
        at("Tip"): shown.tip,
        at("Scenario"): shown.question.scenario,
        at("Question"): shown.question.stem,
        at("D: why"): shown.question.options[0].explanation,
    }


def test_a_diff_names_every_field_and_loads_nothing(rounds, book: Path):
    rounds("packs", "load", "ours.xlsx")
    book.write_bytes(changed({at("Right answer"): "A", at("Title"): "Write one line tonight"}))

    shown = rounds("packs", "diff", "ours.xlsx")

    assert (shown.returncode, shown.stdout) == (
        0,
        "handoff-01 Title: Write one line for the next shift → Write one line tonight\n"
        "handoff-01 Right answer: B → A\n",
    )
    assert shown.stderr == (
        "Version 0.1.0 is live now. Loading this one: 0 added, 1 changed, 0 removed, 0 the same.\n"
        "To confirm with --yes when you load it: Version 0.1.0 is live with other content. Raise the version number "
        "to tell the two apart.\n"
    )
    assert rounds("packs", "diff", "ours.xlsx").stdout == shown.stdout, "it wasn't loaded"


def test_a_diff_of_what_is_live_says_so(rounds, book: Path, ours: Path):
    rounds("packs", "load", "ours.xlsx")

    shown = rounds("packs", "diff", "ours")

    assert (shown.returncode, shown.stdout) == (0, "")
    assert shown.stderr == "Our lessons 0.1.0 is live with the same content. Loading it changes nothing.\n"


def test_a_diff_compares_with_a_workspaces_own_version(rounds, ours: Path, book: Path, tmp_path: Path):
    rounds("packs", "load", "ours")
    own = read_pack(load_folder(ours)).pack
    assert own is not None
    store = Store(f"sqlite:///{tmp_path / 'data' / 'rounds.db'}", any_cipher())
    store.run(packs.load_pack, replace(own, name="Theirs", digest="0"), "T1", "U1", datetime.now(UTC))
    store.close()

    assert rounds("packs", "diff", "ours").stdout == ""
    assert rounds("packs", "diff", "ours", "--team", "T1").stdout == "Pack Name: Theirs → Our lessons\n"


def test_a_pack_that_cannot_be_loaded_has_no_diff(rounds, book: Path, lessons: Path):
    rounds("db", "upgrade")
    book.write_bytes(changed({at("Tip"): None}))

    assert f"{at('Tip')}: X106" in rounds("packs", "diff", "ours.xlsx").stdout
    assert "X112 This file has only lessons. Add --pack" in rounds("packs", "diff", "more.csv").stdout
    assert "handoff-01 (new)" in rounds("packs", "diff", "more.csv", "--pack", "ours").stdout


def test_a_pack_is_rolled_back_to_its_previous_version(rounds, book: Path):
    rounds("packs", "load", "ours.xlsx")
    book.write_bytes(changed({at("Version", sheet="Pack"): "0.2.0"}))
    rounds("packs", "load", "ours.xlsx")

    done, again = rounds("packs", "rollback", "our-lessons"), rounds("packs", "rollback", "our-lessons")

    assert (done.returncode, done.stdout) == (0, "Our lessons 0.1.0 is live again.\n")
    assert "our-lessons 0.1.0: 1 lesson" in rounds("packs", "list").stdout
    assert (again.returncode, again.stderr) == (
        1,
        "There is no version before this one. Nothing was changed. To take the whole pack back, remove it.\n",
    )
    unknown = rounds("packs", "rollback", "nights")
    assert unknown.stderr == "No pack nights is live. Nothing was changed. Live packs: our-lessons.\n"


def test_a_workbook_and_its_folder_are_the_same_pack(rounds, book: Path, ours: Path):
    rounds("packs", "load", "ours.xlsx")

    assert "is already live. Nothing changed." in rounds("packs", "load", "ours").stdout


def test_a_broken_workbook_is_not_loaded(rounds, book: Path):
    book.write_bytes(changed({at("Tip"): None, at("Level"): "x"}))

    refused = rounds("packs", "load", "ours.xlsx")

    assert refused.returncode == 1
    assert [line.partition(":")[0] for line in refused.stdout.splitlines()] == [at("Level"), at("Tip")]
    assert "Nothing changed." in refused.stderr


def test_what_another_live_pack_has_is_placed_when_a_pack_is_loaded(rounds, book: Path, tmp_path: Path):
    load_another(rounds, tmp_path)

    refused = rounds("packs", "load", "ours.xlsx")

    assert refused.stdout.startswith(f"{at('Number')}: P901 Lesson `handoff-01` is already in the pack Nights.")
    assert "Nothing changed." in refused.stderr


def test_lessons_are_loaded_into_the_pack_that_they_belong_to(rounds, lessons: Path, ours: Path):
    loaded = rounds("packs", "load", "more.csv", "--pack", "ours")

    assert "Our lessons 0.1.0 is live: 2 added" in loaded.stdout, loaded.stdout


def test_lessons_without_their_pack_are_not_loaded(rounds, lessons: Path):
    refused = rounds("packs", "load", "more.csv")

    assert refused.returncode == 1
    assert "X112 This file has only lessons. Add --pack and the folder" in refused.stdout
    assert "Nothing changed." in refused.stderr


def test_a_live_pack_is_downloaded_and_loads_again_as_the_same(rounds, ours: Path, tmp_path: Path):
    rounds("packs", "load", "ours")

    got = rounds("packs", "download", "our-lessons", "--to", "back.xlsx")

    assert (got.returncode, got.stdout) == (0, "")
    assert got.stderr == "Wrote Our lessons 0.1.0 to back.xlsx.\n"
    assert load_workbook(tmp_path / "back.xlsx").sheetnames[0] == "Lessons"
    assert rounds("packs", "lint", "back.xlsx").returncode == 0
    assert "is already live. Nothing changed." in rounds("packs", "load", "back.xlsx").stdout


def test_a_workspaces_own_pack_is_listed_and_downloaded(rounds, ours: Path, tmp_path: Path):
    rounds("db", "upgrade")
    own = read_pack(example(slug="wards", name="Wards")).pack
    assert own is not None
    store = Store(f"sqlite:///{tmp_path / 'data' / 'rounds.db'}", any_cipher())
    store.run(packs.load_pack, replace(own, bibliography=""), "T1", "U1", datetime.now(UTC))
    store.close()

    listed = rounds("packs", "list", "--team", "T1")
    got = rounds("packs", "download", "wards", "--to", "wards.xlsx", "--team", "T1")

    assert "wards 1.0.0: 1 lessons" in listed.stdout
    assert got.returncode == 0, got.stderr
    assert "Publication and Supports" in got.stderr
    assert "No pack is loaded yet." in rounds("packs", "list").stdout


def test_a_live_pack_that_cells_cannot_hold_says_why(rounds, ours: Path, tmp_path: Path):
    lesson = ours / TEMPLATE_LESSON
    lesson.write_text(lesson.read_text().replace("\nwords: >-\n  One thing", '\nwords: "Ring\\x07 one thing', 1))
    lesson.write_text(lesson.read_text().replace("the late clerk has it.\n", 'the late clerk has it."\n', 1))
    loaded = rounds("packs", "load", "ours")
    assert loaded.returncode == 0, loaded.stdout

    refused = rounds("packs", "download", "our-lessons", "--to", "x.xlsx")

    assert refused.returncode == 1
    assert "Our lessons 0.1.0 can't be a spreadsheet:" in refused.stderr
    assert "Change it in the file that it was loaded from." in refused.stderr
    assert not (tmp_path / "x.xlsx").exists()


@pytest.mark.parametrize(
    ("slug", "to", "said"),
    [
        ("nights", "x.xlsx", "No pack nights is live. Nothing was written. Live packs: our-lessons."),
        ("our-lessons", "x.csv", "must end in .xlsx. Nothing was written."),
        ("our-lessons", "there.xlsx", "already exists. Nothing was written."),
    ],
)
def test_a_download_that_cannot_be_says_why(rounds, ours: Path, tmp_path: Path, slug: str, to: str, said: str):
    rounds("packs", "load", "ours")
    (tmp_path / "there.xlsx").write_text("mine")

    refused = rounds("packs", "download", slug, "--to", to)

    assert refused.returncode == 1
    assert said in refused.stderr
    assert (tmp_path / "there.xlsx").read_text() == "mine"


def test_an_operator_retracts_a_lesson_and_uses_it_again(rounds, ours: Path):
    rounds("packs", "load", "ours")

    retracted = rounds("packs", "retract", "our-lessons", "handoff-01", "--reason", "The step is wrong.")
    listed = rounds("packs", "list")
    twice = rounds("packs", "retract", "our-lessons", "handoff-01", "--reason", "The step is wrong.")
    again = rounds("packs", "use-again", "our-lessons", "Write one line for the next shift")

    assert retracted.returncode == 0, retracted.stderr
    assert "Retracted: Write one line for the next shift." in retracted.stdout
    assert "rounds packs use-again our-lessons handoff-01" in retracted.stdout
    assert "our-lessons 0.1.0: 1 lessons (1 retracted), loaded by operator, live since" in listed.stdout
    assert "is retracted already. Nothing was changed." in twice.stderr
    assert again.stdout == "In use again: Write one line for the next shift.\n"
    assert "(1 retracted)" not in rounds("packs", "list").stdout


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("our-lessons", "handoff-02", "--reason", "Wrong."), "Did you mean “Write one line for the next shift”"),
        (("our-lessons", "handoff-01", "--reason", " "), "The reason is missing, so nothing was retracted."),
        (("nights", "handoff-01", "--reason", "Wrong."), "No pack nights is live. Nothing was changed."),
        (("our-lessons", "handoff-01", "--reason", "Wrong.", "--team", "T0"), "No workspace T0 has Rounds here."),
    ],
)
def test_a_retraction_that_cannot_be_says_why(rounds, ours: Path, options: tuple[str, ...], said: str):
    rounds("packs", "load", "ours")

    refused = rounds("packs", "retract", *options)

    assert refused.returncode == 1
    assert said in refused.stderr


def test_an_operator_removes_a_pack_after_a_question(rounds, ours: Path):
    rounds("packs", "load", "ours")

    asked = rounds("packs", "remove", "our-lessons")
    removed = rounds("packs", "remove", "our-lessons", "--yes")

    assert asked.returncode == 1
    assert "Our lessons 0.1.0 has 1 lesson. How many people have begun with it isn't counted yet" in asked.stdout
    assert "lessons are kept. If the pack is loaded again, everyone continues where they left off." in asked.stdout
    assert removed.returncode == 0, removed.stderr
    assert "Our lessons 0.1.0 is removed. Live now: " in removed.stdout
    assert "our-lessons" not in rounds("packs", "list").stdout


def test_without_any_other_pack_the_shipped_one_follows_and_stays(rounds, ours: Path):
    rounds("packs", "load", "ours")

    removed = rounds("packs", "remove", "our-lessons", "--yes")
    refused = rounds("packs", "remove", "management-essentials", "--yes")

    assert "Live now: management-essentials " in removed.stdout
    assert refused.returncode == 1
    assert "is the only pack for everyone." in refused.stderr
    assert "Load another pack first, or retract single lessons." in refused.stderr


def test_an_audit_takes_a_workbook(rounds, book: Path):
    assert "1 questions." in rounds("packs", "audit", "ours.xlsx").stdout
