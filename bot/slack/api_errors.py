"""Translates Slack's errors: certainly not sent (and why), or uncertain."""

import aiohttp
from slack_sdk.errors import SlackApiError

from bot.errors import PersonLeft, SendDelayed, SendError, SendFailed, SendUncertain, WorkspaceHeld, WorkspaceLeft

AMBIGUOUS_ERRORS = {"fatal_error", "internal_error", "service_unavailable", "request_timeout"}
"""Error codes after which part of a call may be done (documented for fatal_error; the rest resemble a 5xx)."""

TOKEN_ERRORS = {"account_inactive", "token_revoked", "token_expired", "invalid_auth", "not_authed"}
"""Error codes for a token that no longer works. `invalid_auth` may also mean a forbidden network, so housekeeping asks
again before it treats the workspace as gone for good."""

PERSON_ERRORS = {"user_not_found", "user_disabled", "cannot_dm_bot", "is_archived"}
"""Error codes for a person who can't be messaged: unknown, deactivated, or a bot, or their conversation was closed with
their account."""

MISSING_SCOPE = "missing_scope"
"""The error code for a token that was given without a scope that the call needs."""

WORKSPACE_ERRORS = {
    "accesslimited",
    "ekm_access_denied",
    "messages_tab_disabled",
    MISSING_SCOPE,
    "org_login_required",
    "team_access_not_granted",
    "team_added_to_org",
    "two_factor_setup_required",
}
"""Error codes that concern the whole workspace and end when somebody changes something there or in the app's settings.
The call surely wasn't done. (https://docs.slack.dev/reference/methods/chat.postMessage)"""

RATE_LIMIT_ERRORS = {"ratelimited", "rate_limited", "message_limit_exceeded"}

DEFAULT_WAIT_SECONDS = 30.0
"""How long to wait when Slack limits the rate without a Retry-After."""

MAX_WAIT_SECONDS = 3600.0
"""The longest that a Retry-After may make us wait. Slack's are about a minute; a proxy's may be any number."""

UNREACHABLE_WAIT_SECONDS = 10.0
"""How long to wait when no connection was made. Nothing was sent in that case."""


def to_send_error(error: Exception) -> SendError:
    """Translate an exception of a POST: certainly not sent (and why), or uncertain."""
    if isinstance(error, aiohttp.ClientConnectorError):
        return SendDelayed(UNREACHABLE_WAIT_SECONDS)
    if not isinstance(error, SlackApiError):
        # A lost connection, a timeout, or an answer that isn't JSON may hide a message that was posted.
        return SendUncertain(type(error).__name__)
    status, code = http_status(error), slack_error_code(error)
    if status == 429 or code in RATE_LIMIT_ERRORS:
        return SendDelayed(_retry_after(error))
    if code is None or status >= 500 or code in AMBIGUOUS_ERRORS:
        # Without an error code, a proxy may have answered, and Slack may have posted the message.
        return SendUncertain(describe_error(error))
    if code in WORKSPACE_ERRORS:
        return WorkspaceHeld(code)
    if code in TOKEN_ERRORS:
        return WorkspaceLeft(code)
    return PersonLeft(code) if code in PERSON_ERRORS else SendFailed(code)


def describe_error(error: Exception) -> str:
    """Return a short code for the log: Slack's error code if there is one."""
    if isinstance(error, SlackApiError):
        return slack_error_code(error) or f"http_{http_status(error)}"
    return "timeout" if isinstance(error, TimeoutError) else type(error).__name__


def slack_error_code(error: BaseException) -> str | None:
    """Return Slack's error code, or None if the answer has none (a page of HTML) or isn't from Slack."""
    if not isinstance(error, SlackApiError):
        return None
    try:
        code = error.response["error"]
    except (AttributeError, KeyError, TypeError, ValueError):  # the SDK puts a dict, a response, or text there
        return None
    return str(code) if code else None


def http_status(error: SlackApiError) -> int:
    """Return the HTTP status of Slack's answer, or 0 if there was no answer."""
    response = error.response
    return int(getattr(response, "status_code", None) or getattr(response, "status", None) or 0)


def _retry_after(error: SlackApiError) -> float:
    headers = getattr(error.response, "headers", None) or {}
    retry_after = next((value for name, value in headers.items() if name.lower() == "retry-after"), None)
    try:
        return min(max(1.0, float(retry_after)), MAX_WAIT_SECONDS) if retry_after is not None else DEFAULT_WAIT_SECONDS
    except ValueError:
        return DEFAULT_WAIT_SECONDS
