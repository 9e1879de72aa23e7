"""Implements files.* and reactions.add."""

from dataclasses import replace

from bot.sandbox.model import File, Json, SlackMessage
from bot.sandbox.posting import edit, post
from bot.sandbox.refusal import RequestRefused, validation_refusal
from bot.sandbox.uploads import MAX_FILE_BYTES
from bot.sandbox.web_api.api_call import ApiCall


def upload_url(call: ApiCall) -> Json:
    """Handle files.getUploadURLExternal: create a file, and return its upload URL."""
    name = call.arguments.text("filename")
    size = call.arguments.number("length", 0)
    if not size:
        raise validation_refusal("invalid_arguments", ["[ERROR] missing required field: length"])
    if size > MAX_FILE_BYTES:
        raise RequestRefused("file_upload_size_restricted")
    workspace = call.components.workspace
    file, url = call.components.uploads.start_upload(workspace.bot.id, name, size, call.components.clock())
    return {"upload_url": url, "file_id": file.id}


def complete_upload(call: ApiCall) -> Json:
    """Handle files.completeUploadExternal: finish uploads, and post the files if the call has a channel."""
    named = call.arguments.json_value("files", "invalid_arguments")
    if not isinstance(named, list) or not named or not all(isinstance(one, dict) and one.get("id") for one in named):
        raise validation_refusal("invalid_arguments", ["[ERROR] missing required field: files"])
    channels = _channels(call)
    files = [call.components.uploads.complete_upload(one["id"], one.get("title")) for one in named]
    for channel in channels:
        _share(call, channel, files)
    workspace = call.components.workspace
    return {"files": [call.components.serializer.file(workspace.files[file.id]) for file in files]}


def info(call: ApiCall) -> Json:
    """Handle files.info: return one file."""
    return {
        "file": call.components.serializer.file(_file(call)),
        "comments": [],
        "response_metadata": {"next_cursor": ""},
    }


def delete(call: ApiCall) -> Json:
    """Handle files.delete: delete one of the app's files, and remove it from its messages."""
    file, workspace = _file(call), call.components.workspace
    if file.owner != workspace.bot.id:
        raise RequestRefused("cant_delete_file")
    for channel, ts in file.shared:
        message = workspace.message(channel, ts)
        if message is not None:
            edit(call.components, message, replace(message, files=tuple(f for f in message.files if f != file.id)))
    del workspace.files[file.id]
    return {}


def add_reaction(call: ApiCall) -> Json:
    """Handle reactions.add: add the bot's reaction to a message."""
    channel, name = call.channel(), call.arguments.text("name").strip(":")
    message = call.components.workspace.message(channel.id, call.arguments.text("timestamp"))
    if message is None or message.visible_to is not None:
        raise RequestRefused("message_not_found")
    reaction = (name, call.components.workspace.bot.id)
    if reaction in message.reactions:
        raise RequestRefused("already_reacted")
    _keep_reaction(call, message, reaction)
    return {}


def _keep_reaction(call: ApiCall, message: SlackMessage, reaction: tuple[str, str]) -> None:
    call.components.workspace.store_message(replace(message, reactions=(*message.reactions, reaction)))
    for member in call.components.workspace.channels[message.channel].members:
        notice = {"kind": "message_changed", "channel": message.channel, "ts": message.ts}
        call.components.page_updates.notify(member, notice)


def _channels(call: ApiCall) -> list[str]:
    arguments, workspace = call.arguments, call.components.workspace
    names = [arguments.text("channel_id")] if arguments.has("channel_id") else arguments.name_list("channels")
    for name in names:
        channel = call.require_visible(workspace.channels.get(name))
        if workspace.bot.id not in channel.members:
            raise RequestRefused("not_in_channel")
    return names


def _share(call: ApiCall, channel: str, files: list[File]) -> None:
    draft = SlackMessage(
        channel,
        call.components.workspace.bot.id,
        call.arguments.optional_text("initial_comment") or "",
        by_bot=True,
        thread_ts=call.arguments.optional_text("thread_ts") or None,
        files=tuple(file.id for file in files),
    )
    post(call.components, draft)


def _file(call: ApiCall) -> File:
    file = call.components.workspace.files.get(call.arguments.text("file"))
    if file is None or file.content is None:
        raise RequestRefused("file_not_found")
    return file
