"""Trials: what somebody who takes part is told, and what admins see and enter."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.formats import Formats
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
from bot.slack.blocks.trial_plan import exact_plan_button, fingerprint_text
from bot.slack.blocks.trial_result import ending_text

MAX_SHOWN = MAX_OPEN
"""Trials in one message: more with the longest names wouldn't fit."""

NO_TRIALS = mark(
    "There are no trials yet. A trial compares two schedules for bringing questions back. Chance splits a cohort into "
    "two halves, and each half gets one of the schedules."
)
NO_COHORT = mark(
    "To plan one, you need a cohort that starts tomorrow or later and has no trial. Start one with "
    "`/rounds admin cohorts`, then type `/rounds admin trial` again."
)


def notice_message() -> MessageContent:
    """Tell somebody that they take part in a trial, who sees what, and how to opt out."""
    return text_message(
        _(
            "*Your cohort is taking part in a comparison.* Your questions come back on one of two schedules, and "
            "chance decides which one you get. Whoever runs it sees one result for the whole group, never yours. You "
            "don't need to do anything, and I'll tell you when it's over. If you'd rather have the usual schedule and "
            "not be counted, type `/rounds opt-out` at any time. Nobody is told."
        )
    )


def opted_out_message(*, took_part: bool) -> MessageContent:
    """Say what opting out changed."""
    if not took_part:
        return text_message(_("You aren't in a comparison, so nothing was changed."))
    return text_message(
        _("*You've opted out.* Your questions come back on the usual schedule, and you aren't counted. Nobody is told.")
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
    """Say that a plan is locked, with its fingerprint."""
    said = _(
        "*The plan of the trial in {cohort} is locked.* It begins on {day}.",
        cohort=escape(trial.cohort_name),
        day=formats.write_date(trial.period.starts_on),
    )
    keep = _(
        "Keep it where others can see when it was there, such as in an email to colleagues. With it you can show later "
        "that nothing in the plan was changed."
    )
    return MessageContent.of(
        [
            section(said),
            section(f"{fingerprint_text(trial.plan_hash)} {keep}"),
            actions("planned", [_show_button(trial), exact_plan_button(trial)]),
        ]
    )


def canceled_message(cohort: str) -> MessageContent:
    """Say that a trial is canceled."""
    return text_message(
        _(
            "*The trial in {cohort} is canceled.* There is no result. Within about an hour, everyone's questions come "
            "back on the usual schedule, and the record of who was in which half is deleted. Answers and streaks are "
            "kept. Whoever took part reads in a later lesson that the comparison is over, unless they opted out.",
            cohort=escape(cohort),
        )
    )


def _trial_blocks(trial: TrialView, formats: Formats) -> list[Block]:
    buttons = [_show_button(trial)]
    if trial.ending is None:
        really = confirm(
            _("Cancel this trial?"),
            _("There will be no result. Everyone's questions come back on the usual schedule."),
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
    if trial.ending in (TrialEnding.CANCELED, TrialEnding.CLOSED):
        return ending_text(trial.ending, trial.result)
    if trial.ending is None and not trial.has_begun:
        return _("Planned: from {start} to {end}.", start=start, end=end)
    if trial.ending is None:
        day = formats.write_date(trial.period.ends_on + DAYS_LATE)
        return _(
            "Running from {start} to {end}. Whoever planned it gets the result after {day}.",
            start=start,
            end=end,
            day=day,
        )
    ended = _("Ended on {end}.", end=end)
    return f"{ended} {ending_text(trial.ending, trial.result)}"


def _show_button(trial: TrialView) -> ButtonElement:
    label = _("Show the plan of the trial in {cohort}", cohort=trial.cohort_name)
    return button(_("Show the plan"), ids.SHOW_TRIAL_PLAN, value=str(trial.id), label=label)
