"""Answers *Learning system*: shows what an organization's LMS would be told, and turns it on or off."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.domain.lms import LmsDestination
from bot.errors import NotFound
from bot.language import gettext as _
from bot.learning import lms_consents
from bot.slack.blocks.lms import lms_modal, lms_off_message, lms_on_message, read_destination
from bot.slack.handler_context import Body, HandlerContext, open_modal


@dataclass(frozen=True)
class LmsHandlers:
    """Opens the consent and saves it. Without an LMS, nothing leads here, and old buttons say so."""

    context: HandlerContext

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Learning system*: say what would be sent, to whom, and under which account."""
        destination = self._get_destination()
        await self.context.get_or_register_learner(client, person)
        consent = await self.context.read(lms_consents.read_consent, person)
        home_page = destination.home_page or str((await client.auth_test()).get("url") or "")
        await open_modal(ack, client, body, lms_modal(destination.host, home_page, person.user_id, consent))

    async def turn_on(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Turn on*: from now on, the LMS is told. Host and account are those that the modal showed."""
        host, home_page = read_destination(view["private_metadata"])
        if host != self._get_destination().host:
            raise NotFound(_("The learning system has changed. Nothing was changed. Open this again to read about it."))
        consent = await self.context.write_for_person(lms_consents.give_consent, person, host, home_page)
        await ack()
        await self.context.send_result(client, person, lms_on_message(consent))

    async def turn_off(self, ack: AsyncAck, client: AsyncWebClient, person: Person) -> None:
        """*Turn off*: nothing is sent from now on, and what waits is dropped. Works without an LMS, too."""
        ended = await self.context.write_for_person(lms_consents.end_consent, person)
        await ack()
        if ended is not None:
            await self.context.send_result(client, person, lms_off_message(ended))

    def _get_destination(self) -> LmsDestination:
        if self.context.lms is None:
            raise NotFound(_("Rounds isn't connected to a learning system anymore. Nothing was changed."))
        return self.context.lms
