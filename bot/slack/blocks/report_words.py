"""What a report says in words and figures: the same in a message and in its files."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import NamedTuple

from bot.domain.disclosure import Share
from bot.domain.formats import Formats
from bot.language import gettext as _
from bot.language import mark
from bot.learning.reports import Report, Stayed, WeekReport
from bot.learning.weekly_figures import LEARNING_WEEKS, LONG_RECALL_DAYS, RECALL_DAYS, SKILL_WEEKS
from bot.slack.blocks.charts import NOTHING
from bot.slack.blocks.self_ratings import time_text

HOW = mark(
    "Numbers of people are minimums, in steps of five: “learning” means started, “practiced” "
    "means answered or wrote. Fewer than five are never reported, nor that everybody did "
    "something. Shares cover four weeks, so neighboring weeks overlap; the range is where the"
    " true share is likely to be (95 percent)."
)

CHANCE = mark("The ranges overlap, so this may be chance.")
NO_CHANCE = mark("The ranges don't overlap, so this is unlikely to be chance.")


class SkillShare(NamedTuple):
    """A skill's name, and the share of its questions that were answered right at first."""

    name: str
    share: Share


@dataclass(frozen=True, slots=True)
class ReportTable:
    """Weeks as rows, the newest first; the first column says which. Columns that say nothing in any week are absent."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


def report_name(report: Report) -> str:
    """Say whose report it is, as it was typed."""
    return report.cohort if report.cohort is not None else _("Everyone here")


def period_text(weeks: Sequence[WeekReport], formats: Formats) -> str:
    """Say from when to when these weeks, the newest first, are."""
    return f"{formats.write_date(weeks[-1].monday)} – {formats.write_date(sunday_of(weeks[0]))}"


def week_table(weeks: Sequence[WeekReport], formats: Formats) -> ReportTable:
    """Return the figures of these weeks as a table."""
    columns: list[tuple[str, Callable[[WeekReport], str]]] = [
        (_("Week from"), lambda week: formats.write_date(week.monday)),
        (_("Learning"), lambda week: people_text(week.learning)),
        (_("Practiced"), lambda week: people_text(week.practiced)),
        (_("Wrote"), lambda week: people_text(week.wrote)),
        (_("Right on the first try"), lambda week: share_text(week.first_try)),
        (_("Right after {days} days", days=RECALL_DAYS), lambda week: share_text(week.remembered)),
        (_("Right after {days} days", days=LONG_RECALL_DAYS), lambda week: share_text(week.remembered_long)),
        (_("Steps tried"), lambda week: share_text(week.tried)),
    ]
    cells = [(name, [write(week) for week in weeks]) for name, write in columns]
    told = [(name, column) for name, column in cells if any(cell != NOTHING for cell in column)]
    return ReportTable(
        tuple(name for name, _column in told), tuple(zip(*(column for _name, column in told), strict=True))
    )


def change_texts(weeks: Sequence[WeekReport], formats: Formats) -> list[str]:
    """Compare the first with the newest shares of these weeks, the newest first, if they share no answers."""
    compared: list[tuple[str, Callable[[WeekReport], Share | None]]] = [
        (_("Right on the first try"), lambda week: week.first_try),
        (_("Right after {days} days", days=RECALL_DAYS), lambda week: week.remembered),
    ]
    texts = []
    for name, read in compared:
        told = [(week, share) for week in weeks if (share := read(week))]
        if len(told) < 2 or told[0][0].monday - told[-1][0].monday < timedelta(weeks=LEARNING_WEEKS):
            continue
        (newest, now), (oldest, before) = told[0], told[-1]
        overlap = now.low <= before.high and before.low <= now.high
        said = _(
            "{name}: {before} in the four weeks to {then}, {after} in those to {now}.",
            name=name,
            before=share_text(before),
            then=formats.write_month_day(sunday_of(oldest)),
            after=share_text(now),
            now=formats.write_month_day(sunday_of(newest)),
        )
        texts.append(f"{said} {_(CHANCE) if overlap else _(NO_CHANCE)}")
    return texts


def stayed_texts(week: WeekReport) -> list[str]:
    """Say how many of those who started long enough ago still practice."""
    return [_stayed_text(each) for each in week.stayed if each.still_there]


def ready_texts(week: WeekReport) -> list[str]:
    """Say how many felt ready at the start and later, of those who answered, and that these may be others."""
    if not week.ready:
        return []
    said = _(
        "Ready for a hard conversation and a hard week (4 or 5 of 5), of the answers counted so far: {shares}.",
        shares=", ".join(f"{time_text(weeks)} {share_text(share)}" for weeks, share in week.ready.items()),
    )
    different = _("Not everybody answered each time, so these are partly different people.")
    return [f"{said} {different}" if len(week.ready) > 1 else said]


def skill_shares(report: Report, week: WeekReport) -> list[SkillShare]:
    """Return the skills with enough answers, the one with the lowest share first."""
    shares = [SkillShare(report.skill_names.get(slug, slug), share) for slug, share in week.skills.items()]
    return sorted(shares, key=lambda each: (each.share.percent, each.name))


def skills_title() -> str:
    """Name what `skill_shares` shows."""
    return _("Right on the first try, by skill, in {weeks} weeks", weeks=SKILL_WEEKS)


def people_text(count: int) -> str:
    """Write how many people there are at least."""
    return f"{count}+" if count else NOTHING


def share_text(share: Share | None) -> str:
    """Write a share, and the range that it is likely in."""
    if share is None:
        return NOTHING
    # Translators: a share, and the range that it is likely in: 70% (60–80%)
    return _("{percent}% ({low}–{high}%)", percent=share.percent, low=share.low, high=share.high)


def sunday_of(week: WeekReport) -> date:
    """Return the last day of a week."""
    return week.monday + timedelta(days=6)


def _stayed_text(stayed: Stayed) -> str:
    return _(
        "{started} or more people started at least {weeks} weeks before the last week. {still_there} or more of them "
        "practiced in the last four weeks.",
        started=stayed.started,
        weeks=stayed.weeks,
        still_there=stayed.still_there,
    )
