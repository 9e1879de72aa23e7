"""One call of a Web API method: what it may use, and whom it may speak of."""

from dataclasses import dataclass

from bot.sandbox.model import Channel, Member
from bot.sandbox.parts import Parts
from bot.sandbox.refusal import Refused
from bot.sandbox.scopes import channel_scope
from bot.sandbox.web_api.arguments import Arguments


@dataclass(frozen=True, slots=True)
class Call:
    """A call that has passed the door. `hidden_until` (Unix seconds): a message it posts shows late in histories."""

    parts: Parts
    arguments: Arguments
    hidden_until: float = 0.0

    def need_scope(self, *scopes: str) -> None:
        """Refused `missing_scope` unless the app has one of these."""
        provided = self.parts.manifest.scopes
        if provided.isdisjoint(scopes):
            raise Refused("missing_scope", needed=scopes[0], provided=",".join(sorted(provided)))

    def user(self, name: str = "user") -> Member:
        """The member that an argument names. Refused `user_not_found`."""
        member = self.parts.workspace.members.get(self.arguments.text(name))
        if member is None:
            raise Refused("user_not_found")
        return member

    def channel(self, name: str = "channel") -> Channel:
        """The channel that an argument names by its id. Refused when there is none, or it is hidden from the bot."""
        return self.visible(self.parts.workspace.channels.get(self.arguments.text(name)))

    def visible(self, channel: Channel | None) -> Channel:
        """The channel. Refused `channel_not_found` when there is none, or it is private and the bot isn't in it."""
        if channel is None or (channel.kind != "channel" and self.parts.workspace.bot.id not in channel.members):
            raise Refused("channel_not_found")
        return channel

    def readable_channel(self, right: str) -> Channel:
        """The channel, if the app's scopes let it `read` its description or its `history`."""
        channel = self.channel()
        self.need_scope(channel_scope(channel, right))
        return channel
