"""Answers `/rounds admin cohorts`, its modals and buttons, and `/rounds join`."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import aiohttp
import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.cohort import CohortDraft
from bot.domain.learner import Person
from bot.errors import DatabaseBusy, NotFound, Refused
from bot.language import gettext as _
from bot.learning import cohort_changes, cohorts, posted_invitations, programs
from bot.learning.cohorts import CLOSED, CohortView, Joined
from bot.learning.invitations import Guest
from bot.slack.blocks import MessageContent
from bot.slack.blocks import cohorts as blocks
from bot.slack.blocks.cohort_menu import manage_cohort_modal, read_menu
from bot.slack.blocks.enrollment import answer_modal, next_lesson_text
from bot.slack.blocks.invitations import CHOOSE_SOMEBODY, PEOPLE
from bot.slack.blocks.trials import notice_message
from bot.slack.form_values import entered
from bot.slack.handler_context import (
    Body,
    HandlerContext,
    open_modal,
    open_modal_or_say_why,
    pressed_id,
    send_dm,
    update_modal_if_open,
)
from bot.slack.invitees import ChosenPeople, MakeView, find_guest, offer_user_groups
from bot.slack.inviting import InvitingFailed, invite_in_batches
from bot.slack.leads import tell_new_lead

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class CohortHandlers:
    """For admins, and for leads of cohorts as far as their own go."""

    context: HandlerContext

    async def list(self, client: AsyncWebClient, person: Person) -> MessageContent:
        """Answer `/rounds admin cohorts`: all to an admin, their own to a lead, and to others who can."""
        is_admin = await self.context.is_admin(client, person)
        if not is_admin and not await self.context.read(cohorts.leads_any, person):
            return self.context.refusal
        return await self._message(person, is_admin=is_admin)

    async def open_new(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*New cohort*: open the modal."""
        if not await self.context.check_admin(ack, body, client, person):
            return
        learner = await self.context.get_or_register_learner(client, person)
        offered = await self.context.read(programs.list_offered, person.team_id)
        make_view = partial(blocks.new_cohort_modal, offered, learner.today, person.user_id, learner.formats)
        await offer_user_groups(client, await open_modal(ack, client, body, make_view([])), make_view)

    async def start(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person, bot_user_id: str
    ) -> None:
        """*Start* in the modal: store the cohort, and invite its people after the acknowledgment."""
        await self.context.require_admin(client, person)
        form = entered(view["state"]["values"])
        chosen = ChosenPeople(client, form)
        draft = blocks.read_draft(form)
        errors = await self._find_problems(client, person, draft, chosen)
        cohort: CohortView | None = None
        if not errors:
            try:
                cohort = await self.context.write_for_person(cohorts.start_cohort, person, draft)
            except Refused as refusal:
                errors = {blocks.NAME: str(refusal)}
        if cohort is None:
            await ack(response_action="errors", errors=errors)
            return
        await ack()
        log.info("cohort.started", team=person.team_id)
        await tell_new_lead(self.context, client, person, draft.lead, cohort.name)
        await self._invite(client, person, cohort, chosen, bot_user_id, is_admin=True)

    async def open_add(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Add people*: open the modal."""
        made: list[MakeView] = []

        async def find_view() -> View:
            cohort = await self._read(client, person, pressed_id(body))
            made.append(partial(blocks.add_people_modal, cohort, await self.context.read_formats(person)))
            return made[0]([])

        if view_id := await open_modal_or_say_why(ack, client, body, find_view()):
            await offer_user_groups(client, view_id, made[0])

    async def add(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person, bot_user_id: str
    ) -> None:
        """*Invite* in that modal: invite more people after the acknowledgment."""
        is_admin = await self.context.is_admin(client, person)
        cohort_id = int(view["private_metadata"])
        cohort = await self.context.read(cohorts.read_cohort, person, cohort_id, is_admin)
        chosen = ChosenPeople(client, entered(view["state"]["values"]))
        problems = {PEOPLE: _(CHOOSE_SOMEBODY)} if chosen.is_empty else await chosen.find_problems()
        if problems:
            await ack(response_action="errors", errors=problems)
            return
        await self.context.write_for_person(cohorts.record_addition, person, cohort_id, is_admin)
        await ack(response_action="clear")
        await self._invite(client, person, cohort, chosen, bot_user_id, is_admin=is_admin)

    async def manage(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Manage*: show what can be done with a cohort."""
        await open_modal(ack, client, body, await self._menu(client, person, pressed_id(body), body["response_url"]))

    async def manage_again(self, body: Body, client: AsyncWebClient, person: Person) -> None:
        """Show it again, as something in it was changed."""
        menu = await self._menu(client, person, *read_menu(body["view"]))
        await update_modal_if_open(client, body["view"]["id"], menu)

    async def close(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Close cohort*, confirmed: close the cohort, say so in place of what could be done, and list the others."""
        is_admin = await self.context.is_admin(client, person)
        closed = await self.context.write_for_person(cohorts.close_cohort, person, pressed_id(body), is_admin)
        await ack()
        log.info("cohort.closed", team=person.team_id)
        said = blocks.closed_message(closed)
        await update_modal_if_open(client, body["view"]["id"], answer_modal(said))
        listed = await self._message(person, is_admin=is_admin)
        await self.context.replies.send(read_menu(body["view"])[1], listed, replace=True)
        await send_dm(client, person.user_id, said)

    async def join(self, client: AsyncWebClient, person: Person, typed: str) -> MessageContent:
        """Answer `/rounds join CODE`. Whoever hasn't started is asked to, and begins the program then."""
        await self.context.get_or_register_learner(client, person)
        joined = await self.context.write_for_person(cohorts.join, person, typed)
        return await self._answer(client, person, joined)

    async def join_by_button(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Join*, below an invitation in a channel: answer as `/rounds join CODE` does, to whoever pressed alone."""
        await self.context.get_or_register_learner(client, person)
        joined = await self.context.write_for_person(posted_invitations.join_by_button, person, pressed_id(body))
        await ack()
        answer = await self._answer(client, person, joined)
        await self.context.replies.send(body["response_url"], answer)

    async def _answer(self, client: AsyncWebClient, person: Person, joined: Joined) -> MessageContent:
        if not joined.learner.has_started:
            return blocks.joined_welcome(joined)
        await self.context.home.refresh(client, person)
        if joined.in_trial:
            await send_dm(client, person.user_id, notice_message())
        return blocks.joined_message(joined, next_lesson_text(joined.learner))

    async def _menu(self, client: AsyncWebClient, person: Person, cohort_id: int, response_url: str) -> View:
        is_admin = await self.context.is_admin(client, person)
        cohort = await self.context.read(cohorts.read_cohort, person, cohort_id, is_admin)
        ends = await self.context.read(cohorts.read_what_ends, person, cohort_id, is_admin)
        return manage_cohort_modal(cohort, ends, await self.context.read_formats(person), person.user_id, response_url)

    async def _read(self, client: AsyncWebClient, person: Person, cohort_id: int) -> CohortView:
        is_admin = await self.context.is_admin(client, person)
        return await self.context.read(cohorts.read_cohort, person, cohort_id, is_admin)

    async def _message(self, person: Person, *, is_admin: bool) -> MessageContent:
        listed = await self.context.read(cohorts.list_cohorts, person.team_id, None if is_admin else person.user_id)
        formats = await self.context.read_formats(person)
        return blocks.cohorts_message(listed, formats, for_admin=is_admin)

    async def _find_problems(
        self, client: AsyncWebClient, person: Person, draft: CohortDraft, chosen: ChosenPeople
    ) -> dict[str, str]:
        """Return everything that keeps a cohort from starting, by field."""
        errors = {}
        learner = await self.context.get_or_register_learner(client, person)
        if not draft.name:
            errors[blocks.NAME] = _("Give the cohort a name.")
        if day_problem := cohort_changes.find_day_problem(draft.starts_on, learner.today):
            errors[blocks.STARTS_ON] = day_problem
        if draft.lead is not None and draft.lead != person.user_id and not await find_guest(client, draft.lead, person):
            errors[blocks.LEAD] = _("Choose a person of this workspace, or nobody.")
        return errors | await chosen.find_problems()

    async def _invite(
        self,
        client: AsyncWebClient,
        person: Person,
        cohort: CohortView,
        chosen: ChosenPeople,
        bot_user_id: str,
        *,
        is_admin: bool,
    ) -> None:
        """Put these people into the cohort, and say when they are invited."""

        async def plan(guests: Sequence[Guest], zone: str | None) -> None:
            await self.context.write_in_background(cohorts.add_people, person, cohort.id, guests, zone, is_admin)

        try:
            people = await chosen.all(without=bot_user_id)
            days, left_out = await invite_in_batches(self.context, client, person, people, cohort.starts_on, plan)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, DatabaseBusy) as error:
            raise InvitingFailed from error
        except NotFound as error:
            raise Refused(_(CLOSED)) from error
        formats = await self.context.read_formats(person)
        await send_dm(client, person.user_id, blocks.started_message(cohort, days, len(people), formats, left_out))
