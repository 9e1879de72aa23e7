"""Reading and writing: channels, messages, slash commands and files."""

import re
from dataclasses import replace
from html import escape

from aiohttp import BodyPartReader

from bot.sandbox.interactions import Interaction
from bot.sandbox.model import Channel, File, Json, Message
from bot.sandbox.people.visit import Visit
from bot.sandbox.posting import post, whisper
from bot.sandbox.refusal import Refused
from bot.sandbox.responses import place_answer
from bot.sandbox.triggers import ResponseUrl
from bot.sandbox.uploads import file_path
from bot.sandbox.workspace import Workspace

_FAILURES = {"operation_timeout": "operation_timeout", "no_app_connected": "dispatch_failed"}
"""What Slackbot calls the reasons why a command came to nothing."""


async def channels(visit: Visit) -> list[Json]:
    """Where this person can write, the direct message with the app first."""
    workspace, person = visit.parts.workspace, visit.person.id
    return [
        {"id": c.id, "name": c.name, "kind": c.kind, "unread": workspace.unread(person, c.id)}
        for c in workspace.channels_of(person)
    ]


async def messages(visit: Visit) -> Json:
    """What stands in a channel or a thread, oldest first. Looking counts as reading."""
    workspace, person = visit.parts.workspace, visit.person.id
    channel = visit.channel(visit.request.match_info["channel"])
    thread = visit.request.query.get("thread_ts")
    if thread:
        parent = workspace.message(channel.id, thread)
        found = [*([parent] if parent else []), *workspace.replies(channel.id, thread, person)]
    else:
        found = [message for message in workspace.messages_in(channel.id, person) if not message.is_reply]
        if found:
            workspace.last_read[person, channel.id] = found[-1].ts
    return {"messages": [_shown(visit, message) for message in found]}


async def say(visit: Visit) -> Json:
    """Write a message; text that begins with a slash is a command."""
    channel, text = visit.channel(visit.word("channel")), visit.word("text").strip()
    if not text:
        raise Refused("no_text", detail="There is nothing to send yet. Write something first.")
    _must_be_writable(visit, channel)
    if text.startswith("/"):
        name, _, rest = text.partition(" ")
        return await _run(visit, channel, name, rest.strip())
    draft = _draft(visit, channel, text, visit.word("thread_ts", default=""))
    return {"ok": True, "ts": post(visit.parts, draft).ts}


async def command(visit: Visit) -> Json:
    """Use a slash command, and wait until the app has acknowledged it."""
    channel = visit.channel(visit.word("channel"))
    _must_be_writable(visit, channel)
    return await _run(visit, channel, visit.word("command"), visit.word("text", default="").strip())


async def share_files(visit: Visit) -> Json:
    """Send files, with a word to them if there is one."""
    words, files = await _read_form(visit)
    channel = visit.channel(words.get("channel", "dm"))
    _must_be_writable(visit, channel)
    ids = tuple(file.id for file in files)
    draft = _draft(visit, channel, words.get("text", ""), words.get("thread_ts", ""))
    message = post(visit.parts, replace(draft, subtype="file_share", files=ids))
    return {"ok": True, "file_ids": list(ids), "ts": message.ts}


async def keep_files(visit: Visit) -> Json:
    """Take files for a file input in a modal; they are in no channel."""
    _, files = await _read_form(visit)
    return {"ok": True, "file_ids": [file.id for file in files]}


async def _run(visit: Visit, channel: Channel, name: str, text: str) -> Json:
    declared = visit.parts.manifest.command(name)
    if declared is None:
        return _failed(f"{name} is not a valid command.", "unknown_command")
    text = _with_mentions(visit.parts.workspace, text) if declared.should_escape else text
    payload = Interaction(visit.parts, visit.person).command(channel, name, text)
    try:
        answer = await visit.tell_app("slash_commands", payload)
        if isinstance(answer, dict) and (answer.get("text") or answer.get("blocks")):
            place_answer(visit.parts, ResponseUrl(visit.person.id, channel.id, None, None, 0.0), answer)
    except Refused as refused:
        why = _FAILURES.get(refused.error, refused.error)
        sentence = f'{name} failed with the error "{why}"'
        whisper(visit.parts, channel=channel.id, reader=visit.person.id, text=sentence)
        raise
    return {"ok": True}


def _failed(detail: str, error: str) -> Json:
    return {"ok": False, "error": error, "detail": detail}


def _draft(visit: Visit, channel: Channel, text: str, thread_ts: str) -> Message:
    if thread_ts and visit.parts.workspace.message(channel.id, thread_ts) is None:
        raise Refused("thread_not_found", detail="The message that this answers isn't there any more.")
    said = _with_mentions(visit.parts.workspace, text)
    return Message(channel.id, visit.person.id, said, thread_ts=thread_ts or None)


def _with_mentions(workspace: Workspace, text: str) -> str:
    """The text as Slack's client sends it: `&`, `<` and `>` escaped, `@name` and `#channel` turned into ids."""
    names = {f"@{member.name}": f"<@{member.id}>" for member in workspace.members.values()}
    names |= {f"#{channel.name}": f"<#{channel.id}|{channel.name}>" for channel in workspace.channels.values()}
    return re.sub(r"[@#][\w-]+", lambda found: names.get(found[0].lower(), found[0]), escape(text, quote=False))


def _must_be_writable(visit: Visit, channel: Channel) -> None:
    manifest = visit.parts.manifest
    if channel.kind == "dm" and (manifest.messages_read_only or not manifest.messages_tab):
        raise Refused("messages_tab_read_only")


async def _read_form(visit: Visit) -> tuple[dict[str, str], list[File]]:
    words: dict[str, str] = {}
    files: list[File] = []
    if visit.request.content_type != "multipart/form-data":
        raise Refused("invalid_request", detail="Files come as multipart/form-data.")
    async for part in await visit.request.multipart():
        if not isinstance(part, BodyPartReader):
            continue
        if part.filename:
            content = bytes(await part.read(decode=True))
            files.append(visit.parts.uploads.take(visit.person.id, part.filename, content, visit.parts.clock()))
        elif part.name:
            words[part.name] = await part.text()
    if not files:
        raise Refused("no_file", detail="No file came with this. Choose one first.")
    return words, files


def _shown(visit: Visit, message: Message) -> Json:
    workspace = visit.parts.workspace
    replies = workspace.replies(message.channel, message.ts, visit.person.id)
    return {
        "ts": message.ts,
        "user": message.user,
        "bot": message.by_bot,
        "username": message.username or workspace.members[message.user].real_name,
        "text": message.text,
        "blocks": list(message.blocks),
        "ephemeral": message.only_for is not None,
        "edited": message.edited_ts is not None,
        "thread_ts": message.thread_ts,
        "reply_count": len(replies),
        "files": [_shown_file(visit, workspace.files[file_id]) for file_id in message.files],
        "subtype": message.subtype,
        "reactions": [{"name": name, "user": user} for name, user in message.reactions],
    }


def _shown_file(visit: Visit, file: File) -> Json:
    address = f"/sandbox/people/{visit.person.id}/files/{file_path(file)}"
    return {"id": file.id, "name": file.name, "size": file.size, "mimetype": file.mimetype, "url": address}
