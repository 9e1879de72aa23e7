"""Handles every Web API call: checks the token, rate limits, and scopes, injects faults, and answers as Slack does."""

import asyncio
import secrets
from collections.abc import Mapping

from aiohttp import web

from bot.sandbox.call_log import LoggedCall as Recorded
from bot.sandbox.components import COMPONENTS_KEY, Components
from bot.sandbox.faults import FAULTS_AFTER_EXECUTION, Fault
from bot.sandbox.model import Json
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.scopes import METHOD_SCOPES
from bot.sandbox.web_api.api_call import ApiCall
from bot.sandbox.web_api.arguments import Arguments, read_arguments
from bot.sandbox.web_api.methods import APP_TOKEN_METHODS, METHODS


async def handle_call(request: web.Request) -> web.StreamResponse:
    """Answer one Web API call, and log it."""
    components, method = request.app[COMPONENTS_KEY], request.match_info["method"]
    try:
        arguments = await read_arguments(request)
    except RequestRefused as refused:
        return _reply(components, method, Arguments({}), _refusal(refused))
    wait = components.limits.retry_after(method, _channel_meant(arguments))
    if wait is not None:
        return _rate_limited(components, method, arguments, wait)
    fault = components.faults.next_fault(method, arguments.values)
    if fault is None:
        return _reply(components, method, arguments, _act(components, method, request.headers, arguments, 0.0))
    return await _struck(request, method, arguments, fault)


async def _struck(request: web.Request, method: str, arguments: Arguments, fault: Fault) -> web.StreamResponse:
    """Answer a call with a fault."""
    components = request.app[COMPONENTS_KEY]
    if fault.kind == "rate_limited":
        return _rate_limited(components, method, arguments, fault.retry_after)
    if fault.kind == "latency":
        await asyncio.sleep(fault.seconds)
    hidden_until = components.clock() + fault.seconds if fault.kind == "invisible_for" else 0.0
    if fault.kind in FAULTS_AFTER_EXECUTION or fault.kind in ("latency", "invisible_for"):
        body = _act(components, method, request.headers, arguments, hidden_until)
        if fault.kind not in FAULTS_AFTER_EXECUTION:
            return _reply(components, method, arguments, body)
    _put_on_record(components, method, arguments, fault.error if fault.kind == "error" else fault.kind)
    return _failure(request, fault)


def _failure(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.kind in ("drop_before", "drop_after_accept"):
        if request.transport is not None:
            request.transport.close()
        return web.Response()
    if fault.kind in ("server_error", "server_error_after"):
        return web.Response(status=fault.status, text="Something went wrong on our side.", content_type="text/html")
    error = fault.error if fault.kind == "error" else "fatal_error"
    return web.json_response({"ok": False, "error": error}, headers=_headers(request.app[COMPONENTS_KEY]))


def _act(
    components: Components, method: str, headers: Mapping[str, str], arguments: Arguments, hidden_until: float
) -> Json:
    """Execute the call if its token allows it."""
    try:
        if method not in METHODS:
            raise RequestRefused("unknown_method", req_method=method)
        _check_token(components, method, headers, arguments)
        call = ApiCall(components, arguments, hidden_until)
        if method in METHOD_SCOPES:
            call.require_scope(METHOD_SCOPES[method])
        return {"ok": True, **METHODS[method](call)}
    except RequestRefused as refused:
        return _refusal(refused)


def _check_token(components: Components, method: str, headers: Mapping[str, str], arguments: Arguments) -> None:
    token = headers.get("Authorization", "").removeprefix("Bearer ") or arguments.optional_text("token")
    if not token:
        raise RequestRefused("not_authed")
    if token != components.app_token and (error := components.installation.token_error(token)):
        raise RequestRefused(error)
    if (token == components.app_token) != (method in APP_TOKEN_METHODS):
        raise RequestRefused("not_allowed_token_type")


def _reply(components: Components, method: str, arguments: Arguments, body: Json) -> web.Response:
    _put_on_record(components, method, arguments, body.get("error"))
    return web.json_response(body, headers=_headers(components))


def _channel_meant(arguments: Arguments) -> str | None:
    """Return a call's channel. A person's ID means the direct message with them."""
    channel = arguments.optional_text("channel")
    return f"D{channel[1:]}" if channel and channel.startswith("U") else channel


def _rate_limited(components: Components, method: str, arguments: Arguments, wait: int) -> web.Response:
    _put_on_record(components, method, arguments, "ratelimited")
    headers = _headers(components) | {"Retry-After": str(wait)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def _put_on_record(components: Components, method: str, arguments: Arguments, error: str | None) -> None:
    about = next((arguments.values[name] for name in ("user", "user_id", "users") if arguments.has(name)), None)
    if about is None and str(arguments.optional_text("channel")).startswith("U"):
        about = arguments.values["channel"]
    user = None if about is None else str(about)
    components.call_log.calls.append(Recorded(method, components.clock(), user, error is None, error))


def _refusal(refused: RequestRefused) -> Json:
    return {"ok": False, "error": refused.error, **refused.details}


def _headers(components: Components) -> dict[str, str]:
    scopes = ",".join(sorted(components.manifest.scopes))
    return {"x-slack-req-id": secrets.token_hex(16), "x-oauth-scopes": scopes}
