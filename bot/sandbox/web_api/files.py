"""files.* and reactions.add: what hangs on messages."""

from dataclasses import replace

from bot.sandbox.model import File, Json, Message
from bot.sandbox.posting import edit, post
from bot.sandbox.refusal import Refused, invalid
from bot.sandbox.uploads import FILE_BYTES_LIMIT
from bot.sandbox.web_api.call import Call


def upload_url(call: Call) -> Json:
    """files.getUploadURLExternal: where to send the bytes of a new file."""
    name = call.arguments.text("filename")
    size = call.arguments.number("length", 0)
    if not size:
        raise invalid("invalid_arguments", ["[ERROR] missing required field: length"])
    if size > FILE_BYTES_LIMIT:
        raise Refused("file_upload_size_restricted")
    workspace = call.parts.workspace
    file, url = call.parts.uploads.expect(workspace.bot.id, name, size, call.parts.clock())
    return {"upload_url": url, "file_id": file.id}


def complete_upload(call: Call) -> Json:
    """files.completeUploadExternal: the bytes have arrived; posts the files where a channel is named."""
    named = call.arguments.parsed("files", "invalid_arguments")
    if not isinstance(named, list) or not named or not all(isinstance(one, dict) and one.get("id") for one in named):
        raise invalid("invalid_arguments", ["[ERROR] missing required field: files"])
    channels = _channels(call)
    files = [call.parts.uploads.complete(one["id"], one.get("title")) for one in named]
    for channel in channels:
        _share(call, channel, files)
    workspace = call.parts.workspace
    return {"files": [call.parts.shapes.file(workspace.files[file.id]) for file in files]}


def info(call: Call) -> Json:
    """files.info: one file."""
    return {"file": call.parts.shapes.file(_file(call)), "comments": [], "response_metadata": {"next_cursor": ""}}


def delete(call: Call) -> Json:
    """files.delete: takes an own file away, out of every message that held it."""
    file, workspace = _file(call), call.parts.workspace
    if file.owner != workspace.bot.id:
        raise Refused("cant_delete_file")
    for channel, ts in file.shared:
        message = workspace.message(channel, ts)
        if message is not None:
            edit(call.parts, message, replace(message, files=tuple(f for f in message.files if f != file.id)))
    del workspace.files[file.id]
    return {}


def add_reaction(call: Call) -> Json:
    """reactions.add: the bot puts an emoji on a message."""
    channel, name = call.channel(), call.arguments.text("name").strip(":")
    message = call.parts.workspace.message(channel.id, call.arguments.text("timestamp"))
    if message is None or message.only_for is not None:
        raise Refused("message_not_found")
    reaction = (name, call.parts.workspace.bot.id)
    if reaction in message.reactions:
        raise Refused("already_reacted")
    _keep_reaction(call, message, reaction)
    return {}


def _keep_reaction(call: Call, message: Message, reaction: tuple[str, str]) -> None:
    call.parts.workspace.keep(replace(message, reactions=(*message.reactions, reaction)))
    for member in call.parts.workspace.channels[message.channel].members:
        notice = {"kind": "message_changed", "channel": message.channel, "ts": message.ts}
        call.parts.watchers.tell(member, notice)


def _channels(call: Call) -> list[str]:
    arguments, workspace = call.arguments, call.parts.workspace
    names = [arguments.text("channel_id")] if arguments.has("channel_id") else arguments.names("channels")
    for name in names:
        channel = call.visible(workspace.channels.get(name))
        if workspace.bot.id not in channel.members:
            raise Refused("not_in_channel")
    return names


def _share(call: Call, channel: str, files: list[File]) -> None:
    draft = Message(
        channel,
        call.parts.workspace.bot.id,
        call.arguments.maybe_text("initial_comment") or "",
        by_bot=True,
        thread_ts=call.arguments.maybe_text("thread_ts") or None,
        files=tuple(file.id for file in files),
    )
    post(call.parts, draft)


def _file(call: Call) -> File:
    file = call.parts.workspace.files.get(call.arguments.text("file"))
    if file is None or file.content is None:
        raise Refused("file_not_found")
    return file
