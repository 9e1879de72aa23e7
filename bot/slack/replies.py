"""Replies through a `response_url`: one POST on the shared session, never repeated.

Bolt's own `respond()` retries after a lost connection, and a reply that Slack had taken came twice.
"""

import aiohttp
import structlog
from slack_sdk.webhook.async_client import AsyncWebhookClient

from bot.slack.blocks import MessageContent

log = structlog.get_logger(__name__)


class Replies:
    """Sends what only the person who acted should see."""

    def __init__(self, session: aiohttp.ClientSession) -> None:
        self._session = session

    async def send(self, response_url: str, message: MessageContent, *, replace: bool = False) -> None:
        """Reply to them alone; `replace` puts it in place of the message they acted on, whoever sees that one.

        An address that is used up (five times, 30 minutes) is logged: there is nobody left to tell.
        """
        webhook = AsyncWebhookClient(response_url, session=self._session, retry_handlers=[])
        answer = await webhook.send(
            text=message.text,
            blocks=list(message.blocks),
            response_type=None if replace else "ephemeral",
            replace_original=replace,
        )
        if answer.status_code != 200:
            log.warning("reply.refused", status=answer.status_code)
