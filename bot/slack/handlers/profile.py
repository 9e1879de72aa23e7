"""What people change in their Slack profile, as far as it means something to Rounds."""

from dataclasses import dataclass
from typing import Any

import structlog
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.departures import Departures
from bot.domain.learner import Person
from bot.learning import deactivation, slack_profile
from bot.learning.slack_profile import SlackStatus
from bot.slack.handler_context import HandlerContext

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ProfileHandlers:
    """Follows profiles. Slack sends every change of everybody in the workspace, whether they know Rounds or not."""

    context: HandlerContext
    departures: Departures

    async def is_known(self, person: Person) -> bool:
        """Whether the profile is that of someone Rounds has met: everybody else's costs this one query."""
        return await self.context.read(deactivation.find_whether_gone, person) is not None

    async def changed(self, event: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """user_change. `user` is the whole profile, whatever changed in it."""
        user = event["user"]
        await self._came_or_went(user, person)
        moved = await self._move(person, user)
        if await self._follow_status(person, user) or moved:
            await self.context.home.refresh(client, person)

    async def _came_or_went(self, user: dict[str, Any], person: Person) -> None:
        """Deactivated, nothing is sent any more; reactivated, they find Rounds paused.

        `team_join` is not asked for: Slack sends it for new people, of whom Rounds knows nothing yet.
        """
        known = await self.context.read(deactivation.find_whether_gone, person)
        if known is None:
            return
        learner_id, gone = known
        if user.get("deleted") and not gone:
            await self.departures.mark_person_left(learner_id, "deactivated")
        elif (
            gone
            and not user.get("deleted")
            and await self.context.write_in_background(deactivation.reactivate_learner, learner_id)
        ):
            log.info("learner.back", learner=learner_id)

    async def _move(self, person: Person, user: dict[str, Any]) -> bool:
        """Their time zone is another: lessons come along."""
        tz = str(user.get("tz") or "")
        if not await self.context.read(slack_profile.would_change_zone, person, tz):
            return False
        return await self.context.write_in_background(slack_profile.change_zone, person, tz)

    async def _follow_status(self, person: Person, user: dict[str, Any]) -> bool:
        """Their status says that they are away, or no longer: lessons pause, or come again. It is not kept."""
        shown = user.get("profile") or {}
        status = SlackStatus(str(shown.get("status_emoji") or ""), int(shown.get("status_expiration") or 0))
        if not await self.context.read(slack_profile.would_status_change_pause, person, status):
            return False
        return await self.context.write_in_background(slack_profile.follow_slack_status, person, status)
