"""Publishes App Home after a change, for people who have looked at it lately."""

import asyncio
from datetime import timedelta

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.clock import Clock
from bot.domain.learner import Person
from bot.language import use_language
from bot.learning.home import read_home
from bot.slack.blocks.enrollment import welcome_home_view
from bot.slack.blocks.home import home_view
from bot.slack.recent_people import RecentPeople
from bot.slack.use_cases import UseCaseRunner

log = structlog.get_logger(__name__)

VIEWING_WINDOW = timedelta(hours=1)
"""How long someone counts as a viewer of Home: Slack says when it is opened, but not when it is left. Anyone who opens
it gets it published anyway."""

REFRESH_DELAY = 0.7
"""Seconds to collect changes made elsewhere before Home is published once for all of them."""


class HomePublisher:
    """Keeps Home current for those who look at it."""

    def __init__(self, read: UseCaseRunner, clock: Clock, delay: float = REFRESH_DELAY) -> None:
        self.viewers = RecentPeople(clock, VIEWING_WINDOW)
        self._read = read
        self._delay = delay
        self._scheduled: set[str] = set()
        self._refreshing: set[asyncio.Task[None]] = set()

    async def refresh(self, client: AsyncWebClient, person: Person) -> None:
        """Publish Home now if it was viewed lately. For changes made in Home itself."""
        if person.user_id in self.viewers:
            await self.publish(client, person)

    def refresh_soon(self, client: AsyncWebClient, person: Person) -> None:
        """Publish Home after a short delay, once for all changes in it. For changes made elsewhere."""
        user_id = person.user_id
        if user_id in self.viewers and user_id not in self._scheduled:
            self._scheduled.add(user_id)
            refreshing = asyncio.create_task(self._refresh_after_delay(client, person))
            self._refreshing.add(refreshing)
            refreshing.add_done_callback(self._refreshing.discard)

    async def publish(self, client: AsyncWebClient, person: Person) -> None:
        """Publish Home with the current state. NotFound if this person isn't registered."""
        view = await self._read(read_home, person)
        with use_language(view.learner.formats.language):  # whoever caused it may speak another one
            shown = home_view(view) if view.learner.has_started else welcome_home_view(view.learner)
        await client.views_publish(user_id=person.user_id, view=shown)

    async def _refresh_after_delay(self, client: AsyncWebClient, person: Person) -> None:
        await asyncio.sleep(self._delay)
        self._scheduled.discard(person.user_id)
        try:
            await self.refresh(client, person)
        except Exception:
            log.exception("home.refresh_broke")  # no handler waits for it, and opening Home publishes it again
