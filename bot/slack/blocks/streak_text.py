"""Texts about streaks that several messages share: days, freezes, and repairs."""

from datetime import date, timedelta

from slack_sdk.models.blocks import SectionBlock

from bot.domain.streak import DAYS_PER_FREEZE, Streak, UsedFreeze
from bot.learning.streaks import OpenRepair
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import button, format_day, section


def working_days_text(count: int) -> str:
    """Count working days."""
    return f"{count} working day" if count == 1 else f"{count} working days"


def streak_and_freezes_text(streak: Streak) -> str:
    """Say the streak and its freezes: `12 working days, 1 freeze ready`."""
    if streak.freezes == 0:
        return working_days_text(streak.current)
    freezes = "1 freeze" if streak.freezes == 1 else f"{streak.freezes} freezes"
    return f"{working_days_text(streak.current)}, {freezes} ready"


def today_counts_text(streak: Streak, *, counts: bool) -> str:
    """Say what today's practice means for the streak. `counts`: today is a working day."""
    if not counts and not streak.current:
        return "Bonus practice! Your streak starts on your next workday."
    if not counts:
        return f"Bonus practice! Your streak stays at {working_days_text(streak.current)}."
    earned = " You earned a freeze: it covers a missed day by itself." if streak.freeze_earned_today else ""
    return f"Today counts. Streak: {working_days_text(streak.current)}.{earned}"


def freeze_used_text(used: UsedFreeze) -> str:
    """Say which day a freeze covered, the streak it saved, and what is left."""
    left = "One freeze left." if used.freezes_left else f"The next freeze comes at {_next_freeze(used.streak)} days."
    return f"A freeze covered {_past(used.missed_day, used.today)}. Your streak is still {used.streak}. {left}"


def repair_offer_text(repair: OpenRepair) -> str:
    """Say which day can be made up, the streak that restores, and until when."""
    day = _named(repair.day, repair.today)
    return f"{day} can still be made up, for a streak of {repair.restored_streak}, {_through(repair)}."


def repair_section(repair: OpenRepair) -> SectionBlock:
    """Build the repair offer with its button."""
    press = button("Repair streak", ids.OPEN_REPAIR, value=repair.day.isoformat())
    return section(repair_offer_text(repair), accessory=press)


def _through(repair: OpenRepair) -> str:
    if repair.last_day is None:
        return "through your next two shifts" if repair.shifts_left > 1 else "through your next shift"
    if repair.last_day == repair.today:
        return "until the end of today's shift"
    return f"through your shift on {_named(repair.last_day, repair.today)}"


def _next_freeze(streak: int) -> int:
    return (streak // DAYS_PER_FREEZE + 1) * DAYS_PER_FREEZE


def _past(day: date, today: date) -> str:
    return "yesterday" if day == today - timedelta(days=1) else _named(day, today)


def _named(day: date, today: date) -> str:
    """Name a day by its weekday, with its date if it is a week or more away."""
    return f"{day:%A}" if abs((day - today).days) < 7 else format_day(day, today)
