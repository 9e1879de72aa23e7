"""Who left, as Slack tells it: by an event, or by how it refuses a message. Then nothing more is sent to them."""

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
"""Seconds until a message is tried again whose token Slack refused, and takes when it is asked about it."""

CheckInstalled = Callable[[str], Awaitable[bool | None]]
"""Whether Slack takes our token for a workspace (team id); None when it can't be asked now."""


class Departures:
    """Takes note of who left. What this process has heard itself it knows at once; the database knows it for all."""

    def __init__(self, transactions: Transactions, clock: Clock, check_installed: CheckInstalled) -> None:
        self._transactions = transactions
        self._clock = clock
        self._installed = check_installed
        self._heard: set[str] = set()
        self._one_at_a_time = asyncio.Lock()

    async def workspace_has_left(self, team_id: str) -> bool:
        """Whether this workspace left, as far as this process has heard. A query only where it has."""
        if team_id not in self._heard:
            return False
        if not await self._transactions.read(workspaces.has_left, team_id):
            self._heard.discard(team_id)  # installed again, and another process was told
        return team_id in self._heard

    async def confirm_workspace_left(self, team_id: str, why: str) -> bool:
        """Something says that this workspace left; whether it has. Said once, however many notice it.

        Slack is asked first: an event may come late, when the workspace has installed Rounds again, and a network that
        Slack doesn't let in gets the same refusal for a while. What can't be asked is believed.
        """
        async with self._one_at_a_time:
            if await self.workspace_has_left(team_id):
                return True
            if await self._installed(team_id):
                log.info("workspace.stays", team=team_id, heard=why)
                return False
            await self._leave(team_id, why)
            return True

    async def _leave(self, team_id: str, why: str) -> None:
        now = self._clock()
        news = await self._transactions.write_in_background(workspace_lifecycle.mark_workspace_left, team_id, now)
        self._heard.add(team_id)
        if news:
            log.warning(
                "workspace.left",
                team=team_id,
                why=why,
                now="nothing is sent there any more; all is kept",
                installed_again="start Rounds with the new token, and all is as before",
                erased_on=(now + workspace_lifecycle.WORKSPACE_RETENTION).date().isoformat(),
            )
        await self.clear_pending_deliveries(team_id)

    async def clear_pending_deliveries(self, team_id: str) -> None:
        """Take away what was due and planned in a workspace that left, a batch at a time."""
        while await self._transactions.write_in_background(workspace_lifecycle.clear_plans_of_workspace, team_id):
            pass

    async def mark_person_left(self, learner_id: int, why: str) -> None:
        """This person was deactivated, or can't be written to."""
        if await self._transactions.write_in_background(deactivation.deactivate_learner, learner_id, self._clock()):
            log.info("learner.left", learner=learner_id, why=why)


class DepartureDetectingMessenger:
    """A `Messenger` that notices by Slack's answers who left."""

    def __init__(self, messenger: Messenger, departures: Departures) -> None:
        self._messenger = messenger
        self._departures = departures

    async def send(self, outgoing: OutgoingDelivery) -> PostedMessage:
        """Post, unless its workspace left since it was claimed."""
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
        """Look it up; it stays uncertain where the workspace left, and isn't asked for again until it is back."""
        try:
            return await self._messenger.find_in_history(uncertain)
        except WorkspaceLeft as error:
            await self._departures.confirm_workspace_left(uncertain.team_id, error.code)
            raise HistoryUnreadable(error.code) from error
