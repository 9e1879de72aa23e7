"""The weekly summary: what was done, and an entry from some weeks ago."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.learning.journal import JournalEntry
from bot.learning.weekly_summaries import SummaryLesson, WeeklySummary
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    button,
    context,
    divider,
    escape,
    fit_lines,
    modal,
    section,
    verbatim_section,
)

AGO = {4: "Four weeks ago", 12: "Twelve weeks ago", 26: "Half a year ago", 52: "A year ago"}

_AND = ", "

MAX_LISTED_LESSONS = 14
"""Most lessons listed: a lesson and an extra one a day."""


def week_summary_blocks(week: WeeklySummary, formats: Formats) -> list[Block]:
    """Build what is added to the last day end of a week. The old entry opens with a button."""
    blocks: list[Block] = [divider()]
    if week.practice_days:
        blocks.append(section("\n".join(filter(None, [_done(week), _list(week, formats)]))))
    if week.earlier_entry is not None:
        then, day = week.earlier_entry, formats.write_day(week.earlier_entry.learning_day)
        blocks.append(
            section(
                f"*{AGO[then.weeks_ago]},* on {day}, you wrote about “{escape(then.title)}”.",
                accessory=button(
                    "Read it",
                    ids.READ_EARLIER_ENTRY,
                    value=f"{then.entry_id}.{then.weeks_ago}",
                    label=f"Read what you wrote on {day}",
                ),
            )
        )
    return blocks


def earlier_entry_modal(entry: JournalEntry, weeks: int, formats: Formats) -> View:
    """Show a learner what they wrote some weeks ago."""
    return modal(
        ids.READ_ONLY_MODAL,
        AGO[weeks],
        [
            section(f"*{formats.write_day(entry.learning_day)}* · {escape(entry.title)}\n_{escape(entry.prompt)}_"),
            verbatim_section(entry.words),
            section("What has changed since then?"),
            context("Only you can read this in Rounds. *Journal* in Home has all that you wrote."),
        ],
    )


def read_earlier_entry(value: str) -> tuple[int, int]:
    """Read from a button which entry it opens, and how many weeks old it is."""
    entry_id, _, weeks = value.partition(".")
    return int(entry_id), int(weeks)


def _done(week: WeeklySummary) -> str:
    tried = f", and tried {_times(week.steps_tried, 'step')}" if week.steps_tried else ""
    return f"*Your week:* you practiced on {_times(week.practice_days, 'day')}{tried}."


def _list(week: WeeklySummary, formats: Formats) -> str:
    if not week.lessons:
        return ""
    lines = [_lesson(each, formats) for each in week.lessons]
    if week.recalled:
        came = "1 question came back" if week.recalled == 1 else f"{week.recalled} questions came back"
        lines.append(f"{came}, {week.recalled_correctly} answered right")
    return fit_lines(lines, most=MAX_LISTED_LESSONS + 1)


def _lesson(each: SummaryLesson, formats: Formats) -> str:
    did = [
        word for word, done in (("answered", each.answered), ("written", each.reflected), ("tried", each.tried)) if done
    ]
    return f"{formats.name_weekday(each.learning_day)}: {escape(each.title)}{f' ({_AND.join(did)})' if did else ''}"


def _times(count: int, what: str) -> str:
    return f"1 {what}" if count == 1 else f"{count} {what}s"
