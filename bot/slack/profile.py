"""What people change in their Slack profile (`user_change`): where they are, and whether they are away."""

from typing import Any

from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import profile
from bot.learning.profile import Status
from bot.slack.desk import Desk, person_of
from bot.slack.home import HomeTab


class ProfileChanges:
    """Follows the profiles of learners who want that. Everyone's come here, so each is looked at before it is kept."""

    def __init__(self, desk: Desk, home: HomeTab) -> None:
        self._desk = desk
        self._home = home

    async def changed(self, event: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """Someone changed something of their profile."""
        person, user = person_of(context), event["user"]
        moved = await self._move(person, user)
        if await self._follow_status(person, user) or moved:
            await self._home.refresh(client, person)

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
