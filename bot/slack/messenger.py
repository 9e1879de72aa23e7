"""Deliveries on their way to Slack."""

import json
from collections import OrderedDict
from collections.abc import Callable
from datetime import date
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.ports import OutgoingDelivery, PostedMessage, UncertainDelivery
from bot.errors import HistoryUnreadable, PersonLeft, SendError, SendFailed, SendUncertain, WorkspaceLeft
from bot.slack.api_errors import describe_error, to_send_error
from bot.slack.blocks import MessageContent
from bot.slack.message_kind import MessageKinds
from bot.slack.posting import encode, post

EVENT_TYPE = "rounds_delivery"
"""The type of the metadata that a delivery's message carries; its payload is an opaque id."""

PAGE = 200
RENDERED = 2048
"""Rendered messages kept, the newest: a year of lessons and day's ends in a handful of revisions."""


class SlackMessenger:
    """The engine's `Messenger`, on one workspace's client each."""

    def __init__(
        self,
        kinds: MessageKinds,
        client_for: Callable[[str], AsyncWebClient],
        reader_for: Callable[[str], AsyncWebClient] | None = None,
    ) -> None:
        """`client_for` gives a workspace's client: shared session, no retries; `reader_for` a paced one, to look up."""
        self._kinds = kinds
        self._client_for = client_for
        self._reader_for = reader_for or client_for
        self._rendered: OrderedDict[tuple[str, int | None, date], str] = OrderedDict()

    async def send(self, outgoing: OutgoingDelivery) -> PostedMessage:
        """Post once. Whatever Slack answers becomes one of the three errors that `ports.Messenger` names."""
        client = self._client_for(outgoing.team_id)
        metadata = {"event_type": EVENT_TYPE, "event_payload": _ids(outgoing)}
        encoded = self._render(outgoing)
        try:
            posted = await post(client, outgoing.channel or outgoing.user_id, metadata, encoded)
        except Exception as error:
            raise _of_person(outgoing, to_send_error(error)) from error
        if not (posted.get("channel") and posted.get("ts")):
            raise SendUncertain("taken, it seems, but Slack didn't say where")
        return PostedMessage(channel=posted["channel"], ts=posted["ts"])

    async def find_in_history(self, uncertain: UncertainDelivery) -> PostedMessage | None:
        """Read the DM from `posted_after` on, all pages, for the message that carries this delivery's id."""
        client = self._reader_for(uncertain.team_id)
        try:
            channel = uncertain.channel or (await client.conversations_open(users=uncertain.user_id))["channel"]["id"]
            return await _search(client, channel, uncertain)
        except Exception as error:
            if isinstance(said := to_send_error(error), WorkspaceLeft):
                raise said from error
            # Whatever kept us from reading: as long as it isn't known that the message is absent, it isn't sent again.
            raise HistoryUnreadable(describe_error(error)) from error

    async def is_installed(self, team_id: str) -> bool | None:
        """Whether Slack takes our token for this workspace; None when it can't be asked now."""
        try:
            return bool((await self._client_for(team_id).auth_test())["team_id"] == team_id)
        except Exception as error:
            return False if isinstance(to_send_error(error), WorkspaceLeft) else None

    def _render(self, outgoing: OutgoingDelivery) -> str:
        """The message as JSON, without what is the delivery's own. Rendering costs more than sending, so what is the
        same for everyone is kept: messages without extras, by lesson and day."""
        kind, day = self._kinds[outgoing.kind], outgoing.due_at.date()
        if outgoing.extras is not None:
            return encode_message(kind.render(outgoing.lesson, day, outgoing.extras))
        key = (kind.name, outgoing.revision_id, day)
        if key not in self._rendered:
            self._rendered[key] = encode_message(kind.render(outgoing.lesson, day, None))
            if len(self._rendered) > RENDERED:
                self._rendered.popitem(last=False)
        return self._rendered[key]


def encode_message(message: MessageContent) -> str:
    """A message as JSON without its opening brace (`posting.encode`)."""
    return encode(message.text, json.dumps(message.blocks, ensure_ascii=False))


async def _search(client: AsyncWebClient, channel: str, uncertain: UncertainDelivery) -> PostedMessage | None:
    cursor: str | None = None
    while cursor != "":
        page = await client.conversations_history(
            channel=channel,
            oldest=f"{uncertain.posted_after.timestamp():.6f}",
            include_all_metadata=True,
            limit=PAGE,
            cursor=cursor,
        )
        for message in page["messages"]:
            if _delivery_id(message) == str(uncertain.delivery_id):
                return PostedMessage(channel, message["ts"], _revision_id(message))
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
    return None


def _ids(outgoing: OutgoingDelivery) -> dict[str, str | int]:
    """What a message carries for finding it again: opaque ids, for everyone in the workspace can read them."""
    ids: dict[str, str | int] = {"delivery_id": str(outgoing.delivery_id)}
    return ids if outgoing.revision_id is None else {**ids, "revision": outgoing.revision_id}


def _revision_id(message: dict[str, Any]) -> int | None:
    revision = message["metadata"]["event_payload"].get("revision")
    return revision if isinstance(revision, int) else None


def _delivery_id(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    return metadata.get("event_payload", {}).get("delivery_id") if metadata.get("event_type") == EVENT_TYPE else None


def _of_person(outgoing: OutgoingDelivery, error: SendError) -> SendError:
    """A person who was named by their own id, and isn't found, has left. A conversation that isn't says nothing."""
    if outgoing.channel is None and isinstance(error, SendFailed) and error.code == "channel_not_found":
        return PersonLeft(error.code)
    return error
