"""An author moves through a pack and sees each save, including broken files with their problems."""

import os
import shutil
from datetime import date
from pathlib import Path

import pytest

from bot.content.pack_loading import load_folder
from bot.content.pack_preview import preview_pack
from bot.content.pack_templates import shipped_pack_folder
from bot.errors import NotFound
from bot.preview.messages import preview_message
from bot.preview.reader import PreviewReader, PreviewTarget
from tests.content.examples import pack as example
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

    assert (len(walker.pack.lessons), walker.position) == (60, 1)
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

    assert walker.position == 30


def test_a_broken_field_shows_the_rest_of_its_lesson(pack: Path):
    save(pack / LESSON, "minutes: ", "minutes: 4")
    save(pack / LESSON, "  stem:", "  stim:")

    proof = reader(pack / LESSON).current_lesson

    assert proof is not None
    assert {problem.code for problem in proof.problems} == {"S101"}
    assert "Mediate between two colleagues" in preview_message(proof, None, TODAY).text


def test_problems_of_other_files_are_listed_separately(pack: Path):
    save(pack / "pack.yaml", "version: 2.0.0", "version: one")

    found = preview_pack(load_folder(pack), TODAY)

    assert {problem.path for problem in found.problems} == {"pack.yaml"}
    assert len(found.lessons) == 60


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


def test_paths_outside_a_pack_are_refused(tmp_path: Path):
    with pytest.raises(NotFound, match="isn't a pack or a lesson in one"):
        PreviewTarget.from_path(tmp_path / "nothing.yaml")
