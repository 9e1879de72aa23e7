"""The one error handler: what happened, what was kept, what to do next; never a traceback, never anyone's words."""

import asyncio
import json
import secrets
import traceback
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import structlog
from slack_bolt.context.async_context import AsyncBoltContext
from slack_bolt.response import BoltResponse
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import DatabaseBusy, RoundsError
from bot.slack import action_ids as ids
from bot.slack.api_errors import TOO_FAST, http_status, slack_error_code
from bot.slack.blocks.block_kit import escape, section, text_message
from bot.slack.handler_context import Body, send_dm
from bot.slack.replies import Replies

log = structlog.get_logger(__name__)

BOLT_HAS_LOOKED = 0.05
"""Seconds after which an acknowledgement is on its way to Slack."""

_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # none that is mistaken for another when read out on the phone

_AFTERWARDS = {
    ids.REFLECTION_MODAL: "your reflection was kept. No need to write it again.",
    ids.SETTINGS_MODAL: "your settings were saved. No need to choose again.",
    ids.SHIFTS_MODAL: "your shifts were saved. No need to enter them again.",
    ids.CALENDAR_MODAL: "if you have no message about your shifts, nothing changed. Please send the calendar again.",
    ids.EXPORT_MODAL: "the file wasn't sent. Your words are still kept here. Please ask for it again.",
    ids.DELETE_MODAL: "everything is deleted here. An export file may still be in Slack; you can delete it there.",
}
"""What is true once a modal was acknowledged, where it is more than "kept"."""

_KEPT = "what you did was kept. No need to do it again."
_TOO_LATE = {"expired_trigger_id", "trigger_expired", "trigger_exchanged"}

_ERROR_BLOCK = "failure"
_VIEW = ("type", "callback_id", "title", "submit", "close", "private_metadata", "external_id")


class ErrorHandler:
    """Answers for every handler."""

    def __init__(self, replies: Replies) -> None:
        self._replies = replies

    async def handle(
        self,
        error: Exception,
        body: Body,
        client: AsyncWebClient,
        context: AsyncBoltContext,
        response: BoltResponse | None,
    ) -> BoltResponse | None:
        """Tell the person, keep for us where it broke, and acknowledge.

        What is returned takes the place of Bolt's `response`, a 500. It gives none, and takes none, where the handler
        had acknowledged.
        """
        reference = "".join(secrets.choice(_LETTERS) for _ in range(4))
        _note(error, body, reference)
        if _will_come_again(body):
            return None
        done = context.ack.response is not None
        if body.get("type") == "view_submission" and not done:
            return _keep_modal_open(body["view"], _in_modal(error, body["view"], reference))
        await context.ack()  # before the reply: Slack waits three seconds, and a reply may take longer
        await self._tell(_outside(error, body, reference, done=done), body, client, context)
        if response is None:
            # When this returns, Bolt forgets that acknowledgement; until then it looks for it every 10 ms.
            await asyncio.sleep(BOLT_HAS_LOOKED)
            return None
        return BoltResponse(status=200, body="")

    async def _tell(self, said: str, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """Where they acted, if Slack gave an address for it; otherwise in their conversation with Rounds."""
        message = text_message(escape(said))
        try:
            if url := _address(body):
                await self._replies.send(url, message)
            elif context.user_id and _expects_answer(body):
                await send_dm(client, context.user_id, message)
        except Exception as error:
            log.warning("handler.untold", error=type(error).__name__)


def interaction_name(body: Body) -> str:
    """Which command, button or view it was; never what was typed."""
    if body.get("actions"):
        return str(body["actions"][0].get("action_id"))
    view = body.get("view") or {}
    return str(body.get("command") or view.get("callback_id") or (body.get("event") or {}).get("type") or "unknown")


def _note(error: Exception, body: Body, reference: str) -> None:
    """One line of log. Messages of unforeseen errors are left out: they may quote what someone wrote."""
    if isinstance(error, RoundsError) or _too_fast(error):
        log.info("handler.refused", error=type(error).__name__, what=interaction_name(body))
    else:
        log.error("handler.broke", reference=reference, what=interaction_name(body), errors=_trail(error))


def _trail(error: BaseException | None) -> list[str]:
    """The error and those behind it, each with the places that it passed, innermost last."""
    trail = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        places = " ".join(f"{Path(frame.filename).stem}:{frame.lineno}:{frame.name}" for frame in frames)
        said = f"({code})" if (code := slack_error_code(error)) else ""
        trail.append(f"{type(error).__name__}{said} {places}".strip())
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return trail


def _in_modal(error: Exception, view: Body, reference: str) -> str:
    """For a modal that stays open, nothing of it saved."""
    still = f" {_still_here(view)}" if _inputs(view) else ""
    if isinstance(error, RoundsError) and not isinstance(error, DatabaseBusy):
        return f"{error}{still}"
    again = f"Press {view['submit']['text']} again." if view.get("submit") else "Please try again."
    return f"{_broke(error)}{still} {again}{_refer(error, reference)}"


def _outside(error: Exception, body: Body, reference: str, *, done: bool) -> str:
    """For everything else. `done`: the handler had kept what it had to keep before it broke."""
    if isinstance(error, RoundsError) and not isinstance(error, DatabaseBusy) and not done:
        return str(error)
    if slack_error_code(error) in _TOO_LATE:
        return "Slack took too long, so this didn't open. Nothing was changed. Please try again."
    if _too_fast(error):
        kept = (
            _AFTERWARDS.get(interaction_name(body), _KEPT)
            if done
            else "nothing was changed. Please try again in a minute."
        )
        return f"Slack is busy and took no more from me just now; {kept}"
    if "event" in body:  # acknowledged only now, so that says nothing
        return f"Something failed on our side, and I couldn't finish this. Please try again.{_refer(error, reference)}"
    if done:
        kept = _AFTERWARDS.get(interaction_name(body), _KEPT)
        return f"Something failed on our side; {kept} Reference {reference}."
    return f"{_broke(error)} Please try again in a moment.{_refer(error, reference)}"


def _broke(error: Exception) -> str:
    if _too_fast(error):
        return "Slack is busy just now, and this isn't saved yet."
    how = "is slow" if isinstance(error, DatabaseBusy) else "failed"
    return f"Something {how} on our side, and this isn't saved yet."


def _refer(error: Exception, reference: str) -> str:
    """A busy database, or a busy Slack, needs no inquiry."""
    return "" if isinstance(error, DatabaseBusy) or _too_fast(error) else f" Reference {reference}."


def _too_fast(error: BaseException) -> bool:
    """Whether Slack wants fewer calls, and has not taken this one."""
    return isinstance(error, SlackApiError) and (http_status(error) == 429 or slack_error_code(error) in TOO_FAST)


def _still_here(view: Body) -> str:
    wrote = any(block["element"].get("multiline") for block in _inputs(view))
    return "Your words are still here." if wrote else "What you chose is still here."


def _inputs(view: Body) -> list[dict[str, Any]]:
    return [block for block in view["blocks"] if block["type"] == "input"]


def _address(body: Body) -> str | None:
    urls = [body.get("response_url"), *(each.get("response_url") for each in body.get("response_urls") or [])]
    return next((str(url) for url in urls if url), None)


def _expects_answer(body: Body) -> bool:
    """Whoever pressed, submitted or wrote something waits for an answer; whoever opened a tab does not."""
    return (
        body.get("type") in {"block_actions", "view_submission"} or (body.get("event") or {}).get("type") == "message"
    )


def _will_come_again(body: Body) -> bool:
    """An event that nobody waits for: left without acknowledgement, Slack sends it again, and it may succeed."""
    return "event" in body and not _expects_answer(body)


def _keep_modal_open(view: Body, said: str) -> BoltResponse:
    """Beside the first field; above everything where there is none."""
    payload: dict[str, Any]
    if inputs := _inputs(view):
        payload = {"response_action": "errors", "errors": {inputs[0]["block_id"]: said}}
    else:
        blocks = [block for block in view["blocks"] if block.get("block_id") != _ERROR_BLOCK]
        above = section(f"*{escape(said)}*", block_id=_ERROR_BLOCK).to_dict()
        same = {name: view[name] for name in _VIEW if view.get(name)}
        payload = {"response_action": "update", "view": {**same, "blocks": [above, *blocks]}}
    headers: dict[str, str | Sequence[str]] = {"content-type": ["application/json"]}
    return BoltResponse(status=200, body=json.dumps(payload), headers=headers)
