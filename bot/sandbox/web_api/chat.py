"""Implements chat.*: posts, updates, and deletes the app's messages."""

from dataclasses import replace

from bot.sandbox.accepted_content import AcceptedContent, read_content
from bot.sandbox.model import BROADCAST, Channel, Json, SlackMessage
from bot.sandbox.posting import delete, edit, post
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.web_api.api_call import ApiCall


def post_message(call: ApiCall) -> Json:
    """Handle chat.postMessage: post a message. A person's ID means the direct message with them."""
    channel = _addressed(call)
    wording = _wording(call)
    draft = _draft(call, channel, wording)
    message = post(call.components, replace(draft, metadata=wording.metadata or None, hidden_until=call.hidden_until))
    return {"channel": channel.id, "ts": message.ts, "message": call.components.serializer.message(message)}


def post_ephemeral(call: ApiCall) -> Json:
    """Handle chat.postEphemeral: post a message that only one person in a channel sees."""
    channel, reader = _addressed(call), call.user()
    if reader.id not in channel.members:
        raise RequestRefused("user_not_in_channel")
    draft = _draft(call, channel, _wording(call))
    return {"message_ts": post(call.components, replace(draft, visible_to=reader.id)).ts}


def update(call: ApiCall) -> Json:
    """Handle chat.update: change the app's message. Without blocks, it keeps the old ones only if it has no text."""
    message = _own_message(call, "cant_update_message")
    wording, arguments = _wording(call), call.arguments
    text_named = arguments.has("text")
    if not text_named and wording.blocks is None and wording.metadata is None:
        raise RequestRefused("no_text")
    kept_blocks = () if text_named else message.blocks
    after = replace(
        message,
        text=wording.text if text_named else message.text,
        blocks=kept_blocks if wording.blocks is None else wording.blocks,
        metadata=message.metadata if wording.metadata is None else wording.metadata or None,
        # Slack marks only messages without blocks as edited.
        edited_ts=message.edited_ts if wording.blocks else call.components.workspace.next_ts(call.components.clock()),
    )
    if not after.text and not after.blocks:
        raise RequestRefused("no_text")
    edit(call.components, message, after)
    shape = call.components.serializer.message(after)
    return {"channel": after.channel, "ts": after.ts, "text": after.text, "message": shape}


def delete_message(call: ApiCall) -> Json:
    """Handle chat.delete: delete one of the app's messages."""
    message = _own_message(call, "cant_delete_message")
    delete(call.components, message)
    return {"channel": message.channel, "ts": message.ts}


def permalink(call: ApiCall) -> Json:
    """Handle chat.getPermalink: return a message's address."""
    channel = call.channel()
    message = call.components.workspace.message(channel.id, call.arguments.text("message_ts"))
    if message is None or message.visible_to is not None:
        raise RequestRefused("message_not_found")
    address = (
        f"https://{call.components.workspace.domain}.slack.com/archives/{channel.id}/p{message.ts.replace('.', '')}"
    )
    return {"channel": channel.id, "permalink": address}


def _addressed(call: ApiCall) -> Channel:
    """Return the channel to post to, from its ID, its `#name`, or a person's ID."""
    workspace, name = call.components.workspace, call.arguments.text("channel")
    if name.startswith("U") and name in workspace.members:
        member = workspace.members[name]
        if member.is_bot or member.deleted:
            raise RequestRefused("channel_not_found")
        channel = workspace.dm_with(name)
    else:
        by_name = (c for c in workspace.channels.values() if c.name == name.removeprefix("#"))
        channel = call.require_visible(workspace.channels.get(name) or next(by_name, None))
    _must_be_open(call, channel)
    return channel


def _must_be_open(call: ApiCall, channel: Channel) -> None:
    workspace = call.components.workspace
    if channel.kind == "dm":
        if workspace.members[channel.members[0]].deleted:
            raise RequestRefused("is_archived")
        if not call.components.manifest.messages_tab:
            raise RequestRefused("messages_tab_disabled")
    elif workspace.bot.id not in channel.members and "chat:write.public" not in call.components.manifest.scopes:
        raise RequestRefused("not_in_channel")


def _wording(call: ApiCall) -> AcceptedContent:
    arguments = call.arguments
    return read_content(
        arguments.optional_text("text"),
        arguments.json_value("blocks", "invalid_blocks_format"),
        arguments.json_value("metadata", "invalid_metadata_format"),
    )


def _draft(call: ApiCall, channel: Channel, wording: AcceptedContent) -> SlackMessage:
    """Build a new message by the bot."""
    if wording.is_empty:
        raise RequestRefused("no_text")
    thread_ts = _thread(call, channel)
    return SlackMessage(
        channel.id,
        call.components.workspace.bot.id,
        wording.text,
        blocks=wording.blocks or (),
        by_bot=True,
        subtype=BROADCAST if thread_ts and call.arguments.flag("reply_broadcast") else None,
        thread_ts=thread_ts,
    )


def _thread(call: ApiCall, channel: Channel) -> str | None:
    """Return the `ts` of the thread's parent, even if the call has that of a reply."""
    named = call.arguments.optional_text("thread_ts")
    if not named:
        return None
    parent = call.components.workspace.message(channel.id, named)
    if parent is None or parent.visible_to is not None:
        raise RequestRefused("thread_not_found")
    return parent.thread_ts or parent.ts


def _own_message(call: ApiCall, error: str) -> SlackMessage:
    channel = call.channel()
    message = call.components.workspace.message(channel.id, call.arguments.text("ts"))
    if message is None or message.visible_to is not None:
        raise RequestRefused("message_not_found")
    if not message.by_bot:
        raise RequestRefused(error)
    return message
