"""One call of a Web API method: what it may use, and whom it may speak of."""

from dataclasses import dataclass

from bot.sandbox.components import Components
from bot.sandbox.model import Channel, Member
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.scopes import channel_scope
from bot.sandbox.web_api.arguments import Arguments


@dataclass(frozen=True, slots=True)
class ApiCall:
    """A call that has passed the door. `hidden_until` (Unix seconds): a message it posts shows late in histories."""

    components: Components
    arguments: Arguments
    hidden_until: float = 0.0

    def require_scope(self, *scopes: str) -> None:
        """RequestRefused `missing_scope` unless the app has one of these."""
        provided = self.components.manifest.scopes
        if provided.isdisjoint(scopes):
            raise RequestRefused("missing_scope", needed=scopes[0], provided=",".join(sorted(provided)))

    def user(self, name: str = "user") -> Member:
        """The member that an argument names. RequestRefused `user_not_found`."""
        member = self.components.workspace.members.get(self.arguments.text(name))
        if member is None:
            raise RequestRefused("user_not_found")
        return member

    def channel(self, name: str = "channel") -> Channel:
        """The channel that an argument names by its id. RequestRefused when there is none, or it is hidden from the
        bot."""
        return self.require_visible(self.components.workspace.channels.get(self.arguments.text(name)))

    def require_visible(self, channel: Channel | None) -> Channel:
        """The channel. RequestRefused `channel_not_found` when there is none, or it is private and the bot isn't in
        it."""
        if channel is None or (channel.kind != "channel" and self.components.workspace.bot.id not in channel.members):
            raise RequestRefused("channel_not_found")
        return channel

    def readable_channel(self, access: str) -> Channel:
        """The channel, if the app's scopes let it `read` its description or its `history`."""
        channel = self.channel()
        self.require_scope(channel_scope(channel, access))
        return channel
