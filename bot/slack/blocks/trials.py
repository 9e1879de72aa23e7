"""Trials: what somebody who takes part is told, and what admins see and enter."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.disclosure import MIN_PEOPLE_OF_SHARE, Difference
from bot.domain.formats import Formats
from bot.domain.team import MIN_PEOPLE_COUNTED
from bot.domain.trial import DAYS_LATE, TrialEnding
from bot.language import gettext as _
from bot.language import mark
from bot.learning.trials import MAX_OPEN, TrialView
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MessageContent,
    actions,
    button,
    confirm,
    context,
    escape,
    header,
    more_text,
    section,
    text_message,
)

MAX_SHOWN = MAX_OPEN
"""Trials in one message: more with the longest names wouldn't fit."""

NO_TRIALS = mark(
    "There are no trials yet. A trial compares two ways of bringing questions back: chance puts each person of a "
    "cohort into one of two halves."
)
NO_COHORT = mark(
    "To plan one, you need a cohort that starts tomorrow or later and has no trial. Start one with "
    "`/rounds admin cohorts`, then type `/rounds admin trial` again."
)


def notice_message() -> MessageContent:
    """Tell somebody that they take part in a trial, who sees what, and how to opt out."""
    return text_message(
        _(
            "*Your cohort takes part in a comparison.* Questions come back on one of two schedules, and chance decides "
            "which one you get. Whoever runs it sees one result for the whole group, never yours. If you'd rather have "
            "the usual schedule and not be counted, type `/rounds opt-out` at any time. Nobody is told."
        )
    )


def opted_out_message(*, took_part: bool) -> MessageContent:
    """Say what opting out changed."""
    if not took_part:
        return text_message(_("You aren't in a comparison, so nothing was changed."))
    return text_message(
        _("*You've opted out.* Questions come back in the usual way, and you aren't counted. Nobody is told.")
    )


def trials_message(trials: Sequence[TrialView], formats: Formats, *, can_plan: bool) -> MessageContent:
    """List trials in the order given, with how each stands. `can_plan`: there is a cohort in which one can be planned.

    If not all fit, the last ones are only counted.
    """
    plan: list[Block] = [actions("trials", [button(_("Plan a trial"), ids.OPEN_PLAN_TRIAL)])] if can_plan else []
    if not trials:
        return MessageContent.of([section(_(NO_TRIALS)), *(plan or [section(_(NO_COHORT))])])
    left = len(trials) - MAX_SHOWN
    return MessageContent.of(
        [
            header(_("Trials")),
            *(block for each in trials[:MAX_SHOWN] for block in _trial_blocks(each, formats)),
            *([context(more_text(left))] if left > 0 else []),
            *(plan or [context(_(NO_COHORT))]),
        ]
    )


def planned_message(trial: TrialView, formats: Formats) -> MessageContent:
    """Say that a plan is locked, with its hash."""
    said = _(
        "*The plan of the trial in {cohort} is locked.* It begins on {day}.",
        cohort=escape(trial.cohort_name),
        day=formats.write_date(trial.period.starts_on),
    )
    keep = _("Keep its hash where others can see it, so that you can show later that nothing was changed:")
    return MessageContent.of(
        [section(said), section(f"{keep}\n`{trial.plan_hash}`"), actions("planned", [_show_button(trial)])]
    )


def canceled_message(cohort: str) -> MessageContent:
    """Say that a trial is canceled."""
    return text_message(
        _(
            "*The trial in {cohort} is canceled.* There is no result. Within about an hour, everybody's questions come "
            "back in the usual way again, and who was in which half is deleted. Answers and streaks are kept.",
            cohort=escape(cohort),
        )
    )


def _trial_blocks(trial: TrialView, formats: Formats) -> list[Block]:
    buttons = [_show_button(trial)]
    if trial.ending is None:
        really = confirm(
            _("Cancel this trial?"),
            _("There will be no result. Everybody's questions come back in the usual way."),
            _("Cancel the trial"),
            _("Keep"),
            danger=True,
        )
        label = _("Cancel the trial in {cohort}", cohort=trial.cohort_name)
        buttons.append(
            button(_("Cancel the trial"), ids.CANCEL_TRIAL, value=str(trial.id), label=label, confirm=really)
        )
    said = f"*{escape(trial.cohort_name)}*\n{_state_text(trial, formats)}"
    return [section(said), actions(f"trial_{trial.id}", buttons)]


def _state_text(trial: TrialView, formats: Formats) -> str:
    start, end = formats.write_date(trial.period.starts_on), formats.write_date(trial.period.ends_on)
    if trial.ending is TrialEnding.CANCELED:
        return _("Canceled, without a result.")
    if trial.ending is TrialEnding.CLOSED:
        return _("Ended without a result, because the cohort was closed.")
    if trial.ending is None and not trial.has_begun:
        return _("Planned: from {start} to {end}.", start=start, end=end)
    if trial.ending is None:
        day = formats.write_date(trial.period.ends_on + DAYS_LATE)
        return _("Running from {start} to {end}. The result comes once, after {day}.", start=start, end=end, day=day)
    if trial.result is None:
        return _(
            "Ended on {end}. Too few people could be counted to say anything: a result needs {number} in each half, "
            "and {others} others in the cohort. Everybody's answers are kept; who was in which half is deleted.",
            end=end,
            number=MIN_PEOPLE_OF_SHARE,
            others=MIN_PEOPLE_COUNTED,
        )
    ended = _("Ended on {end}.", end=end)
    return f"{ended} {_result_text(trial.result)}"


def _result_text(result: Difference) -> str:
    values = {"points": abs(result.points), "low": _signed(result.low), "high": _signed(result.high)}
    if result.points > 0:
        found = _(
            "People with fixed gaps answered about {points} percentage points more of the final questions right than "
            "people with the usual way (95 percent interval: {low} to {high}).",
            **values,
        )
    elif result.points < 0:
        found = _(
            "People with fixed gaps answered about {points} percentage points fewer of the final questions right than "
            "people with the usual way (95 percent interval: {low} to {high}).",
            **values,
        )
    else:
        found = _(
            "People with fixed gaps and people with the usual way answered about as many of the final questions right "
            "(95 percent interval of the difference: {low} to {high} percentage points).",
            **values,
        )
    if result.low <= 0 <= result.high:
        means = _("The interval includes no difference at all, so this may be chance.")
    else:
        means = _("Chance alone seldom makes such a difference.")
    return " ".join([found, means, _("{people} people or more were counted.", people=result.people)])


def _signed(points: int) -> str:
    return f"−{-points}" if points < 0 else str(points)


def _show_button(trial: TrialView) -> ButtonElement:
    label = _("Show the plan of the trial in {cohort}", cohort=trial.cohort_name)
    return button(_("Show the plan"), ids.SHOW_TRIAL_PLAN, value=str(trial.id), label=label)
