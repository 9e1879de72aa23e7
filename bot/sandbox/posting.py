"""Writing into a channel: keeps the message, tells the pages that show it, and sends the app its events."""

from dataclasses import replace

from bot.sandbox.components import Components
from bot.sandbox.model import Json, SlackMessage
from bot.sandbox.scopes import CHANNEL_TYPES, message_subscription
from bot.sandbox.seed import SLACKBOT


def post(components: Components, draft: SlackMessage) -> SlackMessage:
    """The message, with its timestamp, once it stands in its channel."""
    message = replace(draft, ts=components.workspace.next_ts(components.clock()))
    components.workspace.store_message(message)
    components.workspace.record_file_share(message.files, message)
    _tell_pages(components, message, "message")
    _tell_app(components, message, components.serializer.message(message))
    _tell_app_of_mention(components, message)
    return message


def post_slackbot_message(components: Components, *, channel: str, reader: str, text: str) -> SlackMessage:
    """A word from Slackbot that one person alone sees."""
    return post(components, SlackMessage(channel, SLACKBOT.id, text, visible_to=reader))


def edit(components: Components, before: SlackMessage, after: SlackMessage) -> SlackMessage:
    """The message, now saying something else."""
    components.workspace.store_message(after)
    _tell_pages(components, after, "message_changed")
    change = {
        "message": components.serializer.message(after),
        "previous_message": components.serializer.message(before),
    }
    _tell_app(components, after, {"type": "message", "subtype": "message_changed", "hidden": True, **change})
    return after


def delete(components: Components, message: SlackMessage) -> None:
    """Take a message away."""
    gone = components.serializer.message(message)
    components.workspace.store_message(replace(message, deleted=True))
    _tell_pages(components, message, "message_deleted")
    change = {"deleted_ts": message.ts, "previous_message": gone}
    _tell_app(components, message, {"type": "message", "subtype": "message_deleted", "hidden": True, **change})


def _tell_pages(components: Components, message: SlackMessage, kind: str) -> None:
    readers = (message.visible_to,) if message.visible_to else components.workspace.channels[message.channel].members
    for reader in readers:
        components.page_updates.notify(reader, {"kind": kind, "channel": message.channel, "ts": message.ts})


def _tell_app(components: Components, message: SlackMessage, event: Json) -> None:
    channel = components.workspace.channels[message.channel]
    if message.visible_to is not None or components.workspace.bot.id not in channel.members:
        return
    at = {"channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind]}
    # Changes come as events with a timestamp of their own; a new message and its event share one.
    ts = event.get("ts") or components.workspace.next_ts(components.clock())
    components.events.emit(message_subscription(channel), {**event, **at, "ts": ts, "event_ts": ts})


def _tell_app_of_mention(components: Components, message: SlackMessage) -> None:
    bot, channel = components.workspace.bot.id, components.workspace.channels[message.channel]
    if f"<@{bot}>" in message.text and not message.by_bot and bot in channel.members and channel.kind != "dm":
        event = components.serializer.message(message) | {
            "type": "app_mention",
            "channel": channel.id,
            "event_ts": message.ts,
        }
        components.events.emit("app_mention", event)
