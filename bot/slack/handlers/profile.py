"""Follows changes of Slack profiles: deactivation, time zone, locale, and status."""

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
    """Handles `user_change`, which Slack sends for everybody in the workspace, registered or not."""

    context: HandlerContext
    departures: Departures

    async def is_known(self, person: Person) -> bool:
        """Return whether this person is registered. For everybody else, this is the only query."""
        return await self.context.read(deactivation.find_whether_gone, person) is not None

    async def changed(self, event: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """user_change: the event has the whole profile, whatever changed in it."""
        user = event["user"]
        await self._update_presence(user, person)
        moved = await self._update_time_zone(person, user)
        reads_differently = await self._update_locale(person, user)
        self.context.languages.forget(person)  # once the new locale is stored
        if await self._follow_status(person, user) or moved or reads_differently:
            await self.context.home.refresh(client, person)

    async def _update_presence(self, user: dict[str, Any], person: Person) -> None:
        """Stop sending to someone who was deactivated. Someone who is reactivated finds Rounds paused.

        `team_join` isn't needed: Slack sends it for new people, who aren't registered yet.
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
            log.info("learner.back")

    async def _update_time_zone(self, person: Person, user: dict[str, Any]) -> bool:
        """Follow a change of time zone. Returns whether anything changed."""
        tz = str(user.get("tz") or "")
        if not await self.context.read(slack_profile.would_change_zone, person, tz):
            return False
        return await self.context.write_in_background(slack_profile.change_zone, person, tz)

    async def _update_locale(self, person: Person, user: dict[str, Any]) -> bool:
        """Follow a change of locale, which Slack names in most of these events. Returns whether anything changed."""
        locale = str(user.get("locale") or "")
        if not await self.context.read(slack_profile.would_change_locale, person, locale):
            return False
        return await self.context.write_in_background(slack_profile.change_locale, person, locale)

    async def _follow_status(self, person: Person, user: dict[str, Any]) -> bool:
        """Pause or resume as their status says, without storing the status. Returns whether anything changed."""
        shown = user.get("profile") or {}
        status = SlackStatus(str(shown.get("status_emoji") or ""), int(shown.get("status_expiration") or 0))
        if not await self.context.read(slack_profile.would_status_change_pause, person, status):
            return False
        return await self.context.write_in_background(slack_profile.follow_slack_status, person, status)
