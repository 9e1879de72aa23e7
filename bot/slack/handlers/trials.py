"""Answers `/rounds admin trial`, its modals and buttons, and `/rounds opt-out`."""

from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import NotFound, Refused
from bot.language import gettext as _
from bot.learning import trial_entry, trials
from bot.slack.blocks import MessageContent, trial_plan
from bot.slack.blocks import trials as blocks
from bot.slack.form_values import entered
from bot.slack.handler_context import Body, HandlerContext, open_modal, pressed_id, send_dm

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class TrialHandlers:
    """For admins, and for learners who opt out."""

    context: HandlerContext

    async def list(self, person: Person) -> MessageContent:
        """Answer `/rounds admin trial`, typed by an admin."""
        listed = await self.context.read(trials.list_trials, person.team_id)
        plannable = await self.context.read(trials.list_plannable, person)
        formats = await self.context.read_formats(person)
        return blocks.trials_message(listed, formats, can_plan=bool(plannable))

    async def open_plan(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Plan a trial*: open the modal."""
        if not await self.context.check_admin(ack, body, client, person):
            return
        plannable = await self.context.read(trials.list_plannable, person)
        if not plannable:
            raise Refused(_(blocks.NO_COHORT))
        await open_modal(ack, client, body, trial_plan.plan_modal(plannable, await self.context.read_formats(person)))

    async def check(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Check*: show what the trial would be. Nothing is stored yet."""
        await self.context.require_admin(client, person)
        draft = trial_plan.read_draft(entered(view["state"]["values"]))
        try:
            outlook = await self.context.read(trials.preview_trial, person, draft)
        except (NotFound, Refused) as refusal:
            await ack(response_action="errors", errors={trial_plan.COHORT: str(refusal)})
            return
        formats = await self.context.read_formats(person)
        await ack(response_action="push", view=trial_plan.outlook_modal(draft, outlook, formats))

    async def fix(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Lock the plan*: store it, and send its fingerprint."""
        await self.context.require_admin(client, person)
        trial = await self.context.write_for_person(trials.plan_trial, person, trial_plan.read_checked_draft(view))
        await ack(response_action="clear")
        log.info("trial.planned", team=person.team_id)
        await send_dm(client, person.user_id, blocks.planned_message(trial, await self.context.read_formats(person)))

    async def show_plan(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Show the plan*: show it in words."""
        if await self.context.check_admin(ack, body, client, person):
            trial = await self.context.read(trials.read_trial, person.team_id, pressed_id(body))
            formats = await self.context.read_formats(person)
            await open_modal(ack, client, body, trial_plan.plan_text_modal(trial, formats))

    async def show_exact_plan(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Show the exact plan*: show it as it was hashed."""
        if await self.context.check_admin(ack, body, client, person):
            trial = await self.context.read(trials.read_trial, person.team_id, pressed_id(body))
            await open_modal(ack, client, body, trial_plan.exact_plan_modal(trial))

    async def cancel(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Cancel the trial*, confirmed: end it without a result, and list the trials again."""
        if not await self.context.check_admin(ack, body, client, person):
            return
        name = await self.context.write_for_person(trials.cancel_trial, person, pressed_id(body))
        await ack()
        log.info("trial.canceled", team=person.team_id)
        await self.context.replies.send(body["response_url"], await self.list(person), replace=True)
        await send_dm(client, person.user_id, blocks.canceled_message(name))

    async def opt_out(self, person: Person) -> MessageContent:
        """Answer `/rounds opt-out`."""
        return blocks.opted_out_message(took_part=await self.context.write_for_person(trial_entry.opt_out, person))
