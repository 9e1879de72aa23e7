"""The plan of a trial: what admins enter, what such a trial could find, and the plan as it was hashed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import NumberInputElement, PlainTextObject, StaticSelectElement
from slack_sdk.models.views import View

from bot.domain.disclosure import MIN_PEOPLE_OF_SHARE
from bot.domain.formats import Formats
from bot.domain.team import MIN_PEOPLE_COUNTED
from bot.domain.trial import FINAL_QUESTIONS, FIRST_GAP, LATER_GAPS, WEEKS
from bot.domain.trial_statistics import MAX_DIFFERENCE
from bot.language import gettext as _
from bot.language import ngettext
from bot.learning.trials import MIN_EXPECTED, PlannableCohort, TrialDraft, TrialOutlook, TrialView
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import context, escape, form_field, modal, option, section, verbatim_section

COHORT, LENGTH, PEOPLE, DIFFERENCE = "cohort", "length", "people", "difference"
"""The fields of a plan."""

DIFFERENCES = tuple(range(10, MAX_DIFFERENCE + 1, 5))
"""The differences, in percentage points, that a trial can be planned for."""

MAX_OFFERED = 100
"""Options of a menu."""

MAX_PEOPLE = 5_000


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
    """Show what a trial would be and what it could find, and ask whether to lock the plan."""
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
            context(_("Once locked, the plan can't be changed. You can cancel the trial, and plan another one.")),
        ],
        submit=_("Lock the plan"),
        close=_("Back"),
        metadata=json.dumps([draft.cohort_id, draft.weeks, draft.people, draft.difference]),
    )


def read_checked_draft(view: Mapping[str, Any]) -> TrialDraft:
    """Return what `outlook_modal` showed."""
    return TrialDraft(*map(int, json.loads(str(view["private_metadata"]))))


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
    elif sizing.people_expected < MIN_EXPECTED:
        verdict = _(
            "*That is too few:* with {expected} people there will be no result. It takes {number} or more.",
            expected=sizing.people_expected,
            number=MIN_EXPECTED,
        )
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
