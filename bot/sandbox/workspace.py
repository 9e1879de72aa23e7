"""Stores one workspace in memory: people, channels, messages, and files, each in its current state."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.sandbox.model import Channel, File, Member, SlackMessage, UserGroup
from bot.sandbox.refusal import RequestRefused


class SandboxWorkspace:
    """One team with one app. It only stores; `posting` and `events` send."""

    def __init__(
        self,
        *,
        team_id: str,
        team_name: str,
        domain: str,
        app_id: str,
        bot_id: str,
        bot: Member,
        people: Iterable[Member],
        channels: Iterable[Channel],
        user_groups: Iterable[UserGroup],
        created: int,
    ) -> None:
        self.team_id = team_id
        self.team_name = team_name
        self.domain = domain
        self.app_id = app_id
        self.bot_id = bot_id
        self.bot = bot
        self.members = {member.id: member for member in (*people, bot)}
        self.channels = {channel.id: channel for channel in channels}
        self.user_groups = {group.id: group for group in user_groups}
        self.files: dict[str, File] = {}
        self.last_read: dict[tuple[str, str], str] = {}
        """The newest `ts` that each person has seen, by (person, channel)."""
        self._messages: dict[str, dict[str, SlackMessage]] = {}
        self._replies: dict[tuple[str, str], list[str]] = {}
        self._microseconds = 0
        for person in self.people:
            self.add_person(person, created)

    @property
    def people(self) -> list[Member]:
        """Everyone except bots, including people who left."""
        return [member for member in self.members.values() if not member.is_bot]

    def person(self, user_id: str) -> Member:
        """Return the person with this ID. Raises RequestRefused `user_not_found`."""
        member = self.members.get(user_id)
        if member is None or member.is_bot:
            raise RequestRefused("user_not_found")
        return member

    def dm_with(self, user_id: str) -> Channel:
        """Return the direct message between this person and the bot."""
        return self.channels[f"D{self.person(user_id).id[1:]}"]

    def channels_with(self, user_id: str) -> list[Channel]:
        """Return the channels of a person or the bot, direct messages first."""
        mine = [channel for channel in self.channels.values() if user_id in channel.members]
        return sorted(mine, key=lambda channel: (channel.kind != "dm", channel.name or ""))

    def channels_visible_to(self, user_id: str) -> list[Channel]:
        """Return the channels that somebody can find: public ones, and the private ones that they are in."""
        return [
            channel
            for channel in self.channels.values()
            if channel.kind == "channel" or (channel.kind == "private" and user_id in channel.members)
        ]

    def find_member(self, name: str) -> Member | None:
        """Return the person or bot with this name, however it is capitalized, or None."""
        return next((member for member in self.members.values() if member.name == name.lower()), None)

    def next_ts(self, now: float) -> str:
        """Return the next message timestamp: Unix seconds with six decimals, later than every one before."""
        self._microseconds = max(int(now * 1_000_000), self._microseconds + 1)
        return f"{self._microseconds // 1_000_000}.{self._microseconds % 1_000_000:06d}"

    def store_message(self, message: SlackMessage) -> None:
        """Store a message, and replace the one with the same channel and timestamp."""
        channel = self._messages.setdefault(message.channel, {})
        if message.thread_ts is not None and message.is_reply and message.ts not in channel:
            self._replies.setdefault((message.channel, message.thread_ts), []).append(message.ts)
        channel[message.ts] = message

    def message(self, channel: str, ts: str) -> SlackMessage | None:
        """Return the message with this timestamp, or None if there is none or it was deleted."""
        message = self._messages.get(channel, {}).get(ts)
        return None if message is None or message.deleted else message

    def all_messages(self) -> Iterator[SlackMessage]:
        """Yield all messages ever accepted, even deleted and ephemeral ones, by channel, oldest first."""
        for channel in self._messages.values():
            yield from channel.values()

    def messages_in(self, channel: str, viewer: str | None = None) -> list[SlackMessage]:
        """Return a channel's messages, oldest first. Ephemeral messages are only for their own viewer."""
        return [
            message
            for message in self._messages.get(channel, {}).values()
            if not message.deleted and (message.visible_to is None or message.visible_to == viewer)
        ]

    def replies(self, channel: str, thread_ts: str, viewer: str | None = None) -> list[SlackMessage]:
        """Return the replies in a thread, oldest first, without its parent message."""
        found = (self.message(channel, ts) for ts in self._replies.get((channel, thread_ts), ()))
        return [message for message in found if message is not None and message.visible_to in (None, viewer)]

    def count_unread(self, user_id: str, channel: str) -> int:
        """Count the top-level messages by others that a person hasn't seen in a channel."""
        seen = self.last_read.get((user_id, channel), "")
        found = self.messages_in(channel, user_id)
        return sum(message.ts > seen and message.user != user_id and message.is_in_conversation for message in found)

    def update_person(self, member: Member) -> None:
        """Store a person's new state."""
        self.members[member.id] = member

    def record_file_share(self, file_ids: Iterable[str], message: SlackMessage) -> None:
        """Record that a message has these files."""
        for file_id in file_ids:
            file = self.files[file_id]
            self.files[file_id] = replace(file, shared=(*file.shared, (message.channel, message.ts)))

    def add_person(self, person: Member, created: int) -> None:
        """Add a person, and open their direct message with the bot. `created` is in Unix seconds."""
        self.members[person.id] = person
        dm = Channel(f"D{person.id[1:]}", None, "dm", (person.id, self.bot.id), created=created)
        self.channels[dm.id] = dm
