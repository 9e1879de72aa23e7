"""Handles each Slack event once, in whichever process gets it first, and acknowledges it only when it is done.

By default Bolt acknowledges an event before its listener runs, and then Slack never sends it again, even if the
listener fails. Bolt's middleware also ends before the listener does, so only a wrapper around the listener can know
whether it succeeded.
"""

import asyncio
import contextlib
from collections import OrderedDict
from collections.abc import AsyncIterator, Awaitable, Callable

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_bolt.response import BoltResponse

from bot.domain.learner import Person
from bot.errors import DatabaseFailed
from bot.slack.handler_context import HandlerContext
from bot.slack.identity import person_of
from bot.slack.membership import NotAMember
from bot.slack.request_router import Handler, arguments_of, parameters_of
from bot.slack.turns import TooManyAtOnce, Turns
from bot.storage import once_only_events
from bot.storage.once_only_events import HANDLING_TIMEOUT, EventClaim

log = structlog.get_logger(__name__)

MAX_UNCLAIMED = 1000
"""Most events that are remembered because the database couldn't."""

EventFilter = Callable[[Person], Awaitable[bool]]


class EventRouter:
    """Connects events to their handlers. Commands and buttons have `request_router.RequestRouter`."""

    def __init__(
        self,
        app: AsyncApp,
        context: HandlerContext,
        turns: Turns,
        renewal_seconds: float = HANDLING_TIMEOUT.total_seconds() / 3,
    ) -> None:
        """Create a router. `renewal_seconds`: how often a claim is renewed while its event is handled."""
        self._app = app
        self._context = context
        self._turns = turns
        self._renewal_seconds = renewal_seconds
        self._unclaimed: OrderedDict[str, None] = OrderedDict()

    def route(
        self,
        kind: str,
        handler: Handler,
        concerns: EventFilter | None = None,
        *,
        even_without_database: bool = False,
    ) -> None:
        """Route events of this kind to a handler. Its parameters name the Bolt arguments that it needs.

        `concerns` says whether an event is about someone we know. Others are acknowledged without a row in the
        database, as Slack sends many of them. Events without it are what people do: they run one at a time for each
        person, as their commands do.

        `even_without_database`: handle it even if it can't be claimed, as an answer twice is better than none. This
        process then remembers that it has.

        A crash or an error loses no event: Slack sends an unacknowledged event again about 1 and 5 minutes later, and
        by then its claim is released. So a handler may see an event again that it had handled in part.
        """
        parameters = parameters_of(handler)

        async def once(args: AsyncArgs) -> None:
            if concerns is not None and not await concerns(person_of(args.context)):
                await args.ack()
                return
            in_turn = concerns is None and bool(args.context.user_id)
            try:
                ours = await self._is_ours(args)
            except DatabaseFailed:
                if not even_without_database:
                    raise
                await self._handle_unclaimed(args, handler, parameters)
                return
            if ours:
                await self._handle(args, handler, parameters, in_turn=in_turn)

        async def counted(args: AsyncArgs) -> None:
            with self._context.requests_in_progress.running():
                await once(args)

        self._app.event(kind)(counted)
        # Bolt has no public way to turn this off. A test fails if this attribute disappears.
        self._app._async_listeners[-1].auto_acknowledgement = False

    async def _is_ours(self, args: AsyncArgs) -> bool:
        """Return whether to handle this event now. If not, answer Slack."""
        claim = await self._context.write_for_person(once_only_events.claim_event, args.body["event_id"])
        if claim is EventClaim.ALREADY_DONE:
            await args.ack()
        elif claim is EventClaim.BEING_HANDLED:
            # The process that has it may still fail, so Slack must send it again.
            args.ack.response = BoltResponse(status=503, body="")
        return claim is EventClaim.CLAIMED

    async def _handle_unclaimed(self, args: AsyncArgs, handler: Handler, parameters: list[str]) -> None:
        event_id = args.body["event_id"]
        if event_id not in self._unclaimed:
            self._unclaimed[event_id] = None
            while len(self._unclaimed) > MAX_UNCLAIMED:
                self._unclaimed.popitem(last=False)
            log.warning("event.handled_unclaimed")
            async with self._turns.take(person_of(args.context)):
                await handler(**arguments_of(args, parameters))
        await args.ack()

    async def _handle(self, args: AsyncArgs, handler: Handler, parameters: list[str], *, in_turn: bool) -> None:
        event_id = args.body["event_id"]
        try:
            turn = self._turns.take(person_of(args.context)) if in_turn else contextlib.nullcontext()
            async with self._renewed(event_id), turn:
                await handler(**arguments_of(args, parameters))
        except NotAMember:
            log.info("door.refused", why="from elsewhere")  # and if it came again, they still would be
        except Exception as error:
            if not (isinstance(error, TooManyAtOnce) and error.told):
                await self._context.write_in_background(once_only_events.release_event, event_id)
                raise
        try:
            await self._context.write_in_background(once_only_events.mark_event_done, event_id)
        except DatabaseFailed as error:  # it is done all the same, and Slack won't send it again
            log.warning("event.not_marked_done", error=type(error).__name__)
        await args.ack()

    @contextlib.asynccontextmanager
    async def _renewed(self, event_id: str) -> AsyncIterator[None]:
        """Keep the claim while an event is handled, however long that takes, so that no retry is handled beside it."""

        async def renew() -> None:
            while True:
                await asyncio.sleep(self._renewal_seconds)
                try:
                    await self._context.write_in_background(once_only_events.renew_claim, event_id)
                except Exception as error:  # the handler may succeed all the same
                    log.warning("event.claim_not_renewed", error=type(error).__name__)

        renewing = asyncio.create_task(renew())
        try:
            yield
        finally:
            renewing.cancel()
