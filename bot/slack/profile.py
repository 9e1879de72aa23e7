"""What people change in their Slack profile, as far as it means something to Rounds."""

from typing import Any

import structlog
from slack_bolt.context.async_context import AsyncBoltContext

from bot.delivery.departures import Departures
from bot.domain.learner import Person
from bot.learning import leaving
from bot.slack.desk import Desk, person_of

log = structlog.get_logger(__name__)


class Profiles:
    """Follows profiles. Slack sends every change of everybody in the workspace, whether they know Rounds or not."""

    def __init__(self, desk: Desk, departures: Departures) -> None:
        self._desk = desk
        self._departures = departures

    async def concerns(self, context: AsyncBoltContext) -> bool:
        """Whether the profile is that of someone Rounds has met: everybody else's costs this one query."""
        return await self._desk.hop.read(leaving.is_gone, person_of(context)) is not None

    async def changed(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """user_change. `user` is the whole profile, whatever changed in it."""
        user, person = event["user"], person_of(context)
        await self._came_or_went(user, person)

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
        elif gone and not user.get("deleted") and await self._desk.hop.background(leaving.reactivate, learner_id):
            log.info("learner.back", learner=learner_id)
