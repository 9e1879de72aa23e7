"""The door: the first check of every request. Only people of the workspace that installed Rounds get in, and once."""

import contextlib
from collections import OrderedDict
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import aiohttp
import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import metrics
from bot.domain.clock import Clock
from bot.slack.blocks.block_kit import text_message
from bot.slack.handler_context import Body
from bot.slack.membership import Installation, NotAMember, is_from_bot, organizations_of_actor
from bot.slack.recent_requests import RecentRequests
from bot.slack.replies import Replies

log = structlog.get_logger(__name__)

LOOKUP_MEMORY = timedelta(hours=1)
"""How long the answer to a look-up is believed."""

MAX_REMEMBERED = 1000
"""Most answers that are remembered."""


class Door:
    """Lets in who belongs here, and refuses or ignores everything else before any handler sees it.

    Payloads tell almost always. Only in a Grid can they name a workspace that may or may not belong to it. Then Slack
    is asked, once an hour for each person.
    """

    def __init__(self, clock: Clock, replies: Replies) -> None:
        self._clock = clock
        self._replies = replies
        self._recent = RecentRequests(clock)
        self._looked_up: OrderedDict[tuple[str, str], tuple[bool, datetime]] = OrderedDict()

    async def admit(
        self,
        body: Body,
        context: AsyncBoltContext,
        client: AsyncWebClient,
        next: Callable[[], Awaitable[None]],  # noqa: A002  (Bolt's name)
    ) -> BoltResponse | None:
        """Middleware before all others."""
        if body.get("type") == "app_rate_limited":
            metrics.count_events_limited()
            log.warning("slack.events_limited", since=body.get("minute_rate_limited"))
            return BoltResponse(status=200, body="")
        installation = Installation.of_context(context)
        if installation is not None and (why := await self._find_refusal(body, context, client, installation)):
            log.info("door.refused", why=why)
            return await self._refuse(body)
        if self._recent.is_repeated(body):
            log.info("door.repeated")
            return _repetition(body)
        await next()
        return None

    async def _find_refusal(
        self, body: Body, context: AsyncBoltContext, client: AsyncWebClient, installation: Installation
    ) -> str | None:
        """Return why this request is refused, in a word or two; None if it isn't."""
        if not installation.is_addressed_by(body):
            return "another workspace's"
        if is_from_bot(body, installation.bot_user_id):
            return "a bot"
        if not context.user_id:
            return None  # about the workspace itself
        named = organizations_of_actor(body)
        if body.get("is_ext_shared_channel") and not named:
            return "nobody knows whose"
        foreign = [each for each in named if not installation.is_own(each)]
        if foreign and not await self._is_colleague(str(context.user_id), foreign, client, installation):
            return "from elsewhere"
        return None

    async def _is_colleague(
        self, user_id: str, foreign: list[str], client: AsyncWebClient, installation: Installation
    ) -> bool:
        """Return whether someone of another workspace is in our Grid. Asks Slack, unless it was asked lately."""
        if installation.enterprise_id is None or any(each.startswith("E") for each in foreign):
            return False
        key, now = (user_id, min(foreign)), self._clock()
        known = self._looked_up.get(key)
        if known is not None and known[1] > now - LOOKUP_MEMORY:
            return known[0]
        try:
            user = (await client.users_info(user=user_id))["user"]
        except (SlackApiError, aiohttp.ClientError, TimeoutError):
            return False  # not remembered, as the next request may find out
        belongs = installation.includes(user) and bool(user.get("enterprise_user"))
        self._looked_up[key] = (belongs, now)
        self._looked_up.move_to_end(key)
        if len(self._looked_up) > MAX_REMEMBERED:
            self._looked_up.popitem(last=False)
        return belongs

    async def _refuse(self, body: Body) -> BoltResponse:
        """Tell whoever typed a command, or pressed a button in a channel, where an invitation may be. Ignore all else,
        as nothing else that Rounds sends here reaches anyone from elsewhere."""
        refusal = text_message(str(NotAMember()))
        if body.get("type") == "block_actions" and body.get("response_url"):
            with contextlib.suppress(aiohttp.ClientError, TimeoutError):
                await self._replies.send(str(body["response_url"]), refusal)
        return BoltResponse(status=200, body=refusal.body if "command" in body else "")


def _repetition(body: Body) -> BoltResponse:
    """Answer what was answered before: a modal stays as it is, in case its first answer was lost."""
    return BoltResponse(status=409 if body.get("type") == "view_submission" else 200, body="")
