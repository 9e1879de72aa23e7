"""Lists channels and messages, and sends messages, slash commands, and files."""

import re
from dataclasses import replace
from html import escape

from aiohttp import BodyPartReader

from bot.sandbox.model import Channel, File, Json, SlackMessage
from bot.sandbox.payloads import InteractionPayloads
from bot.sandbox.posting import post, post_slackbot_message
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.response_urls import apply_response
from bot.sandbox.triggers import ResponseUrl
from bot.sandbox.uploads import file_url_path
from bot.sandbox.user_api.channel_members import INVITE, run_invite
from bot.sandbox.user_api.user_request import UserRequest

_FAILURES = {"operation_timeout": "operation_timeout", "no_app_connected": "dispatch_failed"}
"""Slackbot's names for the reasons that a command failed."""


async def list_channels(user_request: UserRequest) -> list[Json]:
    """Return this person's channels, starting with the app's direct message."""
    workspace, person = user_request.components.workspace, user_request.person.id
    return [
        {"id": c.id, "name": c.name, "kind": c.kind, "unread": workspace.count_unread(person, c.id)}
        for c in workspace.channels_with(person)
    ]


async def list_messages(user_request: UserRequest) -> Json:
    """Return the messages in a channel or thread, oldest first. This marks a channel as read."""
    workspace, person = user_request.components.workspace, user_request.person.id
    channel = user_request.channel(user_request.request.match_info["channel"])
    thread = user_request.request.query.get("thread_ts")
    if thread:
        parent = workspace.message(channel.id, thread)
        found = [*([parent] if parent else []), *workspace.replies(channel.id, thread, person)]
    else:
        found = [message for message in workspace.messages_in(channel.id, person) if message.is_in_conversation]
        if found:
            workspace.last_read[person, channel.id] = found[-1].ts
    return {"messages": [_shown(user_request, message) for message in found]}


async def send_message(user_request: UserRequest) -> Json:
    """Send a message. Text that starts with a slash is a command."""
    channel, text = user_request.channel(user_request.text("channel")), user_request.text("text").strip()
    if not text:
        raise RequestRefused("no_text", detail="There is nothing to send yet. Write something first.")
    _must_be_writable(user_request, channel)
    if text.startswith("/"):
        name, _, rest = text.partition(" ")
        return await _run(user_request, channel, name, rest.strip())
    draft = _draft(user_request, channel, text, user_request.text("thread_ts", default=""))
    return {"ok": True, "ts": post(user_request.components, draft).ts}


async def run_command(user_request: UserRequest) -> Json:
    """Run a slash command, and wait for the app's acknowledgment."""
    channel = user_request.channel(user_request.text("channel"))
    _must_be_writable(user_request, channel)
    return await _run(
        user_request, channel, user_request.text("command"), user_request.text("text", default="").strip()
    )


async def send_files(user_request: UserRequest) -> Json:
    """Send files, with optional text."""
    words, files = await _read_form(user_request)
    channel = user_request.channel(words.get("channel", "dm"))
    _must_be_writable(user_request, channel)
    ids = tuple(file.id for file in files)
    draft = _draft(user_request, channel, words.get("text", ""), words.get("thread_ts", ""))
    message = post(user_request.components, replace(draft, subtype="file_share", files=ids))
    return {"ok": True, "file_ids": list(ids), "ts": message.ts}


async def upload_files(user_request: UserRequest) -> Json:
    """Upload files for a file input in a modal, without sharing them in a channel."""
    _, files = await _read_form(user_request)
    return {"ok": True, "file_ids": [file.id for file in files]}


async def _run(user_request: UserRequest, channel: Channel, name: str, text: str) -> Json:
    if name == INVITE.name:  # Slack's own commands go before an app's
        return run_invite(user_request, channel, text)
    declared = user_request.components.manifest.find_command(name)
    if declared is None:
        return _failed(f"{name} is not a valid command.", "unknown_command")
    text = _with_mentions(user_request, text) if declared.should_escape else text
    payload = InteractionPayloads(user_request.components, user_request.person).slash_command(channel, name, text)
    try:
        answer = await user_request.deliver_to_app("slash_commands", payload)
        if isinstance(answer, dict) and (answer.get("text") or answer.get("blocks")):
            apply_response(
                user_request.components, ResponseUrl(user_request.person.id, channel.id, None, None, 0.0), answer
            )
    except RequestRefused as refused:
        why = _FAILURES.get(refused.error, refused.error)
        sentence = f'{name} failed with the error "{why}"'
        post_slackbot_message(user_request.components, channel=channel.id, reader=user_request.person.id, text=sentence)
        raise
    return {"ok": True}


def _failed(detail: str, error: str) -> Json:
    return {"ok": False, "error": error, "detail": detail}


def _draft(user_request: UserRequest, channel: Channel, text: str, thread_ts: str) -> SlackMessage:
    if thread_ts and user_request.components.workspace.message(channel.id, thread_ts) is None:
        raise RequestRefused("thread_not_found", detail="The message you're replying to doesn't exist.")
    said = _with_mentions(user_request, text)
    return SlackMessage(channel.id, user_request.person.id, said, thread_ts=thread_ts or None)


def _with_mentions(user_request: UserRequest, text: str) -> str:
    """Return text as Slack's client sends it: `&`, `<`, and `>` escaped, and `@name` and `#channel` as IDs."""
    workspace = user_request.components.workspace
    visible = workspace.channels_visible_to(user_request.person.id)
    names = {f"@{member.name}": f"<@{member.id}>" for member in workspace.members.values()}
    names |= {f"#{channel.name}": f"<#{channel.id}|{channel.name}>" for channel in visible}
    return re.sub(r"[@#][\w-]+", lambda found: names.get(found[0].lower(), found[0]), escape(text, quote=False))


def _must_be_writable(user_request: UserRequest, channel: Channel) -> None:
    manifest = user_request.components.manifest
    if channel.kind == "dm" and (manifest.messages_read_only or not manifest.messages_tab):
        raise RequestRefused("messages_tab_read_only")


async def _read_form(user_request: UserRequest) -> tuple[dict[str, str], list[File]]:
    words: dict[str, str] = {}
    files: list[File] = []
    if user_request.request.content_type != "multipart/form-data":
        raise RequestRefused("invalid_request", detail="Send files as multipart/form-data.")
    async for part in await user_request.request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.filename:
            content = bytes(await part.read(decode=True))
            files.append(
                user_request.components.uploads.add_file(
                    user_request.person.id, part.filename, content, user_request.components.clock()
                )
            )
        elif part.name:
            words[part.name] = await part.text()
    if not files:
        raise RequestRefused("no_file", detail="There is no file in this request. Choose one first.")
    return words, files


def _shown(user_request: UserRequest, message: SlackMessage) -> Json:
    workspace = user_request.components.workspace
    replies = workspace.replies(message.channel, message.ts, user_request.person.id)
    return {
        "ts": message.ts,
        "user": message.user,
        "bot": message.by_bot,
        "username": message.username or workspace.members[message.user].real_name,
        "text": message.text,
        "blocks": list(message.blocks),
        "ephemeral": message.visible_to is not None,
        "edited": message.edited_ts is not None,
        "thread_ts": message.thread_ts,
        "reply_count": len(replies),
        "files": [_shown_file(user_request, workspace.files[file_id]) for file_id in message.files],
        "subtype": message.subtype,
        "reactions": [{"name": name, "user": user} for name, user in message.reactions],
    }


def _shown_file(user_request: UserRequest, file: File) -> Json:
    address = f"/sandbox/people/{user_request.person.id}/files/{file_url_path(file)}"
    return {"id": file.id, "name": file.name, "size": file.size, "mimetype": file.mimetype, "url": address}
