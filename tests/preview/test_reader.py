"""An author moves through a pack and sees each save, including broken files with their problems."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.content.opened_packs import open_pack
from bot.content.pack_loading import load_folder
from bot.content.pack_preview import preview_pack
from bot.content.pack_templates import create_pack, shipped_pack_folder
from bot.content.sheets.sheet_writer import write_lessons_csv
from bot.errors import NotFound
from bot.preview.messages import preview_message
from bot.preview.reader import PreviewReader, PreviewTarget
from tests.content.examples import pack as example
from tests.content.sheets.books import at, changed, template
from tests.shipped import right_and_wrong, shipped_lesson

TODAY = date(2026, 11, 30)
LESSON = "conflict/18-mediate-between-two-colleagues.yaml"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """Return a copy of the shipped pack, reduced to two skills."""
    copy = Path(shutil.copytree(shipped_pack_folder(), tmp_path / "ward"))
    for lesson in copy.glob("*/*.yaml"):
        if lesson.parent.name not in ("conflict", "quality"):
            lesson.unlink()
    return copy


def reader(path: Path) -> PreviewReader:
    return PreviewReader(PreviewTarget.from_path(path), lambda: TODAY)


def save(file: Path, before: str, after: str) -> None:
    """Change a file as an editor does, with a later modification time."""
    text = file.read_text(encoding="utf-8")
    assert before in text
    saved = file.stat().st_mtime_ns + 1_000_000
    file.write_text(text.replace(before, after, 1), encoding="utf-8")
    os.utime(file, ns=(saved, saved))


def test_next_and_previous_move_through_the_pack_in_order(pack: Path):
    walker = reader(pack)
    first, last = walker.pack.lessons[0].path, walker.pack.lessons[-1].path

    assert (len(walker.pack.lessons), walker.position) == (75, 1)
    assert first.startswith("conflict/01-")
    walker.move(-1)
    assert walker.current_lesson is not None
    assert walker.current_lesson.path == last
    walker.move(1)
    assert walker.position == 1


def test_a_lesson_file_begins_at_that_lesson(pack: Path):
    proof = reader(pack / LESSON).current_lesson

    assert proof is not None
    assert proof.path == LESSON
    assert proof.problems == ()


async def test_a_save_is_shown_and_keeps_the_current_lesson(pack: Path):
    walker = reader(pack / LESSON)
    assert not await walker.reload_if_changed()

    save(pack / LESSON, "title: Mediate", "title: Dr Smith mediates")

    assert await walker.reload_if_changed()
    assert walker.current_lesson is not None
    assert walker.current_lesson.path == LESSON
    assert [problem.code for problem in walker.current_lesson.problems] == ["L801"]
    assert "Dr Smith mediates between two colleagues" in preview_message(walker.current_lesson, None, TODAY).text


async def test_a_file_that_is_not_valid_yaml_is_reported_with_its_line(pack: Path):
    walker = reader(pack / LESSON)

    save(pack / LESSON, "tip: >-", "tip: [")
    await walker.reload_if_changed()

    assert walker.current_lesson is not None
    assert walker.current_lesson.lesson is None
    assert walker.current_lesson.problems
    assert "Fix the problems listed next to it" in preview_message(walker.current_lesson, None, TODAY).text


async def test_deleting_the_current_lesson_shows_another_one(pack: Path):
    walker = reader(pack)
    walker.move(-1)

    for lesson in (pack / "quality").glob("*.yaml"):
        lesson.unlink()
    await walker.reload_if_changed()

    assert walker.position == 38


def test_a_broken_field_shows_the_rest_of_its_lesson(pack: Path):
    save(pack / LESSON, "minutes: ", "minutes: 4")
    save(pack / LESSON, "  stem:", "  stim:")

    proof = reader(pack / LESSON).current_lesson

    assert proof is not None
    assert {problem.code for problem in proof.problems} == {"S101"}
    assert "Mediate between two colleagues" in preview_message(proof, None, TODAY).text


def test_problems_of_other_files_are_listed_separately(pack: Path):
    save(pack / "pack.yaml", "version: 2.5.0", "version: one")

    found = preview_pack(open_pack(pack), TODAY)

    assert {problem.path for problem in found.problems} == {"pack.yaml"}
    assert len(found.lessons) == 75


def test_an_answer_shows_its_result_and_a_removed_option_shows_the_question(pack: Path):
    proof = reader(pack / LESSON).current_lesson
    right, wrong = (option.key for option in right_and_wrong(shipped_lesson("conflict-18")))

    assert f"Yes, {right} is the best fit." in preview_message(proof, right, TODAY).text
    assert f"Not quite. You chose {wrong}; {right} works better here." in preview_message(proof, wrong, TODAY).text
    assert "Your call." in preview_message(proof, "E", TODAY).text


def test_a_pack_without_lessons_asks_for_the_first(tmp_path: Path):
    source = example()
    (tmp_path / "pack.yaml").write_bytes(source.files["pack.yaml"])

    walker = reader(tmp_path)
    walker.move(1)

    assert (walker.current_lesson, walker.position) == (None, 1)
    assert "Write the first lesson" in preview_message(walker.current_lesson, None, TODAY).text


@pytest.fixture
def book(tmp_path: Path) -> Path:
    """A small pack as a workbook."""
    file = tmp_path / "ward.xlsx"
    file.write_bytes(template())
    return file


def save_workbook(file: Path, content: bytes) -> None:
    """Save a workbook as a program does, with a later modification time."""
    saved = file.stat().st_mtime_ns + 1_000_000
    file.write_bytes(content)
    os.utime(file, ns=(saved, saved))


async def test_a_workbook_is_shown_row_by_row_with_the_problems_of_each(book: Path):
    walker = reader(book)
    assert walker.current_lesson is not None
    assert (walker.current_lesson.path, walker.current_lesson.problems) == ("Lessons, row 2", ())

    second = {at(heading, 3): f"{heading} of another" for heading in ("Title", "Tip")}
    skills = {at("Skill", 3): "handoff", at("Number", 3): 2, at("Name", sheet="Skills"): None}
    save_workbook(book, changed({at("Why"): "Well done! It works.", **second, **skills}))
    assert await walker.reload_if_changed()

    assert [each.path for each in walker.pack.lessons] == ["Lessons, row 2", "Lessons, row 3"]
    assert {problem.location for problem in walker.pack.lessons[0].problems} == {at("Why")}
    assert at("Why", 3) in {problem.location for problem in walker.pack.lessons[1].problems}
    assert [problem.location for problem in walker.pack.problems] == [at("Name", sheet="Skills")]
    assert "Title of another" in preview_message(walker.pack.lessons[1], None, TODAY).text


async def test_a_workbook_that_cannot_be_read_says_so_and_comes_back(book: Path):
    walker = reader(book)

    save_workbook(book, b"half of a file")
    await walker.reload_if_changed()
    assert (walker.pack.is_readable, walker.current_lesson) == (False, None)
    assert "can't be opened as a workbook" in walker.pack.problems[0].message
    save_workbook(book, template())
    await walker.reload_if_changed()

    assert walker.current_lesson is not None


def test_lessons_in_csv_are_shown_without_their_pack_and_with_it(tmp_path: Path):
    create_pack(tmp_path / "ours", "Ours")
    content = write_lessons_csv(load_folder(tmp_path / "ours")).replace(b"handoff,1,Write one", b"handoff,2,Read one")
    (tmp_path / "more.csv").write_bytes(content)

    alone = reader(tmp_path / "more.csv")
    target = PreviewTarget.from_path(tmp_path / "more.csv", tmp_path / "ours")
    together = PreviewReader(target, lambda: TODAY)

    assert [each.path for each in alone.pack.lessons] == ["more.csv, row 2"]
    assert [(each.problems, each.lesson and each.lesson.id) for each in alone.pack.lessons] == [((), "handoff-02")]
    assert [each.path for each in together.pack.lessons] == [
        "handoff/01-write-one-line-for-the-next-shift.yaml",
        "more.csv, row 2",
    ]


def test_paths_outside_a_pack_are_refused(tmp_path: Path):
    with pytest.raises(NotFound, match="isn't a pack or a lesson in one"):
        PreviewTarget.from_path(tmp_path / "nothing.yaml")
