"""Handles a workspace that uninstalls Rounds: the events that say so, and ignoring its requests afterwards."""

from collections.abc import Awaitable, Callable
from typing import Any

import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse

from bot.delivery.departures import Departures
from bot.learning import workspace_lifecycle
from bot.slack.error_handler import interaction_name
from bot.slack.handler_context import Body, HandlerContext
from bot.slack.identity import team_of

log = structlog.get_logger(__name__)

UNINSTALL_EVENTS = {"app_uninstalled", "tokens_revoked"}


class InstallationHandlers:
    """Records that a workspace removed Rounds. Slack sends one or both of the events, in any order."""

    def __init__(self, context: HandlerContext, departures: Departures) -> None:
        self._context = context
        self._departures = departures
        self._logged: set[str] = set()

    async def only_while_installed(
        self,
        body: Body,
        context: AsyncBoltContext,
        next: Callable[[], Awaitable[None]],  # noqa: A002  (Bolt's name)
    ) -> BoltResponse | None:
        """Middleware that drops requests of a workspace that left, as there is no token to answer with."""
        team_id = team_of(context)
        if interaction_name(body) in UNINSTALL_EVENTS or not await self._departures.workspace_has_left(team_id):
            await next()
            return None
        if team_id not in self._logged:
            self._logged.add(team_id)
            log.warning(
                "workspace.unanswered",
                team=team_id,
                why="it left but still sends requests; if it installed Rounds again, start Rounds with the new token",
            )
        return BoltResponse(status=200, body="")

    async def uninstalled(self, context: AsyncBoltContext) -> None:
        """app_uninstalled: confirm that the workspace left."""
        await self._departures.confirm_workspace_left(team_of(context), "app_uninstalled")

    async def tokens_revoked(self, event: dict[str, Any], context: AsyncBoltContext) -> None:
        """tokens_revoked: the workspace left if the bot is among the users. Other users' tokens aren't ours."""
        team_id = team_of(context)
        bot_user_id = await self._context.read(workspace_lifecycle.find_bot_user_id, team_id)
        if bot_user_id in (event.get("tokens") or {}).get("bot", []):
            await self._departures.confirm_workspace_left(team_id, "tokens_revoked")
