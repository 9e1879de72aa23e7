"""Sends deliveries to Slack, and looks up whether an uncertain one arrived."""

import json
from collections import OrderedDict
from collections.abc import Callable
from datetime import date, datetime
from typing import Any
from uuid import UUID

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.ports import OutgoingDelivery, PostedMessage, UncertainDelivery
from bot.domain.formats import Formats
from bot.errors import HistoryUnreadable, PersonLeft, SendError, SendFailed, SendUncertain, WorkspaceLeft
from bot.slack.api_errors import describe_error, to_send_error
from bot.slack.blocks import MessageContent
from bot.slack.message_kind import MessageKinds
from bot.slack.posting import encode, post

EVENT_TYPE = "rounds_delivery"
"""The type of the metadata of a delivery's message. Its payload holds only opaque ids."""

PAGE_SIZE = 200
MAX_RENDERED = 2048
"""Most rendered messages in the cache: enough for a year of lessons and day ends in a handful of revisions."""


class SlackMessenger:
    """The engine's `Messenger`, with one client for each workspace."""

    def __init__(
        self,
        kinds: MessageKinds,
        client_for: Callable[[str], AsyncWebClient],
        reader_for: Callable[[str], AsyncWebClient] | None = None,
    ) -> None:
        """`client_for`: a workspace's client (shared session, no retries). `reader_for`: a paced one for lookups."""
        self._kinds = kinds
        self._client_for = client_for
        self._reader_for = reader_for or client_for
        self._rendered: OrderedDict[tuple[str, int | None, date, Formats], str] = OrderedDict()

    async def send(self, outgoing: OutgoingDelivery) -> PostedMessage:
        """Post once. Any failure becomes one of the three errors that `ports.Messenger` names."""
        client = self._client_for(outgoing.team_id)
        metadata = build_metadata(outgoing.delivery_id, outgoing.revision_id)
        encoded = self._render(outgoing)
        try:
            posted = await post(client, outgoing.channel or outgoing.user_id, metadata, encoded)
        except Exception as error:
            raise _for_person(outgoing, to_send_error(error)) from error
        if not (posted.get("channel") and posted.get("ts")):
            raise SendUncertain("Slack accepted it, but didn't say where it is")
        return PostedMessage(channel=posted["channel"], ts=posted["ts"])

    async def find_in_history(self, uncertain: UncertainDelivery) -> PostedMessage | None:
        """Search the DM from `posted_after` on for the message with this delivery's id. Raises HistoryUnreadable."""
        client = self._reader_for(uncertain.team_id)
        try:
            channel = uncertain.channel or (await client.conversations_open(users=uncertain.user_id))["channel"]["id"]
            return await find_message(client, channel, uncertain.delivery_id, uncertain.posted_after)
        except Exception as error:
            if isinstance(translated := to_send_error(error), WorkspaceLeft):
                raise translated from error
            # Whatever the reason: until we know that the message isn't there, it must not be sent again.
            raise HistoryUnreadable(describe_error(error)) from error

    async def is_installed(self, team_id: str) -> bool | None:
        """Return whether Slack accepts our token for this workspace, or None if Slack can't be asked now."""
        try:
            return bool((await self._client_for(team_id).auth_test())["team_id"] == team_id)
        except Exception as error:
            return False if isinstance(to_send_error(error), WorkspaceLeft) else None

    def _render(self, outgoing: OutgoingDelivery) -> str:
        """Return the message as JSON, without channel and metadata.

        Rendering costs more CPU than sending, so messages without extras are cached by lesson, day, and locale, which
        tell their language.
        """
        kind, day = self._kinds[outgoing.kind], outgoing.due_at.date()
        if outgoing.extras is not None:
            return encode_message(kind.build(outgoing.lesson, day, outgoing.formats, outgoing.extras))
        key = (kind.name, outgoing.revision_id, day, outgoing.formats)
        if key not in self._rendered:
            self._rendered[key] = encode_message(kind.build(outgoing.lesson, day, outgoing.formats, None))
            if len(self._rendered) > MAX_RENDERED:
                self._rendered.popitem(last=False)
        return self._rendered[key]


def encode_message(message: MessageContent) -> str:
    """Return a message as JSON without its opening brace (see `posting.encode`)."""
    return encode(message.text, json.dumps(message.blocks, ensure_ascii=False))


def build_metadata(message_id: UUID, revision_id: int | None = None) -> dict[str, Any]:
    """Return the metadata by which a message is found again: opaque ids, as anyone in the workspace can read them."""
    ids: dict[str, str | int] = {"delivery_id": str(message_id)}
    return {
        "event_type": EVENT_TYPE,
        "event_payload": ids if revision_id is None else {**ids, "revision": revision_id},
    }


async def find_message(
    client: AsyncWebClient, channel: str, message_id: UUID, posted_after: datetime
) -> PostedMessage | None:
    """Search a conversation from an instant on for the message with an id in its metadata."""
    cursor: str | None = None
    while cursor != "":
        page = await client.conversations_history(
            channel=channel,
            oldest=f"{posted_after.timestamp():.6f}",
            include_all_metadata=True,
            limit=PAGE_SIZE,
            cursor=cursor,
        )
        for message in page["messages"]:
            if _delivery_id(message) == str(message_id):
                return PostedMessage(channel, message["ts"], _revision_id(message))
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
    return None


def _revision_id(message: dict[str, Any]) -> int | None:
    revision = message["metadata"]["event_payload"].get("revision")
    return revision if isinstance(revision, int) else None


def _delivery_id(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    return metadata.get("event_payload", {}).get("delivery_id") if metadata.get("event_type") == EVENT_TYPE else None


def _for_person(outgoing: OutgoingDelivery, error: SendError) -> SendError:
    """Treat channel_not_found as a person who left, but only if we wrote to a user id and not to a channel."""
    if outgoing.channel is None and isinstance(error, SendFailed) and error.code == "channel_not_found":
        return PersonLeft(error.code)
    return error
