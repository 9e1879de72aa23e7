"""Slack clients that respect the rate limits: handlers' calls go first and hardly wait, other calls wait their turn.

Both are the SDK's client with the shared session. A call answered with a 429 was certainly not executed and may be
repeated.
"""

import asyncio
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.delivery.rate_limiter import HISTORY_METHOD, REPLIES_METHOD, RateLimiter
from bot.errors import SendDelayed
from bot.slack.api_errors import to_send_error
from bot.slack.identity import team_of

if TYPE_CHECKING:  # worker processes make lookups without Bolt
    from slack_bolt.context.async_context import AsyncBoltContext

log = structlog.get_logger(__name__)

MAX_WAIT_SECONDS = 1.0
"""How long a person's call waits for its turn. Then it is made anyway, and other calls wait longer."""

MAX_RETRY_SECONDS = 2.0
"""How long a person's call waits once after a 429: Slack gives a handler three seconds in all."""

READING_METHODS = frozenset({HISTORY_METHOD, REPLIES_METHOD})

SLOW_FROM_SECONDS = 30.0
"""Retry-After of a history call that shows a limit of one a minute. Our own rate stays within tier 3."""

SLOW_PAGE_SIZE = 15
"""Messages a page where history calls are slow: Slack returns no more."""

MAX_TRIES = 3
"""How many times a call that nobody waits for is tried when it meets a 429."""

MAX_CONCURRENT_CALLS = 10
"""Most calls that nobody waits for at the same time, over all workspaces."""

Next = Callable[[], Awaitable[None]]


class PacedClient(AsyncWebClient):
    """A workspace's client with the settings of another client, under a rate limiter."""

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

    def _pause_after(self, error: SlackApiError, method: str) -> float:
        """Pause the rate limiter for as long as Slack asks, and return the seconds. Any other error is raised again."""
        delayed = to_send_error(error)
        if not isinstance(delayed, SendDelayed):
            raise error
        self._rate_limiter.pause(self._team_id, delayed.seconds, method)
        self._note_slow_history(method, delayed.seconds)
        return delayed.seconds

    def _limit_page(self, method: str, arguments: dict[str, Any]) -> None:
        """Ask for no more messages than Slack returns at a time."""
        if method in READING_METHODS and self._rate_limiter.has_slow_history(self._team_id):
            arguments["params"] = {**arguments["params"], "limit": SLOW_PAGE_SIZE}

    def _note_slow_history(self, method: str, seconds: float) -> None:
        if (
            method in READING_METHODS
            and seconds >= SLOW_FROM_SECONDS
            and not self._rate_limiter.has_slow_history(self._team_id)
        ):
            self._rate_limiter.set_slow_history(self._team_id)
            log.warning("slack.slow_history", team=self._team_id, retry_after=seconds)


class HandlerClient(PacedClient):
    """The client for handlers, where someone waits for the result."""

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:  # noqa: ANN401  (the SDK's)
        """Call Slack ahead of all deliveries. After a 429, try once more if Slack allows it within two seconds."""
        await self._wait_for_turn(api_method, arguments)
        self._limit_page(api_method, arguments)
        try:
            return await super().api_call(api_method, **arguments)
        except SlackApiError as error:
            self._pause_after(error, api_method)
            if await self._rate_limiter.try_acquire(self._team_id, MAX_RETRY_SECONDS, api_method, for_person=True):
                raise
        log.info("slack.again", method=api_method)
        try:
            return await super().api_call(api_method, **arguments)
        except SlackApiError as error:
            self._pause_after(error, api_method)
            raise

    async def _wait_for_turn(self, method: str, arguments: dict[str, Any]) -> None:
        """Wait for a turn. SlackApiError, as if from Slack, if Slack asked to wait longer than a person can."""
        channel = (arguments.get("json") or arguments.get("params") or {}).get("channel")
        if method.startswith("views."):  # a trigger id expires after three seconds
            self._rate_limiter.acquire_at_once(self._team_id, method, channel)
            return
        paused = self._rate_limiter.seconds_paused(self._team_id, method)
        if paused > MAX_RETRY_SECONDS:
            answer = {"ok": False, "error": "ratelimited"}
            raise SlackApiError("Slack asked us to wait. Nothing was sent.", answer)  # type: ignore[no-untyped-call]
        if await self._rate_limiter.try_acquire(
            self._team_id, paused + MAX_WAIT_SECONDS, method, channel=channel, for_person=True
        ):
            self._rate_limiter.acquire_at_once(self._team_id, method, channel)


class BackgroundClient(PacedClient):
    """The client for look-ups and updates that nobody waits for. It must not slow down calls that people wait for."""

    def __init__(self, like: AsyncWebClient, rate_limiter: RateLimiter, team_id: str, slots: asyncio.Semaphore) -> None:
        super().__init__(like, rate_limiter, team_id)
        self._slots = slots

    async def api_call(self, api_method: str, **arguments: Any) -> AsyncSlackResponse:  # noqa: ANN401  (the SDK's)
        """Call Slack when it is this method's turn, however long that takes. After a 429, try again."""
        for left in reversed(range(MAX_TRIES)):
            await self._rate_limiter.try_acquire(self._team_id, method=api_method)
            self._limit_page(api_method, arguments)
            try:
                async with self._slots:
                    return await super().api_call(api_method, **arguments)
            except SlackApiError as error:
                self._pause_after(error, api_method)
                if not left:
                    raise
        raise AssertionError("the last try ends in a return or an error")


class HandlerClientMiddleware:
    """Middleware that replaces the plain client that Bolt makes for each request with a `HandlerClient`."""

    def __init__(self, rate_limiter: RateLimiter) -> None:
        self._rate_limiter = rate_limiter

    async def use_handler_client(self, context: "AsyncBoltContext", next: Next) -> None:  # noqa: A002  (Bolt's name)
        """Set the client of the workspace that installed the bot, even if the payload names another one of the Grid."""
        context["client"] = HandlerClient(context.client, self._rate_limiter, team_of(context))
        await next()


class BackgroundClients:
    """Makes each workspace's `BackgroundClient`."""

    def __init__(self, client_for: Callable[[str], AsyncWebClient], rate_limiter: RateLimiter) -> None:
        self._client_for = client_for
        self._rate_limiter = rate_limiter
        self._slots = asyncio.Semaphore(MAX_CONCURRENT_CALLS)

    def client_for(self, team_id: str) -> BackgroundClient:
        """Return a client for reading histories, opening conversations, and updating old messages."""
        return BackgroundClient(self._client_for(team_id), self._rate_limiter, team_id, self._slots)
