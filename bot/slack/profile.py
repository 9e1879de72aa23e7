"""What people change in their Slack profile, as far as it means something to Rounds."""

from typing import Any

import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.departures import Departures
from bot.domain.learner import Person
from bot.learning import leaving, profile
from bot.learning.profile import Status
from bot.slack.desk import Desk, person_of
from bot.slack.home import HomeTab

log = structlog.get_logger(__name__)


class Profiles:
    """Follows profiles. Slack sends every change of everybody in the workspace, whether they know Rounds or not."""

    def __init__(self, desk: Desk, departures: Departures, home: HomeTab) -> None:
        self._desk = desk
        self._departures = departures
        self._home = home

    async def concerns(self, context: AsyncBoltContext) -> bool:
        """Whether the profile is that of someone Rounds has met: everybody else's costs this one query."""
        return await self._desk.hop.read(leaving.is_gone, person_of(context)) is not None

    async def changed(self, event: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """user_change. `user` is the whole profile, whatever changed in it."""
        user, person = event["user"], person_of(context)
        await self._came_or_went(user, person)
        moved = await self._move(person, user)
        if await self._follow_status(person, user) or moved:
            await self._home.refresh(client, person)

    async def _came_or_went(self, user: dict[str, Any], person: Person) -> None:
        """Deactivated, nothing is sent any more; reactivated, they find Rounds paused.

        `team_join` is not asked for: Slack sends it for new people, of whom Rounds knows nothing yet.
        """
        known = await self._desk.hop.read(leaving.is_gone, person)
        if known is None:
            return
        learner_id, gone = known
        if user.get("deleted") and not gone:
            await self._departures.person(learner_id, "deactivated")
        elif gone and not user.get("deleted"):
            desk = self._desk
            if await desk.hop.background(leaving.reactivate, learner_id, desk.clock()):
                log.info("learner.back", learner=learner_id)

    async def _move(self, person: Person, user: dict[str, Any]) -> bool:
        """Their time zone is another: lessons come along."""
        desk, tz = self._desk, str(user.get("tz") or "")
        if not await desk.hop.read(profile.moves, person, tz):
            return False
        return await desk.hop.background(profile.move, person, tz, desk.clock())

    async def _follow_status(self, person: Person, user: dict[str, Any]) -> bool:
        """Their status says that they are away, or no longer: lessons pause, or come again. It is not kept."""
        desk, shown = self._desk, user.get("profile") or {}
        status = Status(str(shown.get("status_emoji") or ""), int(shown.get("status_expiration") or 0))
        if not await desk.hop.read(profile.matters, person, status, desk.clock()):
            return False
        return await desk.hop.background(profile.follow_status, person, status, desk.clock())
