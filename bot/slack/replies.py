"""Replies through a `response_url`: one POST on the shared session, never repeated.

Bolt's own `respond()` retries after a lost connection, and then a reply that Slack had accepted appears twice.
"""

import aiohttp
import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.blocks import MessageContent

REFUSED = 400
"""Slack's status for a message whose blocks it doesn't take."""

log = structlog.get_logger(__name__)


class Replies:
    """Sends replies that only the person who acted sees."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def send(self, response_url: str, message: MessageContent, *, replace: bool = False) -> bool:
        """Reply to the person who acted. `replace`: replace the message they acted on, for everyone who sees it.

        False if the response URL no longer works (after five uses or 30 minutes); that is logged, too. If Slack
        refuses the message's charts and tables, it gets the message in words.
        """
        status = await self._send(response_url, message, replace=replace)
        if status == REFUSED and message.has_figures:
            status = await self._send(response_url, message.as_words(), replace=replace)
        return status == 200

    async def _send(self, response_url: str, message: MessageContent, *, replace: bool) -> int:
        webhook = AsyncWebhookClient(response_url, session=self._session, retry_handlers=[])
        answer = await webhook.send(
            text=message.text,
            blocks=list(message.blocks),
            response_type=None if replace else "ephemeral",
            replace_original=replace,
        )
        if answer.status_code != 200:
            log.warning("reply.refused", status=answer.status_code)
        return answer.status_code
