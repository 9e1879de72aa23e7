"""The one error handler. It says what happened, what was saved, and what to do next.

Neither replies nor the log ever quote what someone wrote.
"""

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

from bot.delivery import metrics
from bot.errors import DatabaseBusy, DatabaseUnavailable, RoundsError
from bot.language import gettext as _
from bot.slack.after_acknowledgment import find_text_after_acknowledgment
from bot.slack.api_errors import RATE_LIMIT_ERRORS, http_status, slack_error_code
from bot.slack.blocks.block_kit import escape, section, text_message
from bot.slack.handler_context import Body, send_dm
from bot.slack.replies import Replies
from bot.slack.request_router import LATE

log = structlog.get_logger(__name__)

ACK_POLL_SECONDS = 0.05
"""How long to wait for Bolt, which polls every 10 ms, to send an acknowledgement to Slack."""

_REFERENCE_LETTERS = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"  # no letters or digits that sound or look alike

_TRIGGER_ERRORS = {
    "exchanged_trigger_id",
    "expired_trigger_id",
    "invalid_trigger_id",
    "trigger_exchanged",
    "trigger_expired",
}

_ERROR_BLOCK = "failure"
_VIEW_FIELDS = ("type", "callback_id", "title", "submit", "close", "private_metadata", "external_id")


class ErrorHandler:
    """Handles every error that a handler raises."""

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
        """Tell the person, log where it failed, and acknowledge.

        The return value replaces Bolt's `response`, a 500. Where the handler has already acknowledged, both are None.
        """
        reference = "".join(secrets.choice(_REFERENCE_LETTERS) for _letter in range(4))
        _log_error(error, body, reference)
        if _slack_will_resend(body):
            return None
        done = context.ack.response is not None and LATE not in context
        if body.get("type") == "view_submission" and not done:
            return _keep_modal_open(body["view"], _in_modal(error, body["view"], reference))
        await context.ack()  # before the reply, as Slack waits only three seconds
        await self._reply(_outside_modal(error, body, reference, done=done), body, client, context)
        if response is None:
            # Bolt drops the acknowledgement once this returns. Until then it looks for it every 10 ms.
            await asyncio.sleep(ACK_POLL_SECONDS)
            return None
        return BoltResponse(status=200, body="")

    async def _reply(self, text: str, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """Reply where they acted if Slack gave a response URL, and otherwise in their DM with Rounds."""
        message = text_message(escape(text))
        try:
            if url := _response_url(body):
                await self._replies.send(url, message)
            elif context.user_id and _is_person_waiting(body):
                await send_dm(client, context.user_id, message)
        except Exception as error:
            log.warning("handler.untold", error=type(error).__name__)


def interaction_name(body: Body) -> str:
    """Return the command, button, view, or event, never what was typed."""
    if body.get("actions"):
        return str(body["actions"][0].get("action_id"))
    view = body.get("view") or {}
    return str(body.get("command") or view.get("callback_id") or (body.get("event") or {}).get("type") or "unknown")


def interaction_family(body: Body) -> str:
    """Return what may be logged of it: without what follows an action's name, such as the chosen option or a row."""
    return ".".join(interaction_name(body).split(".")[:2])


def _log_error(error: Exception, body: Body, reference: str) -> None:
    """Log one line. The messages of unexpected errors are left out: they may quote what someone wrote."""
    if isinstance(error, DatabaseUnavailable):
        metrics.count_handler_error(type(error).__name__)
        log.error("handler.broke", reference=reference, what=interaction_family(body), reason=str(error))
    elif isinstance(error, RoundsError) or _is_rate_limited(error):
        log.info("handler.refused", error=type(error).__name__, what=interaction_family(body))
    else:
        metrics.count_handler_error(type(error).__name__)
        log.error("handler.broke", reference=reference, what=interaction_family(body), errors=_error_chain(error))


def _error_chain(error: BaseException | None) -> list[str]:
    """List the error and its causes, each with its stack frames, innermost last."""
    trail = []
    while error is not None:
        frames = traceback.extract_tb(error.__traceback__)
        places = " ".join(f"{Path(frame.filename).stem}:{frame.lineno}:{frame.name}" for frame in frames)
        shown_code = f"({code})" if (code := slack_error_code(error)) else ""
        trail.append(f"{type(error).__name__}{shown_code} {places}".strip())
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return trail


def _in_modal(error: Exception, view: Body, reference: str) -> str:
    """Return the text for a modal that stays open and wasn't saved."""
    still = f" {_still_here_text(view)}" if _inputs(view) else ""
    if _is_for_people(error):
        return f"{error}{still}"
    button = (view.get("submit") or {}).get("text")
    again = _("Press {button} again.", button=button) if button else _("Please try again.")
    return f"{_what_failed(error)}{still} {again}{_reference_text(error, reference)}"


def _outside_modal(error: Exception, body: Body, reference: str, *, done: bool) -> str:
    """Return the text for everything else. `done`: the handler had saved everything before it failed."""
    if _is_for_people(error) and not done:
        return str(error)
    if slack_error_code(error) in _TRIGGER_ERRORS:
        return _("Slack took too long, so this didn't open. Nothing changed. Please try again.")
    saved = _(find_text_after_acknowledgment(interaction_family(body)))
    if _is_rate_limited(error):
        result = saved if done else _("nothing changed. Please try again in a minute.")
        # Translators: {result} goes on in lower case, such as "nothing changed. Please try again in a minute."
        return _("Slack is busy and isn't accepting more from me right now; {result}", result=result)
    if "event" in body:  # acknowledged only just now, so `done` says nothing
        failed = _("Something went wrong on our side, and I couldn't finish this. Please try again.")
        return f"{failed}{_reference_text(error, reference)}"
    if done:
        # Translators: {saved} goes on in lower case, such as "what you did was saved. You don't need to do it again."
        return _("Something went wrong on our side; {saved} Reference {reference}.", saved=saved, reference=reference)
    again = _("Please try again in a moment.")
    return f"{_what_failed(error)} {again}{_reference_text(error, reference)}"


def _what_failed(error: Exception) -> str:
    if _is_rate_limited(error):
        return _("Slack is busy right now, and this isn't saved yet.")
    if isinstance(error, DatabaseBusy):
        return _("Something is slow on our side, and this isn't saved yet.")
    return _("Something went wrong on our side, and this isn't saved yet.")


def _reference_text(error: Exception, reference: str) -> str:
    """Return the reference to quote to support, after a space. A busy database or a busy Slack needs none."""
    if isinstance(error, DatabaseBusy) or _is_rate_limited(error):
        return ""
    return " " + _("Reference {reference}.", reference=reference)


def _is_for_people(error: Exception) -> bool:
    """Return whether an error's own words are for the person who caused it, and not for operators."""
    return isinstance(error, RoundsError) and not isinstance(error, DatabaseBusy | DatabaseUnavailable)


def _is_rate_limited(error: BaseException) -> bool:
    """Return whether Slack refused this call because of its rate limit."""
    return isinstance(error, SlackApiError) and (
        http_status(error) == 429 or slack_error_code(error) in RATE_LIMIT_ERRORS
    )


def _still_here_text(view: Body) -> str:
    wrote = any(block["element"].get("multiline") for block in _inputs(view))
    return _("Your words are still here.") if wrote else _("What you chose is still here.")


def _inputs(view: Body) -> list[dict[str, Any]]:
    return [block for block in view["blocks"] if block["type"] == "input"]


def _response_url(body: Body) -> str | None:
    urls = [body.get("response_url"), *(each.get("response_url") for each in body.get("response_urls") or [])]
    return next((str(url) for url in urls if url), None)


def _is_person_waiting(body: Body) -> bool:
    """Return whether someone waits for an answer, as they pressed, submitted, or wrote something."""
    return (
        body.get("type") in {"block_actions", "view_submission"} or (body.get("event") or {}).get("type") == "message"
    )


def _slack_will_resend(body: Body) -> bool:
    """Return whether nobody waits for this event. Left unacknowledged, it is sent again and may succeed."""
    return "event" in body and not _is_person_waiting(body)


def _keep_modal_open(view: Body, text: str) -> BoltResponse:
    """Show the text beside the first field, or above everything if there is no field."""
    payload: dict[str, Any]
    if inputs := _inputs(view):
        payload = {"response_action": "errors", "errors": {inputs[0]["block_id"]: text}}
    else:
        blocks = [block for block in view["blocks"] if block.get("block_id") != _ERROR_BLOCK]
        above = section(f"*{escape(text)}*", block_id=_ERROR_BLOCK).to_dict()
        same = {name: view[name] for name in _VIEW_FIELDS if view.get(name)}
        payload = {"response_action": "update", "view": {**same, "blocks": [above, *blocks]}}
    headers: dict[str, str | Sequence[str]] = {"content-type": ["application/json"]}
    return BoltResponse(status=200, body=json.dumps(payload), headers=headers)
