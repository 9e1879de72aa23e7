"""A report as files: a page to print or forward (PDF), a spreadsheet, and a text file for other programs (CSV)."""

from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

from bot.content.simple_sheets import CellValue, SheetRows, write_sheets
from bot.documents.rendering import render_pdf
from bot.domain.disclosure import Share
from bot.domain.formats import Formats
from bot.domain.self_rating import RATING_WEEKS
from bot.language import current_language, ngettext
from bot.language import gettext as _
from bot.learning.reports import Report, WeekReport
from bot.learning.weekly_figures import LONG_RECALL_DAYS, RECALL_DAYS
from bot.slack.blocks.report_words import (
    HOW,
    change_texts,
    period_text,
    ready_texts,
    report_name,
    share_text,
    skill_shares,
    skills_title,
    stayed_texts,
    week_table,
)
from bot.slack.blocks.self_ratings import time_text

TEMPLATE = "report"

_LETTER_PAPER = frozenset({None, "US", "CA", "MX", "PR", "PH", "CL", "CO", "VE"})
"""Territories that print on letter paper (CLDR's paper sizes); None: unknown, and most likely American."""

MAX_ROWS_ON_PAGE = 16
"""Most weeks in the page's table, if as many fit; the spreadsheet has all that were chosen."""

_CSV_SHARES = (
    *("first_try", "right_after_28_days", "right_after_90_days", "steps_tried"),
    *("ready_at_start", "ready_after_4_weeks", "ready_after_12_weeks"),
)
"""What shares are called in a text file for other programs."""


class ReportFile(NamedTuple):
    """A file of a report: its name, its content, and what to say beside it."""

    name: str
    content: bytes
    comment: str


async def report_files(report: Report, period: int, formats: Formats, now: datetime) -> tuple[ReportFile, ...]:
    """Write a report's newest weeks as files, the one to forward first. Raises DocumentFailed."""
    weeks = report.weeks[:period]
    stem = f"rounds-report-{now:%Y-%m-%d}"
    return (
        ReportFile(f"{stem}.pdf", await report_page(report, weeks, formats, now), _("To print or forward.")),
        ReportFile(f"{stem}.xlsx", await write_sheets(list(_sheets(report, weeks, formats))), _("As a spreadsheet.")),
        ReportFile(f"{stem}.csv", report_csv(weeks), _("For other programs (CSV).")),
    )


async def report_page(report: Report, weeks: Sequence[WeekReport], formats: Formats, now: datetime) -> bytes:
    """Write the weeks, the newest first, as one page of PDF."""
    table = week_table(weeks[:MAX_ROWS_ON_PAGE], formats)
    drawn = list(reversed(weeks))
    values = {
        "language": current_language(),
        "paper": "us-letter" if formats.territory in _LETTER_PAPER else "a4",
        "title": _("Report on Rounds"),
        "name": report_name(report),
        "period": period_text(weeks, formats),
        "findings": [*change_texts(weeks, formats), *ready_texts(weeks[0]), *stayed_texts(weeks[0])],
        "charts": [
            {
                "title": _("People, at least"),
                "lines": [
                    {"name": _("Learning"), "values": [week.learning or None for week in drawn]},
                    {"name": _("Practiced"), "values": [week.practiced or None for week in drawn]},
                    {"name": _("Wrote"), "values": [week.wrote or None for week in drawn]},
                ],
            },
            {
                "title": _("Right answers in four weeks, in percent"),
                "most": 100,
                "lines": [
                    _share_line(_("On the first try"), [week.first_try for week in drawn]),
                    _share_line(_("After {days} days", days=RECALL_DAYS), [week.remembered for week in drawn]),
                ],
            },
        ],
        "days": [formats.abbreviate_day(week.monday) for week in drawn],
        "columns": list(table.columns),
        "rows": [list(row) for row in table.rows],
        "weeks": len(weeks),
        "cut": [_cut_text(shown, len(weeks)) for shown in range(1, len(table.rows) + 1)],
        "skills_title": skills_title(),
        "skills": [
            {"name": each.name, "percent": each.share.percent, "low": each.share.low, "high": each.share.high,
             "text": share_text(each.share)}
            for each in skill_shares(report, weeks[0])
        ],
        "how": _(HOW),
        "written": _("Written by Rounds on {day}. It names nobody.", day=formats.write_date(now.date())),
    }  # fmt: skip
    return await render_pdf(TEMPLATE, values, now)


def report_csv(weeks: Sequence[WeekReport]) -> bytes:
    """Write the weeks as CSV, with a column for each number, under names that never change."""
    from bot.content.sheets.csv_files import write_csv  # imported on use to save memory, as few ask for it

    names = [
        *("week", "learning_at_least", "practiced_at_least", "wrote_at_least"),
        *(f"{share}_{part}" for share in _CSV_SHARES for part in ("percent", "low", "high")),
    ]
    return write_csv([names, *(["" if cell is None else str(cell) for cell in _numbers(week)] for week in weeks)])


def _sheets(report: Report, weeks: Sequence[WeekReport], formats: Formats) -> Iterator[SheetRows]:
    low, high = _("from"), _("to")
    shares = (
        _("Right on the first try, %"),
        _("Right after {days} days, %", days=RECALL_DAYS),
        _("Right after {days} days, %", days=LONG_RECALL_DAYS),
        _("Steps tried, %"),
        *(_("Ready {when}, %", when=time_text(weeks)) for weeks in RATING_WEEKS),
    )
    people = (_("Week from"), _("Learning, at least"), _("Practiced, at least"), _("Wrote, at least"))
    heading: list[CellValue] = [*people, *(name for share in shares for name in (share, low, high))]
    yield _("Weeks"), [heading, *(_numbers(week) for week in weeks)]
    if skills := skill_shares(report, weeks[0]):
        rows: list[list[CellValue]] = [[name, share.percent, share.low, share.high] for name, share in skills]
        yield _("Skills"), [[skills_title(), "%", low, high], *rows]
    findings = [*change_texts(weeks, formats), *ready_texts(weeks[0]), *stayed_texts(weeks[0])]
    yield _("About"), [[line] for line in (report_name(report), period_text(weeks, formats), *findings, _(HOW))]


def _cut_text(shown: int, weeks: int) -> str:
    """Say that the page's table has only so many of the weeks."""
    return ngettext(
        "The newest of {weeks} weeks. The spreadsheet that comes with this page has all of them.",
        "The newest {count} of {weeks} weeks. The spreadsheet that comes with this page has all of them.",
        shown,
        weeks=weeks,
    )


def _share_line(name: str, shares: Sequence[Share | None]) -> dict[str, object]:
    return {
        "name": name,
        "values": [share and share.percent for share in shares],
        "ranges": [share and [share.low, share.high] for share in shares],
    }


def _numbers(week: WeekReport) -> list[CellValue]:
    """Return a week's day and numbers; None for what isn't told."""
    numbers: list[CellValue] = [week.monday.isoformat()]
    numbers.extend(count or None for count in (week.learning, week.practiced, week.wrote))
    ready = (week.ready.get(weeks) for weeks in RATING_WEEKS)
    for share in (week.first_try, week.remembered, week.remembered_long, week.tried, *ready):
        numbers.extend((share.percent, share.low, share.high) if share else (None, None, None))
    return numbers
