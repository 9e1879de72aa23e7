"""The door of the Web API: who calls, whether they may, what goes wrong on purpose, and how Slack answers."""

import asyncio
import secrets
from collections.abc import Mapping

from aiohttp import web

from bot.sandbox.faults import AFTER_ACTING, Fault
from bot.sandbox.model import Json
from bot.sandbox.parts import APP_TOKEN, PARTS, Parts
from bot.sandbox.record import Call as Recorded
from bot.sandbox.refusal import Refused
from bot.sandbox.scopes import METHOD_SCOPES
from bot.sandbox.web_api.arguments import Arguments, read_arguments
from bot.sandbox.web_api.call import Call
from bot.sandbox.web_api.methods import APP_LEVEL, METHODS


async def answer(request: web.Request) -> web.StreamResponse:
    """Answer one call of a Web API method, and put it on record."""
    parts, method = request.app[PARTS], request.match_info["method"]
    try:
        arguments = await read_arguments(request)
    except Refused as refused:
        return _reply(parts, method, Arguments({}), _refusal(refused))
    wait = parts.limits.retry_after(method, _channel_meant(arguments))
    if wait is not None:
        return _rate_limited(parts, method, arguments, wait)
    fault = parts.faults.strike(method, arguments.values)
    if fault is None:
        return _reply(parts, method, arguments, _act(parts, method, request.headers, arguments, 0.0))
    return await _struck(request, method, arguments, fault)


async def _struck(request: web.Request, method: str, arguments: Arguments, fault: Fault) -> web.StreamResponse:
    """Answer a call that meets trouble."""
    parts = request.app[PARTS]
    if fault.kind == "rate_limited":
        return _rate_limited(parts, method, arguments, fault.retry_after)
    if fault.kind == "latency":
        await asyncio.sleep(fault.seconds)
    hidden_until = parts.clock() + fault.seconds if fault.kind == "invisible_for" else 0.0
    if fault.kind in AFTER_ACTING or fault.kind in ("latency", "invisible_for"):
        body = _act(parts, method, request.headers, arguments, hidden_until)
        if fault.kind not in AFTER_ACTING:
            return _reply(parts, method, arguments, body)
    _put_on_record(parts, method, arguments, fault.error if fault.kind == "error" else fault.kind)
    return _failure(request, fault)


def _failure(request: web.Request, fault: Fault) -> web.StreamResponse:
    if fault.kind in ("drop_before", "drop_after_accept"):
        if request.transport is not None:
            request.transport.close()
        return web.Response()
    if fault.kind in ("server_error", "server_error_after"):
        return web.Response(status=fault.status, text="Something went wrong on our side.", content_type="text/html")
    error = fault.error if fault.kind == "error" else "fatal_error"
    return web.json_response({"ok": False, "error": error}, headers=_headers(request.app[PARTS]))


def _act(parts: Parts, method: str, headers: Mapping[str, str], arguments: Arguments, hidden_until: float) -> Json:
    """Do what is asked, if the caller may."""
    try:
        if method not in METHODS:
            raise Refused("unknown_method", req_method=method)
        _check_token(parts, method, headers, arguments)
        call = Call(parts, arguments, hidden_until)
        if method in METHOD_SCOPES:
            call.need_scope(METHOD_SCOPES[method])
        return {"ok": True, **METHODS[method](call)}
    except Refused as refused:
        return _refusal(refused)


def _check_token(parts: Parts, method: str, headers: Mapping[str, str], arguments: Arguments) -> None:
    token = headers.get("Authorization", "").removeprefix("Bearer ") or arguments.maybe_text("token")
    if not token:
        raise Refused("not_authed")
    if token != APP_TOKEN and (error := parts.installation.error_of(token)):
        raise Refused(error)
    if (token == APP_TOKEN) != (method in APP_LEVEL):
        raise Refused("not_allowed_token_type")


def _reply(parts: Parts, method: str, arguments: Arguments, body: Json) -> web.Response:
    _put_on_record(parts, method, arguments, body.get("error"))
    return web.json_response(body, headers=_headers(parts))


def _channel_meant(arguments: Arguments) -> str | None:
    """The channel of a call; a person's id means the direct message with them."""
    channel = arguments.maybe_text("channel")
    return f"D{channel[1:]}" if channel and channel.startswith("U") else channel


def _rate_limited(parts: Parts, method: str, arguments: Arguments, wait: int) -> web.Response:
    _put_on_record(parts, method, arguments, "ratelimited")
    headers = _headers(parts) | {"Retry-After": str(wait)}
    return web.json_response({"ok": False, "error": "ratelimited"}, status=429, headers=headers)


def _put_on_record(parts: Parts, method: str, arguments: Arguments, error: str | None) -> None:
    about = next((arguments.values[name] for name in ("user", "user_id", "users") if arguments.has(name)), None)
    if about is None and str(arguments.maybe_text("channel")).startswith("U"):
        about = arguments.values["channel"]
    user = None if about is None else str(about)
    parts.record.calls.append(Recorded(method, parts.clock(), user, error is None, error))


def _refusal(refused: Refused) -> Json:
    return {"ok": False, "error": refused.error, **refused.more}


def _headers(parts: Parts) -> dict[str, str]:
    scopes = ",".join(sorted(parts.manifest.scopes))
    return {"x-slack-req-id": secrets.token_hex(16), "x-oauth-scopes": scopes}
