"""chat.*: the app writes, changes and takes back messages."""

from dataclasses import replace

from bot.sandbox.model import Channel, Json, Message
from bot.sandbox.posting import delete, edit, post
from bot.sandbox.refusal import Refused
from bot.sandbox.web_api.call import Call
from bot.sandbox.wording import Wording, read_wording


def post_message(call: Call) -> Json:
    """chat.postMessage: a new message; naming a person opens the direct message with them."""
    channel = _addressed(call)
    wording = _wording(call)
    draft = _draft(call, channel, wording)
    message = post(call.parts, replace(draft, metadata=wording.metadata or None, hidden_until=call.hidden_until))
    return {"channel": channel.id, "ts": message.ts, "message": call.parts.shapes.message(message)}


def post_ephemeral(call: Call) -> Json:
    """chat.postEphemeral: words that one person in a channel sees, until they reload."""
    channel, reader = _addressed(call), call.user()
    if reader.id not in channel.members:
        raise Refused("user_not_in_channel")
    draft = _draft(call, channel, _wording(call))
    return {"message_ts": post(call.parts, replace(draft, only_for=reader.id)).ts}


def update(call: Call) -> Json:
    """chat.update: other words in an own message. Blocks that aren't named stay only when no text is named either."""
    message = _own_message(call, "cant_update_message")
    wording, arguments = _wording(call), call.arguments
    text_named = arguments.has("text")
    if not text_named and wording.blocks is None and wording.metadata is None:
        raise Refused("no_text")
    kept_blocks = () if text_named else message.blocks
    after = replace(
        message,
        text=wording.text if text_named else message.text,
        blocks=kept_blocks if wording.blocks is None else wording.blocks,
        metadata=message.metadata if wording.metadata is None else wording.metadata or None,
        # Slack shows "edited" only for messages without blocks.
        edited_ts=message.edited_ts if wording.blocks else call.parts.workspace.next_ts(call.parts.clock()),
    )
    if not after.text and not after.blocks:
        raise Refused("no_text")
    edit(call.parts, message, after)
    shape = call.parts.shapes.message(after)
    return {"channel": after.channel, "ts": after.ts, "text": after.text, "message": shape}


def delete_message(call: Call) -> Json:
    """chat.delete: takes an own message back."""
    message = _own_message(call, "cant_delete_message")
    delete(call.parts, message)
    return {"channel": message.channel, "ts": message.ts}


def permalink(call: Call) -> Json:
    """chat.getPermalink: the address of a message."""
    channel = call.channel()
    message = call.parts.workspace.message(channel.id, call.arguments.text("message_ts"))
    if message is None or message.only_for is not None:
        raise Refused("message_not_found")
    address = f"https://{call.parts.workspace.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    return {"channel": channel.id, "permalink": address}


def _addressed(call: Call) -> Channel:
    """The channel to write into, named by its id, by `#name`, or by the id of a person."""
    workspace, name = call.parts.workspace, call.arguments.text("channel")
    if name.startswith("U") and name in workspace.members:
        member = workspace.members[name]
        if member.is_bot or member.deleted:
            raise Refused("channel_not_found")
        channel = workspace.dm_of(name)
    else:
        by_name = (c for c in workspace.channels.values() if c.name == name.removeprefix("#"))
        channel = call.visible(workspace.channels.get(name) or next(by_name, None))
    _must_be_open(call, channel)
    return channel


def _must_be_open(call: Call, channel: Channel) -> None:
    workspace = call.parts.workspace
    if channel.kind == "dm":
        if workspace.members[channel.members[0]].deleted:
            raise Refused("is_archived")
        if not call.parts.manifest.messages_tab:
            raise Refused("messages_tab_disabled")
    elif workspace.bot.id not in channel.members and "chat:write.public" not in call.parts.manifest.scopes:
        raise Refused("not_in_channel")


def _wording(call: Call) -> Wording:
    arguments = call.arguments
    return read_wording(
        arguments.maybe_text("text"),
        arguments.parsed("blocks", "invalid_blocks_format"),
        arguments.parsed("metadata", "invalid_metadata_format"),
    )


def _draft(call: Call, channel: Channel, wording: Wording) -> Message:
    """A new message of the bot's."""
    if wording.empty:
        raise Refused("no_text")
    return Message(
        channel.id,
        call.parts.workspace.bot.id,
        wording.text,
        blocks=wording.blocks or (),
        by_bot=True,
        thread_ts=_thread(call, channel),
    )


def _thread(call: Call, channel: Channel) -> str | None:
    """The message that a thread hangs from, however deep in it the one named stands."""
    named = call.arguments.maybe_text("thread_ts")
    if not named:
        return None
    parent = call.parts.workspace.message(channel.id, named)
    if parent is None or parent.only_for is not None:
        raise Refused("thread_not_found")
    return parent.thread_ts or parent.ts


def _own_message(call: Call, error: str) -> Message:
    channel = call.channel()
    message = call.parts.workspace.message(channel.id, call.arguments.text("ts"))
    if message is None or message.only_for is not None:
        raise Refused("message_not_found")
    if not message.by_bot:
        raise Refused(error)
    return message
