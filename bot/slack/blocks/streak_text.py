"""Texts about streaks that several messages share: days, freezes, and repairs."""

from datetime import date, timedelta

from slack_sdk.models.blocks import SectionBlock

from bot.domain.formats import Formats
from bot.domain.streak import DAYS_PER_FREEZE, Streak, UsedFreeze
from bot.language import gettext as _
from bot.language import mark, ngettext
from bot.learning.streaks import OpenRepair
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import button, section

_MILESTONE_SENTENCES = {
    5: mark("That's five in a row, and the start of a habit."),
    10: mark("That's ten in a row: ten days on which you made time to think about how you lead."),
    30: mark("That's thirty in a row, so practice is part of how you work now."),
    100: mark("That's a hundred in a row, and on each of those days you chose to get better at leading people."),
}
"""One sentence for each milestone in `domain/streak.py`."""


def working_days_text(count: int) -> str:
    """Count working days."""
    return ngettext("{count} working day", "{count} working days", count)


def longest_text(streak: Streak) -> str:
    """Say the longest streak."""
    return _("Longest: {days}.", days=working_days_text(streak.longest))


def streak_and_freezes_text(streak: Streak) -> str:
    """Say the streak and its freezes: `12 working days, 1 freeze ready`."""
    days = working_days_text(streak.current)
    if streak.freezes == 0:
        return days
    return ngettext("{days}, {count} freeze ready", "{days}, {count} freezes ready", streak.freezes, days=days)


def milestone_text(milestone: int | None) -> str:
    """Say what a milestone means, in one sentence after a space; nothing without one."""
    return "" if milestone is None else f" {_(_MILESTONE_SENTENCES[milestone])}"


def today_counts_text(streak: Streak, *, counts: bool, milestone: int | None = None) -> str:
    """Say what today's practice means for the streak.

    `counts`: today is a working day. `milestone`: the one that the practice shown beside this text reached.
    """
    if not counts and not streak.current:
        return _("Bonus practice! Your streak starts on your next workday.")
    if not counts:
        return ngettext(
            "Bonus practice! Your streak stays at {count} working day.",
            "Bonus practice! Your streak stays at {count} working days.",
            streak.current,
        )
    said = _("Today counts. Streak: {days}.", days=working_days_text(streak.current)) + milestone_text(milestone)
    if streak.freeze_earned_today:
        return " ".join([said, _("You earned a freeze: it covers a missed day by itself.")])
    return said


def freeze_used_text(used: UsedFreeze, formats: Formats) -> str:
    """Say which day a freeze covered, the streak it saved, and what is left."""
    if used.missed_day == used.today - timedelta(days=1):
        covered = _("A freeze covered yesterday.")
    else:
        covered = _("A freeze covered {day}.", day=_named(used.missed_day, used.today, formats))
    if used.freezes_left:
        left = ngettext("One freeze left.", "{count} freezes left.", used.freezes_left)
    else:
        left = ngettext(
            "The next freeze comes at {count} day.",
            "The next freeze comes at {count} days.",
            _next_freeze(used.streak),
        )
    return " ".join([covered, _("Your streak is still {streak}.", streak=used.streak), left])


def repair_offer_text(repair: OpenRepair, formats: Formats) -> str:
    """Say which streak goes on if which day is made up, and until when.

    While there is more than one shift left, a missed one would break the streak that the repair brings back.
    """
    day, deadline = _named(repair.day, repair.today, formats), _deadline(repair, formats)
    if repair.shifts_left > 1:
        return _(
            "Keep your streak of {streak}: practice every shift and make up {day}, {deadline}.",
            streak=repair.restored_streak,
            day=day,
            deadline=deadline,
        )
    # Translators: the deadline is one of "through your next shift", "until the end of today's shift", and the like.
    return _(
        "Keep your streak of {streak}: make up {day}, {deadline}.",
        streak=repair.restored_streak,
        day=day,
        deadline=deadline,
    )


def repair_section(repair: OpenRepair, formats: Formats) -> SectionBlock:
    """Build the repair offer with its button."""
    press = button(_("Repair streak"), ids.OPEN_REPAIR, value=repair.day.isoformat())
    return section(repair_offer_text(repair, formats), accessory=press)


def _deadline(repair: OpenRepair, formats: Formats) -> str:
    if repair.last_day is None:
        return _("through your next two shifts") if repair.shifts_left > 1 else _("through your next shift")
    if repair.last_day == repair.today:
        return _("until the end of today's shift")
    return _("through your shift on {day}", day=_named(repair.last_day, repair.today, formats))


def _next_freeze(streak: int) -> int:
    return (streak // DAYS_PER_FREEZE + 1) * DAYS_PER_FREEZE


def _named(day: date, today: date, formats: Formats) -> str:
    """Name a day by its weekday, with its date if it is a week or more away."""
    return formats.name_weekday(day) if abs((day - today).days) < 7 else formats.write_day(day, today)
