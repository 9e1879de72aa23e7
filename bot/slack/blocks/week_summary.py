"""The weekly summary: what was done, and an entry from some weeks ago."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.language import gettext as _
from bot.language import mark, ngettext
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

AGO = {4: mark("Four weeks ago"), 12: mark("Twelve weeks ago"), 26: mark("Half a year ago"), 52: mark("A year ago")}

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
                _(
                    "*{weeks_ago},* on {day}, you wrote about “{title}”.",
                    weeks_ago=_(AGO[then.weeks_ago]),
                    day=day,
                    title=escape(then.title),
                ),
                accessory=button(
                    _("Read it"),
                    ids.READ_EARLIER_ENTRY,
                    value=f"{then.entry_id}.{then.weeks_ago}",
                    label=_("Read what you wrote on {day}", day=day),
                ),
            )
        )
    return blocks


def earlier_entry_modal(entry: JournalEntry, weeks: int, formats: Formats) -> View:
    """Show a learner what they wrote some weeks ago."""
    return modal(
        ids.READ_ONLY_MODAL,
        _(AGO[weeks]),
        [
            section(f"*{formats.write_day(entry.learning_day)}* · {escape(entry.title)}\n_{escape(entry.prompt)}_"),
            verbatim_section(entry.words),
            section(_("What has changed since then?")),
            context(_("Only you can read this in Rounds. *Journal* in Home has all that you wrote.")),
        ],
    )


def read_earlier_entry(value: str) -> tuple[int, int]:
    """Read from a button which entry it opens, and how many weeks old it is."""
    entry_id, weeks = value.split(".")
    return int(entry_id), int(weeks)


def _done(week: WeeklySummary) -> str:
    # Translators: a full stop follows, or the message after this one.
    practiced = ngettext(
        "*Your week:* you practiced on {count} day", "*Your week:* you practiced on {count} days", week.practice_days
    )
    if not week.steps_tried:
        return f"{practiced}."
    # Translators: {practiced} is the message before this one.
    return ngettext(
        "{practiced}, and tried {count} step.",
        "{practiced}, and tried {count} steps.",
        week.steps_tried,
        practiced=practiced,
    )


def _list(week: WeeklySummary, formats: Formats) -> str:
    if not week.lessons:
        return ""
    lines = [_lesson(each, formats) for each in week.lessons]
    if week.recalled:
        lines.append(
            ngettext(
                "{count} question came back, {right} answered right",
                "{count} questions came back, {right} answered right",
                week.recalled,
                right=week.recalled_correctly,
            )
        )
    return fit_lines(lines, most=MAX_LISTED_LESSONS + 1)


def _lesson(each: SummaryLesson, formats: Formats) -> str:
    did = [
        # Translators: what somebody did with a lesson: its question, a reflection, and its step.
        *([_("answered")] if each.answered else []),
        *([_("written")] if each.reflected else []),
        *([_("tried")] if each.tried else []),
    ]
    return f"{formats.name_weekday(each.learning_day)}: {escape(each.title)}{f' ({_AND.join(did)})' if did else ''}"
