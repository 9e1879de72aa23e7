"""What the app says back: through a response URL, or with its acknowledgement of a slash command."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web

from bot.sandbox.model import Message
from bot.sandbox.parts import PARTS, Parts
from bot.sandbox.posting import delete, edit, post
from bot.sandbox.refusal import Refused
from bot.sandbox.triggers import ResponseUrl
from bot.sandbox.wording import wording_of


async def respond(request: web.Request) -> web.Response:
    """Take what the app posts to a response URL. Slack answers with the plain text `ok`."""
    parts = request.app[PARTS]
    try:
        content = json.loads(await request.text())
        if not isinstance(content, dict):
            raise Refused("invalid_payload")
        response_url = parts.response_urls.use(request.match_info["token"])
        place_answer(parts, response_url, content)
    except ValueError:
        return _refused("invalid_payload", 400, {})
    except Refused as refused:
        gone = refused.error in ("used_url", "expired_url", "no_such_url")
        return _refused(refused.error, 404 if gone else 400, refused.more)
    return web.Response(text="ok")


def place_answer(parts: Parts, response_url: ResponseUrl, content: Mapping[str, Any]) -> None:
    """Post the answer, or change or delete the message that it answers to. Refused when its content is wrong."""
    original = parts.workspace.message(response_url.channel, response_url.original or "")
    if content.get("delete_original"):
        if original is not None:
            delete(parts, original)
    elif content.get("replace_original") and original is not None:
        _replace(parts, original, content)
    else:
        _post(parts, response_url, content)


def _replace(parts: Parts, original: Message, content: Mapping[str, Any]) -> None:
    wording = wording_of(content)
    edit(parts, original, replace(original, text=wording.text, blocks=wording.blocks or (), edited_ts=None))


def _post(parts: Parts, response_url: ResponseUrl, content: Mapping[str, Any]) -> None:
    wording = wording_of(content)
    everyone = content.get("response_type") == "in_channel"
    draft = Message(
        response_url.channel,
        parts.workspace.bot.id,
        wording.text,
        blocks=wording.blocks or (),
        by_bot=True,
        metadata=wording.metadata or None,
        thread_ts=content.get("thread_ts") or response_url.thread_ts,
        only_for=None if everyone else response_url.user,
    )
    message = post(parts, draft)
    # A later `replace_original` of a command's answer means the answer itself.
    response_url.original = response_url.original or message.ts


def _refused(error: str, status: int, more: Mapping[str, Any]) -> web.Response:
    return web.json_response({"ok": False, "error": error, **more}, status=status)
