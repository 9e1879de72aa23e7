"""Answers the opening of App Home, and the buttons in it."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import coaching, practice, streaks
from bot.learning.home import read_skills
from bot.slack.blocks.command_help import help_modal
from bot.slack.blocks.privacy import privacy_modal
from bot.slack.blocks.skill_levels import skills_modal
from bot.slack.blocks.streak import four_weeks_modal
from bot.slack.blocks.tips import saved_modal
from bot.slack.handler_context import Body, HandlerContext, open_modal


@dataclass(frozen=True)
class HomeHandlers:
    """Publishes Home, and opens its modals."""

    context: HandlerContext

    async def opened(self, event: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """App Home was opened (or the Messages tab, which is ignored)."""
        if event.get("tab") == "home":
            self.context.home.viewers.record(person.user_id)
            await self.context.get_or_register_learner(client, person)
            await self.context.home.publish(client, person)

    async def four_weeks(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Four weeks*: the streak's last four weeks."""
        view = await self.context.read(streaks.read_streak, person)
        await open_modal(ack, client, body, four_weeks_modal(view))

    async def skills(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*All skills*: the levels of all skills."""
        view = await self.context.read(read_skills, person)
        await open_modal(ack, client, body, skills_modal(view.skills, view.masteries, view.focus_skills))

    async def saved(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Open* at the saved lessons."""
        lessons = await self.context.read(practice.list_saved_lessons, person)
        formats = await self.context.read_formats(person)
        await open_modal(ack, client, body, saved_modal(lessons, self.context.clock().date(), formats))

    async def privacy(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*Privacy*: who can see what."""
        await open_modal(ack, client, body, privacy_modal(self.context.lms_host))

    async def help(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Help*: all commands."""
        skills = await self.context.read(coaching.list_skills, person)
        await open_modal(ack, client, body, help_modal(skills))
