"""Switches a lead's monthly figures on and off."""

from dataclasses import dataclass

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import monthly_figures
from bot.slack.blocks.monthly_figures import wish_message
from bot.slack.handler_context import Body, HandlerContext, pressed_id, send_dm
from bot.slack.handlers.cohorts import CohortHandlers


@dataclass(frozen=True)
class MonthlyFiguresHandlers:
    """Answers the switch behind a cohort's *Manage*, and the button below its monthly figures."""

    context: HandlerContext
    cohorts: CohortHandlers

    async def turn_on(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Send me figures*, behind a cohort's *Manage*."""
        await self.context.get_or_register_learner(client, person)  # whose time zone is known then
        await self._set(ack, body, client, person, is_wanted=True)
        await self.cohorts.manage_again(body, client, person)

    async def turn_off(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Stop figures*, behind a cohort's *Manage*."""
        await self._set(ack, body, client, person, is_wanted=False)
        await self.cohorts.manage_again(body, client, person)

    async def stop(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Stop the monthly figures*, below them. They stay as they are."""
        await self._set(ack, body, client, person, is_wanted=False)

    async def _set(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person, *, is_wanted: bool) -> None:
        """Store what the lead wants, and say so."""
        name = await self.context.write_for_person(monthly_figures.set_wish, person, pressed_id(body), is_wanted)
        await ack()
        formats = await self.context.read_formats(person)
        await send_dm(client, person.user_id, wish_message(name, formats, is_wanted=is_wanted))
