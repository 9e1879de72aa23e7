"""The Events API: tells the app what happened, if its manifest asks for it, and again when it doesn't listen."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Sequence
from typing import Any

from bot.sandbox.app_link import AppLink
from bot.sandbox.manifest import Manifest
from bot.sandbox.model import Json
from bot.sandbox.scopes import EVENT_SCOPES
from bot.sandbox.socket_mode import NoAppConnected, NotAcknowledged
from bot.sandbox.workspace import Workspace

log = logging.getLogger(__name__)


class Events:
    """Delivers events in the background. `retry_delays`: seconds to wait before each further try."""

    def __init__(
        self,
        manifest: Manifest,
        workspace: Workspace,
        link: AppLink,
        clock: Callable[[], float],
        retry_delays: Sequence[float],
    ) -> None:
        self._manifest = manifest
        self._workspace = workspace
        self._link = link
        self._clock = clock
        self._retry_delays = retry_delays
        self._under_way: set[asyncio.Task[None]] = set()

    def emit(self, subscription: str, event: Json) -> None:
        """Tell the app about an event, if it subscribed to it and has a scope for it."""
        if subscription not in self._manifest.events:
            return
        scopes = EVENT_SCOPES[subscription]
        if scopes and scopes.isdisjoint(self._manifest.scopes):
            return
        task = asyncio.create_task(self._deliver(self._callback(event)))
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def stop(self) -> None:
        """Give up what is under way."""
        for task in self._under_way:
            task.cancel()
        await asyncio.gather(*self._under_way, return_exceptions=True)

    async def _deliver(self, callback: Json) -> None:
        reason = ""
        for attempt, delay in enumerate((0.0, *self._retry_delays)):
            await asyncio.sleep(delay)
            try:
                await self._link.deliver("events_api", callback, attempt=attempt, reason=reason)
            except (NotAcknowledged, NoAppConnected) as failure:
                reason = failure.reason
            else:
                return
        log.warning("The app never acknowledged the event %s", callback["event"]["type"])

    def _callback(self, event: Json) -> dict[str, Any]:
        workspace = self._workspace
        return {
            "token": "sandbox-verification-token",
            "team_id": workspace.team_id,
            "context_team_id": workspace.team_id,
            "context_enterprise_id": None,
            "api_app_id": workspace.app_id,
            "event": event,
            "type": "event_callback",
            "event_id": f"Ev{secrets.token_hex(5).upper()}",
            "event_time": int(self._clock()),
            "authorizations": [
                {
                    "enterprise_id": None,
                    "team_id": workspace.team_id,
                    "user_id": workspace.bot.id,
                    "is_bot": True,
                    "is_enterprise_install": False,
                }
            ],
            "is_ext_shared_channel": False,
            "event_context": secrets.token_urlsafe(12),
        }
