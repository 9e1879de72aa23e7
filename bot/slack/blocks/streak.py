"""The streak in words that a screen reader can read: no bars, no colors, no guilt."""

from collections.abc import Sequence
from itertools import dropwhile, groupby

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.domain.streak import DAYS_PER_FREEZE, MAX_FREEZES, DayMark, MarkedDay, Streak
from bot.learning.streaks import StreakView
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, context, header, modal, section
from bot.slack.blocks.streak_text import repair_section, streak_and_freezes_text, working_days_text

_MARK_TEXTS = {mark: mark.value for mark in DayMark} | {DayMark.MISSED: "no answer"}

_RULES = (
    "A streak counts working days with an answer, a reflection or a recall. Days off never break it, and practice on "
    "one is a bonus. Every "
    f"{DAYS_PER_FREEZE} days earn a freeze, {MAX_FREEZES} at most: it covers a missed day by itself."
)


def streak_message(view: StreakView) -> MessageContent:
    """Build the answer to `/streak`."""
    said = _longest(view.streak) if view.streak.current else streak_headline(view)
    return MessageContent.of([header(f"Your streak: {streak_and_freezes_text(view.streak)}"), *_body(view, said)])


def four_weeks_modal(view: StreakView) -> View:
    """Show the last four weeks, from App Home."""
    return modal(ids.READ_ONLY_MODAL, "Your last four weeks", _body(view, streak_headline(view)))


def this_week_text(view: StreakView) -> str:
    """List the days of the current week up to today on one line."""
    monday = view.recent_days[-1].day.isocalendar()[:2]
    return (
        f"This week: {_row([mark for mark in view.recent_days if mark.day.isocalendar()[:2] == monday], view.formats)}."
    )


def streak_headline(view: StreakView) -> str:
    """Say the current streak with its freezes, and the longest."""
    streak = view.streak
    if streak.current == streak.longest == 0 and any(each.mark is DayMark.BONUS for each in view.recent_days):
        return "You practiced on a day off. That's a bonus; your streak starts on your next workday."
    if streak.current == 0 and streak.longest > 0:
        longest = working_days_text(streak.longest)
        return f"A new streak starts with your next answer. Your longest, {longest}, stays yours."
    if streak.current == 0:
        return "Your streak starts with your first answer."
    return f"{streak_and_freezes_text(streak)}. {_longest(streak)}"


def _longest(streak: Streak) -> str:
    return f"Longest: {working_days_text(streak.longest)}."


def _body(view: StreakView, said: str) -> list[Block]:
    blocks: list[Block] = [section(said)]
    if view.repair:
        blocks.append(repair_section(view.repair, view.formats))
    blocks += [
        section(f"*Week of {view.formats.write_month_day(week[0].day)}*\n{_row(week, view.formats)}")
        for week in _since_the_first_lesson(view.recent_days)
    ]
    blocks.append(context(_RULES))
    return blocks


def _since_the_first_lesson(days: Sequence[MarkedDay]) -> list[list[MarkedDay]]:
    """Group the days by week, without the first weeks that have only days off, as lessons hadn't started."""
    weeks = [list(week) for _, week in groupby(days, key=lambda mark: mark.day.isocalendar()[:2])]
    return list(dropwhile(lambda week: all(mark.mark is DayMark.OFF for mark in week), weeks[:-1])) + weeks[-1:]


def _row(marks: list[MarkedDay], formats: Formats) -> str:
    return ", ".join(f"{formats.abbreviate_weekday(mark.day)} {_MARK_TEXTS[mark.mark]}" for mark in marks)
