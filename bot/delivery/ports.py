"""What the engine needs from Slack. `slack/messenger.py` implements it, and `bootstrap` connects the two."""

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol
from uuid import UUID

from bot.delivery.delivery_kind import Extras
from bot.domain.formats import DEFAULT_FORMATS, Formats
from bot.domain.lesson import Lesson


@dataclass(frozen=True, slots=True)
class OutgoingDelivery:
    """A claimed delivery: the recipient, the content, and the attempt. `channel` is the DM's id, if known.

    `formats` is how the recipient reads dates and times.

    `extras` is the personal part of its message; None if the message is the same for everyone.
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
    formats: Formats = DEFAULT_FORMATS


@dataclass(frozen=True, slots=True)
class UncertainDelivery:
    """A delivery that Slack may or may not have received; its message is no older than `posted_after`."""

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
    """Where a message is in Slack. After a look-up it also has the message's revision, for rows that lack one."""

    channel: str
    ts: str
    revision_id: int | None = None


class Messenger(Protocol):
    """Posts messages to Slack, once each, and finds them again."""

    async def send(self, outgoing: OutgoingDelivery) -> PostedMessage:
        """Post the message. With SendDelayed and SendFailed it surely wasn't sent; with SendUncertain it may have been.

        WorkspaceLeft and PersonLeft are SendFailed too: that workspace or person gets nothing more.
        """
        ...

    async def find_in_history(self, uncertain: UncertainDelivery) -> PostedMessage | None:
        """Find the message of this delivery in Slack's history; None if it isn't there.

        Raises HistoryUnreadable if the history can't be read now, and WorkspaceLeft if it can't be read until the
        workspace installs Rounds again.
        """
        ...
