"""Texts about streaks that several messages share: days, freezes, and repairs."""

from datetime import date, timedelta

from slack_sdk.models.blocks import SectionBlock

from bot.domain.formats import Formats
from bot.domain.streak import DAYS_PER_FREEZE, Streak, UsedFreeze
from bot.learning.streaks import OpenRepair
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import button, section

_MILESTONE_SENTENCES = {
    5: "That's five in a row, and the start of a habit.",
    10: "That's ten in a row: ten days on which you made time to think about how you lead.",
    30: "That's thirty in a row, so practice is part of how you work now.",
    100: "That's a hundred in a row, and on each of those days you chose to get better at leading people.",
}
"""One sentence for each milestone in `domain/streak.py`."""


def working_days_text(count: int) -> str:
    """Count working days."""
    return f"{count} working day" if count == 1 else f"{count} working days"


def streak_and_freezes_text(streak: Streak) -> str:
    """Say the streak and its freezes: `12 working days, 1 freeze ready`."""
    if streak.freezes == 0:
        return working_days_text(streak.current)
    freezes = "1 freeze" if streak.freezes == 1 else f"{streak.freezes} freezes"
    return f"{working_days_text(streak.current)}, {freezes} ready"


def milestone_text(milestone: int | None) -> str:
    """Say what a milestone means, in one sentence after a space; nothing without one."""
    return "" if milestone is None else f" {_MILESTONE_SENTENCES[milestone]}"


def today_counts_text(streak: Streak, *, counts: bool, milestone: int | None = None) -> str:
    """Say what today's practice means for the streak.

    `counts`: today is a working day. `milestone`: the one that the practice shown beside this text reached.
    """
    if not counts and not streak.current:
        return "Bonus practice! Your streak starts on your next workday."
    if not counts:
        return f"Bonus practice! Your streak stays at {working_days_text(streak.current)}."
    earned = " You earned a freeze: it covers a missed day by itself." if streak.freeze_earned_today else ""
    return f"Today counts. Streak: {working_days_text(streak.current)}.{milestone_text(milestone)}{earned}"


def freeze_used_text(used: UsedFreeze, formats: Formats) -> str:
    """Say which day a freeze covered, the streak it saved, and what is left."""
    if used.freezes_left:
        left = "One freeze left." if used.freezes_left == 1 else f"{used.freezes_left} freezes left."
    else:
        left = f"The next freeze comes at {_next_freeze(used.streak)} days."
    return f"A freeze covered {_past(used.missed_day, used.today, formats)}. Your streak is still {used.streak}. {left}"


def repair_offer_text(repair: OpenRepair, formats: Formats) -> str:
    """Say which streak goes on if which day is made up, and until when.

    While there is more than one shift left, a missed one would break the streak that the repair brings back.
    """
    practice = "practice every shift and " if repair.shifts_left > 1 else ""
    day = _named(repair.day, repair.today, formats)
    return f"Keep your streak of {repair.restored_streak}: {practice}make up {day}, {_through(repair, formats)}."


def repair_section(repair: OpenRepair, formats: Formats) -> SectionBlock:
    """Build the repair offer with its button."""
    press = button("Repair streak", ids.OPEN_REPAIR, value=repair.day.isoformat())
    return section(repair_offer_text(repair, formats), accessory=press)


def _through(repair: OpenRepair, formats: Formats) -> str:
    if repair.last_day is None:
        return "through your next two shifts" if repair.shifts_left > 1 else "through your next shift"
    if repair.last_day == repair.today:
        return "until the end of today's shift"
    return f"through your shift on {_named(repair.last_day, repair.today, formats)}"


def _next_freeze(streak: int) -> int:
    return (streak // DAYS_PER_FREEZE + 1) * DAYS_PER_FREEZE


def _past(day: date, today: date, formats: Formats) -> str:
    return "yesterday" if day == today - timedelta(days=1) else _named(day, today, formats)


def _named(day: date, today: date, formats: Formats) -> str:
    """Name a day by its weekday, with its date if it is a week or more away."""
    return formats.name_weekday(day) if abs((day - today).days) < 7 else formats.write_day(day, today)
