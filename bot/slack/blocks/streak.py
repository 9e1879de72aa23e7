"""The streak in words that a screen reader can read: no bars, no colors, no guilt."""

from collections.abc import Sequence
from itertools import dropwhile, groupby

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.domain.streak import DAYS_PER_FREEZE, MAX_FREEZES, DayMark, MarkedDay
from bot.language import gettext as _
from bot.language import mark, ngettext, pgettext
from bot.learning.streaks import StreakView
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, context, header, modal, section
from bot.slack.blocks.streak_text import longest_text, repair_section, streak_and_freezes_text

_RULES = mark(
    "A streak counts working days with an answer, a reflection or a recall. Days off never break it, and practice on "
    "one is a bonus. Every {days} days earn a freeze, {most} at most: it covers a missed day by itself."
)


def streak_message(view: StreakView) -> MessageContent:
    """Build the answer to `/streak`."""
    said = longest_text(view.streak) if view.streak.current else streak_headline(view)
    return MessageContent.of(
        [header(_("Your streak: {streak}", streak=streak_and_freezes_text(view.streak))), *_body(view, said)]
    )


def four_weeks_modal(view: StreakView) -> View:
    """Show the last four weeks, from App Home."""
    return modal(ids.READ_ONLY_MODAL, _("Your last four weeks"), _body(view, streak_headline(view)))


def this_week_text(view: StreakView) -> str:
    """List the days of the current week up to today on one line."""
    monday = view.recent_days[-1].day.isocalendar()[:2]
    days = [each for each in view.recent_days if each.day.isocalendar()[:2] == monday]
    return _("This week: {days}.", days=_row(days, view.formats))


def streak_headline(view: StreakView) -> str:
    """Say the current streak with its freezes, and the longest."""
    streak = view.streak
    if streak.current == streak.longest == 0 and any(each.mark is DayMark.BONUS for each in view.recent_days):
        return _("You practiced on a day off. That's a bonus; your streak starts on your next workday.")
    if streak.current == 0 and streak.longest > 0:
        return ngettext(
            "A new streak starts with your next answer. Your longest, {count} working day, stays yours.",
            "A new streak starts with your next answer. Your longest, {count} working days, stays yours.",
            streak.longest,
        )
    if streak.current == 0:
        return _("Your streak starts with your first answer.")
    return f"{streak_and_freezes_text(streak)}. {longest_text(streak)}"


def _body(view: StreakView, said: str) -> list[Block]:
    blocks: list[Block] = [section(said)]
    if view.repair:
        blocks.append(repair_section(view.repair, view.formats))
    blocks += [_week(week, view.formats) for week in _since_the_first_lesson(view.recent_days)]
    blocks.append(context(_(_RULES, days=DAYS_PER_FREEZE, most=MAX_FREEZES)))
    return blocks


def _week(days: list[MarkedDay], formats: Formats) -> Block:
    heading = _("*Week of {day}*", day=formats.write_month_day(days[0].day))
    return section(f"{heading}\n{_row(days, formats)}")


def _since_the_first_lesson(days: Sequence[MarkedDay]) -> list[list[MarkedDay]]:
    """Group the days by week, without the first weeks that have only days off, as lessons hadn't started."""
    weeks = [list(week) for _number, week in groupby(days, key=lambda each: each.day.isocalendar()[:2])]
    return list(dropwhile(lambda week: all(each.mark is DayMark.OFF for each in week), weeks[:-1])) + weeks[-1:]


def _row(days: list[MarkedDay], formats: Formats) -> str:
    said = _mark_texts()
    return ", ".join(f"{formats.abbreviate_weekday(each.day)} {said[each.mark]}" for each in days)


def _mark_texts() -> dict[DayMark, str]:
    return {
        # Translators: these words follow a weekday: "Mon done, Tue no answer, Wed off".
        DayMark.PRACTICED: pgettext("a day", "done"),
        DayMark.BONUS: pgettext("a day", "bonus"),
        DayMark.FROZEN: pgettext("a day", "freeze"),
        DayMark.REPAIRED: pgettext("a day", "made up"),
        DayMark.MISSED: pgettext("a day", "no answer"),
        DayMark.OFF: pgettext("a day", "off"),
        DayMark.TODAY: pgettext("a day", "today"),
    }
