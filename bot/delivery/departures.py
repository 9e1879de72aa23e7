"""Notices who has left, from Slack's events and refusals. Nothing more is sent to them."""

import asyncio
from collections.abc import Awaitable, Callable

import structlog

from bot.delivery.ports import Messenger, OutgoingDelivery, PostedMessage, UncertainDelivery
from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.errors import HistoryUnreadable, PersonLeft, SendDelayed, WorkspaceLeft
from bot.learning import deactivation, workspace_lifecycle
from bot.storage import workspaces

log = structlog.get_logger(__name__)

REFUSED_TOKEN_RETRY_SECONDS = 60.0
"""Seconds before a message is retried when Slack refused our token for it but accepted the token in a check."""

CheckInstalled = Callable[[str], Awaitable[bool | None]]
"""Returns whether Slack accepts our token for a workspace (team id); None if Slack can't be asked now."""


class Departures:
    """Records who has left. Departures this process has seen are cached; the database has them for all processes."""

    def __init__(self, transactions: Transactions, clock: Clock, check_installed: CheckInstalled) -> None:
        self._transactions = transactions
        self._clock = clock
        self._check_installed = check_installed
        self._left_team_ids: set[str] = set()
        self._one_at_a_time = asyncio.Lock()

    async def workspace_has_left(self, team_id: str) -> bool:
        """Return whether this workspace has left, as far as this process has noticed. Queries only if it has."""
        if team_id not in self._left_team_ids:
            return False
        if not await self._transactions.read(workspaces.has_left, team_id):
            self._left_team_ids.discard(team_id)  # installed again, as another process noticed
        return team_id in self._left_team_ids

    async def confirm_workspace_left(self, team_id: str, why: str) -> bool:
        """Check a sign that this workspace has left, and return whether it has. Logs the departure once.

        Slack is asked first: an event may arrive after the workspace has installed Rounds again, and a network that
        Slack blocks gets the same refusal for a while. If Slack can't be asked, the sign is believed.
        """
        async with self._one_at_a_time:
            if await self.workspace_has_left(team_id):
                return True
            if await self._check_installed(team_id):
                log.info("workspace.stays", team=team_id, heard=why)
                return False
            await self._record_departure(team_id, why)
            return True

    async def _record_departure(self, team_id: str, why: str) -> None:
        now = self._clock()
        newly_left = await self._transactions.write_in_background(workspace_lifecycle.mark_workspace_left, team_id, now)
        self._left_team_ids.add(team_id)
        if newly_left:
            log.warning(
                "workspace.left",
                team=team_id,
                why=why,
                now="nothing more is sent there; all data is kept",
                if_reinstalled="start Rounds with the new token to continue as before",
                erased_on=(now + workspace_lifecycle.WORKSPACE_RETENTION).date().isoformat(),
            )
        await self.clear_pending_deliveries(team_id)

    async def clear_pending_deliveries(self, team_id: str) -> None:
        """Clear what was due or planned in a workspace that has left, one batch at a time."""
        while await self._transactions.write_in_background(workspace_lifecycle.clear_plans_of_workspace, team_id):
            pass

    async def mark_person_left(self, learner_id: int, why: str) -> None:
        """Record that a learner was deactivated or can't be messaged."""
        if await self._transactions.write_in_background(deactivation.deactivate_learner, learner_id, self._clock()):
            log.info("learner.left", why=why)


class DepartureDetectingMessenger:
    """A `Messenger` that notices from Slack's answers who has left."""

    def __init__(self, messenger: Messenger, departures: Departures) -> None:
        self._messenger = messenger
        self._departures = departures

    async def send(self, outgoing: OutgoingDelivery) -> PostedMessage:
        """Post a message, unless its workspace has left since the claim."""
        if await self._departures.workspace_has_left(outgoing.team_id):
            raise WorkspaceLeft(deactivation.LEFT_REASON)
        try:
            return await self._messenger.send(outgoing)
        except WorkspaceLeft as error:
            if await self._departures.confirm_workspace_left(outgoing.team_id, error.code):
                raise WorkspaceLeft(deactivation.LEFT_REASON) from error
            raise SendDelayed(REFUSED_TOKEN_RETRY_SECONDS) from error
        except PersonLeft as error:
            await self._departures.mark_person_left(outgoing.learner_id, error.code)
            raise

    async def find_in_history(self, uncertain: UncertainDelivery) -> PostedMessage | None:
        """Look up a message. If its workspace has left, it stays uncertain until the workspace is back."""
        try:
            return await self._messenger.find_in_history(uncertain)
        except WorkspaceLeft as error:
            await self._departures.confirm_workspace_left(uncertain.team_id, error.code)
            raise HistoryUnreadable(error.code) from error
