"""A program is a file of a pack: read, checked at its lines, compared, and written back like lessons."""

from typing import Any

import pytest

from bot.content.clashes import read_other_pack
from bot.content.codec import pack_from_json, pack_to_json
from bot.content.lint import check_pack
from bot.content.other_packs import OtherPack, others_from_json, others_to_json
from bot.content.pack_changes import compare_packs
from bot.content.pack_files import PackFiles
from bot.content.pack_reader import read_loadable_pack
from bot.content.pack_writing import pack_to_files, pack_to_workbook
from bot.content.sheets.columns import LESSONS_TABLE, PROGRAMS_TABLE
from bot.content.sheets.exporting import export_rows
from bot.content.sheets.sheet_checker import check_sheet
from bot.content.sheets.sheet_reader import read_sheet
from bot.content.sheets.sheet_writer import build_workbook
from bot.domain.program import measure_progress
from tests.content.examples import PROGRAM, TODAY, dumped, program, with_file
from tests.content.rule_cases import telling, with_program
from tests.shipped import shipped_pack


def problems(source: PackFiles) -> list[tuple[str, str]]:
    """The place and code of everything that blocks the pack."""
    return [(problem.location, problem.code) for problem in check_pack(source, TODAY).blocking_problems]


def test_a_program_is_read_with_its_lessons_in_order():
    backward = ["handoff-03", "handoff-01", "handoff-02"]

    (read,) = read_loadable_pack(with_program(lessons=backward)).programs

    assert (read.slug, read.name, read.weeks, list(read.lesson_ids)) == ("first-shifts", "First shifts", 1, backward)


@pytest.mark.parametrize(
    ("changes", "line", "code"),
    [
        ({"slug": "other-name"}, 1, "P301"),
        ({"lessons": ["handoff-01", "handoff-09", "handoff-02"]}, 9, "P302"),
        ({"lessons": ["handoff-01", "handoff-02", "handoff-01"]}, 10, "P303"),
        ({"goal": None}, 1, "S101"),
        ({"role": "r" * 76}, 3, "S101"),
        ({"lessons": ["handoff-01", "handoff-02"]}, 7, "S101"),
        ({"lessons": ["handoff-01", "no id", "handoff-02"]}, 9, "S101"),
        ({"weeks": 27}, 4, "S101"),
        ({"length": 3}, 11, "S101"),
        ({"name": "First\nshifts"}, 2, "S101"),
        ({"welcome": "Hello <!channel>"}, 6, "L1002"),
        ({"goal": "Write to help@ward.org when you are lost."}, 5, "L802"),
        ({"name": "42"}, 2, "L1006"),
    ],
)
def test_what_is_wrong_with_a_program_is_found_at_its_line(changes: dict[str, Any], line: int, code: str):
    assert (f"{PROGRAM}:{line}", code) in problems(with_program(**changes))


def test_a_broken_lesson_is_still_one_that_a_program_may_name():
    broken = with_file(with_program(), "handoff/02-lesson.yaml", b"id: handoff-02\ntitle: [")

    assert {code for _, code in problems(broken)}.isdisjoint({"P302"})


def test_a_program_that_another_pack_has_is_refused_at_its_slug():
    other = OtherPack("nights", "Nights", frozenset(), {}, frozenset({"first-shifts"}))

    found = check_pack(with_program(), TODAY, others=[other]).blocking_problems

    assert [(problem.location, problem.code) for problem in found] == [(f"{PROGRAM}:1", "P903")]
    assert others_from_json(others_to_json([other]))[0].programs == ["first-shifts"]


def test_the_programs_that_a_pack_takes_are_known_from_its_files():
    other = read_other_pack(with_program())

    assert other is not None
    assert set(other.programs) == {"first-shifts"}


def test_a_program_changes_what_a_pack_is_and_reaches_another_process_whole():
    without, with_one = read_loadable_pack(telling("tip", "Ask.", "Say.", "Write.")), read_loadable_pack(with_program())

    assert without.digest != with_one.digest
    assert pack_from_json(pack_to_json(with_one)) == with_one


def test_a_pack_is_written_back_with_its_programs():
    before = read_loadable_pack(with_program())

    assert read_loadable_pack(pack_to_files(before)) == before


def test_a_workbook_has_a_row_for_each_program_and_reads_back_the_same():
    before = read_loadable_pack(with_program())

    checked = check_sheet(read_sheet("ward.xlsx", pack_to_workbook(before)), TODAY)

    assert checked.pack == before


@pytest.mark.parametrize(
    ("column", "value", "message"),
    [
        ("Short name", None, "Short name is empty."),
        ("Lessons in order", "handoff-01\nhandoff-44\nhandoff-02", "`handoff-44` is not a lesson in this pack."),
        ("Weeks", "four", "Weeks must be a whole number"),
        ("For", "r" * 80, "For is 80 characters. The limit is 75."),
        ("Goal", None, "Goal is empty."),
    ],
)
def test_what_is_wrong_with_a_program_is_found_at_its_cell(column: str, value: str | None, message: str):
    rows = {table: [list(row) for row in each] for table, each in export_rows(with_program()).items()}
    number = [each.heading for each in PROGRAMS_TABLE.columns].index(column)
    rows[PROGRAMS_TABLE][0][number] = value

    found = check_sheet(read_sheet("ward.xlsx", build_workbook(rows)), TODAY).blocking_problems

    (problem,) = [each for each in found if each.path == "Programs"]
    assert problem.cell == f"{'ABCDEFG'[number]}2"
    assert problem.message.startswith(message)


def test_two_programs_of_one_short_name_are_told_at_the_second():
    rows = {table: [list(row) for row in each] for table, each in export_rows(with_program()).items()}
    rows[PROGRAMS_TABLE].append(list(rows[PROGRAMS_TABLE][0]))

    found = check_sheet(read_sheet("ward.xlsx", build_workbook(rows)), TODAY).blocking_problems

    assert [(each.path, each.cell, each.code) for each in found] == [("Programs", "A3", "X109")]


def test_a_workbook_without_the_sheet_has_no_programs():
    rows = export_rows(with_program())
    book = build_workbook({**rows, PROGRAMS_TABLE: []})

    pack = check_sheet(read_sheet("ward.xlsx", book), TODAY).pack

    assert pack is not None
    assert pack.programs == ()
    assert len(rows[LESSONS_TABLE]) == len(pack.lessons)


def test_versions_are_compared_by_the_columns_of_their_programs():
    before = read_loadable_pack(with_program())
    after = read_loadable_pack(
        with_program(goal="Hand over without a call.", lessons=["handoff-02", "handoff-01", "handoff-03"])
    )
    renamed = read_loadable_pack(
        with_file(telling("tip", "Ask.", "Say.", "Write."), "programs/nights.yaml", dumped(program(slug="nights")))
    )

    assert [each.format() for each in compare_packs(before, after)] == [
        "Program first-shifts Goal: Hand over a shift so that nobody has to call you back. → Hand over without a call.",
        "Program first-shifts Lessons in order: handoff-01 / handoff-02 / handoff-03 → "
        "handoff-02 / handoff-01 / handoff-03",
    ]
    assert [each.format() for each in compare_packs(before, renamed)] == [
        "Program first-shifts (removed): First shifts",
        "Program nights (new): First shifts",
    ]


def test_progress_counts_what_was_had_and_leaves_out_what_can_never_come():
    (read,) = read_loadable_pack(with_program()).programs

    begun = measure_progress(read, {"handoff-01", "other-01"}, {"handoff-01", "handoff-02", "handoff-03"})
    retracted = measure_progress(read, {"handoff-01", "handoff-02"}, {"handoff-01"})

    assert (begun.had, begun.count, begun.is_over) == (1, 3, False)
    assert (retracted.had, retracted.count, retracted.is_over) == (2, 2, True)


def test_the_next_lesson_is_the_first_that_is_taught_and_was_not_had():
    (read,) = read_loadable_pack(with_program()).programs

    assert read.find_next({"handoff-01"}, {"handoff-01", "handoff-03"}) == "handoff-03"
    assert read.find_next({"handoff-01", "handoff-03"}, {"handoff-01", "handoff-03"}) is None


def test_the_shipped_programs_are_four_of_twenty_lessons_from_six_skills_or_more():
    shipped = shipped_pack()
    skills = {lesson.id: lesson.skill.slug for lesson in shipped.lessons}

    assert [each.slug for each in shipped.programs] == [
        "charge-nurse", "clinic-manager", "department-head", "new-nurse-manager",
    ]  # fmt: skip
    for each in shipped.programs:
        assert (len(each.lesson_ids), each.weeks) == (20, 4)
        assert len({skills[lesson_id] for lesson_id in each.lesson_ids}) >= 6
