"""Sheets go into a pack's folder whole or not at all, and never over somebody's changes unasked."""

from pathlib import Path

import pytest

from bot.content.lint import lint_pack
from bot.content.pack_loading import load_folder
from bot.content.pack_templates import create_pack
from bot.content.sheets.importing import import_sheet
from bot.content.sheets.sheet_writer import write_lessons_csv
from bot.errors import NotFound, PackError, Refused
from tests.content.examples import TODAY
from tests.content.sheets.books import at, changed, template

LESSON = "handoff/01-write-one-line-for-the-next-shift.yaml"


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    """The template as somebody saved it."""
    file = tmp_path / "ward.xlsx"
    file.write_bytes(template())
    return file


def contents(path: Path) -> dict[str, bytes]:
    return {file.relative_to(path).as_posix(): file.read_bytes() for file in path.rglob("*") if file.is_file()}


def test_workbook_makes_a_pack_that_lints_clean(sheet, tmp_path):
    done = import_sheet(sheet, tmp_path / "deep" / "pack", TODAY)

    assert sorted(done.written) == ["bibliography.yaml", LESSON, "pack.yaml"]
    assert sorted(contents(tmp_path / "deep" / "pack")) == sorted(done.written)
    assert lint_pack(load_folder(tmp_path / "deep" / "pack"), TODAY) == ()


def test_importing_again_changes_no_file_and_keeps_comments(sheet, tmp_path):
    create_pack(tmp_path / "pack", "Our lessons")
    before = contents(tmp_path / "pack")

    done = import_sheet(sheet, tmp_path / "pack", TODAY)

    assert done.written == ()
    assert contents(tmp_path / "pack") == before
    assert b"# The skill's slug" in before[LESSON]


def test_any_problem_leaves_the_folder_as_it_was(sheet, tmp_path):
    create_pack(tmp_path / "pack", "Our lessons")
    before = contents(tmp_path / "pack")
    sheet.write_bytes(changed({at("Tip"): "Another tip.", at("Minutes"): 99, at("Level"): None}))

    with pytest.raises(PackError) as refused:
        import_sheet(sheet, tmp_path / "pack", TODAY, overwrite=True)

    assert {problem.location for problem in refused.value.problems} == {at("Level"), at("Minutes")}
    assert contents(tmp_path / "pack") == before


def test_lesson_that_says_something_else_is_not_written_over_unasked(sheet, tmp_path):
    import_sheet(sheet, tmp_path / "pack", TODAY)
    before = contents(tmp_path / "pack")
    sheet.write_bytes(changed({at("Title"): "Write two lines for them"}))

    with pytest.raises(PackError) as refused:
        import_sheet(sheet, tmp_path / "pack", TODAY)

    (problem,) = refused.value.problems
    assert problem.location == at("Title")
    assert problem.message == f"`{LESSON}` already exists with other content. Add --replace to overwrite it."
    assert contents(tmp_path / "pack") == before


def test_with_replace_it_is_written_into_the_file_it_had(sheet, tmp_path):
    import_sheet(sheet, tmp_path / "pack", TODAY)
    sheet.write_bytes(changed({at("Title"): "Write two lines for them"}))

    done = import_sheet(sheet, tmp_path / "pack", TODAY, overwrite=True)

    assert done.written == (LESSON,)
    assert b"title: Write two lines for them" in contents(tmp_path / "pack")[LESSON]
    assert len(contents(tmp_path / "pack")) == 3


def test_lessons_that_the_sheet_does_not_have_are_left_alone(sheet, tmp_path):
    import_sheet(sheet, tmp_path / "pack", TODAY)
    sheet.write_bytes(changed({at("Number"): 2, at("Title"): "Say it twice before you go"}))

    done = import_sheet(sheet, tmp_path / "pack", TODAY)

    assert done.written == ("handoff/02-say-it-twice-before-you-go.yaml",)
    assert done.not_in_sheet == (LESSON,)
    assert any(problem.code == "L1004" for problem in done.advice)


def test_csv_goes_into_a_pack_that_is_there(tmp_path):
    create_pack(tmp_path / "pack", "Our lessons")
    file = tmp_path / "more.csv"
    file.write_bytes(
        write_lessons_csv(load_folder(tmp_path / "pack")).replace(
            b"handoff,1,Write one line", b"handoff,2,Write a line"
        )
    )

    done = import_sheet(file, tmp_path / "pack", TODAY)

    assert done.written == ("handoff/02-write-a-line-for-the-next-shift.yaml",)


def test_csv_without_a_pack_says_how_to_begin_one(tmp_path):
    create_pack(tmp_path / "pack", "Our lessons")
    file = tmp_path / "more.csv"
    file.write_bytes(write_lessons_csv(load_folder(tmp_path / "pack")))

    with pytest.raises(PackError) as refused:
        import_sheet(file, tmp_path / "none", TODAY)

    (problem,) = refused.value.problems
    assert f"rounds packs new {tmp_path / 'none'}" in problem.message
    assert not (tmp_path / "none").exists()


def test_what_is_wrong_beside_the_sheet_is_named_by_its_line(sheet, tmp_path):
    create_pack(tmp_path / "pack", "Our lessons")
    other = tmp_path / "pack" / "handoff" / "02-other.yaml"
    other.write_text("id: handoff-02\n")

    with pytest.raises(PackError) as refused:
        import_sheet(sheet, tmp_path / "pack", TODAY)

    assert {problem.location for problem in refused.value.problems} == {"handoff/02-other.yaml:1"}


def test_missing_sheet_is_told(tmp_path):
    with pytest.raises(NotFound, match="Nothing was written"):
        import_sheet(tmp_path / "none.xlsx", tmp_path / "pack", TODAY)


def test_full_disk_leaves_the_folder_as_it_was(sheet, tmp_path, monkeypatch):
    create_pack(tmp_path / "pack", "Our lessons")
    before = contents(tmp_path / "pack")
    sheet.write_bytes(changed({at("Title"): "Another title", at("Name", sheet="Pack"): "Another name"}))
    write = Path.write_bytes

    def fills_up(path: Path, content: bytes) -> int:
        if path.name.startswith(".01"):
            raise OSError(28, "No space left on device")
        return write(path, content)

    monkeypatch.setattr(Path, "write_bytes", fills_up)
    with pytest.raises(Refused, match="No space left on device"):
        import_sheet(sheet, tmp_path / "pack", TODAY, overwrite=True)

    assert contents(tmp_path / "pack") == before
