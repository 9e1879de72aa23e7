"""Handles the app's responses, through a response URL or in its acknowledgment of a slash command."""

import json
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from aiohttp import web

from bot.sandbox.accepted_content import read_response_content
from bot.sandbox.components import COMPONENTS_KEY, Components
from bot.sandbox.model import SlackMessage
from bot.sandbox.posting import delete, edit, post
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.triggers import ResponseUrl


async def handle_response(request: web.Request) -> web.Response:
    """Handle a post to a response URL. Slack answers with the plain text `ok`."""
    components = request.app[COMPONENTS_KEY]
    try:
        content = json.loads(await request.text())
        if not isinstance(content, dict):
            raise RequestRefused("invalid_payload")
        response_url = components.response_urls.use(request.match_info["token"])
        apply_response(components, response_url, content)
    except ValueError:
        return _refused("invalid_payload", 400, {})
    except RequestRefused as refused:
        gone = refused.error in ("used_url", "expired_url", "no_such_url")
        return _refused(refused.error, 404 if gone else 400, refused.details)
    return web.Response(text="ok")


def apply_response(components: Components, response_url: ResponseUrl, content: Mapping[str, Any]) -> None:
    """Post the response, or edit or delete the original message. Raises RequestRefused for invalid content."""
    original = components.workspace.message(response_url.channel, response_url.original or "")
    if content.get("delete_original"):
        if original is not None:
            delete(components, original)
    elif content.get("replace_original") and original is not None:
        _replace(components, original, content)
    else:
        _post(components, response_url, content)


def _replace(components: Components, original: SlackMessage, content: Mapping[str, Any]) -> None:
    accepted = read_response_content(content)
    edit(components, original, replace(original, text=accepted.text, blocks=accepted.blocks or (), edited_ts=None))


def _post(components: Components, response_url: ResponseUrl, content: Mapping[str, Any]) -> None:
    accepted = read_response_content(content)
    everyone = content.get("response_type") == "in_channel"
    draft = SlackMessage(
        response_url.channel,
        components.workspace.bot.id,
        accepted.text,
        blocks=accepted.blocks or (),
        by_bot=True,
        metadata=accepted.metadata or None,
        thread_ts=content.get("thread_ts") or response_url.thread_ts,
        visible_to=None if everyone else response_url.user,
    )
    message = post(components, draft)
    # After a command, a later `replace_original` means this response.
    response_url.original = response_url.original or message.ts


def _refused(error: str, status: int, more: Mapping[str, Any]) -> web.Response:
    return web.json_response({"ok": False, "error": error, **more}, status=status)
