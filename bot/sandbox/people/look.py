"""Looking around: the workspace, what changes in it, its people, and the record that tests read."""

import asyncio
import contextlib
import json
from dataclasses import replace
from urllib.parse import quote

from aiohttp import web

from bot.sandbox.faults import KINDS
from bot.sandbox.model import Json, Member
from bot.sandbox.parts import PARTS
from bot.sandbox.people.visit import Visit, read_json, refusal
from bot.sandbox.refusal import Refused
from bot.sandbox.watchers import Notices

HEARTBEAT = b": still here\n\n"
HEARTBEAT_SECONDS = 15.0
"""How often a quiet stream says so, that proxies and browsers keep it open."""


async def state(request: web.Request) -> web.Response:
    """The workspace: who and what there is."""
    parts = request.app[PARTS]
    workspace, manifest = parts.workspace, parts.manifest
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
            "connections": parts.link.connections,
        }
    )


async def record(request: web.Request) -> web.Response:
    """Every call of the app and every message, for tests."""
    parts = request.app[PARTS]
    return web.json_response(parts.record.as_json(parts.workspace))


async def make_trouble(request: web.Request) -> web.Response:
    """Switch a fault on (see `faults.Fault`), switch all off (`clear`), or close the WebSockets (`drop_socket`)."""
    parts = request.app[PARTS]
    try:
        settings = await read_json(request)
        kind = settings.pop("kind", None)
        if kind == "clear":
            parts.faults.clear()
        elif kind == "drop_socket":
            parts.sockets.drop()
        elif kind in KINDS:
            parts.faults.add(settings.pop("method", "*"), kind, **settings)
        else:
            raise Refused("invalid_request", detail=f"Choose a kind: {', '.join(KINDS)}, clear or drop_socket.")
    except (TypeError, ValueError) as error:
        return refusal(Refused("invalid_request", detail=str(error)))
    except Refused as refused:
        return refusal(refused)
    return web.json_response({"ok": True})


async def stream(visit: Visit) -> web.StreamResponse:
    """Server-sent events: what changed for this person, as it happens."""
    response = web.StreamResponse(headers={"Content-Type": "text/event-stream"})
    with visit.parts.watchers.watch(visit.person.id) as notices, contextlib.suppress(ConnectionResetError):
        await response.prepare(visit.request)
        await response.write(HEARTBEAT)
        while (notice := await _next(notices)) is not None:
            await response.write(f"data: {json.dumps(notice)}\n\n".encode() if notice else HEARTBEAT)
    return response


async def _next(notices: Notices) -> Json | None:
    """The next notice; an empty one when it has been quiet for long, None when there will be no more."""
    try:
        return await asyncio.wait_for(notices.get(), HEARTBEAT_SECONDS)
    except TimeoutError:
        return {}


async def change_profile(visit: Visit) -> Json:
    """Move to another time zone, set a status, or leave: the app hears of it as user_change."""
    return {"ok": True, "person": _person(visit.parts.profiles.change(visit.person, visit.body))}


async def invite(visit: Visit) -> Json:
    """Bring somebody, or the app itself, into a channel."""
    channel, guest = visit.channel(visit.request.match_info["channel"]), visit.word("user")
    workspace = visit.parts.workspace
    if guest not in workspace.members:
        raise Refused("user_not_found")
    if guest in channel.members or channel.kind == "dm":
        raise Refused("already_in_channel", detail="They are in this channel already.")
    joined = replace(channel, members=(*channel.members, guest))
    workspace.channels[channel.id] = joined
    event = {
        "type": "member_joined_channel",
        "user": guest,
        "channel": channel.id,
        "channel_type": "C" if channel.kind == "channel" else "G",
        "team": workspace.team_id,
        "inviter": visit.person.id,
        "event_ts": workspace.next_ts(visit.parts.clock()),
    }
    if workspace.bot.id in joined.members:
        visit.parts.events.emit("member_joined_channel", event)
    return {"ok": True}


async def download(visit: Visit) -> web.Response:
    """A file that stands in a channel of this person, to keep and never to show in the page's own origin."""
    workspace = visit.parts.workspace
    file = workspace.files.get(visit.request.match_info["file"])
    mine = {channel.id for channel in workspace.channels_of(visit.person.id)}
    if file is None or file.content is None or mine.isdisjoint(channel for channel, _ in file.shared):
        raise Refused("file_not_found", detail="That file isn't there any more.")
    return as_download(file.content, file.name)


def as_download(content: bytes, name: str) -> web.Response:
    """A response that browsers save and don't open."""
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
