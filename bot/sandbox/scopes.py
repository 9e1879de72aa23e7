"""Which scope each method and each event needs, from Slack's reference of both."""

from bot.sandbox.model import Channel

METHOD_SCOPES: dict[str, str] = {
    "bots.info": "users:read",
    "chat.delete": "chat:write",
    "chat.postEphemeral": "chat:write",
    "chat.postMessage": "chat:write",
    "chat.update": "chat:write",
    "conversations.open": "im:write",
    "files.completeUploadExternal": "files:write",
    "files.delete": "files:write",
    "files.getUploadURLExternal": "files:write",
    "files.info": "files:read",
    "reactions.add": "reactions:write",
    "team.info": "team:read",
    "users.info": "users:read",
    "users.list": "users:read",
}
"""Methods that are not here need none, or one that depends on the channel: see `channel_scope`."""

EVENT_SCOPES: dict[str, frozenset[str]] = {
    "app_home_opened": frozenset(),
    "app_uninstalled": frozenset(),
    "app_mention": frozenset({"app_mentions:read"}),
    "file_shared": frozenset({"files:read"}),
    "member_joined_channel": frozenset({"channels:read", "groups:read"}),
    "message.channels": frozenset({"channels:history"}),
    "message.groups": frozenset({"groups:history"}),
    "message.im": frozenset({"im:history"}),
    "reaction_added": frozenset({"reactions:read"}),
    "tokens_revoked": frozenset(),
    "user_change": frozenset({"users:read"}),
}
"""Any one of the scopes is enough; an event without any needs none."""

_FAMILIES = {"dm": "im", "channel": "channels", "private": "groups"}
_MESSAGE_EVENTS = {"dm": "message.im", "channel": "message.channels", "private": "message.groups"}
CHANNEL_TYPES = {"dm": "im", "channel": "channel", "private": "group"}
"""What a message event calls the kind of its channel."""


def channel_scope(channel: Channel, access: str) -> str:
    """The scope for a right (`read` or `history`) to a channel of this kind: `im:history` for a direct message."""
    return f"{_FAMILIES[channel.kind]}:{access}"


def message_subscription(channel: Channel) -> str:
    """The subscription that brings messages of this channel."""
    return _MESSAGE_EVENTS[channel.kind]
