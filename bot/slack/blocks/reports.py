"""Reports: what may be said of a workspace's or a cohort's weeks."""

from datetime import timedelta

from slack_sdk.models.blocks import Block

from bot.domain.disclosure import Share
from bot.domain.formats import Formats
from bot.language import gettext as _
from bot.language import mark
from bot.learning.reports import RECALL_DAYS, Report, WeekReport
from bot.slack.blocks.block_kit import MessageContent, context, escape, header, section, text_message

NO_WEEKS = mark(
    "There is no report yet. The first one comes when a week is over, from Tuesday on. It never names anybody, and "
    "needs at least ten people."
)

WEEKS_IN_FULL = 12
"""Weeks with a section of their own."""

_HOW = mark(
    "Numbers of people are minimums, in fives: learning means started, practiced means answered or wrote. I say "
    "nothing of fewer than five, and never that all did. Shares cover four weeks, so neighboring weeks overlap; the "
    "range is where the true one is likely to be (95 percent), and two ranges that overlap may not differ at all."
)


def report_message(report: Report, formats: Formats) -> MessageContent:
    """Show the newest weeks, each in a few lines."""
    if not report.weeks:
        return text_message(_(NO_WEEKS))
    name = escape(report.cohort) if report.cohort else _("Everyone here")
    weeks = [section(_week(each, formats)) for each in report.weeks[:WEEKS_IN_FULL]]
    blocks: list[Block] = [header(_("Report")), section(f"*{name}*"), *weeks, context(_(_HOW))]
    return MessageContent.of(blocks)


def _week(week: WeekReport, formats: Formats) -> str:
    first, last = formats.write_date(week.monday), formats.write_date(week.monday + timedelta(days=6))
    people = [
        *([_("{count} or more learning", count=week.learning)] if week.learning else []),
        *([_("{count} or more practiced", count=week.practiced)] if week.practiced else []),
        *([_("{count} or more wrote a reflection", count=week.wrote)] if week.wrote else []),
    ]
    shares = [
        *([_("right on the first try: {share}", share=_percent(week.first_try))] if week.first_try else []),
        *(
            [_("right after {days} days or more: {share}", days=RECALL_DAYS, share=_percent(week.remembered))]
            if week.remembered
            else []
        ),
    ]
    lines = [" · ".join(each) for each in (people, shares) if each] or [_("Too few people to say anything.")]
    return "\n".join([f"*{first} – {last}*", *lines])


def _percent(share: Share) -> str:
    # Translators: a share, and the range that it is likely in: 70% (60–80%)
    return _("{percent}% ({low}–{high}%)", percent=share.percent, low=share.low, high=share.high)
