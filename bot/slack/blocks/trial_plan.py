"""The plan of a trial: what admins enter, what such a trial could find, and the plan as it was hashed."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import Block, ButtonElement, NumberInputElement, PlainTextObject, StaticSelectElement
from slack_sdk.models.views import View

from bot.domain.disclosure import MIN_PEOPLE_OF_SHARE
from bot.domain.formats import Formats
from bot.domain.team import MIN_PEOPLE_COUNTED
from bot.domain.trial import FINAL_QUESTIONS, FIRST_GAP, LATER_GAPS, MIN_FINAL_ANSWERS, WEEKS
from bot.domain.trial_statistics import MAX_DIFFERENCE
from bot.language import gettext as _
from bot.language import ngettext
from bot.learning.trials import MIN_EXPECTED, PlannableCohort, TrialDraft, TrialOutlook, TrialView
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import (
    actions,
    button,
    context,
    escape,
    form_field,
    modal,
    option,
    section,
    verbatim_section,
)

COHORT, LENGTH, PEOPLE, DIFFERENCE = "cohort", "length", "people", "difference"
"""The fields of a plan."""

DIFFERENCES = tuple(range(10, MAX_DIFFERENCE + 1, 5))
"""The differences, in percentage points, that a trial can be planned for."""

MAX_OFFERED = 100
"""Options of a menu."""

MAX_PEOPLE = 5_000

SHORT_FINGERPRINT = 16
"""How much of a plan's hash is shown where its text isn't: 64 bits, far too many to find another plan for."""


def plan_modal(cohorts: Sequence[PlannableCohort], formats: Formats) -> View:
    """Ask for a trial."""
    offered = [
        option(each.name, str(each.id), _("starts on {day}", day=formats.write_date(each.starts_on)))
        for each in cohorts[:MAX_OFFERED]
    ]
    lengths = [option(ngettext("{count} week", "{count} weeks", weeks), str(weeks)) for weeks in WEEKS]
    differences = [option(_("{points} more or fewer in 100", points=points), str(points)) for points in DIFFERENCES]
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
                hint=_("It hasn't started yet, and has no trial."),
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
                _("Smallest difference worth noticing"),
                StaticSelectElement(action_id=DIFFERENCE, options=differences, initial_option=differences[1]),
                hint=_(
                    "How many more or fewer of 100 questions people answer right at the end. Choose what would change "
                    "what you do."
                ),
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
    locked = _(
        "Once locked, the plan can't be changed, and you get its fingerprint. You can still cancel the trial and plan "
        "another one."
    )
    return modal(
        ids.FIX_TRIAL_MODAL,
        _("Is this your plan?"),
        [*plan_blocks(outlook, formats), context(locked)],
        submit=_("Lock the plan"),
        close=_("Back"),
        metadata=json.dumps([draft.cohort_id, draft.weeks, draft.people, draft.difference]),
    )


def read_checked_draft(view: Mapping[str, Any]) -> TrialDraft:
    """Return what `outlook_modal` showed."""
    return TrialDraft(*map(int, json.loads(str(view["private_metadata"]))))


def plan_text_modal(trial: TrialView, formats: Formats) -> View:
    """Show a locked plan in words, with its fingerprint, and a button for the text behind it."""
    about = _("It shows that nothing in the plan was changed since it was locked.")
    return modal(
        ids.READ_ONLY_MODAL,
        _("The plan"),
        [
            *plan_blocks(trial.outlook, formats),
            context(f"{fingerprint_text(trial.plan_hash)} {about}"),
            actions("exact", [exact_plan_button(trial)]),
        ],
    )


def exact_plan_modal(trial: TrialView) -> View:
    """Show a plan as it was hashed, and its whole fingerprint."""
    how = _(
        "The fingerprint is the SHA-256 hash of the text below, without a line break at its end. Whoever changes a "
        "single character of it gets another one."
    )
    return modal(
        ids.READ_ONLY_MODAL,
        _("The exact plan"),
        [section(f"{how}\n`{trial.plan_hash}`"), verbatim_section(trial.plan)],
    )


def exact_plan_button(trial: TrialView) -> ButtonElement:
    """Make the button that shows a plan as it was hashed."""
    label = _("Show the exact plan of the trial in {cohort}", cohort=trial.cohort_name)
    return button(_("Show the exact plan"), ids.SHOW_EXACT_PLAN, value=str(trial.id), label=label)


def fingerprint_text(plan_hash: str) -> str:
    """Name the beginning of a plan's hash, which is enough to recognize it."""
    short = " ".join(plan_hash[at : at + 4] for at in range(0, SHORT_FINGERPRINT, 4))
    return _("Its fingerprint begins with {fingerprint}.", fingerprint=f"`{short}`")


def plan_blocks(outlook: TrialOutlook, formats: Formats) -> list[Block]:
    """Build a plan in words: who takes part, what is compared and counted, how sure it can be, and what people read."""
    period = outlook.period
    who = _(
        "*Who takes part:* whoever presses *Start* in *{cohort}* by {entry}, and whoever already uses Rounds and joins "
        "it themselves by then. Chance puts each of them into one of two halves.",
        cohort=escape(outlook.cohort_name),
        entry=formats.write_date(period.entry_until),
    )
    when = _(
        "*How long:* from {start} to {end}. From {final} on, everyone is asked up to {number} of their earlier "
        "questions once more. These are the final questions.",
        start=formats.write_date(period.starts_on),
        end=formats.write_date(period.ends_on),
        final=formats.write_date(period.final_from),
        number=FINAL_QUESTIONS,
    )
    counted = _(
        "*What is counted:* how many of their final questions each person answers right. It is measured the same way "
        "in both halves."
    )
    told = _(
        "*What learners read:* at the start, that their cohort is taking part in a comparison, that chance decides "
        "their schedule, and that they can opt out. At the end, that it's over, and the result in one sentence."
    )
    leaving = _(
        "*If somebody leaves:* whoever opts out gets the usual schedule and isn't counted. Whoever answers fewer than "
        "{answers} final questions isn't counted either. Nobody is told who that was.",
        answers=MIN_FINAL_ANSWERS,
    )
    result = _(
        "*What you get:* one result at the end, in a message from me. There is one only if at least {number} people in "
        "each half can be counted, and {others} other people are in the cohort. Nobody is told who is in which half.",
        number=MIN_PEOPLE_OF_SHARE,
        others=MIN_PEOPLE_COUNTED,
    )
    return [section(text) for text in (who, _arms_text(), when, counted, _size_text(outlook), told, leaving, result)]


def _arms_text() -> str:
    return _(
        "*What is compared:* two schedules. On the usual one, each question comes back when it is about to be "
        "forgotten (spaced repetition). With fixed gaps, it comes back {first} days after the first answer, and "
        "{later} days after each later one. Nothing else is set differently.",
        first=FIRST_GAP.days,
        later=LATER_GAPS.days,
    )


def _size_text(outlook: TrialOutlook) -> str:
    """Say how many people are expected, what so many can find, and what that assumes."""
    sizing = outlook.sizing
    needs = _(
        "*How many, and how sure:* you expect {expected} people to start. To notice a difference of {difference} more "
        "or fewer right answers in 100, you need {needed}. Even then, {missed} of 100 such trials would miss it.",
        expected=sizing.people_expected,
        difference=sizing.difference,
        needed=sizing.people_needed,
        missed=100 - sizing.power,
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
        verdict = _("*That is too few to notice any difference.*")
    else:
        verdict = _(
            "*That is too few:* with {expected} people you would only notice a difference of {detectable} or more in "
            "100.",
            expected=sizing.people_expected,
            detectable=outlook.detectable,
        )
    assumed = _(
        "This assumes that people on the usual schedule answer {usual} of 100 final questions right, that {finishing} "
        "of 100 people who start can be counted, with about {answers} answers each, and that the answers of one person "
        "are a little alike (a correlation of {correlation}).",
        usual=sizing.usual_share,
        finishing=sizing.finishing_share,
        answers=sizing.answers_per_person,
        correlation=sizing.intraclass_correlation,
    )
    return " ".join([needs, verdict, assumed])
