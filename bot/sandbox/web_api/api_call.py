"""Represents one Web API call, and checks its scopes and channels."""

from dataclasses import dataclass

from bot.sandbox.components import Components
from bot.sandbox.model import Channel, Member
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.scopes import channel_scope
from bot.sandbox.web_api.arguments import Arguments


@dataclass(frozen=True, slots=True)
class ApiCall:
    """An authorized call. A message it posts stays out of histories until `hidden_until` (Unix seconds)."""

    components: Components
    arguments: Arguments
    hidden_until: float = 0.0

    def require_scope(self, *scopes: str) -> None:
        """Raise RequestRefused `missing_scope` unless the app has one of these scopes."""
        provided = self.components.manifest.scopes
        if provided.isdisjoint(scopes):
            raise RequestRefused("missing_scope", needed=scopes[0], provided=",".join(sorted(provided)))

    def user(self, name: str = "user") -> Member:
        """Return the member in this argument. Raises RequestRefused `user_not_found`."""
        member = self.components.workspace.members.get(self.arguments.text(name))
        if member is None:
            raise RequestRefused("user_not_found")
        return member

    def channel(self, name: str = "channel") -> Channel:
        """Return the channel with the ID in this argument. Raises RequestRefused if the bot can't see it."""
        return self.require_visible(self.components.workspace.channels.get(self.arguments.text(name)))

    def require_visible(self, channel: Channel | None) -> Channel:
        """Return the channel. Raises RequestRefused `channel_not_found` for None, or a private one without the bot."""
        if channel is None or (channel.kind != "channel" and self.components.workspace.bot.id not in channel.members):
            raise RequestRefused("channel_not_found")
        return channel

    def readable_channel(self, access: str) -> Channel:
        """Return the channel if the app has the scope to `read` its description or its `history`."""
        channel = self.channel()
        self.require_scope(channel_scope(channel, access))
        return channel
