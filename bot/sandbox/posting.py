"""Writing into a channel: keeps the message, tells the pages that show it, and sends the app its events."""

from dataclasses import replace

from bot.sandbox.model import Json, Message
from bot.sandbox.parts import Parts
from bot.sandbox.scopes import CHANNEL_TYPES, message_event
from bot.sandbox.seed import SLACKBOT


def post(parts: Parts, draft: Message) -> Message:
    """The message, with its timestamp, once it stands in its channel."""
    message = replace(draft, ts=parts.workspace.next_ts(parts.clock()))
    parts.workspace.keep(message)
    parts.workspace.share(message.files, message)
    _tell_pages(parts, message, "message")
    _tell_app(parts, message, parts.shapes.message(message))
    _tell_app_of_mention(parts, message)
    return message


def whisper(parts: Parts, *, channel: str, reader: str, text: str) -> Message:
    """A word from Slackbot that one person alone sees."""
    return post(parts, Message(channel, SLACKBOT.id, text, only_for=reader))


def edit(parts: Parts, before: Message, after: Message) -> Message:
    """The message, now saying something else."""
    parts.workspace.keep(after)
    _tell_pages(parts, after, "message_changed")
    change = {"message": parts.shapes.message(after), "previous_message": parts.shapes.message(before)}
    _tell_app(parts, after, {"type": "message", "subtype": "message_changed", "hidden": True, **change})
    return after


def delete(parts: Parts, message: Message) -> None:
    """Take a message away."""
    gone = parts.shapes.message(message)
    parts.workspace.keep(replace(message, deleted=True))
    _tell_pages(parts, message, "message_deleted")
    change = {"deleted_ts": message.ts, "previous_message": gone}
    _tell_app(parts, message, {"type": "message", "subtype": "message_deleted", "hidden": True, **change})


def _tell_pages(parts: Parts, message: Message, kind: str) -> None:
    readers = (message.only_for,) if message.only_for else parts.workspace.channels[message.channel].members
    for reader in readers:
        parts.watchers.tell(reader, {"kind": kind, "channel": message.channel, "ts": message.ts})


def _tell_app(parts: Parts, message: Message, event: Json) -> None:
    channel = parts.workspace.channels[message.channel]
    if message.only_for is not None or parts.workspace.bot.id not in channel.members:
        return
    at = {"channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind]}
    # Changes come as events with a timestamp of their own; a new message and its event share one.
    ts = event.get("ts") or parts.workspace.next_ts(parts.clock())
    parts.events.emit(message_event(channel), {**event, **at, "ts": ts, "event_ts": ts})


def _tell_app_of_mention(parts: Parts, message: Message) -> None:
    bot, channel = parts.workspace.bot.id, parts.workspace.channels[message.channel]
    if f"<@{bot}>" in message.text and not message.by_bot and bot in channel.members and channel.kind != "dm":
        event = parts.shapes.message(message) | {"type": "app_mention", "channel": channel.id, "event_ts": message.ts}
        parts.events.emit("app_mention", event)
