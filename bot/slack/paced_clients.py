"""Slack clients that keep to the pace: handlers' calls go first and hardly wait, look-ups wait for their turn.

Both are the SDK's client with the same session; a call that met a 429 was certainly not taken, and may be made again.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.rate_limiter import HISTORY_METHOD, RateLimiter
from bot.errors import SendDelayed
from bot.slack.api_errors import to_send_error
from bot.slack.identity import team_of

if TYPE_CHECKING:  # a worker has look-ups, and no Bolt
    from slack_bolt.context.async_context import AsyncBoltContext

log = structlog.get_logger(__name__)

PATIENCE = 1.0
"""Seconds that a person's call waits for its turn; after that it is made all the same, and the others wait longer."""

LONGEST_RETRY = 2.0
"""Seconds that a person's call waits after a 429, once: Slack gives a handler three in all."""

SLOW_FROM = 30.0
"""A history's Retry-After, in seconds, from which its limit is taken for one a minute: our pace keeps within tier 3."""

SLOW_PAGE = 15
"""Messages a page where histories are slow: Slack gives no more."""

TRIES = 3
"""How often a look-up is begun that meets a 429."""

AT_ONCE = 10
"""Look-ups under way at once, of all workspaces."""

Next = Callable[[], Awaitable[None]]


class PacedClient(AsyncWebClient):
    """A workspace's client, with the settings of another one."""

    def __init__(self, like: AsyncWebClient, rate_limiter: RateLimiter, team_id: str) -> None:
        super().__init__(
            token=like.token,
            base_url=like.base_url,
            timeout=like.timeout,
            ssl=like.ssl,
            proxy=like.proxy,
            session=like.session,
            trust_env_in_session=like.trust_env_in_session,
            headers=dict(like.headers),
            retry_handlers=[],
        )
        self.default_params = dict(like.default_params)
        self._rate_limiter = rate_limiter
        self._team_id = team_id

    def _held(self, error: SlackApiError, method: str) -> float:
        """The seconds that Slack asks to wait, told to the pace; any other error goes on."""
        delayed = to_send_error(error)
        if not isinstance(delayed, SendDelayed):
            raise error
        self._rate_limiter.pause(self._team_id, delayed.seconds, method)
        return delayed.seconds


class HandlerClient(PacedClient):
    """For handlers: someone waits for what comes of it."""

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:  # noqa: ANN401  (the SDK's)
        """Call Slack before all deliveries; after a 429 once more, if Slack lets us within two seconds."""
        await self._turn(api_method, arguments)
        try:
            return await super().api_call(api_method, **arguments)
        except SlackApiError as error:
            self._held(error, api_method)
            if await self._rate_limiter.acquire(self._team_id, LONGEST_RETRY, api_method, for_person=True):
                raise
        log.info("slack.again", method=api_method)
        try:
            return await super().api_call(api_method, **arguments)
        except SlackApiError as error:
            self._held(error, api_method)
            raise

    async def _turn(self, method: str, arguments: dict[str, Any]) -> None:
        """Take a turn; SlackApiError, as from Slack, where it has asked to wait for longer than a person can."""
        channel = (arguments.get("json") or arguments.get("params") or {}).get("channel")
        if method.startswith("views."):  # a trigger lives three seconds
            self._rate_limiter.acquire_at_once(self._team_id, method, channel)
            return
        held = self._rate_limiter.seconds_paused(self._team_id, method)
        if held > LONGEST_RETRY:
            answer = {"ok": False, "error": "ratelimited"}
            raise SlackApiError("Slack has asked to wait. Nothing was sent.", answer)  # type: ignore[no-untyped-call]
        if await self._rate_limiter.acquire(self._team_id, held + PATIENCE, method, channel=channel, for_person=True):
            self._rate_limiter.acquire_at_once(self._team_id, method, channel)


class LookupClient(PacedClient):
    """For the reconciler: nobody waits, and it must take nothing from those who do."""

    def __init__(self, like: AsyncWebClient, rate_limiter: RateLimiter, team_id: str, slots: asyncio.Semaphore) -> None:
        super().__init__(like, rate_limiter, team_id)
        self._slots = slots

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:  # noqa: ANN401  (the SDK's)
        """Call Slack when it is this method's turn, however long that takes; after a 429 again."""
        for left in reversed(range(TRIES)):
            await self._rate_limiter.acquire(self._team_id, method=api_method)
            if api_method == HISTORY_METHOD and self._rate_limiter.has_slow_history(self._team_id):
                arguments["params"] = {**arguments["params"], "limit": SLOW_PAGE}
            try:
                async with self._slots:
                    return await super().api_call(api_method, **arguments)
            except SlackApiError as error:
                seconds = self._held(error, api_method)
                self._notice(api_method, seconds)
                if not left:
                    raise
        raise AssertionError("the last try ends in a return or an error")

    def _notice(self, method: str, seconds: float) -> None:
        if method == HISTORY_METHOD and seconds >= SLOW_FROM and not self._rate_limiter.has_slow_history(self._team_id):
            self._rate_limiter.set_slow_history(self._team_id)
            log.warning("slack.slow_history", team=self._team_id, retry_after=seconds)


class HandlerClientMiddleware:
    """Middleware that gives every handler its workspace's `HandlerClient`; Bolt makes a plain one for each request."""

    def __init__(self, rate_limiter: RateLimiter) -> None:
        self._rate_limiter = rate_limiter

    async def use_handler_client(self, context: "AsyncBoltContext", next: Next) -> None:  # noqa: A002  (Bolt's name)
        """In the workspace that installed the bot, whichever of the Grid the payload names."""
        context["client"] = HandlerClient(context.client, self._rate_limiter, team_of(context))
        await next()


class LookupClients:
    """Gives each workspace's `LookupClient`."""

    def __init__(self, client_for: Callable[[str], AsyncWebClient], rate_limiter: RateLimiter) -> None:
        self._client_for = client_for
        self._rate_limiter = rate_limiter
        self._slots = asyncio.Semaphore(AT_ONCE)

    def client_for(self, team_id: str) -> LookupClient:
        """A client for reading histories and opening conversations."""
        return LookupClient(self._client_for(team_id), self._rate_limiter, team_id, self._slots)
