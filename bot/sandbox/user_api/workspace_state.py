"""Shows and changes the workspace: its state, its stream of changes, its people, and the call log for tests."""

import asyncio
import contextlib
import json
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.components import COMPONENTS_KEY, Components
from bot.sandbox.faults import FAULT_KINDS
from bot.sandbox.model import Json, Member
from bot.sandbox.page_updates import UpdateQueue
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.user_api.channel_members import INVITE
from bot.sandbox.user_api.user_request import UserRequest, read_json, refusal_response

HEARTBEAT = b": still here\n\n"
HEARTBEAT_SECONDS = 15.0
"""How often a quiet stream sends a sign of life, because proxies and browsers close silent ones."""


async def get_state(request: web.Request) -> web.Response:
    """Return the workspace's people, public channels, commands, and app."""
    return web.json_response(_state(request.app[COMPONENTS_KEY], None))


async def get_state_for_person(user_request: UserRequest) -> Json:
    """Return the same as this person sees it: with the private channels that they are in."""
    return _state(user_request.components, user_request.person)


def _state(components: Components, viewer: Member | None) -> Json:
    workspace, manifest = components.workspace, components.manifest
    commands = [
        {"command": each.name, "description": each.description, "usage_hint": each.usage_hint}
        for each in (*manifest.commands, INVITE)
    ]
    return {
        "team": {"id": workspace.team_id, "name": workspace.team_name, "domain": workspace.domain},
        "app": {
            "id": workspace.app_id,
            "name": manifest.app_name,
            "bot_user_id": workspace.bot.id,
            "bot_name": workspace.bot.real_name,
        },
        "people": [_person(person) for person in workspace.people],
        "channels": [
            {
                "id": channel.id,
                "name": channel.name,
                "is_private": channel.kind == "private",
                "members": list(channel.members),
                "topic": channel.topic,
            }
            for channel in workspace.channels_visible_to(viewer.id if viewer else "")
        ],
        "commands": commands,
        "connections": components.app_link.connection_count,
    }


async def get_call_log(request: web.Request) -> web.Response:
    """Return every call of the app and every message, for tests."""
    components = request.app[COMPONENTS_KEY]
    return web.json_response(components.call_log.as_json(components.workspace))


async def change_faults(request: web.Request) -> web.Response:
    """Turn on a fault (see `faults.Fault`), turn off all (`clear`), or cut off the WebSockets (`drop_socket`)."""
    components = request.app[COMPONENTS_KEY]
    try:
        settings = await read_json(request)
        kind = settings.pop("kind", None)
        if kind == "clear":
            components.faults.clear()
        elif kind == "drop_socket":
            components.sockets.drop_connections()
        elif kind in FAULT_KINDS:
            components.faults.add(settings.pop("method", "*"), kind, **settings)
        else:
            raise RequestRefused(
                "invalid_request", detail=f"Choose a kind: {', '.join(FAULT_KINDS)}, clear or drop_socket."
            )
    except (TypeError, ValueError) as error:
        return refusal_response(RequestRefused("invalid_request", detail=str(error)))
    except RequestRefused as refused:
        return refusal_response(refused)
    return web.json_response({"ok": True})


async def stream_changes(user_request: UserRequest) -> web.StreamResponse:
    """Stream what changes for this person, as server-sent events."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    with (
        user_request.components.page_updates.subscribe(user_request.person.id) as notices,
        contextlib.suppress(ConnectionResetError),
    ):
        await response.prepare(user_request.request)
        await response.write(HEARTBEAT)
        while (notice := await _next(notices)) is not None:
            await response.write(f"data: {json.dumps(notice)}\n\n".encode() if notice else HEARTBEAT)
    return response


async def _next(notices: UpdateQueue) -> Json | None:
    """Return the next notice, an empty one after a long quiet time, or None at the end of the stream."""
    try:
        return await asyncio.wait_for(notices.get(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return {}


async def change_profile(user_request: UserRequest) -> Json:
    """Change the time zone or the status, or deactivate the person. The app gets user_change."""
    return {
        "ok": True,
        "person": _person(user_request.components.profiles.change(user_request.person, user_request.body)),
    }


async def download_file(user_request: UserRequest) -> web.Response:
    """Return a file from one of this person's channels as a download, so it never opens in the page's own origin."""
    workspace = user_request.components.workspace
    file = workspace.files.get(user_request.request.match_info["file"])
    mine = {channel.id for channel in workspace.channels_with(user_request.person.id)}
    if file is None or file.content is None or mine.isdisjoint(channel for channel, _ in file.shared):
        raise RequestRefused("file_not_found", detail="That file doesn't exist.")
    return download_response(file.content, file.name)


def download_response(content: bytes, name: str) -> web.Response:
    """Return a response that browsers save instead of opening."""
    headers = {"Content-Disposition": f"attachment; filename*=UTF-8''{quote(name)}"}
    return web.Response(body=content, content_type="application/octet-stream", headers=headers)


def _person(member: Member) -> Json:
    return {
        "id": member.id,
        "name": member.name,
        "real_name": member.real_name,
        "title": member.title,
        "tz": member.tz,
        "locale": member.locale,
        "is_admin": member.is_admin,
        "is_owner": member.is_owner,
        "deleted": member.deleted,
        "status_text": member.status_text,
        "status_emoji": member.status_emoji,
        "status_expiration": member.status_expiration,
    }
