"""App Home: published when it is opened, and after what changes it for those who look at it."""

import asyncio
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import coaching, practice, streaks
from bot.learning.home import read_home, read_skills
from bot.slack.blocks.home import home
from bot.slack.blocks.learner import help_modal, welcome_home
from bot.slack.blocks.mastery import skills_modal
from bot.slack.blocks.privacy import privacy_modal
from bot.slack.blocks.streak import four_weeks_modal
from bot.slack.blocks.tips import saved_modal
from bot.slack.desk import Body, Desk, person_of, show

log = structlog.get_logger(__name__)

MOMENT = 0.7
"""Seconds until Home shows what was done elsewhere, together with what else was done meanwhile."""


class HomeTab:
    """Shows Home, and what opens from it."""

    def __init__(self, desk: Desk, moment: float = MOMENT) -> None:
        self._desk = desk
        self._moment = moment
        self._soon: set[str] = set()
        self._refreshing: set[asyncio.Task[None]] = set()

    async def opened(self, event: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """App Home (or the Messages tab) was opened."""
        if event.get("tab") == "home":
            self._desk.homes.opened(str(context.user_id))
            await self.publish(client, person_of(context))

    async def refresh(self, client: AsyncWebClient, person: Person) -> None:
        """Bring Home up to date at once, if it was looked at lately: for what is done in Home itself."""
        if person.user_id in self._desk.homes:
            await self._show(client, person)

    def refresh_soon(self, client: AsyncWebClient, person: Person) -> None:
        """The same in a moment, once for all that happens meanwhile: for what is done elsewhere."""
        user_id = person.user_id
        if user_id in self._desk.homes and user_id not in self._soon:
            self._soon.add(user_id)
            refreshing = asyncio.create_task(self._after_a_moment(client, person))
            self._refreshing.add(refreshing)
            refreshing.add_done_callback(self._refreshing.discard)

    async def publish(self, client: AsyncWebClient, person: Person) -> None:
        """Publish Home as it stands, to someone who may be new here."""
        learner = await self._desk.meet(client, person)
        if learner.started:
            await self._show(client, person)
        else:
            await client.views_publish(user_id=person.user_id, view=welcome_home(learner))

    async def _after_a_moment(self, client: AsyncWebClient, person: Person) -> None:
        await asyncio.sleep(self._moment)
        self._soon.discard(person.user_id)
        try:
            await self.refresh(client, person)
        except Exception:
            log.exception("home.refresh_broke")  # no handler waits for it; opening Home publishes it anew

    async def _show(self, client: AsyncWebClient, person: Person) -> None:
        view = await self._desk.hop.read(read_home, self._desk.library, person, self._desk.clock())
        shown = home(view) if view.learner.started else welcome_home(view.learner)
        await client.views_publish(user_id=person.user_id, view=shown)

    async def four_weeks(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Four weeks*."""
        view = await self._desk.hop.read(streaks.streak_of, person_of(context), self._desk.clock())
        await show(client, body, four_weeks_modal(view))
        await ack()

    async def skills(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*All skills*."""
        desk = self._desk
        stands = await desk.hop.read(read_skills, desk.library, person_of(context), desk.clock())
        await show(client, body, skills_modal(stands.skills, stands.mastery, stands.focus))
        await ack()

    async def saved(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Saved lessons*."""
        lessons = await self._desk.hop.read(practice.saved_lessons, self._desk.library, person_of(context))
        await show(client, body, saved_modal(lessons, self._desk.clock().date()))
        await ack()

    async def privacy(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*Privacy*."""
        await show(client, body, privacy_modal())
        await ack()

    async def help(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Help*."""
        skills = await self._desk.hop.read(coaching.skills, self._desk.library, str(context.team_id))
        await show(client, body, help_modal(skills))
        await ack()
