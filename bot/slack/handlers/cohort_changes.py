"""Answers *Edit*, behind a cohort's *Manage*, and its modal."""

from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.cohort import CohortEdit, CohortField
from bot.domain.formats import Formats
from bot.domain.learner import Person
from bot.language import gettext as _
from bot.learning import cohort_changes
from bot.learning.cohort_changes import CohortChange, FieldRefused
from bot.slack.blocks import cohort_changes as blocks
from bot.slack.blocks.cohorts import LEAD, NAME, WELCOME
from bot.slack.form_values import entered
from bot.slack.handler_context import Body, HandlerContext, open_modal_or_say_why, pressed_id, send_dm
from bot.slack.invitees import find_guest
from bot.slack.leads import tell_new_lead

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class CohortChangeHandlers:
    """For admins, and for leads as far as they may change their own cohort."""

    context: HandlerContext

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Edit*: open the modal."""
        learner = await self.context.get_or_register_learner(client, person)  # whose time zone is known then
        found = self._find_modal(client, person, pressed_id(body), learner.formats)
        await open_modal_or_say_why(ack, client, body, found)

    async def save(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Save*: change the cohort, tell a new lead, and say what was changed."""
        form = entered(view["state"]["values"])
        cohort_id, edit = blocks.read_edit(view, form)
        is_admin = await self.context.is_admin(client, person)
        errors = await _find_problems(client, person, edit)
        change: CohortChange | None = None
        if not errors:
            try:
                change = await self.context.write_for_person(
                    cohort_changes.change_cohort, person, cohort_id, edit, is_admin
                )
            except FieldRefused as refusal:
                field = blocks.BLOCKS[refusal.field]
                errors = {field if field in form else WELCOME: str(refusal)}
        if change is None:
            await ack(response_action="errors", errors=errors)
            return
        await ack(response_action="clear")
        log.info("cohort.changed", team=person.team_id)
        is_told = await tell_new_lead(self.context, client, person, change.new_lead, change.name)
        formats = await self.context.read_formats(person)
        await send_dm(client, person.user_id, blocks.changed_message(change, formats, is_lead_told=is_told))

    async def _find_modal(self, client: AsyncWebClient, person: Person, cohort_id: int, formats: Formats) -> View:
        is_admin = await self.context.is_admin(client, person)
        cohort = await self.context.read(cohort_changes.read_cohort_to_edit, person, cohort_id, is_admin)
        return blocks.edit_cohort_modal(cohort, formats)


async def _find_problems(client: AsyncWebClient, person: Person, edit: CohortEdit) -> dict[str, str]:
    """Return what can't be saved and doesn't depend on the database, by field."""
    errors = {}
    if not edit.entered.name:
        errors[NAME] = _("Give the cohort a name.")
    lead = edit.entered.lead
    if CohortField.LEAD in edit.changed and lead is not None and not await find_guest(client, lead, person):
        errors[LEAD] = _("Choose a person of this workspace, or nobody.")
    return errors
