"""A report's files say what its message says, and a spreadsheet calculates nothing."""

import io
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from openpyxl import load_workbook

from bot.domain.disclosure import Share
from bot.domain.formats import Formats
from bot.learning.reports import WeekReport
from bot.slack import report_files
from bot.slack.blocks.report_words import change_texts, ready_texts
from tests.slack import builders as a
from tests.slack.report_pages import page_values

NOW = datetime(2026, 3, 10, 9, 30, tzinfo=UTC)


async def test_the_page_has_the_newest_weeks_of_the_table_and_every_day_of_the_charts() -> None:
    values = await page_values(a.report(weeks=30))

    assert len(values["rows"]) == report_files.MAX_ROWS_ON_PAGE
    assert len(values["days"]) == 30
    assert all(len(line["values"]) == 30 for chart in values["charts"] for line in chart["lines"])


@pytest.mark.parametrize(
    ("locale", "paper"), [("en-US", "us-letter"), ("en-GB", "a4"), ("de-DE", "a4"), (None, "us-letter")]
)
async def test_the_page_has_the_size_that_people_print_on(locale: str | None, paper: str) -> None:
    assert (await page_values(a.report(), Formats(locale)))["paper"] == paper


async def test_the_files_are_a_page_a_workbook_and_a_csv() -> None:
    page, book, text = await report_files.report_files(a.report(name="=1+1", weeks=3), 12, a.FORMATS, NOW)

    assert (page.name, book.name, text.name) == (
        "rounds-report-2026-03-10.pdf", "rounds-report-2026-03-10.xlsx", "rounds-report-2026-03-10.csv"
    )  # fmt: skip
    weeks, skills, about = load_workbook(io.BytesIO(book.content)).worksheets
    first = [cell.value for cell in weeks[2]]
    assert first[:7] == [a.TODAY.isoformat(), 140, 95, 40, 70, 60, 80]
    assert [cell.data_type for row in about.iter_rows() for cell in row] == ["s"] * about.max_row
    assert skills.max_row == 9
    assert text.content.decode("utf-8-sig").splitlines()[1] == (
        f"{a.TODAY.isoformat()},140,95,40,70,60,80,85,75,95,80,60,90,55,45,65,40,25,60,60,45,75,70,50,85"
    )


async def test_only_the_chosen_weeks_are_in_the_files() -> None:
    _page, _book, text = await report_files.report_files(a.report(weeks=30), 4, a.FORMATS, NOW)

    assert len(text.content.splitlines()) == 1 + 4


def share_of(weeks_ago: int, share: Share | None) -> WeekReport:
    return WeekReport(a.TODAY - timedelta(weeks=weeks_ago), 20, 10, 5, share, None)


def test_a_change_is_told_with_its_doubt() -> None:
    low, high, near = Share(50, 40, 60), Share(80, 65, 90), Share(60, 50, 70)

    (sure,) = change_texts([share_of(0, high), share_of(4, low)], a.FORMATS)
    (unsure,) = change_texts([share_of(0, near), share_of(4, low)], a.FORMATS)

    assert "50% (40–60%) in the four weeks to" in sure
    assert sure.endswith("The ranges don't overlap, so this is unlikely to be chance.")
    assert unsure.endswith("The ranges overlap, so this may be chance.")


def test_how_ready_people_feel_is_said_with_who_said_so() -> None:
    one, both = {0: Share(40, 25, 60)}, {0: Share(40, 25, 60), 12: Share(70, 50, 85)}

    assert ready_texts(replace(share_of(0, None), ready=one)) == [
        "Ready for a hard conversation and a hard week (4 or 5 of 5), of the answers counted so far: "
        "at the beginning 40% (25–60%)."
    ]
    (said,) = ready_texts(replace(share_of(0, None), ready=both))
    assert "at the beginning 40% (25–60%), after 12 weeks 70% (50–85%)." in said
    assert said.endswith("Not everybody answered each time, so these are partly different people.")
    assert ready_texts(share_of(0, None)) == []


async def test_the_page_and_the_workbook_say_how_ready_people_feel() -> None:
    _page, book, text = await report_files.report_files(a.report(weeks=3), 12, a.FORMATS, NOW)

    weeks, _skills, about = load_workbook(io.BytesIO(book.content)).worksheets
    said = ready_texts(a.report().weeks[0])[0]
    assert said in (await page_values(a.report()))["findings"]
    assert said in [cell.value for row in about.iter_rows() for cell in row]
    assert [cell.value for cell in weeks[1]][-9::3] == [
        "Ready at the beginning, %", "Ready after 4 weeks, %", "Ready after 12 weeks, %"
    ]  # fmt: skip
    assert (
        text.content.decode("utf-8-sig")
        .splitlines()[0]
        .endswith("ready_after_12_weeks_percent,ready_after_12_weeks_low,ready_after_12_weeks_high")
    )


def test_weeks_that_share_answers_arent_compared() -> None:
    told = Share(50, 40, 60)

    assert change_texts([share_of(0, told), share_of(3, told)], a.FORMATS) == []
    assert change_texts([share_of(0, told), share_of(4, None)], a.FORMATS) == []


async def test_a_report_of_one_week_has_no_line_to_draw() -> None:
    one = replace(a.report(), weeks=a.report().weeks[:1])

    page, *_others = await report_files.report_files(one, 12, a.FORMATS, NOW)

    assert page.content.startswith(b"%PDF")
