"""Shows and changes the workspace: its state, its stream of changes, its people, and the call log for tests."""

import asyncio
import contextlib
import json
from dataclasses import replace
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.components import COMPONENTS_KEY
from bot.sandbox.faults import FAULT_KINDS
from bot.sandbox.model import Json, Member
from bot.sandbox.page_updates import UpdateQueue
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.user_api.user_request import UserRequest, read_json, refusal_response

HEARTBEAT = b": still here\n\n"
HEARTBEAT_SECONDS = 15.0
"""How often a quiet stream sends a sign of life, because proxies and browsers close silent ones."""


async def get_state(request: web.Request) -> web.Response:
    """Return the workspace's people, channels, and app."""
    components = request.app[COMPONENTS_KEY]
    workspace, manifest = components.workspace, components.manifest
    app = {"id": workspace.app_id, "name": manifest.app_name}
    commands = [
        {"command": c.name, "description": c.description, "usage_hint": c.usage_hint} for c in manifest.commands
    ]
    return web.json_response(
        {
            "team": {"id": workspace.team_id, "name": workspace.team_name, "domain": workspace.domain},
            "app": {**app, "bot_user_id": workspace.bot.id, "bot_name": workspace.bot.real_name},
            "people": [_person(person) for person in workspace.people],
            "channels": [
                {
                    "id": channel.id,
                    "name": channel.name,
                    "is_private": channel.kind == "private",
                    "members": list(channel.members),
                    "topic": channel.topic,
                }
                for channel in workspace.channels.values()
                if channel.kind != "dm"
            ],
            "commands": commands,
            "connections": components.app_link.connection_count,
        }
    )


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


async def invite_to_channel(user_request: UserRequest) -> Json:
    """Invite somebody, or the app itself, to a channel."""
    channel, guest = user_request.channel(user_request.request.match_info["channel"]), user_request.text("user")
    workspace = user_request.components.workspace
    if guest not in workspace.members:
        raise RequestRefused("user_not_found")
    if guest in channel.members or channel.kind == "dm":
        raise RequestRefused("already_in_channel", detail="They are already in this channel.")
    joined = replace(channel, members=(*channel.members, guest))
    workspace.channels[channel.id] = joined
    event = {
        "type": "member_joined_channel",
        "user": guest,
        "channel": channel.id,
        "channel_type": "C" if channel.kind == "channel" else "G",
        "team": workspace.team_id,
        "inviter": user_request.person.id,
        "event_ts": workspace.next_ts(user_request.components.clock()),
    }
    if workspace.bot.id in joined.members:
        user_request.components.events.emit("member_joined_channel", event)
    return {"ok": True}


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
        "is_admin": member.is_admin,
        "is_owner": member.is_owner,
        "deleted": member.deleted,
        "status_text": member.status_text,
        "status_emoji": member.status_emoji,
        "status_expiration": member.status_expiration,
    }
