"""Reports: what may be said of a workspace's or a cohort's weeks."""

from collections.abc import Sequence
from datetime import date

from slack_sdk.models.blocks import ActionsBlock, InteractiveElement, Option, PlainTextObject, StaticSelectElement

from bot.domain.disclosure import Share
from bot.domain.formats import Formats
from bot.language import gettext as _
from bot.language import mark, ngettext
from bot.learning.reports import MAX_WEEKS, Report, ReportChoice, WeekReport
from bot.learning.weekly_figures import RECALL_DAYS
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    BlockLike,
    MessageContent,
    actions,
    button,
    context,
    escape,
    header,
    option,
    section,
    text_message,
)
from bot.slack.blocks.charts import MAX_CATEGORIES, DataTable, LineChart, Series
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

NO_WEEKS = mark(
    "There is no report yet. Each Tuesday I write one about the week before, if at least ten people can be counted. So "
    "the first one can come on {day}. It never names anybody."
)
SENT = mark("The report is in your messages with me: a page to print or forward, a spreadsheet, and a text file.")

CHOICE = "report"
"""The block with the menus."""

PERIODS = (4, 12, 26, MAX_WEEKS)
"""Weeks that a report may cover."""

USUAL_PERIOD = 12

MAX_CHOICES = 100
"""Options of a menu (Slack's limit)."""

MAX_ROWS_SHOWN = 52
"""Weeks in the message's table; the files have all."""

ROWS_AT_ONCE = 6


def report_message(
    report: Report, formats: Formats, choices: Sequence[ReportChoice] = (), period: int = USUAL_PERIOD
) -> MessageContent:
    """Show the newest weeks of a report that has any: what changed, charts, a table, and how to get it as files.

    `choices`: the reports that the reader may choose among.
    """
    weeks = report.weeks[:period]
    menus = _menus(report, choices, period)
    return MessageContent.of(
        [
            header(_("Report")),
            section(f"*{escape(report_name(report))}*\n{period_text(weeks, formats)}"),
            *_paragraphs([*change_texts(weeks, formats), *ready_texts(weeks[0]), *stayed_texts(weeks[0])]),
            *_charts(weeks, formats),
            *_table(weeks, formats),
            *_skills(report, weeks[0]),
            context(_(HOW)),
            *menus,
        ]
    )


def no_weeks_message(
    report: Report, formats: Formats, counted_on: date, choices: Sequence[ReportChoice] = (), period: int = USUAL_PERIOD
) -> MessageContent:
    """Say that a report has no weeks yet, and when it can have one. `counted_on`: the day of the next count."""
    said = _(NO_WEEKS, day=formats.write_day(counted_on))
    menus = _menus(report, choices, period)
    if not menus:
        return text_message(said)
    return MessageContent.of([section(f"*{escape(report_name(report))}*"), section(said), *menus])


def read_choice(values: dict[str, dict[str, dict[str, dict[str, str] | None]]]) -> tuple[int, int]:
    """Return the chosen report (a cohort's id, or 0) and period (weeks) from the state of a message's menus."""
    chosen = {name: element.get("selected_option") for name, element in values.get(CHOICE, {}).items()}
    group, period = chosen.get(ids.CHOOSE_REPORT), chosen.get(ids.CHOOSE_REPORT_PERIOD)
    return int(group["value"]) if group else 0, int(period["value"]) if period else USUAL_PERIOD


def _paragraphs(texts: Sequence[str]) -> list[BlockLike]:
    return [section("\n".join(texts))] if texts else []


def _charts(weeks: Sequence[WeekReport], formats: Formats) -> list[BlockLike]:
    """Draw the weeks, if there are two or more with every figure of a line."""
    shown = tuple(reversed(weeks[:MAX_CATEGORIES]))
    people = (
        (_("Learning"), [week.learning or None for week in shown]),
        (_("Practiced"), [week.practiced or None for week in shown]),
        (_("Wrote"), [week.wrote or None for week in shown]),
    )
    shares = (
        (_("On the first try"), [_percent(week.first_try) for week in shown]),
        (_("After {days} days", days=RECALL_DAYS), [_percent(week.remembered) for week in shown]),
    )
    days = [week.monday for week in shown]
    return [
        *_chart(_("People, at least"), None, days, people, formats),
        *_chart(_("Right answers in four weeks"), _("percent"), days, shares, formats),
    ]


def _percent(share: Share | None) -> int | None:
    return share.percent if share else None


def _chart(
    title: str, unit: str | None, days: Sequence[date], lines: Sequence[tuple[str, list[int | None]]], formats: Formats
) -> list[BlockLike]:
    """Draw the lines from the first week on that the first line has, without those that miss a later week."""
    begin = next((place for place, value in enumerate(lines[0][1]) if value), len(days))
    values = [(name, [value for value in line[begin:] if value is not None]) for name, line in lines]
    whole = [Series(name, tuple(line)) for name, line in values if len(line) == len(days) - begin]
    if len(days) - begin < 2 or not whole:
        return []
    categories = tuple(formats.abbreviate_day(day) for day in days[begin:])
    return [LineChart(title, categories, tuple(whole), _("Week from"), unit)]


def _table(weeks: Sequence[WeekReport], formats: Formats) -> list[BlockLike]:
    table = week_table(weeks, formats)
    return [DataTable(_("Week by week"), table.columns, table.rows[:MAX_ROWS_SHOWN], ROWS_AT_ONCE)]


def _skills(report: Report, week: WeekReport) -> list[BlockLike]:
    shares = skill_shares(report, week)
    if not shares:
        return []
    lines = "\n".join(f"{escape(each.name)}: {share_text(each.share)}" for each in shares)
    return [section(f"*{skills_title()}*\n{lines}")]


def _menus(report: Report, choices: Sequence[ReportChoice], period: int) -> list[ActionsBlock]:
    """Offer other reports and periods, and the files of the one that is shown."""
    if not choices:
        return []
    # The one that is shown is always among them: whoever changes only the period keeps it.
    offered = sorted(choices, key=lambda each: each.cohort_id != report.cohort_id)[:MAX_CHOICES]
    groups = [option(_choice_name(each), str(each.cohort_id)) for each in choices if each in offered]
    periods = [option(_period_name(each), str(each)) for each in PERIODS]
    elements: list[InteractiveElement] = [
        _menu(ids.CHOOSE_REPORT, _("Whose report"), groups, str(report.cohort_id)),
        _menu(ids.CHOOSE_REPORT_PERIOD, _("How many weeks"), periods, str(period)),
    ]
    if report.weeks:
        elements.append(button(_("Send me the files"), ids.SEND_REPORT_FILES))
    return [actions(CHOICE, elements)]


def _menu(action_id: str, placeholder: str, options: list[Option], chosen: str) -> StaticSelectElement:
    return StaticSelectElement(
        action_id=action_id,
        placeholder=PlainTextObject(text=placeholder),
        options=options,
        initial_option=next((each for each in options if each.value == chosen), None),
    )


def _choice_name(choice: ReportChoice) -> str:
    return choice.cohort if choice.cohort is not None else _("Everyone here")


def _period_name(weeks: int) -> str:
    if weeks == MAX_WEEKS:
        return _("Two years")
    return ngettext("{count} week", "{count} weeks", weeks)
