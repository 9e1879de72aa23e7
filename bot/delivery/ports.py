"""What the engine needs of Slack. `slack/messenger.py` implements it; `bootstrap` joins the two."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from bot.delivery.delivery_kind import Extras
from bot.domain.lesson import Lesson


@dataclass(frozen=True, slots=True)
class OutgoingDelivery:
    """A claimed delivery: to whom, what, and whose attempt it is. `channel` is the DM's id where it is known.

    `extras`: what its message holds for its reader alone; None if it is the same for everyone with that lesson.
    """

    delivery_id: UUID
    kind: str
    team_id: str
    user_id: str
    learner_id: int
    channel: str | None
    lesson: Lesson | None
    revision_id: int | None
    due_at: datetime
    worker: str
    attempt: int
    extras: Extras | None = None


@dataclass(frozen=True, slots=True)
class UncertainDelivery:
    """A delivery that Slack may or may not have taken; its message is no older than `posted_after`."""

    delivery_id: UUID
    team_id: str
    user_id: str
    learner_id: int
    channel: str | None
    posted_after: datetime
    worker: str
    attempt: int


@dataclass(frozen=True, slots=True)
class PostedMessage:
    """Where a message stands in Slack; from a look-up also which revision it brought, for rows that don't know."""

    channel: str
    ts: str
    revision_id: int | None = None


class Messenger(Protocol):
    """Gives messages to Slack, once each, and finds them again."""

    async def send(self, outgoing: OutgoingDelivery) -> PostedMessage:
        """Post the message. SendDelayed and SendFailed are certain; SendUncertain is not.

        WorkspaceLeft and PersonLeft are SendFailed too: what they name gets nothing any more.
        """
        ...

    async def find_in_history(self, uncertain: UncertainDelivery) -> PostedMessage | None:
        """The message of this delivery, None if Slack's history holds none; HistoryUnreadable if it can't be read.

        WorkspaceLeft where it can't be, and won't be until the workspace installs Rounds again.
        """
        ...
