"""The end of a trial in words: its result, or why there is none, for whoever planned it and for those who took part."""

from bot.domain.disclosure import MIN_PEOPLE_OF_SHARE, Difference
from bot.domain.team import MIN_PEOPLE_COUNTED
from bot.domain.trial import MIN_FINAL_ANSWERS, TrialEnding
from bot.language import gettext as _
from bot.learning.trial_ends import EndedPart
from bot.learning.trial_results import TrialResult
from bot.slack.blocks.block_kit import MessageContent, context, escape, header, section


def trial_result_message(ended: TrialResult) -> MessageContent:
    """Tell whoever planned a trial how it ended, what that means and doesn't, and where to read it."""
    kept = _(
        "Questions come back on the usual schedule for everyone again, and the record of who was in which half is "
        "deleted. You can read this again at any time: type `/rounds admin trial`."
    )
    if ended.result is None:
        means = _("This says nothing about either schedule.")
    else:
        means = _(
            "*What it doesn't say:* whether people do anything differently at work, how other groups would do, or "
            "anything about any one person."
        )
    return MessageContent.of(
        [
            header(_("Your trial has ended")),
            section(f"*{escape(ended.cohort_name)}*\n{ending_text(ended.ending, ended.result)}"),
            section(means),
            context(kept),
        ]
    )


def ending_text(ending: TrialEnding, result: Difference | None) -> str:
    """Say what came out of a trial, or why nothing did."""
    if ending is TrialEnding.CANCELED:
        return _("There is no result, because the trial was canceled.")
    if ending is TrialEnding.CLOSED:
        return _("There is no result, because the cohort was closed.")
    if result is None:
        return _(
            "There is no result, because too few people could be counted. It takes at least {number} people in each "
            "half who answered {answers} or more final questions, and {others} other people in the cohort.",
            number=MIN_PEOPLE_OF_SHARE,
            answers=MIN_FINAL_ANSWERS,
            others=MIN_PEOPLE_COUNTED,
        )
    counted = _("At least {people} people were counted.", people=result.people)
    return " ".join([_found_text(result), _range_text(result), _meaning_text(result), counted])


def ended_part_text(part: EndedPart) -> str:
    """Tell somebody who took part that the comparison is over, with its result in a sentence if there is one."""
    over = _(
        "*The comparison you took part in is over.* Your questions come back on the usual schedule from now on. You "
        "don't need to do anything."
    )
    return over if part.result is None else f"{over} {_group_text(part.result)}"


def may_be_chance(result: Difference) -> bool:
    """Return whether the interval includes no difference at all."""
    return result.low <= 0 <= result.high


def _found_text(result: Difference) -> str:
    if result.points > 0:
        return _(
            "With fixed gaps, people answered about {points} more of every 100 final questions right than with the "
            "usual schedule.",
            points=result.points,
        )
    if result.points < 0:
        return _(
            "With fixed gaps, people answered about {points} fewer of every 100 final questions right than with the "
            "usual schedule.",
            points=-result.points,
        )
    return _("With fixed gaps, people answered about as many final questions right as with the usual schedule.")


def _range_text(result: Difference) -> str:
    if result.low >= 0:
        return _(
            "The true difference is probably between {low} and {high} more (95 percent interval).",
            low=result.low,
            high=result.high,
        )
    if result.high <= 0:
        return _(
            "The true difference is probably between {low} and {high} fewer (95 percent interval).",
            low=-result.high,
            high=-result.low,
        )
    return _(
        "The true difference is probably between {fewer} fewer and {more} more (95 percent interval).",
        fewer=-result.low,
        more=result.high,
    )


def _meaning_text(result: Difference) -> str:
    if may_be_chance(result):
        return _(
            "*What it means:* there may be no difference at all; this may be chance. It doesn't show that both "
            "schedules work equally well."
        )
    if result.points > 0:
        return _(
            "*What it means:* in this group, people remembered more with fixed gaps. Chance alone rarely makes such a "
            "difference."
        )
    return _(
        "*What it means:* in this group, people remembered more with the usual schedule. Chance alone rarely makes "
        "such a difference."
    )


def _group_text(result: Difference) -> str:
    """Say a result in one sentence, to people who know neither halves nor final questions."""
    if may_be_chance(result):
        return _("The result for the whole group: neither schedule came out clearly better.")
    if result.points > 0:
        return _("The result for the whole group: people remembered more with fixed gaps between questions.")
    return _("The result for the whole group: people remembered more with the usual schedule.")
