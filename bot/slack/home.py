"""App Home: published when it is opened, and after what changes it for those who have opened it."""

import asyncio
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import coaching, practice, streaks
from bot.learning.home import read_home
from bot.slack.blocks.home import home
from bot.slack.blocks.learner import help_modal, welcome_home
from bot.slack.blocks.privacy import privacy_modal
from bot.slack.blocks.streak import four_weeks_modal
from bot.slack.blocks.tips import saved_modal
from bot.slack.desk import Body, Desk, person_of, show

log = structlog.get_logger(__name__)

CALM = 2.0
"""Seconds after Home was brought up to date in which what else happens waits, to be shown together."""


class HomeTab:
    """Shows Home, and what opens from it."""

    def __init__(self, desk: Desk, calm: float = CALM) -> None:
        self._desk = desk
        self._calm = calm
        self._changed_since: dict[str, bool] = {}
        self._settling: set[asyncio.Task[None]] = set()

    async def opened(self, event: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """App Home (or the Messages tab) was opened."""
        if event.get("tab") == "home":
            self._desk.homes.add(str(context.user_id))
            await self.publish(client, person_of(context))

    async def refresh(self, client: AsyncWebClient, person: Person) -> None:
        """Bring Home up to date, if it was ever looked at: at once, and what follows in quick succession together."""
        user_id = person.user_id
        if user_id not in self._desk.homes:
            return
        if user_id in self._changed_since:
            self._changed_since[user_id] = True
            return
        self._changed_since[user_id] = False
        settling = asyncio.create_task(self._settle(client, person))
        self._settling.add(settling)
        settling.add_done_callback(self._settling.discard)
        await self.publish(client, person)

    async def _settle(self, client: AsyncWebClient, person: Person) -> None:
        """After a moment, show what has changed since."""
        await asyncio.sleep(self._calm)
        if not self._changed_since.pop(person.user_id):
            return
        try:
            await self.refresh(client, person)
        except Exception:
            log.exception("home.refresh_broke")  # no handler waits for it; it is published anew when it is opened

    async def publish(self, client: AsyncWebClient, person: Person) -> None:
        """Publish Home as it stands."""
        learner = await self._desk.meet(client, person)
        if not learner.started:
            await client.views_publish(user_id=person.user_id, view=welcome_home(learner))
            return
        view = await self._desk.hop.read(read_home, self._desk.library, person, self._desk.clock())
        await client.views_publish(user_id=person.user_id, view=home(view))

    async def four_weeks(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Four weeks*."""
        view = await self._desk.hop.read(streaks.streak_of, person_of(context), self._desk.clock())
        await show(client, body, four_weeks_modal(view))
        await ack()

    async def saved(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Saved lessons*."""
        lessons = await self._desk.hop.read(practice.saved_lessons, self._desk.library, person_of(context))
        await show(client, body, saved_modal(lessons))
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
