"""A pack that goes into a sheet and comes back is the same pack: nothing is lost, and nothing is calculated."""

import csv
import io
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, assume, find, given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.content.draft_reader import read_draft
from bot.content.pack_files import PackFiles
from bot.content.pack_loading import load_folder
from bot.content.pack_reader import find_blocking_problems, read_pack
from bot.content.pack_templates import shipped_pack_folder
from bot.content.schema import LessonSchema
from bot.content.sheets.csv_files import write_csv
from bot.content.sheets.sheet_checker import check_sheet
from bot.content.sheets.sheet_reader import read_sheet
from bot.content.sheets.sheet_writer import write_lessons_csv, write_workbook
from tests.content.examples import TODAY, lesson, pack, source
from tests.content.sheets.books import shipped
from tests.examples import many

BEGINNINGS = st.sampled_from(
    ["", "", "=", "+", "@", "-", "'", "'=", "''@", "＝", "'＝", '"', "=SUM(A1)", "007", "1/2", "2026-11-23", "No", "#"]
)
MIDDLES = st.text(alphabet="abc éßñ病😀\"'“”;:,=+@()%$?!|{}#\u00a0", max_size=24)
TEXTS = st.builds(lambda first, rest: f"{first}{rest}x", BEGINNINGS, MIDDLES)
PARAGRAPHS = st.lists(TEXTS, min_size=1, max_size=3).map("\n".join)
DAYS = st.dates(date(2020, 1, 1), date(2026, 11, 23))


@st.composite
def lessons(draw: st.DrawFn) -> dict[str, Any]:
    """A lesson with whatever people may write into it, three or four options, some fields empty."""
    count = draw(st.integers(3, 4))
    right = draw(st.integers(0, count - 1))
    options = [
        {"key": "ABCD"[n], "text": draw(TEXTS), "correct": n == right, "explanation": draw(PARAGRAPHS)}
        for n in range(count)
    ]
    return lesson(
        title=draw(TEXTS),
        level=draw(st.sampled_from(["foundation", "practice", "advanced"])),
        minutes=draw(st.integers(1, 10)),
        tip=draw(PARAGRAPHS),
        why=draw(PARAGRAPHS),
        words=draw(TEXTS),
        situations=draw(st.lists(TEXTS, min_size=4, max_size=8)),
        question={"scenario": draw(PARAGRAPHS), "stem": draw(TEXTS), "options": options},
        reflection=draw(TEXTS),
        sources=draw(st.lists(st.sampled_from(["one", "two-2", "3"]), min_size=1, max_size=3, unique=True)),
        checked_on=draw(DAYS),
        review_by=draw(st.none() | DAYS),
        notice=draw(st.none() | PARAGRAPHS),
        elsewhere=draw(st.none() | TEXTS),
        applies_to=draw(st.none() | TEXTS),
        fits_when=draw(st.none() | TEXTS),
        pushback=draw(
            st.none() | st.lists(st.fixed_dictionaries({"they": TEXTS, "you": PARAGRAPHS}), min_size=1, max_size=3)
        ),
    )


@st.composite
def packs(draw: st.DrawFn) -> PackFiles:
    works = [
        source(key, title=draw(TEXTS), supports=draw(PARAGRAPHS), year=draw(st.integers(1800, 2200)))
        | {
            name: value
            for name, value in {
                "caution": draw(st.none() | TEXTS),
                "doi": draw(st.none() | st.just("10.1016/j.mayocp.2015.01.012")),
                "skills": draw(st.none() | st.lists(st.sampled_from(["handoff", "ward-1"]), unique=True)),
                "review_by": draw(st.none() | DAYS),
            }.items()
            if value is not None
        }
        for key in ("one", "two-2", "3")
    ]
    numbered = [(f"handoff/{n:02}-a.yaml", draw(lessons()) | {"id": f"handoff-{n:02}"}) for n in (1, 7)]
    return pack(*numbered, sources=works, name=draw(TEXTS))


def same(before: PackFiles, after: PackFiles) -> None:
    first, second = read_draft(before), read_draft(after)
    assert first.pack == second.pack
    assert first.bibliography == second.bibliography
    assert [each.parsed for each in first.lessons] == [each.parsed for each in second.lessons]


def test_shipped_pack_comes_back_from_a_workbook_as_it_was():
    before = load_folder(shipped_pack_folder())

    sheet = read_sheet("ward.xlsx", shipped())

    checked = check_sheet(sheet, TODAY)
    after = PackFiles(sheet.name, sheet.files, ())
    assert checked.problems == ()
    assert checked.pack == read_pack(before).pack
    assert set(after.files) == set(before.files)
    same(before, after)


def test_shipped_lessons_come_back_from_csv_as_they_were():
    before = load_folder(shipped_pack_folder())

    sheet = read_sheet("ward.csv", write_lessons_csv(before), before)

    assert sheet.problems == ()
    assert not sheet.includes_pack
    same(before, PackFiles("after", {**before.files, **sheet.files}))


def test_the_packs_of_these_tests_have_every_field_of_a_lesson():
    plainly = settings(derandomize=True, max_examples=1000, phases=[Phase.generate], database=None)
    full = find(lessons(), lambda fields: len(fields) == len(LessonSchema.model_fields), settings=plainly)

    assert set(full) == set(LessonSchema.model_fields)


@settings(
    deadline=None, max_examples=many(30), suppress_health_check=[HealthCheck.too_slow, HealthCheck.filter_too_much]
)
@given(packs())
def test_any_pack_comes_back_from_a_workbook_and_from_csv(before: PackFiles):
    assume(not find_blocking_problems(read_draft(before)))

    workbook = read_sheet("ward.xlsx", write_workbook(before))
    text = read_sheet("ward.csv", write_lessons_csv(before), before)

    assert (workbook.problems, text.problems) == ((), ())
    same(before, PackFiles("after", workbook.files))
    same(before, PackFiles("after", {**before.files, **text.files}))


def test_text_that_looks_like_a_formula_is_written_as_text_and_calculates_nothing():
    before = pack(("handoff/01-a.yaml", lesson(title="=1+1 lines", words="@SUM(A1)", reflection="+44 what helped?")))

    content = write_workbook(before)

    sheet = load_workbook(io.BytesIO(content))["Lessons"]
    texts = {cell.value: cell for row in sheet.iter_rows(min_row=2, max_row=2) for cell in row if cell.value}
    for text in ("=1+1 lines", "@SUM(A1)", "+44 what helped?"):
        assert texts[text].data_type == "s"
        assert texts[text].quotePrefix
    assert b",'=1+1 lines," in write_lessons_csv(before)


UNSEEN = ["", " ", "\u00a0", "\t", "\r", "\u200b", "\ufeff", "\u2060", "\u00ad", "\u202e", " \u200b\t"]


@pytest.mark.parametrize("sign", ["=", "+", "-", "@", "＝", "＋", "－", "＠", "﹦", "﹢", "﹣", "﹫", "−"])
@pytest.mark.parametrize("before", UNSEEN)
@pytest.mark.parametrize("apostrophes", ["", "'", "''"])
def test_no_text_in_csv_begins_as_a_formula_may(apostrophes: str, before: str, sign: str):
    text = f"{apostrophes}{before}{sign}HYPERLINK(1)"

    assert cell_in_csv(text) == f"'{text}"


@pytest.mark.parametrize("text", ["", "'", "plain", "'quoted'", "a = b", "’=", "1-2", "\u200b", "é+"])
def test_other_text_in_csv_stays_as_it_is(text: str):
    assert cell_in_csv(text) == text


def cell_in_csv(text: str) -> str:
    """What a spreadsheet program gets for a text."""
    written = write_csv([[text, "x"]]).decode("utf-8-sig")
    return next(csv.reader(io.StringIO(written, newline="")))[0]
