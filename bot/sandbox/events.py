"""Implements the Events API: sends the app the events in its manifest, with retries."""

import asyncio
import logging
import secrets
from collections.abc import Callable, Coroutine, Sequence
from typing import Any

from bot.sandbox.app_link import AppLink
from bot.sandbox.installation import Installation
from bot.sandbox.manifest import Manifest
from bot.sandbox.model import Json
from bot.sandbox.scopes import EVENT_SCOPES
from bot.sandbox.socket_mode import NoAppConnected, NotAcknowledged
from bot.sandbox.workspace import SandboxWorkspace

log = logging.getLogger(__name__)

UNINSTALL_EVENTS: dict[str, Callable[[SandboxWorkspace], Json]] = {
    "app_uninstalled": lambda workspace: {},
    "tokens_revoked": lambda workspace: {"tokens": {"oauth": [], "bot": [workspace.bot.id]}},
}
"""The events that an uninstalled app gets. Slack doesn't promise their order."""


class EventSender:
    """Delivers events in the background. `retry_delays` are the seconds to wait before each retry."""

    def __init__(
        self,
        manifest: Manifest,
        workspace: SandboxWorkspace,
        link: AppLink,
        installation: Installation,
        clock: Callable[[], float],
        retry_delays: Sequence[float],
    ) -> None:
        self._manifest = manifest
        self._workspace = workspace
        self._link = link
        self._installation = installation
        self._clock = clock
        self._retry_delays = retry_delays
        self._under_way: set[asyncio.Task[None]] = set()

    def emit(self, subscription: str, event: Json) -> None:
        """Send the app an event, if it is installed, subscribed to it, and has a scope for it."""
        if self._installation.installed and self._is_subscribed(subscription):
            self._start(self._deliver(self._callback(event)))

    def emit_uninstall_events(self, first_event: str) -> None:
        """Send the app both uninstall events, starting with `first_event`. The second one waits for the first."""
        kinds = [
            kind for kind in sorted(UNINSTALL_EVENTS, key=lambda kind: kind != first_event) if self._is_subscribed(kind)
        ]
        callbacks = [self._callback({"type": kind, **UNINSTALL_EVENTS[kind](self._workspace)}) for kind in kinds]

        async def one_by_one() -> None:
            for callback in callbacks:
                await self._deliver(callback)

        self._start(one_by_one())

    def _is_subscribed(self, subscription: str) -> bool:
        scopes = EVENT_SCOPES[subscription]
        return subscription in self._manifest.events and (not scopes or not scopes.isdisjoint(self._manifest.scopes))

    def _start(self, delivery: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(delivery)
        self._under_way.add(task)
        task.add_done_callback(self._under_way.discard)

    async def stop(self) -> None:
        """Cancel deliveries in progress."""
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
