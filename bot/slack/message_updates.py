"""Updates messages that were posted before."""

import contextlib
from collections.abc import Callable

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.schedule import LESSON_KINDS
from bot.learning.message_deliveries import MessageRef
from bot.learning.retraction_messages import OutdatedMessage
from bot.slack.api_errors import slack_error_code, to_send_error
from bot.slack.blocks import MessageContent
from bot.slack.message_kind import MessageKinds
from bot.slack.messenger import EVENT_TYPE

log = structlog.get_logger(__name__)

NOT_FOUND = "message_not_found"

REFUSED_FOR_GOOD = frozenset({"cant_update_message", "edit_window_closed", NOT_FOUND})
"""Error codes of `chat.update` for a message that can't be updated anymore."""


async def update_message(client: AsyncWebClient, ref: MessageRef, message: MessageContent) -> None:
    """Update a posted message. Its metadata stays the same.

    `parse="none"`: unlike `chat.postMessage`, `chat.update` looks for names and links in plain text by default.
    """
    await client.chat_update(channel=ref.channel, ts=ref.ts, parse="none", **message.body)


async def update_message_if_exists(client: AsyncWebClient, ref: MessageRef, message: MessageContent) -> None:
    """Update a message that may be gone. If so, there is nothing outdated to see."""
    with contextlib.suppress(SlackApiError):
        await update_message(client, ref, message)


async def repost_message(client: AsyncWebClient, ref: MessageRef, message: MessageContent) -> None:
    """Show a delivery in a new message. It carries the delivery's id as the first one did, so that its buttons work."""
    payload = {"delivery_id": str(ref.delivery_id)} if ref.delivery_id else {}
    metadata = {"event_type": EVENT_TYPE, "event_payload": payload}
    await client.chat_postMessage(channel=ref.channel, metadata=metadata, **message.body)


class DeliveryUpdater:
    """Updates deliveries' messages that nobody pressed in (`delivery.retraction_updates.MessageUpdater`)."""

    def __init__(self, kinds: MessageKinds, client_for: Callable[[str], AsyncWebClient]) -> None:
        """`client_for` returns a workspace's client for work that nobody waits for, under the rate limiter."""
        self._kinds = kinds
        self._client_for = client_for
        self._reposted: set[MessageRef] = set()

    async def update(self, outdated: OutdatedMessage) -> None:
        """Update a message once, as its kind defines it. Any failure becomes one of the errors of `to_send_error`.

        If Slack won't update a lesson's message anymore, a retraction is told in a new one, at most once. A message of
        an unknown kind, sent by a newer version before a downgrade, stays as it is.
        """
        kind = self._kinds.get(outdated.state.kind)
        message = kind.rebuild(outdated.state) if kind else None
        if message is None:
            log.warning("message.unknown_kind", kind=outdated.state.kind, delivery=str(outdated.ref.delivery_id))
            return
        client = self._client_for(outdated.team_id)
        try:
            await update_message(client, outdated.ref, message)
        except Exception as error:
            if not self._should_repost(outdated, error):
                raise to_send_error(error) from error
            self._reposted.add(outdated.ref)  # before it is posted, as a second message would be worse than none
            try:
                await repost_message(client, outdated.ref, message)
            except Exception as failure:
                raise to_send_error(failure) from failure

    def _should_repost(self, outdated: OutdatedMessage, error: Exception) -> bool:
        """Return whether a retraction must be told in a new message: its lesson can be seen, but not be updated."""
        code = slack_error_code(error)
        return (
            code in REFUSED_FOR_GOOD
            and code != NOT_FOUND
            and outdated.state.kind in LESSON_KINDS
            and outdated.state.retraction is not None
            and outdated.ref not in self._reposted
        )
