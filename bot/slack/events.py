"""Each event of Slack's is handled once, by whichever process meets it first, and acknowledged when it was.

Bolt acknowledges an event before its listener begins, after which Slack never sends it again, whatever breaks. And its
middleware ends before that too, so that none could tell whether handling succeeded. What can is around the listener.
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
Concerns = Callable[[Person], Awaitable[bool]]


class EventRouter:
    """Gives events their handlers; commands and buttons are never sent twice, and need none of this."""

    def __init__(self, app: AsyncApp, context: HandlerContext) -> None:
        self._app = app
        self._context = context

    def route(self, kind: str, handler: Handler, concerns: Concerns | None = None) -> None:
        """Let this handler have the events of a kind. It names the arguments of Bolt's that it needs.

        `concerns` tells which of them are any of ours, where Slack sends many that aren't: those are not written down.

        A crash or an error loses no event: without an acknowledgement Slack sends it again, about 1 and 5 minutes
        later, and by then nobody holds it. So a handler may see an event again that it had half dealt with.
        """
        wanted = list(inspect.signature(handler).parameters)

        async def once(args: AsyncArgs) -> None:
            if concerns is not None and not await concerns(person_of(args.context)):
                await args.ack()
            elif await self._is_ours(args):
                await self._handle(args, handler, wanted)

        self._app.event(kind)(once)
        # Bolt has no other way to say it; a test notices when this one is gone.
        self._app._async_listeners[-1].auto_acknowledgement = False

    async def _is_ours(self, args: AsyncArgs) -> bool:
        """Whether to handle it now; if not, Slack is told."""
        standing = await self._context.write_for_person(once_only_events.claim_event, args.body["event_id"])
        if standing is EventClaim.ALREADY_DONE:
            await args.ack()
        elif standing is EventClaim.BEING_HANDLED:
            # Whoever has it may yet fail, so that Slack must ask again.
            args.ack.response = BoltResponse(status=503, body="")
        return standing is EventClaim.CLAIMED

    async def _handle(self, args: AsyncArgs, handler: Handler, wanted: list[str]) -> None:
        event_id = args.body["event_id"]
        try:
            await handler(**{name: _argument(args, name) for name in wanted})
        except Exception:
            await self._context.write_in_background(once_only_events.release_event, event_id)
            raise
        await self._context.write_in_background(once_only_events.mark_event_done, event_id)
        await args.ack()


def _argument(args: AsyncArgs, name: str) -> Any:  # noqa: ANN401  (whatever Bolt or a middleware has under this name)
    return args.context[name] if name in args.context else getattr(args, name)
