"""Posts, edits, and deletes messages: stores them, notifies open pages, and sends the app its events."""

from dataclasses import replace

from bot.sandbox.components import Components
from bot.sandbox.model import JOINED, Json, SlackMessage
from bot.sandbox.scopes import CHANNEL_TYPES, message_subscription
from bot.sandbox.seed import SLACKBOT


def post(components: Components, draft: SlackMessage) -> SlackMessage:
    """Post a message, and return it with its timestamp."""
    message = replace(draft, ts=components.workspace.next_ts(components.clock()))
    components.workspace.store_message(message)
    components.workspace.record_file_share(message.files, message)
    _notify_pages(components, message, "message")
    _send_event(components, message, components.serializer.message(message))
    _send_mention_event(components, message)
    return message


def post_slackbot_message(components: Components, *, channel: str, reader: str, text: str) -> SlackMessage:
    """Post a message from Slackbot that only one person sees."""
    return post(components, SlackMessage(channel, SLACKBOT.id, text, visible_to=reader))


def edit(components: Components, before: SlackMessage, after: SlackMessage) -> SlackMessage:
    """Replace a message with its new version, and return that."""
    components.workspace.store_message(after)
    _notify_pages(components, after, "message_changed")
    change = {
        "message": components.serializer.message(after),
        "previous_message": components.serializer.message(before),
    }
    _send_event(components, after, {"type": "message", "subtype": "message_changed", "hidden": True, **change})
    return after


def delete(components: Components, message: SlackMessage) -> None:
    """Delete a message."""
    gone = components.serializer.message(message)
    components.workspace.store_message(replace(message, deleted=True))
    _notify_pages(components, message, "message_deleted")
    change = {"deleted_ts": message.ts, "previous_message": gone}
    _send_event(components, message, {"type": "message", "subtype": "message_deleted", "hidden": True, **change})


def _notify_pages(components: Components, message: SlackMessage, kind: str) -> None:
    readers = (message.visible_to,) if message.visible_to else components.workspace.channels[message.channel].members
    for reader in readers:
        components.page_updates.notify(reader, {"kind": kind, "channel": message.channel, "ts": message.ts})


def _send_event(components: Components, message: SlackMessage, event: Json) -> None:
    channel = components.workspace.channels[message.channel]
    if message.visible_to is not None or components.workspace.bot.id not in channel.members:
        return
    at = {"channel": channel.id, "channel_type": CHANNEL_TYPES[channel.kind]}
    # A change's event has a timestamp of its own; a new message and its event share one.
    ts = event.get("ts") or components.workspace.next_ts(components.clock())
    components.events.emit(message_subscription(channel), {**event, **at, "ts": ts, "event_ts": ts})


def _send_mention_event(components: Components, message: SlackMessage) -> None:
    bot, channel = components.workspace.bot.id, components.workspace.channels[message.channel]
    written = not message.by_bot and message.subtype != JOINED
    if f"<@{bot}>" in message.text and written and bot in channel.members and channel.kind != "dm":
        event = components.serializer.message(message) | {
            "type": "app_mention",
            "channel": channel.id,
            "event_ts": message.ts,
        }
        components.events.emit("app_mention", event)
