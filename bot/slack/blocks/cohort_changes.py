"""Editing a cohort: the modal, what it says was changed, and what a new lead is told."""

import json
from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Any

from slack_sdk.models.blocks import Block, DatePickerElement, PlainTextInputElement, UserSelectElement
from slack_sdk.models.views import View

from bot.domain.cohort import MAX_NAME_LENGTH, MAX_WELCOME_LENGTH, CohortDraft, CohortEdit, CohortField
from bot.domain.formats import Formats
from bot.language import gettext as _
from bot.learning.cohort_changes import CohortChange, CohortToEdit
from bot.learning.invitations import MORNING
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, escape, form_field, modal, section, text_message
from bot.slack.blocks.cohorts import LEAD, NAME, STARTS_ON, WELCOME
from bot.slack.blocks.programs import NO_PROGRAM, PROGRAM, program_field

BLOCKS = {
    CohortField.NAME: NAME,
    CohortField.PROGRAM: PROGRAM,
    CohortField.STARTS_ON: STARTS_ON,
    CohortField.LEAD: LEAD,
    CohortField.WELCOME: WELCOME,
}
"""The field of the modal for each field of a cohort."""


def edit_cohort_modal(cohort: CohortToEdit, formats: Formats) -> View:
    """Ask what to change in a cohort, and say what can't be changed and why."""
    draft = cohort.draft
    made: dict[CohortField, Block] = {
        CohortField.NAME: form_field(
            NAME,
            _("Name"),
            PlainTextInputElement(action_id=NAME, max_length=MAX_NAME_LENGTH, initial_value=draft.name),
        ),
        CohortField.STARTS_ON: form_field(
            STARTS_ON,
            _("Invitations from"),
            DatePickerElement(action_id=STARTS_ON, initial_date=draft.starts_on.isoformat()),
            hint=_("Invitations that haven't come yet move with it."),
        ),
        CohortField.LEAD: form_field(
            LEAD,
            _("Lead"),
            UserSelectElement(action_id=LEAD, initial_user=draft.lead),
            hint=_("A new lead gets a message that says so. The one before no longer sees the cohort."),
            optional=True,
        ),
        CohortField.WELCOME: form_field(
            WELCOME,
            _("Welcome"),
            PlainTextInputElement(
                action_id=WELCOME, multiline=True, max_length=MAX_WELCOME_LENGTH, initial_value=draft.welcome or None
            ),
            hint=_("Stands above the invitations that haven't been sent yet."),
            optional=True,
        ),
    }
    if cohort.programs:
        made[CohortField.PROGRAM] = program_field(cohort.programs, draft.program, optional=False, for_cohort=True)
    return modal(
        ids.EDIT_COHORT_MODAL,
        _("Edit cohort"),
        [
            section(_about(cohort, formats)),
            *(made[each] for each in CohortField if each in made and each in cohort.fields),
        ],
        submit=_("Save"),
        close=_("Cancel"),
        metadata=_write_metadata(cohort),
    )


def read_edit(view: Mapping[str, Any], form: Mapping[str, Any]) -> tuple[int, CohortEdit]:
    """Return the id of the cohort in a modal, and how it was shown and entered. Fields that it lacks are unchanged."""
    held = json.loads(str(view["private_metadata"]))
    shown = CohortDraft(
        held["name"], date.fromisoformat(held["starts_on"]), held["program"], held["lead"], held["welcome"]
    )
    entered: dict[str, Any] = {}
    if NAME in form:
        entered["name"] = " ".join(str(form[NAME] or "").split())
    if PROGRAM in form:
        entered["program"] = None if form[PROGRAM] == NO_PROGRAM else form[PROGRAM]
    if STARTS_ON in form:
        entered["starts_on"] = date.fromisoformat(str(form[STARTS_ON]))
    if LEAD in form:
        entered["lead"] = form[LEAD]
    if WELCOME in form:
        entered["welcome"] = str(form[WELCOME] or "").strip()
    return int(held["id"]), CohortEdit(shown, replace(shown, **entered))


def changed_message(change: CohortChange, formats: Formats, *, is_lead_told: bool) -> MessageContent:
    """Say what was changed. `is_lead_told`: whether the new lead, if there is one, could be told."""
    if not change.changed:
        return text_message(_("Nothing changed in *{cohort}*.", cohort=escape(change.name)))
    said = [_("*{cohort} is saved.*", cohort=escape(change.name))]
    if CohortField.STARTS_ON in change.changed:
        said.append(
            _(
                "Invitations that haven't come yet come from {day} on, at {time} where each person is.",
                day=formats.write_day(change.starts_on),
                time=formats.write_time(MORNING.start),
            )
        )
    if CohortField.LEAD in change.changed:
        said.append(_lead_text(change.new_lead, is_told=is_lead_told))
    return text_message(" ".join(said))


def new_lead_message(name: str, chosen_by: str) -> MessageContent:
    """Tell somebody that they lead a cohort now."""
    said = _("*You lead the cohort {cohort} now.* <@{admin}> chose you.", cohort=escape(name), admin=chosen_by)
    how = _(
        "Invitations name you. Type `/rounds admin cohorts` to invite more people, and to see how many have begun. You "
        "never see who."
    )
    return MessageContent.of([section(said), section(how)])


def _about(cohort: CohortToEdit, formats: Formats) -> str:
    day = formats.write_day(cohort.draft.starts_on)
    if CohortField.NAME in cohort.fields:
        if cohort.has_begun:
            return _(
                "The program and the first day ({day}) can't be changed anymore: invitations have come, and people "
                "follow the program.",
                day=day,
            )
        return _("Until the first day you can change everything. After it, the name, the lead, and the welcome.")
    if cohort.has_begun:
        return _(
            "The first day ({day}) can't be changed anymore: invitations have come. An admin can change the name and "
            "the lead.",
            day=day,
        )
    return _("As its lead, you can change the first day and the welcome. An admin can change the rest.")


def _lead_text(lead: str | None, *, is_told: bool) -> str:
    if lead is None:
        return _("Nobody leads it now.")
    if is_told:
        return _("<@{lead}> leads it now, and has been told.", lead=lead)
    return _("<@{lead}> leads it now. I couldn't send them a message, so please tell them.", lead=lead)


def _write_metadata(cohort: CohortToEdit) -> str:
    draft = cohort.draft
    return json.dumps(
        {
            "id": cohort.id,
            "name": draft.name,
            "program": draft.program,
            "starts_on": draft.starts_on.isoformat(),
            "lead": draft.lead,
            "welcome": draft.welcome,
        },
        ensure_ascii=False,
    )
