"""Lists the scope that each method and event needs, from Slack's reference."""

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
    "usergroups.list": "usergroups:read",
    "usergroups.users.list": "usergroups:read",
    "users.info": "users:read",
    "users.list": "users:read",
    "users.lookupByEmail": "users:read.email",
}
"""Other methods need no scope, or one that depends on the channel (see `channel_scope`)."""

EMAIL_SCOPE = "users:read.email"
"""The scope without which no user object has an email address."""

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
"""The scopes for each event; any one of them is enough. An empty set means that the event needs none."""

_FAMILIES = {"dm": "im", "channel": "channels", "private": "groups"}
_MESSAGE_EVENTS = {"dm": "message.im", "channel": "message.channels", "private": "message.groups"}
CHANNEL_TYPES = {"dm": "im", "channel": "channel", "private": "group"}
"""The `channel_type` of message events, by the channel's kind."""


def channel_scope(channel: Channel, access: str) -> str:
    """Return the scope for `read` or `history` access to a channel, such as `im:history` for a direct message."""
    return f"{_FAMILIES[channel.kind]}:{access}"


def message_subscription(channel: Channel) -> str:
    """Return the event subscription for messages in this channel."""
    return _MESSAGE_EVENTS[channel.kind]
