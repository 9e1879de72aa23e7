"""The one place that wires: settings → storage → learning → delivery → Slack app."""

import asyncio
import contextlib
import gc
import os
import secrets
import socket
import sys
import time
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import aiohttp
import structlog
from prometheus_client import CollectorRegistry
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import ProcessRole, Settings, settings_error
from bot.content.pack_loading import load_folder
from bot.content.pack_reader import read_loadable_pack
from bot.content.pack_templates import shipped_pack_folder
from bot.delivery import metrics
from bot.delivery.calendar_fetcher import HttpCalendarFetcher
from bot.delivery.departures import DepartureDetectingMessenger, Departures
from bot.delivery.engine import BEAT_INTERVAL_SECONDS, Engine
from bot.delivery.housekeeping import Housekeeping
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.reconcile import Reconciler
from bot.delivery.reviews import ReviewReminder
from bot.delivery.roster_refresh import RosterReader, RosterRefresher
from bot.delivery.sender import MAX_WORKER_NAME_LENGTH, Sender
from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.domain.lesson import Pack
from bot.errors import SettingsError
from bot.kinds import KINDS
from bot.learning import coaching, packs, workspace_lifecycle
from bot.learning.library import Library
from bot.learning.review_notices import ReviewNotice
from bot.process import limit_memory_arenas, release_memory
from bot.slack.blocks.lesson_reviews import lesson_reviews_message
from bot.slack.blocks.shift_calendar import calendar_news_message
from bot.slack.message_kind import MessageKinds
from bot.slack.messenger import SlackMessenger
from bot.slack.notices import NoticeSender
from bot.slack.paced_clients import LookupClients
from bot.storage import Session, Store, migration, workspace_leases
from bot.storage.database_keys import open_cipher
from bot.storage.packs import EVERYONES_SCOPE
from bot.web.operator_routes import RefusedRequestsCollector, health_routes, metrics_routes
from bot.web.request_verifier import RequestVerifier
from bot.web.server import SLACK_EVENTS_PATH, Server

if TYPE_CHECKING:  # imported on use: a worker builds no Bolt app, and no search
    from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult

    from bot.slack.shown_tips import ShownTips

log = structlog.get_logger(__name__)

CLIENT_TIMEOUT = aiohttp.ClientTimeout(total=10)
"""The SDK ignores its own `timeout=` beside a session. Slack is given twelve times this to show what it took."""

WORKER_BEAT_INTERVAL_SECONDS = 1.0
"""Seconds between two looks of a worker. Nobody can wake it, so this is how long `/lesson` waits for its message; an
idle look costs four queries."""

THREAD_SWITCH_INTERVAL_SECONDS = 0.001
"""Seconds after which a thread that works on a transaction lets the event loop go on. Python's 5 ms are half of what an
acknowledgement takes."""

DATABASE_CHECK_TIMEOUT_SECONDS = 2.0
"""Seconds after which a database that doesn't answer counts as not there."""


def system_clock() -> datetime:
    """The present instant in UTC: the only clock in the house."""
    return datetime.now(UTC)


def open_store(settings: Settings) -> Store:
    """The database, brought to this version's tables, with its key."""
    url = settings.database_url
    migration.upgrade_database(url)
    return Store(url, open_cipher(url, settings.encryption_keys, settings.key_file))


def shipped_pack() -> Pack:
    """The pack that comes with Rounds. PackError if it is broken."""
    return read_loadable_pack(load_folder(shipped_pack_folder()))


def ensure_pack(session: Session, load_pack: Callable[[], Pack], now: datetime) -> None:
    """Load the shipped pack into an empty installation; an operator's choice of packs is left alone."""
    if not packs.list_live_packs(session, EVERYONES_SCOPE):
        packs.load_pack(session, load_pack(), EVERYONES_SCOPE, "rounds", now)


class Rounds:
    """A running part of the bot: one that answers Slack, one that delivers, or both in one process."""

    def __init__(
        self,
        settings: Settings,
        store: Store,
        session: aiohttp.ClientSession,
        clock: Clock,
        role: ProcessRole = ProcessRole.RUN,
        kinds: MessageKinds = KINDS,
    ) -> None:
        self.role = role
        self.clock = clock
        self.transactions = Transactions(store)
        self.library = Library()
        self._settings = settings
        self._kinds = kinds
        self.client = AsyncWebClient(
            token=settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None,
            base_url=settings.slack_api_url,
            session=session,
            # The SDK's default handler sends a POST again after a lost connection: measured, two messages.
            retry_handlers=[],
        )
        self._rate_limiter = RateLimiter(
            time.monotonic, settings.messages_per_minute, slow_history=settings.history == "slow"
        )
        messenger = SlackMessenger(
            kinds, self._client_for, LookupClients(self._client_for, self._rate_limiter).client_for
        )
        self.worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"[-MAX_WORKER_NAME_LENGTH:]
        self._departures = Departures(self.transactions, clock, messenger.is_installed)
        noticing = DepartureDetectingMessenger(messenger, self._departures)
        sender = Sender(self.transactions, self.library, kinds, noticing, self._rate_limiter, clock, self.worker)
        every = WORKER_BEAT_INTERVAL_SECONDS if role is ProcessRole.WORKER else BEAT_INTERVAL_SECONDS
        reconciler = Reconciler(self.transactions, noticing, clock, worker=self.worker)
        self.engine = Engine(self.transactions, kinds, sender, reconciler, clock, every)
        review_notices: NoticeSender[ReviewNotice] = NoticeSender(
            self._client_for, lambda news: lesson_reviews_message(news.reviews)
        )
        reminder = ReviewReminder(self.transactions, self.library, review_notices, settings.admins, clock)
        self._housekeeping = Housekeeping(
            self.transactions,
            self._departures,
            messenger.is_installed,
            clock,
            self._remember,
            [reminder.send_reminders],
        )
        self._reader = RosterReader(HttpCalendarFetcher())
        self._rosters = RosterRefresher(
            self.transactions, self._reader, NoticeSender(self._client_for, calendar_news_message), clock
        )
        self._identity: AuthorizeResult | None = None
        self._searchable = False
        self._shown: ShownTips | None = None
        self._socket: AsyncSocketModeHandler | None = None
        self._figures = metrics.registry if role.sends_deliveries else CollectorRegistry()
        self._servers: dict[str, Server] = {}
        if settings.metrics_port is not None:
            routes = [*health_routes(self.find_readiness_problems), *metrics_routes(self._figures)]
            self._servers["operators"] = Server(routes, settings.metrics_host, settings.metrics_port)
        if role.answers_slack:
            self.app = self._answering(session)
        if role is ProcessRole.WEB:
            self._servers["slack"] = self._http_door()

    def _answering(self, session: aiohttp.ClientSession) -> "AsyncApp":
        """The Bolt app, with a handler for everything that people do."""
        from slack_bolt.async_app import AsyncApp

        from bot.slack.handler_context import HandlerContext
        from bot.slack.paced_clients import HandlerClientMiddleware
        from bot.slack.routes import register

        # Without an engine in this process a worker sends what someone asks for, at its next look.
        admins = frozenset(self._settings.admins)
        context = HandlerContext(
            self.transactions, self.library, self.clock, self.engine.wake, session, self._kinds, admins
        )
        self._shown = context.shown_tips

        async def authorize() -> "AuthorizeResult":  # a plain function: Bolt fills a method's `self` with None
            return self._known_identity()

        # Bolt waits for an acknowledgement in steps of 10 ms. `process_before_response` would do without, but then
        # Slack's three seconds would run until a handler is done, and ours go on after they have acknowledged.
        app = AsyncApp(client=self.client, authorize=authorize, name="rounds", request_verification_enabled=False)
        app.use(HandlerClientMiddleware(self._rate_limiter).use_handler_client)
        register(app, context, self._departures, self._reader)
        return app

    def _http_door(self) -> Server:
        """Where Slack's requests come in."""
        from bot.web.slack_requests import SlackRequestHandler

        secret = self._settings.slack_signing_secret
        signatures = RequestVerifier(secret.get_secret_value() if secret else "", self.clock)
        self._figures.register(RefusedRequestsCollector(signatures))
        routes = [*SlackRequestHandler(self.app, signatures).routes, *health_routes(self.find_readiness_problems)]
        return Server(routes, self._settings.host, self._settings.port)

    @property
    def request_url(self) -> str | None:
        """Where Slack's requests come in, as seen from this machine; None over Socket Mode."""
        door = self._servers.get("slack")
        return f"http://127.0.0.1:{door.port}{SLACK_EVENTS_PATH}" if door else None

    async def start(self) -> None:
        """Check the tokens once, know the workspace, take requests, deliver. SettingsError if a token is no good."""
        await self._listen("operators")
        await self._check_tokens()
        await self.transactions.write_in_background(ensure_pack, shipped_pack, self.clock())
        if self.role.answers_slack:
            await self.transactions.read(
                coaching.warm_up_search, self.library, self._known_identity().team_id or "", self.clock()
            )
            self._searchable = True
            release_memory()
        if self.role is ProcessRole.RUN:
            from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler

            self._socket = AsyncSocketModeHandler(self.app, self._app_token, web_client=self.client)
            await self._socket.connect_async()  # type: ignore[no-untyped-call]
        await self._listen("slack")
        if self.role.sends_deliveries:
            self.engine.start()
            self._housekeeping.start()
            self._rosters.start()

    async def stop(self) -> None:
        """Finish what is under way, then disconnect."""
        for server in self._servers.values():
            await server.stop()
        if self._shown is not None:
            await self._shown.flush()
        await self._housekeeping.stop()
        await asyncio.gather(self.engine.stop(), self._rosters.stop())
        await self._release()
        if self._socket is not None:
            await self._socket.close_async()  # type: ignore[no-untyped-call]

    async def _listen(self, to: str) -> None:
        """Open the port for these, if there is to be one: operators may ask from the start, Slack once all is ready."""
        if server := self._servers.get(to):
            await server.start()
            log.info("rounds.listening", to=to, port=server.port)

    async def _release(self) -> None:
        """Let another worker deliver at once; if the database is gone, it will when the leases run out."""
        try:
            if self.role.sends_deliveries:
                await self.transactions.write_in_background(workspace_leases.release_leases, self.worker)
        except Exception as error:
            log.warning("leases.not_released", error=type(error).__name__)

    async def find_readiness_problems(self) -> list[str]:
        """What keeps this process from working, in words."""
        problems = []
        try:
            async with asyncio.timeout(DATABASE_CHECK_TIMEOUT_SECONDS):
                if not await self.transactions.read(migration.has_newest_tables):
                    problems.append("the database has the tables of another version")
        except Exception as error:
            problems.append(f"the database can't be reached ({type(error).__name__})")
        if self.role.answers_slack and not self._searchable:
            problems.append("the search isn't built yet")
        return problems

    @property
    def _app_token(self) -> str:
        token = self._settings.slack_app_token
        return token.get_secret_value() if token else ""

    async def _check_tokens(self) -> None:
        """Bad tokens become one error here, and not an endless retry later."""
        from slack_bolt.authorization import AuthorizeResult

        problems: list[str] = []
        try:
            who = await self.client.auth_test()
        except SlackApiError as error:
            problems.append(f"SLACK_BOT_TOKEN was refused by Slack: {error.response['error']}")
        except (aiohttp.ClientError, TimeoutError) as error:
            raise SettingsError(
                f"Slack can't be reached at {self.client.base_url} ({type(error).__name__}). Nothing was started. "
                "Check SLACK_API_URL and the network."
            ) from error
        try:
            if self.role is ProcessRole.RUN:
                await self.client.apps_connections_open(app_token=self._app_token)
        except SlackApiError as error:
            problems.append(f"SLACK_APP_TOKEN was refused by Slack: {error.response['error']}")
        if problems:
            raise settings_error(problems)
        self._identity = AuthorizeResult(
            enterprise_id=who.get("enterprise_id"),
            team_id=who["team_id"],
            team=who["team"],
            bot_id=who["bot_id"],
            bot_user_id=who["user_id"],
            bot_token=self.client.token,
        )
        await self._remember(who["team_id"])

    async def _remember(self, team_id: str) -> None:
        """Know the workspace of our token. If it had left, it is back."""
        who = self._known_identity()
        if who.team_id == team_id and await self.transactions.write_in_background(
            workspace_lifecycle.register_workspace,
            team_id,
            who.enterprise_id,
            who.team or "",
            who.bot_user_id or "",
            self.clock(),
        ):
            log.info("workspace.back", team=team_id, now="all is as before; nothing of the meantime is made up for")

    def _client_for(self, _team_id: str) -> AsyncWebClient:
        return self.client

    def _known_identity(self) -> "AuthorizeResult":
        """Who the bot is in this workspace. Bolt's own way asks Slack again at every request."""
        if self._identity is None:
            raise SettingsError("A request came before the tokens were checked. It was not answered.")
        return self._identity


@contextlib.asynccontextmanager
async def running_rounds(
    settings: Settings, clock: Clock = system_clock, role: ProcessRole = ProcessRole.RUN, kinds: MessageKinds = KINDS
) -> AsyncIterator[Rounds]:
    """A started bot, or a part of it; stopped at the end, whatever happens."""
    store = open_store(settings.require_for(role))
    try:
        async with aiohttp.ClientSession(timeout=CLIENT_TIMEOUT) as session:
            rounds = Rounds(settings, store, session, clock, role, kinds)
            try:
                await rounds.start()
                yield rounds
            finally:
                await rounds.stop()
    finally:
        store.close()


async def run_bot(settings: Settings, role: ProcessRole, stop: asyncio.Event) -> None:
    """Run until told to stop."""
    began = time.monotonic()
    sys.setswitchinterval(THREAD_SWITCH_INTERVAL_SECONDS)
    limit_memory_arenas()
    async with running_rounds(settings, role=role):
        # What the start made lives as long as the process: looking through it again and again, as the collector would,
        # holds an answer up for as long as it takes.
        gc.collect()
        gc.freeze()
        log.info("rounds.ready", part=role.name.lower(), seconds=round(time.monotonic() - began, 2))
        await stop.wait()
    log.info("rounds.stopped")
