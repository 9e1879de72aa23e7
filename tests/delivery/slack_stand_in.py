"""Stands in for Slack behind the `Messenger` port: records messages, and fails as Slack does."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import Enum, auto
from uuid import UUID

from bot.delivery.ports import OutgoingDelivery, PostedMessage, UncertainDelivery
from bot.domain.clock import Clock
from bot.errors import HistoryUnreadable, SendDelayed, SendFailed, SendUncertain, WorkspaceHeld

WAIT = 20.0
"""Seconds that it asks to wait when it delays a message."""

ON_THE_WAY = timedelta(seconds=90)
"""How long a `LATE` message takes to show by default: within the reconciler's grace period."""


class Fault(Enum):
    """How one post fails."""

    REPLY_LOST = auto()
    REQUEST_LOST = auto()
    LATE = auto()
    DELAY = auto()
    REFUSE = auto()
    HOLD = auto()
    DEFECT = auto()
    HANG_BEFORE = auto()
    HANG_AFTER = auto()


@dataclass(frozen=True, slots=True)
class Message:
    """An accepted message, and when it shows in the history."""

    delivery_id: UUID
    user_id: str
    posted: PostedMessage
    shows_at: datetime
    outgoing: OutgoingDelivery


@dataclass
class SlackStandIn:
    """Handles each post as the next of `faults` says, or without a fault when none is left.

    Histories of `slow_teams`, or of all teams, can be read only once `history_opens` is set.
    """

    clock: Clock
    faults: list[Fault | None] = field(default_factory=list)
    messages: list[Message] = field(default_factory=list)
    attempts: list[OutgoingDelivery] = field(default_factory=list)
    lookups: list[UncertainDelivery] = field(default_factory=list)
    unreadable: set[UUID] = field(default_factory=set)
    on_the_way: timedelta = ON_THE_WAY
    broken_lookups: bool = False
    history_opens: asyncio.Event | None = None
    slow_teams: set[str] | None = None
    looked: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    slowly: bool = False
    """Make each post take a little longer than the previous one."""
    before_send: Callable[[OutgoingDelivery], None] = lambda outgoing: None
    hung: asyncio.Event = field(default_factory=asyncio.Event)
    attempted: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    taken: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))

    async def send(self, outgoing: OutgoingDelivery) -> PostedMessage:
        """Accept the message or not, and answer or not."""
        self.before_send(outgoing)
        self.attempts.append(outgoing)
        self.attempted.release()
        fault = self.faults.pop(0) if self.faults else None
        await asyncio.sleep(len(self.attempts) / 1000 if self.slowly else 0)
        await self._before_taking(fault)
        posted = self._take(outgoing, self.on_the_way if fault is Fault.LATE else timedelta(0))
        if fault is Fault.HANG_AFTER:
            await self._hang()
        if fault in {Fault.REPLY_LOST, Fault.LATE}:
            raise SendUncertain
        return posted

    async def find_in_history(self, uncertain: UncertainDelivery) -> PostedMessage | None:
        """Search the messages that show by now."""
        self.lookups.append(uncertain)
        self.looked.release()
        if self.history_opens is not None and (self.slow_teams is None or uncertain.team_id in self.slow_teams):
            await self.history_opens.wait()
        if self.broken_lookups:
            raise ValueError("a defect in reading")
        if uncertain.delivery_id in self.unreadable:
            raise HistoryUnreadable("channel_not_found")
        shown = [each for each in self.messages if each.shows_at <= self.clock()]
        found = (each for each in shown if each.delivery_id == uncertain.delivery_id)
        return next((replace(each.posted, revision_id=each.outgoing.revision_id) for each in found), None)

    def of(self, user_id: str) -> list[Message]:
        """Return what one user sees."""
        return [each for each in self.messages if each.user_id == user_id]

    async def _before_taking(self, fault: Fault | None) -> None:
        if fault is Fault.REQUEST_LOST:
            raise SendUncertain
        if fault is Fault.DELAY:
            raise SendDelayed(WAIT)
        if fault is Fault.REFUSE:
            raise SendFailed("channel_not_found")
        if fault is Fault.HOLD:
            raise WorkspaceHeld("org_login_required")
        if fault is Fault.DEFECT:
            raise ValueError("a defect of ours")
        if fault is Fault.HANG_BEFORE:
            await self._hang()

    def _take(self, outgoing: OutgoingDelivery, delay: timedelta) -> PostedMessage:
        posted = PostedMessage(f"D{outgoing.user_id}", f"{len(self.messages) + 1}.000100")
        self.messages.append(Message(outgoing.delivery_id, outgoing.user_id, posted, self.clock() + delay, outgoing))
        self.taken.release()
        return posted

    async def _hang(self) -> None:
        self.hung.set()
        await asyncio.Event().wait()
