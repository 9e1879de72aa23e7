"""Trials: what somebody who takes part is told, and what admins see and enter."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement, NumberInputElement, PlainTextObject, StaticSelectElement
from slack_sdk.models.views import View

from bot.domain.disclosure import MIN_PEOPLE_OF_SHARE, Difference
from bot.domain.formats import Formats
from bot.domain.team import MIN_PEOPLE_COUNTED
from bot.domain.trial import (
    DAYS_LATE,
    FINAL_QUESTIONS,
    FIRST_GAP,
    LATER_GAPS,
    WEEKS,
    TrialEnding,
)
from bot.domain.trial_statistics import MAX_DIFFERENCE
from bot.language import gettext as _
from bot.language import mark, ngettext
from bot.learning.trials import MIN_EXPECTED, PlannableCohort, TrialDraft, TrialOutlook, TrialView
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    MessageContent,
    actions,
    button,
    confirm,
    context,
    escape,
    form_field,
    header,
    modal,
    option,
    section,
    text_message,
    verbatim_section,
)

COHORT, LENGTH, PEOPLE, DIFFERENCE = "cohort", "length", "people", "difference"
"""The fields of a plan."""

DIFFERENCES = tuple(range(10, MAX_DIFFERENCE + 1, 5))
"""The differences, in percentage points, that a trial can be planned for."""

MAX_OFFERED = 100
"""Options of a menu."""

MAX_PEOPLE = 5_000

NO_TRIALS = mark("There are no trials yet. A trial compares two ways of asking in a cohort, half and half by chance.")
NO_COHORT = mark(
    "To plan one, you need a cohort that starts tomorrow or later and has no trial. Start one with "
    "`/rounds admin cohorts`, then type `/rounds admin trial` again."
)


def notice_blocks() -> list[Block]:
    """Tell somebody that they take part in a trial, who sees what, and how to opt out."""
    return [
        section(
            _(
                "*Your cohort takes part in a comparison* of two ways of asking questions again, and chance decides "
                "which one you get. Your manager sees only a result for the whole group. If you'd rather get the usual "
                "way and not be counted, type `/rounds opt-out` at any time. Nobody is told."
            )
        )
    ]


def opted_out_message(*, took_part: bool) -> MessageContent:
    """Say what opting out changed."""
    if not took_part:
        return text_message(_("You aren't in a comparison, so nothing was changed."))
    return text_message(
        _("*You've opted out.* Questions come back in the usual way, and you aren't counted. Nobody is told.")
    )


def trials_message(trials: Sequence[TrialView], formats: Formats, *, can_plan: bool) -> MessageContent:
    """List the newest trials with how each stands. `can_plan`: there is a cohort in which one can be planned."""
    plan: list[Block] = [actions("trials", [button(_("Plan a trial"), ids.OPEN_PLAN_TRIAL)])] if can_plan else []
    if not trials:
        return MessageContent.of([section(_(NO_TRIALS)), *(plan or [section(_(NO_COHORT))])])
    return MessageContent.of(
        [
            header(_("Trials")),
            *(block for each in trials for block in _trial_blocks(each, formats)),
            *(plan or [context(_(NO_COHORT))]),
        ]
    )


def plan_modal(cohorts: Sequence[PlannableCohort], formats: Formats) -> View:
    """Ask for a trial."""
    offered = [
        option(each.name, str(each.id), _("starts on {day}", day=formats.write_date(each.starts_on)))
        for each in cohorts[:MAX_OFFERED]
    ]
    lengths = [option(ngettext("{count} week", "{count} weeks", weeks), str(weeks)) for weeks in WEEKS]
    differences = [
        option(ngettext("{count} percentage point", "{count} percentage points", points), str(points))
        for points in DIFFERENCES
    ]
    return modal(
        ids.PLAN_TRIAL_MODAL,
        _("Plan a trial"),
        [
            section(_arms_text()),
            form_field(
                COHORT,
                _("Cohort"),
                StaticSelectElement(
                    action_id=COHORT, placeholder=PlainTextObject(text=_("Choose a cohort")), options=offered
                ),
                hint=_("Before its first day, and without a trial."),
            ),
            form_field(
                LENGTH,
                _("How long"),
                StaticSelectElement(action_id=LENGTH, options=lengths, initial_option=lengths[0]),
            ),
            form_field(
                PEOPLE,
                _("How many people will start?"),
                NumberInputElement(
                    action_id=PEOPLE,
                    is_decimal_allowed=False,
                    min_value=str(MIN_EXPECTED),
                    max_value=str(MAX_PEOPLE),
                ),
                hint=_("Your best guess. With fewer than {number} there can't be a result.", number=MIN_EXPECTED),
            ),
            form_field(
                DIFFERENCE,
                _("Smallest difference worth finding"),
                StaticSelectElement(action_id=DIFFERENCE, options=differences, initial_option=differences[1]),
                hint=_("In the share of final questions answered right."),
            ),
        ],
        submit=_("Check"),
        close=_("Cancel"),
    )


def read_draft(form: Mapping[str, Any]) -> TrialDraft:
    """Return what was entered in `plan_modal`."""
    return TrialDraft(int(form[COHORT]), int(form[LENGTH]), int(form[PEOPLE]), int(form[DIFFERENCE]))


def outlook_modal(draft: TrialDraft, outlook: TrialOutlook, formats: Formats) -> View:
    """Show what a trial would be and what it could find, and ask whether to fix the plan."""
    period = outlook.period
    when = _(
        "*When:* from {start} to {end} in *{cohort}*. Whoever presses *Start* by {entry} takes part. From {final} on, "
        "everybody is asked up to {number} earlier questions once more: the final questions.",
        start=formats.write_date(period.starts_on),
        end=formats.write_date(period.ends_on),
        cohort=escape(outlook.cohort_name),
        entry=formats.write_date(period.entry_until),
        final=formats.write_date(period.final_from),
        number=FINAL_QUESTIONS,
    )
    counted = _(
        "*What is counted:* each person's share of final questions answered right. It is measured alike in both halves."
    )
    told = _(
        "Learners are told when they press *Start*, and can opt out. You get the result once, at the end, if at least "
        "{number} people in each half can be counted and {others} others are in the cohort. Nobody is told who is in "
        "which half.",
        number=MIN_PEOPLE_OF_SHARE,
        others=MIN_PEOPLE_COUNTED,
    )
    return modal(
        ids.FIX_TRIAL_MODAL,
        _("Is this your plan?"),
        [
            section(_arms_text()),
            section(when),
            section(counted),
            section(_size_text(outlook)),
            section(told),
            context(_("Once fixed, the plan can't be changed. You can cancel the trial, and plan another one.")),
        ],
        submit=_("Fix the plan"),
        close=_("Back"),
        metadata=json.dumps([draft.cohort_id, draft.weeks, draft.people, draft.difference]),
    )


def read_checked_draft(view: Mapping[str, Any]) -> TrialDraft:
    """Return what `outlook_modal` showed."""
    return TrialDraft(*map(int, json.loads(str(view["private_metadata"]))))


def planned_message(trial: TrialView, formats: Formats) -> MessageContent:
    """Say that a plan is fixed, with its hash."""
    said = _(
        "*The plan of the trial in {cohort} is fixed.* It begins on {day}.",
        cohort=escape(trial.cohort_name),
        day=formats.write_date(trial.period.starts_on),
    )
    keep = _("Keep its hash where others can see it, so that you can show later that nothing was changed:")
    return MessageContent.of(
        [section(said), section(f"{keep}\n`{trial.plan_hash}`"), actions("planned", [_show_button(trial)])]
    )


def plan_text_modal(trial: TrialView) -> View:
    """Show a plan as it was hashed, and how to check the hash."""
    return modal(
        ids.READ_ONLY_MODAL,
        _("The plan"),
        [
            section(_("SHA-256 of the text below, without a line break at its end:") + f"\n`{trial.plan_hash}`"),
            verbatim_section(trial.plan),
        ],
    )


def canceled_message(cohort: str) -> MessageContent:
    """Say that a trial is canceled."""
    return text_message(
        _(
            "*The trial in {cohort} is canceled.* There is no result. Everybody's questions come back in the usual way "
            "from now on, and who was in which half is deleted. Answers and streaks are kept.",
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


def _arms_text() -> str:
    return _(
        "*What is compared:* the usual way (spaced repetition: each question comes back when it is about to be "
        "forgotten) and fixed gaps (each question comes back {first} days after the first answer, and {later} days "
        "after each later one). Chance decides which half of the people gets which.",
        first=FIRST_GAP.days,
        later=LATER_GAPS.days,
    )


def _size_text(outlook: TrialOutlook) -> str:
    sizing = outlook.sizing
    needs = _(
        "*How large:* {needed} people have to start to find a difference of {difference} percentage points in "
        "{power} of 100 trials. You expect {expected}.",
        needed=sizing.people_needed,
        difference=sizing.difference,
        power=sizing.power,
        expected=sizing.people_expected,
    )
    if outlook.is_large_enough:
        verdict = _("That is enough.")
    elif outlook.detectable is None:
        verdict = _("*That is too few to find any difference.*")
    else:
        verdict = _(
            "*That is too few:* with {expected} people you would only find a difference of {detectable} percentage "
            "points or more.",
            expected=sizing.people_expected,
            detectable=outlook.detectable,
        )
    assumed = _(
        "This assumes that {usual} percent of the answers are right in the usual way, that {finishing} of 100 people "
        "answer the final questions, {answers} each, and that the answers of one person are a little alike (a "
        "correlation of {correlation}).",
        usual=sizing.usual_share,
        finishing=sizing.finishing_share,
        answers=sizing.answers_per_person,
        correlation=sizing.intraclass_correlation,
    )
    return " ".join([needs, verdict, assumed])


def _show_button(trial: TrialView) -> ButtonElement:
    label = _("Show the plan of the trial in {cohort}", cohort=trial.cohort_name)
    return button(_("Show the plan"), ids.SHOW_TRIAL_PLAN, value=str(trial.id), label=label)
