"""Handles each Slack event once, in whichever process gets it first, and acknowledges it only when it is done.

By default Bolt acknowledges an event before its listener runs, and then Slack never sends it again, even if the
listener fails. Bolt's middleware also ends before the listener does, so only a wrapper around the listener can know
whether it succeeded.
"""

import inspect
from collections.abc import Awaitable, Callable
from typing import Any

from slack_bolt.app.async_app import AsyncApp
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_bolt.response import BoltResponse

from bot.domain.learner import Person
from bot.slack.handler_context import HandlerContext
from bot.slack.identity import person_of
from bot.storage import once_only_events
from bot.storage.once_only_events import EventClaim

Handler = Callable[..., Awaitable[None]]
EventFilter = Callable[[Person], Awaitable[bool]]


class EventRouter:
    """Connects events to their handlers. Commands and buttons don't need it: Slack never sends them twice."""

    def __init__(self, app: AsyncApp, context: HandlerContext) -> None:
        self._app = app
        self._context = context

    def route(self, kind: str, handler: Handler, concerns: EventFilter | None = None) -> None:
        """Route events of this kind to a handler. Its parameters name the Bolt arguments that it needs.

        `concerns` says whether an event is about someone we know. Others are acknowledged without a row in the
        database, as Slack sends many of them.

        A crash or an error loses no event: Slack sends an unacknowledged event again about 1 and 5 minutes later, and
        by then its claim is released. So a handler may see an event again that it had handled in part.
        """
        parameters = list(inspect.signature(handler).parameters)

        async def once(args: AsyncArgs) -> None:
            if concerns is not None and not await concerns(person_of(args.context)):
                await args.ack()
            elif await self._is_ours(args):
                await self._handle(args, handler, parameters)

        self._app.event(kind)(once)
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

    async def _handle(self, args: AsyncArgs, handler: Handler, parameters: list[str]) -> None:
        event_id = args.body["event_id"]
        try:
            await handler(**{name: _argument(args, name) for name in parameters})
        except Exception:
            await self._context.write_in_background(once_only_events.release_event, event_id)
            raise
        await self._context.write_in_background(once_only_events.mark_event_done, event_id)
        await args.ack()


def _argument(args: AsyncArgs, name: str) -> Any:  # noqa: ANN401  (any argument of Bolt or its middleware)
    return args.context[name] if name in args.context else getattr(args, name)
