"""Connects commands, buttons, and modals to their handlers, which run one at a time for each person."""

import asyncio
import inspect
import re
from collections.abc import Awaitable, Callable, Mapping
from typing import Any

import structlog
from slack_bolt.app.async_app import AsyncApp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_bolt.response import BoltResponse

from bot.slack.blocks import MessageContent
from bot.slack.blocks.block_kit import text_message
from bot.slack.identity import person_of
from bot.slack.replies import Replies
from bot.slack.requests_in_progress import RequestsInProgress
from bot.slack.turns import TooManyAtOnce, Turn, Turns

log = structlog.get_logger(__name__)

Handler = Callable[..., Awaitable[None]]
Connect = Callable[[Handler], None]
Name = str | re.Pattern[str]


LATE_SECONDS = 2.5
"""Seconds after which a command is acknowledged without its answer: Slack waits for three."""

LATE = "acknowledged_late"
"""Set in Bolt's context of a command that was."""


class RequestRouter:
    """Routes what people do as Bolt's app does: `requests.action(id)(handler)`.

    A handler's parameters name the Bolt arguments that it needs. A person's next request runs once this one is
    acknowledged, as they have their answer then; updating messages may take longer.
    """

    def __init__(
        self,
        app: AsyncApp,
        turns: Turns,
        replies: Replies,
        in_progress: RequestsInProgress,
        late_seconds: float = LATE_SECONDS,
    ) -> None:
        self._app = app
        self._in_progress = in_progress
        self._turns = turns
        self._replies = replies
        self._late_seconds = late_seconds

    def command(self, name: Name) -> Connect:
        """Route commands with this name. An answer that takes long goes to the command's response URL."""

        def connect(handler: Handler) -> None:
            parameters = parameters_of(handler)

            async def in_time(args: AsyncArgs) -> None:
                acknowledging = asyncio.create_task(self._acknowledge_late(args))
                try:
                    await self._run_in_turn(args, handler, parameters)
                finally:
                    acknowledging.cancel()

            self._app.command(name)(in_time)

        return connect

    async def _acknowledge_late(self, args: AsyncArgs) -> None:
        await asyncio.sleep(self._late_seconds)
        if args.ack.response is None:
            args.context[LATE] = True
            await args.ack()
            log.info("command.acknowledged_late")

    def action(self, name: Name) -> Connect:
        """Route buttons and menus with this action id."""
        return lambda handler: self._connect(self._app.action(name), handler)

    def view(self, name: Name) -> Connect:
        """Route submissions of modals with this callback id."""
        return lambda handler: self._connect(self._app.view(name), handler)

    def _connect(self, listen: Callable[..., Any], handler: Handler) -> None:
        parameters = parameters_of(handler)

        async def in_turn(args: AsyncArgs) -> None:
            await self._run_in_turn(args, handler, parameters)

        listen(in_turn)

    async def _run_in_turn(self, args: AsyncArgs, handler: Handler, parameters: list[str]) -> None:
        with self._in_progress.running():
            try:
                async with self._turns.take(person_of(args.context)) as turn:
                    given = arguments_of(args, parameters)
                    if "ack" in given:
                        given["ack"] = _AnsweringAck(args, turn, self._replies)
                    await handler(**given)
            except TooManyAtOnce as refusal:
                await self._refuse(args, refusal)

    async def _refuse(self, args: AsyncArgs, refusal: TooManyAtOnce) -> None:
        """Say so once for buttons, and always where it costs no call: for commands, and for modals, which stay."""
        if "command" in args.body:
            await _answer(args, self._replies, text_message(str(refusal)).body)
        elif refusal.told and args.body.get("type") != "view_submission":
            await args.ack()
        else:
            raise refusal


class _AnsweringAck(AsyncAck):
    """Bolt's acknowledgment, after which the person's next request may run.

    Where a command was acknowledged late, the answer goes to its response URL.
    """

    def __init__(self, args: AsyncArgs, turn: Turn, replies: Replies) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._args = args
        self._turn = turn
        self._replies = replies

    async def __call__(self, *args: Any, **kwargs: Any) -> BoltResponse:  # noqa: ANN401  (Bolt's)
        if LATE in self._args.context:
            self.response = await _answer(self._args, self._replies, kwargs)
        else:
            self.response = await self._args.ack(*args, **kwargs)
        self._turn.release()
        return self.response


async def _answer(args: AsyncArgs, replies: Replies, message: Mapping[str, Any]) -> BoltResponse:
    """Answer a command in its acknowledgment, or by its response URL if it was acknowledged late."""
    if LATE not in args.context:
        return await args.ack(**message)
    if message:
        await replies.send(args.body["response_url"], MessageContent(message["text"], tuple(message.get("blocks", ()))))
    return BoltResponse(status=200, body="")


def parameters_of(handler: Handler) -> list[str]:
    """Return the names of a handler's parameters."""
    return list(inspect.signature(handler).parameters)


def arguments_of(args: AsyncArgs, parameters: list[str]) -> dict[str, Any]:
    """Return the arguments of Bolt, or of our middleware, that a handler's parameters name."""
    return {name: args.context[name] if name in args.context else getattr(args, name) for name in parameters}
