"""The figures of a cohort that its lead gets each month, and switching them on and off."""

from slack_sdk.models.blocks import Block

from bot.domain.formats import Formats
from bot.language import gettext as _
from bot.learning.invitations import MORNING
from bot.learning.monthly_figures import MonthlyFigures
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, actions, button, escape, section, text_message
from bot.slack.blocks.reports import report_message


def figures_message(figures: MonthlyFigures) -> MessageContent:
    """Show the cohort's last weeks as its report does, in words, or say that there is nothing to say yet.

    They are sent at most once, so they hold nothing that Slack might refuse.
    """
    name = escape(figures.name)
    shown = (
        report_message(figures.report, figures.formats).as_words().blocks
        if figures.report.weeks
        else MessageContent.of([section(_too_early(name))]).blocks
    )
    top: list[Block] = [section(_("*The month in {cohort}*, which you lead.", cohort=name))]
    stop = button(_("Stop the monthly figures"), ids.STOP_FIGURES_HERE, value=str(figures.cohort_id))
    bottom = [actions("figures", [stop])]
    return MessageContent.of_dicts([*(each.to_dict() for each in top), *shown, *(each.to_dict() for each in bottom)])


def wish_message(name: str, formats: Formats, *, is_wanted: bool) -> MessageContent:
    """Say when figures come, or that they no longer do."""
    if not is_wanted:
        return text_message(_("*Stopped.* I no longer send you the figures of {cohort}.", cohort=escape(name)))
    return text_message(
        _(
            "*Done.* On the first Monday of each month, at {time}, I send you the figures of {cohort}.",
            time=formats.write_time(MORNING.start),
            cohort=escape(name),
        )
    )


def _too_early(name: str) -> str:
    return _(
        "There is nothing to report on {cohort} yet: figures need ten people, and a week that is "
        "over. I'll write again in the first month that has some.",
        cohort=name,
    )
