"""Deliveries on their way to Slack, and Slack's answers in the engine's words."""

import json
from collections import OrderedDict
from collections.abc import Callable
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.ports import Outgoing, Posted, Uncertain
from bot.domain.learner import Preferences
from bot.domain.lesson import Lesson
from bot.domain.review import is_overdue
from bot.domain.schedule import Kind
from bot.errors import (
    HistoryUnreadable,
    PersonLeft,
    SendDelayed,
    SendError,
    SendFailed,
    SendUncertain,
    WorkspaceLeft,
)
from bot.slack.blocks import Message, check_in, day_end, learner, lesson
from bot.slack.blocks.standing import freeze_note
from bot.slack.blocks.surface import context, put_first
from bot.slack.posting import encode, post

EVENT_TYPE = "rounds_delivery"
"""The type of the metadata that a delivery's message carries; its payload is an opaque id."""

AMBIGUOUS = {"fatal_error", "internal_error", "service_unavailable", "request_timeout", "team_added_to_org"}
"""Slack's words after which part of a call may have happened (documented for fatal_error; the rest are 5xx in kind)."""

TOKEN_GONE = {"account_inactive", "token_revoked", "token_expired", "invalid_auth", "not_authed"}
"""Slack's words for a token that opens nothing any more. `invalid_auth` may be a forbidden network too: housekeeping
asks again before a workspace is taken for gone for good."""

PERSON_GONE = {"user_not_found", "user_disabled", "cannot_dm_bot", "is_archived"}
"""Slack's words for a person who can't be written to: unknown or deactivated, a bot, or a conversation that was closed
with their account."""

TOO_FAST = {"ratelimited", "rate_limited", "message_limit_exceeded"}

DEFAULT_WAIT = 30.0
"""Seconds to wait when Slack says "too fast" without saying how long."""

UNREACHABLE_WAIT = 10.0
"""Seconds to wait when no connection came about: then nothing was sent."""

PAGE = 200
RENDERED = 2048
"""Rendered messages kept, the newest: a year of lessons and day's ends in a handful of revisions."""

Render = Callable[[Lesson], Message]


class SlackMessenger:
    """The engine's `Messenger`, on one workspace's client each."""

    def __init__(
        self, client_for: Callable[[str], AsyncWebClient], reader_for: Callable[[str], AsyncWebClient] | None = None
    ) -> None:
        """`client_for` gives a workspace's client: shared session, no retries; `reader_for` a paced one, to look up."""
        self._client_for = client_for
        self._reader_for = reader_for or client_for
        self._rendered: OrderedDict[tuple[Kind, int | None, bool], str] = OrderedDict()

    async def send(self, outgoing: Outgoing) -> Posted:
        """Post once. Whatever Slack answers becomes one of the three errors that `ports.Messenger` names."""
        client = self._client_for(outgoing.team_id)
        metadata = {"event_type": EVENT_TYPE, "event_payload": _ids(outgoing)}
        encoded = self._render(outgoing)
        try:
            posted = await post(client, outgoing.channel or outgoing.user_id, metadata, encoded)
        except Exception as error:
            raise _of_person(outgoing, translate(error)) from error
        if not (posted.get("channel") and posted.get("ts")):
            raise SendUncertain("taken, it seems, but Slack didn't say where")
        return Posted(channel=posted["channel"], ts=posted["ts"])

    async def find_in_history(self, uncertain: Uncertain) -> Posted | None:
        """Read the DM from `oldest` on, all pages, for the message that carries this delivery's id."""
        client = self._reader_for(uncertain.team_id)
        try:
            channel = uncertain.channel or (await client.conversations_open(users=uncertain.user_id))["channel"]["id"]
            return await _search(client, channel, uncertain)
        except Exception as error:
            if isinstance(said := translate(error), WorkspaceLeft):
                raise said from error
            # Whatever kept us from reading: as long as it isn't known that the message is absent, it isn't sent again.
            raise HistoryUnreadable(_reason(error)) from error

    async def is_installed(self, team_id: str) -> bool | None:
        """Whether Slack takes our token for this workspace; None when it can't be asked now."""
        try:
            return bool((await self._client_for(team_id).auth_test())["team_id"] == team_id)
        except Exception as error:
            return False if isinstance(translate(error), WorkspaceLeft) else None

    def _render(self, outgoing: Outgoing) -> str:
        """The message as JSON, without what is the delivery's own; made once for each revision: it costs more than
        sending. One that tells its reader of a freeze, asks a question again or closes a week is theirs alone."""
        if outgoing.freeze is not None:
            return encoded(_message(outgoing), freeze_note(outgoing.freeze))
        if outgoing.recall is not None or outgoing.week is not None or outgoing.reflected:
            return encoded(_message(outgoing))
        key = (outgoing.kind, outgoing.revision_id, _overdue(outgoing))
        if key not in self._rendered:
            self._rendered[key] = encoded(_message(outgoing))
            if len(self._rendered) > RENDERED:
                self._rendered.popitem(last=False)
        return self._rendered[key]


def encoded(message: Message, note: str | None = None) -> str:
    """A message as JSON without its opening brace (`posting.encode`); a note stands first in it, in its text too."""
    blocks = list(message.blocks)
    if note is None:
        return encode(message.text, json.dumps(blocks, ensure_ascii=False))
    return encode(put_first(note, message.text), json.dumps([context(note).to_dict(), *blocks], ensure_ascii=False))


def _message(outgoing: Outgoing) -> Message:
    if outgoing.kind is Kind.CHECK_IN:
        return check_in.check_in()
    if outgoing.lesson is None:
        return Message.of(learner.welcome_blocks(Preferences("UTC")))
    if outgoing.kind is Kind.DAY_END:
        return day_end.arriving(outgoing.lesson, outgoing.recall, outgoing.week, reflected=outgoing.reflected)
    return lesson.unanswered(outgoing.lesson, overdue=_overdue(outgoing))


def _overdue(outgoing: Outgoing) -> bool:
    """Whether the lesson's review was due before the day that it is sent for."""
    return outgoing.lesson is not None and is_overdue(outgoing.lesson, outgoing.due_at.date())


async def _search(client: AsyncWebClient, channel: str, uncertain: Uncertain) -> Posted | None:
    cursor: str | None = None
    while cursor != "":
        page = await client.conversations_history(
            channel=channel,
            oldest=f"{uncertain.oldest.timestamp():.6f}",
            include_all_metadata=True,
            limit=PAGE,
            cursor=cursor,
        )
        for message in page["messages"]:
            if _delivery_id(message) == str(uncertain.delivery_id):
                return Posted(channel, message["ts"], _revision_id(message))
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""
    return None


def _ids(outgoing: Outgoing) -> dict[str, str | int]:
    """What a message carries for finding it again: opaque ids, for everyone in the workspace can read them."""
    ids: dict[str, str | int] = {"delivery_id": str(outgoing.delivery_id)}
    return ids if outgoing.revision_id is None else {**ids, "revision": outgoing.revision_id}


def _revision_id(message: dict[str, Any]) -> int | None:
    revision = message["metadata"]["event_payload"].get("revision")
    return revision if isinstance(revision, int) else None


def _delivery_id(message: dict[str, Any]) -> str | None:
    metadata = message.get("metadata") or {}
    return metadata.get("event_payload", {}).get("delivery_id") if metadata.get("event_type") == EVENT_TYPE else None


def _of_person(outgoing: Outgoing, error: SendError) -> SendError:
    """A person who was named by their own id, and isn't found, has left. A conversation that isn't says nothing."""
    if outgoing.channel is None and isinstance(error, SendFailed) and error.code == "channel_not_found":
        return PersonLeft(error.code)
    return error


def translate(error: Exception) -> SendError:
    """What an exception of a POST means: certainly not sent and why, or uncertain."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return SendDelayed(UNREACHABLE_WAIT)
    if not isinstance(error, SlackApiError):
        # Lost connections and timeouts, and answers that were no JSON: any of these may hide a posted message.
        return SendUncertain(type(error).__name__)
    status, code = _status(error), _code(error)
    if status == 429 or code in TOO_FAST:
        return SendDelayed(_retry_after(error))
    if code is None or status >= 500 or code in AMBIGUOUS:
        # Without a word of Slack's own it may be a proxy that answered, behind which anything may have happened.
        return SendUncertain(_reason(error))
    if code in TOKEN_GONE:
        return WorkspaceLeft(code)
    return PersonLeft(code) if code in PERSON_GONE else SendFailed(code)


def _reason(error: Exception) -> str:
    if isinstance(error, SlackApiError):
        return _code(error) or f"http_{_status(error)}"
    return "timeout" if isinstance(error, TimeoutError) else type(error).__name__


def _code(error: SlackApiError) -> str | None:
    """Slack's word for what went wrong; None if the answer holds none (a page of HTML, or nothing)."""
    try:
        code = error.response["error"]
    except (AttributeError, KeyError, TypeError, ValueError):  # what the SDK puts there is a dict, a response, or text
        return None
    return str(code) if code else None


def _status(error: SlackApiError) -> int:
    response = error.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)


def _retry_after(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", None) or {}
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    try:
        return max(1.0, float(said)) if said is not None else DEFAULT_WAIT
    except ValueError:
        return DEFAULT_WAIT
