"""Publishes App Home: after what changes it, for those who look at it."""

import asyncio

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.clock import Clock
from bot.domain.learner import Person
from bot.learning.home import read_home
from bot.slack.blocks.enrollment import welcome_home_view
from bot.slack.blocks.home import home_view
from bot.slack.home_viewers import HomeViewers
from bot.slack.use_cases import UseCaseRunner

log = structlog.get_logger(__name__)

REFRESH_DELAY = 0.7
"""Seconds until Home shows what was done elsewhere, together with what else was done meanwhile."""


class HomePublisher:
    """Brings Home up to date."""

    def __init__(self, read: UseCaseRunner, clock: Clock, moment: float = REFRESH_DELAY) -> None:
        self.viewers = HomeViewers(clock)
        self._read = read
        self._moment = moment
        self._soon: set[str] = set()
        self._refreshing: set[asyncio.Task[None]] = set()

    async def refresh(self, client: AsyncWebClient, person: Person) -> None:
        """Publish Home at once if it was looked at lately: for what is done in Home itself."""
        if person.user_id in self.viewers:
            await self.publish(client, person)

    def refresh_soon(self, client: AsyncWebClient, person: Person) -> None:
        """The same in a moment, once for all that happens meanwhile: for what is done elsewhere."""
        user_id = person.user_id
        if user_id in self.viewers and user_id not in self._soon:
            self._soon.add(user_id)
            refreshing = asyncio.create_task(self._after_a_moment(client, person))
            self._refreshing.add(refreshing)
            refreshing.add_done_callback(self._refreshing.discard)

    async def publish(self, client: AsyncWebClient, person: Person) -> None:
        """Publish Home as it stands. NotFound if Rounds has not met this person."""
        view = await self._read(read_home, person)
        await client.views_publish(
            user_id=person.user_id,
            view=home_view(view) if view.learner.has_started else welcome_home_view(view.learner),
        )

    async def _after_a_moment(self, client: AsyncWebClient, person: Person) -> None:
        await asyncio.sleep(self._moment)
        self._soon.discard(person.user_id)
        try:
            await self.refresh(client, person)
        except Exception:
            log.exception("home.refresh_broke")  # no handler waits for it; opening Home publishes it anew
