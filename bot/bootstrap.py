"""The one place that connects everything: settings → storage → learning → delivery → Slack app."""

import asyncio
import contextlib
import os
import secrets
import socket
import time
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Protocol

import aiohttp
import structlog
from prometheus_client import CollectorRegistry, Info, ProcessCollector
from slack_sdk.web.async_client import AsyncWebClient

from bot.config import ProcessRole, Settings
from bot.content.shipped_pack import shipped_pack
from bot.delivery import metrics
from bot.delivery.calendar_fetcher import HttpCalendarFetcher
from bot.delivery.departures import DepartureDetectingMessenger, Departures
from bot.delivery.engine import BEAT_INTERVAL_SECONDS, Engine
from bot.delivery.housekeeping import Housekeeping
from bot.delivery.lrs_client import LrsClient
from bot.delivery.monthly_figures import MonthlyFiguresSender
from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.readiness import DatabaseCheck
from bot.delivery.reconcile import Reconciler
from bot.delivery.retraction_updates import RetractionUpdater
from bot.delivery.reviews import ReviewReminder
from bot.delivery.roster_refresh import RosterReader, RosterRefresher
from bot.delivery.sender import MAX_WORKER_NAME_LENGTH, Sender
from bot.delivery.statement_sender import StatementSender
from bot.delivery.transactions import Transactions
from bot.delivery.trial_results import TrialResultSender
from bot.domain.certificate import Certificate
from bot.domain.clock import Clock
from bot.domain.lms import LmsDestination
from bot.errors import SettingsError
from bot.kinds import KINDS
from bot.learning import certificates, coaching, shipped_packs, workspace_lifecycle
from bot.learning.library import Library
from bot.learning.monthly_figures import MonthlyFigures
from bot.learning.review_notices import ReviewNotice
from bot.process import program_version
from bot.retrieval.background_model import BackgroundModel
from bot.slack.blocks.lesson_reviews import lesson_reviews_message
from bot.slack.blocks.monthly_figures import figures_message
from bot.slack.blocks.shift_calendar import calendar_news_message
from bot.slack.message_kind import MessageKinds
from bot.slack.message_updates import DeliveryUpdater
from bot.slack.messenger import SlackMessenger
from bot.slack.notices import NoticeSender
from bot.slack.paced_clients import BackgroundClients
from bot.slack.tokens import check_tokens
from bot.slack.trial_results import TrialResultNotifier
from bot.storage import Store, migration, workspace_leases
from bot.storage.database_keys import open_cipher
from bot.warm_up import WarmUp
from bot.web.certificate_pages import CertificatePages
from bot.web.operator_routes import RequestsCollector, SocketCollector, health_routes, metrics_routes
from bot.web.request_verifier import RequestVerifier
from bot.web.server import SLACK_EVENTS_PATH, Server
from bot.web.server_errors import ServerErrors

if TYPE_CHECKING:  # imported when needed: a worker has no Bolt app and no search
    from slack_bolt.async_app import AsyncApp
    from slack_bolt.authorization import AuthorizeResult

    from bot.slack.handler_context import HandlerContext
    from bot.slack.socket_connection import SocketConnection

log = structlog.get_logger(__name__)

WORKER_BEAT_INTERVAL_SECONDS = 1.0
"""Seconds between two checks of a worker. Nothing can wake a worker, so `/lesson` waits this long for its message. An
idle check costs four queries."""

STOP_SECONDS = 5.0
"""Seconds that running work gets to end when the process stops. Slack waits three for an answer."""

CUT_OFF_SECONDS = 1.0
"""Seconds that work gets to notice that its connections were closed."""


def system_clock() -> datetime:
    """Return the current instant in UTC. This is the only clock in Rounds."""
    return datetime.now(UTC)


def open_store(settings: Settings) -> Store:
    """Upgrade the database to this version's tables, and open it with its keys."""
    url = settings.database_url
    migration.upgrade_database(url)
    return Store(url, open_cipher(url, settings.encryption_keys, settings.key_file))


class _Job(Protocol):
    """What runs beside the engine, from the start to the end."""

    def start(self) -> None: ...

    async def stop(self) -> None: ...


class Rounds:
    """A running process of the bot: it answers Slack, sends deliveries, or does both."""

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
        self._sentence_model = BackgroundModel(look_for_danger=coaching.look_for_danger)
        self.library = Library(self._sentence_model)
        self._settings = settings
        self._session = session
        self._kinds = kinds
        self.client = AsyncWebClient(
            token=settings.slack_bot_token.get_secret_value() if settings.slack_bot_token else None,
            base_url=settings.slack_api_url,
            session=session,
            # The SDK's default handler repeats a POST after a lost connection; we measured two messages.
            retry_handlers=[],
        )
        self._rate_limiter = RateLimiter(
            time.monotonic, settings.messages_per_minute, slow_history=settings.history == "slow"
        )
        self._background_clients = background_clients = BackgroundClients(self._client_for, self._rate_limiter)
        messenger = SlackMessenger(kinds, self._client_for, background_clients.client_for)
        self.worker = f"{socket.gethostname()}:{os.getpid()}:{secrets.token_hex(3)}"[-MAX_WORKER_NAME_LENGTH:]
        self._departures = Departures(self.transactions, clock, messenger.is_installed)
        departure_detecting = DepartureDetectingMessenger(messenger, self._departures)
        sender = Sender(
            self.transactions, self.library, kinds, departure_detecting, self._rate_limiter, clock, self.worker
        )
        interval_seconds = WORKER_BEAT_INTERVAL_SECONDS if role is ProcessRole.WORKER else BEAT_INTERVAL_SECONDS
        reconciler = Reconciler(self.transactions, departure_detecting, clock, worker=self.worker)
        self.engine = Engine(self.transactions, kinds, sender, reconciler, clock, interval_seconds)
        review_notices: NoticeSender[ReviewNotice] = NoticeSender(
            self._client_for, lambda news: lesson_reviews_message(news.reviews, news.formats)
        )
        reminder = ReviewReminder(self.transactions, self.library, review_notices, settings.admins, clock)
        figures_notices: NoticeSender[MonthlyFigures] = NoticeSender(self._client_for, figures_message)
        figures = MonthlyFiguresSender(self.transactions, figures_notices, self.library, clock)
        result_notifier = TrialResultNotifier(self._client_for, background_clients.client_for, settings.admins)
        results = TrialResultSender(self.transactions, result_notifier, clock)
        housekeeping = Housekeeping(
            self.transactions,
            self._departures,
            messenger.is_installed,
            clock,
            self._register_workspace,
            self.library,
            [reminder.send_reminders, figures.send_due, results.send_due],
        )
        self._reader = RosterReader(HttpCalendarFetcher())
        rosters = RosterRefresher(
            self.transactions, self._reader, NoticeSender(self._client_for, calendar_news_message), clock
        )
        retractions = RetractionUpdater(
            self.transactions, self.library, DeliveryUpdater(kinds, background_clients.client_for), clock
        )
        self._jobs: list[_Job] = [housekeeping, rosters, retractions]
        if lrs := settings.learning_record_store:
            client = LrsClient(session, lrs.url, lrs.username, lrs.password.get_secret_value())
            self._jobs.append(StatementSender(self.transactions, client, lrs.host, clock))
        self._database_check = DatabaseCheck(self.transactions)
        self._identity: AuthorizeResult | None = None
        self._warm_up = WarmUp(self.transactions, self.library, self._sentence_model, clock)
        self._handlers: HandlerContext | None = None
        self._socket: SocketConnection | None = None
        self._metrics_registry = CollectorRegistry()
        self._metrics_registry.register(metrics.registry)
        self._servers: dict[str, Server] = {}
        if settings.metrics_port is not None:
            self._add_process_metrics()
            routes = [*health_routes(self.find_readiness_problems), *metrics_routes(self._metrics_registry)]
            self._servers["operators"] = Server(routes, settings.metrics_host, settings.metrics_port)
        if role.answers_slack:
            self.app = self._create_app(session)
        if role is ProcessRole.WEB:
            self._servers["slack"] = self._create_slack_server()

    def _add_process_metrics(self) -> None:
        """Add what only a process with a port for operators needs: finding out the version takes a megabyte."""
        self._metrics_registry.register(ProcessCollector(registry=None))
        Info("rounds_build", "The version of Rounds.", registry=self._metrics_registry).info(
            {"version": program_version()}
        )
        if self.role is ProcessRole.RUN:
            self._metrics_registry.register(SocketCollector(lambda: self._socket is not None and self._socket.is_open))

    def _create_app(self, session: aiohttp.ClientSession) -> "AsyncApp":
        """Create the Bolt app with all its handlers."""
        from slack_bolt.async_app import AsyncApp

        from bot.slack.handler_context import HandlerContext
        from bot.slack.paced_clients import HandlerClientMiddleware
        from bot.slack.routes import register

        # Without an engine in this process, a worker sends requested lessons at its next check.
        admins = frozenset(self._settings.admins)
        lrs = self._settings.learning_record_store
        context = HandlerContext(
            self.transactions,
            self.library,
            self.clock,
            self.engine.wake,
            session,
            self._kinds,
            admins,
            self._sentence_model,
            self._settings.public_url,
            LmsDestination(lrs.host, lrs.home_page) if lrs else None,
            self._background_clients.client_for,
        )
        self._handlers = context

        async def authorize() -> "AuthorizeResult":  # not a method, because Bolt passes None for `self`
            return self._get_identity()

        # Bolt checks for an acknowledgment every 10 ms. `process_before_response` would avoid this, but then a whole
        # handler would have to end within Slack's three seconds, and ours continue after acknowledging.
        app = AsyncApp(client=self.client, authorize=authorize, name="rounds", request_verification_enabled=False)
        app.use(HandlerClientMiddleware(self._rate_limiter).use_handler_client)
        register(app, context, self._departures, self._reader)
        return app

    def _create_slack_server(self) -> Server:
        """Create the server for Slack's requests."""
        from bot.web.slack_requests import SlackRequestHandler

        secret = self._settings.slack_signing_secret
        signatures = RequestVerifier(secret.get_secret_value() if secret else "", self.clock)
        routes = [
            *SlackRequestHandler(self.app, signatures).routes,
            *health_routes(self.find_readiness_problems),
            *CertificatePages(self._find_certificate, self._settings.public_url, time.monotonic).routes,
        ]
        errors = ServerErrors()
        self._metrics_registry.register(RequestsCollector(signatures, errors))
        return Server(routes, self._settings.host, self._settings.port, errors=errors)

    async def _find_certificate(self, code: str) -> Certificate | None:
        return await self.transactions.read(certificates.find_certificate, code)

    @property
    def request_url(self) -> str | None:
        """The URL for Slack's requests, as seen from this machine; None with Socket Mode."""
        door = self._servers.get("slack")
        return f"http://127.0.0.1:{door.port}{SLACK_EVENTS_PATH}" if door else None

    async def start(self) -> None:
        """Check the tokens, register the workspace, accept requests, and start deliveries.

        Raises SettingsError if a token is invalid.
        """
        await self._listen("operators")
        app_token = self._app_token if self.role is ProcessRole.RUN else None
        self._identity = await check_tokens(self.client, app_token)
        await self._register_workspace(self._identity.team_id or "")
        await self.transactions.write_in_background(shipped_packs.ensure_shipped_pack, shipped_pack, self.clock())
        if self.role is ProcessRole.RUN:
            from bot.slack.socket_connection import SocketConnection

            self._socket = SocketConnection(
                self.app,
                self._app_token,
                self.client,
                in_progress=self._handlers.requests_in_progress if self._handlers else None,
            )
            await self._socket.open()
        await self._listen("slack")
        if self.role.answers_slack:
            self._warm_up.start(self._identity.team_id or "")
        if self.role.sends_deliveries:
            self.engine.start()
            for job in self._jobs:
                job.start()

    async def stop(self) -> None:
        """Let what is running end, for `STOP_SECONDS` at most, and disconnect.

        What hasn't ended by then loses its connections. A post that was cut off is looked up after the next start.
        """
        endings = [
            asyncio.ensure_future(each)
            for each in (
                self._stop_answering(),
                self._stop_delivering(),
                *(job.stop() for job in self._jobs),
            )
        ]
        _, late = await asyncio.wait(endings, timeout=STOP_SECONDS)
        if late:
            log.warning("rounds.stop_cut_short", now="what was being sent is looked up in Slack after the next start")
            await self._session.close()
            _, late = await asyncio.wait(late, timeout=CUT_OFF_SECONDS)
        if self._socket is not None:
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(self._socket.close(), CUT_OFF_SECONDS)
        self._warm_up.close()
        for ending in endings:
            if ending not in late and (error := ending.exception()):
                log.error("rounds.stop_broke", error=type(error).__name__)

    async def _stop_answering(self) -> None:
        for server in self._servers.values():
            await server.stop()
        if self._handlers is not None:
            await self._handlers.requests_in_progress.wait_until_none()
            await self._handlers.shown_tips.flush()
        await self._warm_up.stop()

    async def _stop_delivering(self) -> None:
        await self.engine.stop()
        await self._release_leases()

    async def _listen(self, to: str) -> None:
        """Open this server's port, if there is one: operators' right at the start, Slack's once everything is ready."""
        if server := self._servers.get(to):
            await server.start()
            log.info("rounds.listening", to=to, port=server.port)

    async def _release_leases(self) -> None:
        """Let other workers take over at once. If the database is gone, they take over when the leases expire."""
        try:
            if self.role.sends_deliveries:
                await self.transactions.write_in_background(workspace_leases.release_leases, self.worker)
        except Exception as error:
            log.warning("leases.not_released", error=type(error).__name__)

    async def find_readiness_problems(self) -> list[str]:
        """Return what keeps this process from working, in words; nothing if it is ready."""
        problems = await self._database_check.find_problems()
        if self._identity is None:
            problems.append("Slack hasn't confirmed the tokens yet")
        if self._socket is not None and not self._socket.is_open:
            problems.append("the connection to Slack is interrupted")
        if self.role.answers_slack and not self._warm_up.is_search_ready:
            problems.append("the search index isn't built yet")
        return problems

    @property
    def _app_token(self) -> str:
        token = self._settings.slack_app_token
        return token.get_secret_value() if token else ""

    async def _register_workspace(self, team_id: str) -> None:
        """Register our token's workspace. If it had left, it is back."""
        auth = self._get_identity()
        if auth.team_id == team_id and await self.transactions.write_in_background(
            workspace_lifecycle.register_workspace,
            team_id,
            auth.enterprise_id,
            auth.team or "",
            auth.bot_user_id or "",
            self.clock(),
        ):
            log.info("workspace.back", team=team_id, now="continues as before; what was missed isn't sent")

    def _client_for(self, _team_id: str) -> AsyncWebClient:
        return self.client

    def _get_identity(self) -> "AuthorizeResult":
        """Return who the bot is in this workspace. Bolt's own way would ask Slack at every request."""
        if self._identity is None:
            raise SettingsError("A request came before the tokens were checked. It wasn't answered. Please try again.")
        return self._identity
