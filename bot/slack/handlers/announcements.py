"""Answers *Announce*, behind a cohort's *Manage*, its two modals, and *Take it back*."""

from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.announcement import AnnouncementText, clean_words
from bot.domain.learner import Person
from bot.errors import NotFound, Refused
from bot.language import gettext as _
from bot.learning import announcements
from bot.slack.blocks import announcements as blocks
from bot.slack.blocks.block_kit import escape, text_message
from bot.slack.blocks.enrollment import answer_modal
from bot.slack.form_values import entered
from bot.slack.handler_context import Body, HandlerContext, open_modal_or_say_why, pressed_id, send_dm
from bot.slack.patient_details import find_clues

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class AnnouncementHandlers:
    """For admins, and for leads of cohorts as far as their own go."""

    context: HandlerContext

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Announce*: ask for the words, unless the cohort had a message today."""
        await self.context.get_or_register_learner(client, person)  # whose time zone is known then
        await open_modal_or_say_why(ack, client, body, self._find_modal(client, person, pressed_id(body)))

    async def preview(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Preview*: show the message as it will read. Nothing is stored yet."""
        cohort_id = int(view["private_metadata"])
        words = clean_words(str(entered(view["state"]["values"])[blocks.WORDS] or ""))
        if not words:
            await ack(response_action="errors", errors={blocks.WORDS: _(announcements.NO_WORDS)})
            return
        name = await self._check(client, person, cohort_id)
        clues = await find_clues(self.context.understand, words)
        shown = blocks.preview_modal(cohort_id, AnnouncementText(person.user_id, name, words), clues)
        await ack(response_action="push", view=shown)

    async def send(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Send*: send what the preview showed, once, and say how to take it back."""
        cohort_id, words = blocks.read_preview(view)
        is_admin = await self.context.is_admin(client, person)
        try:
            sent = await self.context.write_for_person(announcements.announce, person, cohort_id, words, is_admin)
        except (NotFound, Refused) as refusal:
            await ack(response_action="update", view=answer_modal(text_message(escape(str(refusal)))))
            return
        await ack(response_action="clear")
        if sent.is_new:
            log.info("cohort.announced", team=person.team_id)
            await send_dm(client, person.user_id, blocks.sent_message(sent))

    async def take_back(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Take it back*, confirmed: nobody gets the message from now on."""
        is_admin = await self.context.is_admin(client, person)
        taken_back = await self.context.write_for_person(announcements.take_back, person, pressed_id(body), is_admin)
        await ack()
        log.info("cohort.announcement_taken_back", team=person.team_id)
        await self.context.replies.send(body["response_url"], blocks.taken_back_message(taken_back), replace=True)

    async def _find_modal(self, client: AsyncWebClient, person: Person, cohort_id: int) -> View:
        return blocks.write_modal(cohort_id, await self._check(client, person, cohort_id))

    async def _check(self, client: AsyncWebClient, person: Person, cohort_id: int) -> str:
        """Return the cohort's name. Raises Refused or NotFound if it can't get a message from this person today."""
        is_admin = await self.context.is_admin(client, person)
        return await self.context.read(announcements.check_announcing, person, cohort_id, is_admin)
