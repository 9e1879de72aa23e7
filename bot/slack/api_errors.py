"""What Slack's errors mean: certainly not sent and why, or uncertain."""

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import PersonLeft, SendDelayed, SendError, SendFailed, SendUncertain, WorkspaceLeft

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


def to_send_error(error: Exception) -> SendError:
    """What an exception of a POST means: certainly not sent and why, or uncertain."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return SendDelayed(UNREACHABLE_WAIT)
    if not isinstance(error, SlackApiError):
        # Lost connections and timeouts, and answers that were no JSON: any of these may hide a posted message.
        return SendUncertain(type(error).__name__)
    status, code = http_status(error), slack_error_code(error)
    if status == 429 or code in TOO_FAST:
        return SendDelayed(_retry_after(error))
    if code is None or status >= 500 or code in AMBIGUOUS:
        # Without a word of Slack's own it may be a proxy that answered, behind which anything may have happened.
        return SendUncertain(describe_error(error))
    if code in TOKEN_GONE:
        return WorkspaceLeft(code)
    return PersonLeft(code) if code in PERSON_GONE else SendFailed(code)


def describe_error(error: Exception) -> str:
    """A word for what went wrong, for the log: Slack's own if it gave one."""
    if isinstance(error, SlackApiError):
        return slack_error_code(error) or f"http_{http_status(error)}"
    return "timeout" if isinstance(error, TimeoutError) else type(error).__name__


def slack_error_code(error: BaseException) -> str | None:
    """Slack's word for what went wrong; None if the answer holds none (a page of HTML), or isn't Slack's."""
    if not isinstance(error, SlackApiError):
        return None
    try:
        code = error.response["error"]
    except (AttributeError, KeyError, TypeError, ValueError):  # what the SDK puts there is a dict, a response, or text
        return None
    return str(code) if code else None


def http_status(error: SlackApiError) -> int:
    """The HTTP status of Slack's answer; 0 if there was none."""
    response = error.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)


def _retry_after(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", None) or {}
    said = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    try:
        return max(1.0, float(said)) if said is not None else DEFAULT_WAIT
    except ValueError:
        return DEFAULT_WAIT
