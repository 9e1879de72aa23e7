"""The memory of one workspace: people, channels, messages and files, each in its newest state."""

from collections.abc import Iterable, Iterator
from dataclasses import replace

from bot.sandbox.model import Channel, File, Member, SlackMessage
from bot.sandbox.refusal import RequestRefused


class SandboxWorkspace:
    """One team with one app installed. Nothing here sends anything: see `posting` and `events`."""

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
        self.files: dict[str, File] = {}
        self.last_read: dict[tuple[str, str], str] = {}
        """The newest `ts` that a person has seen, by (person, channel)."""
        self._messages: dict[str, dict[str, SlackMessage]] = {}
        self._replies: dict[tuple[str, str], list[str]] = {}
        self._microseconds = 0
        for person in self.people:
            self.add_person(person, created)

    @property
    def people(self) -> list[Member]:
        """Everyone who is no bot, those who left included."""
        return [member for member in self.members.values() if not member.is_bot]

    def person(self, user_id: str) -> Member:
        """The person of this id. RequestRefused `user_not_found` when there is none."""
        member = self.members.get(user_id)
        if member is None or member.is_bot:
            raise RequestRefused("user_not_found")
        return member

    def dm_with(self, user_id: str) -> Channel:
        """The direct message between this person and the bot."""
        return self.channels[f"D{self.person(user_id).id[1:]}"]

    def channels_with(self, user_id: str) -> list[Channel]:
        """The channels that a person or the bot is in; direct messages come first."""
        mine = [channel for channel in self.channels.values() if user_id in channel.members]
        return sorted(mine, key=lambda channel: (channel.kind != "dm", channel.name or ""))

    def next_ts(self, now: float) -> str:
        """A timestamp for a new message: Unix seconds with six digits, later than every one before it."""
        self._microseconds = max(int(now * 1_000_000), self._microseconds + 1)
        return f"{self._microseconds // 1_000_000}.{self._microseconds % 1_000_000:06d}"

    def store_message(self, message: SlackMessage) -> None:
        """Remember a message, in place of what had its channel and timestamp before."""
        channel = self._messages.setdefault(message.channel, {})
        if message.thread_ts is not None and message.is_reply and message.ts not in channel:
            self._replies.setdefault((message.channel, message.thread_ts), []).append(message.ts)
        channel[message.ts] = message

    def message(self, channel: str, ts: str) -> SlackMessage | None:
        """The message with this timestamp, unless it was deleted."""
        message = self._messages.get(channel, {}).get(ts)
        return None if message is None or message.deleted else message

    def all_messages(self) -> Iterator[SlackMessage]:
        """All messages ever taken, deleted and ephemeral ones too, channel by channel, oldest first."""
        for channel in self._messages.values():
            yield from channel.values()

    def messages_in(self, channel: str, viewer: str | None = None) -> list[SlackMessage]:
        """What stands in a channel, oldest first; ephemeral messages only for the viewer they are meant for."""
        return [
            message
            for message in self._messages.get(channel, {}).values()
            if not message.deleted and (message.visible_to is None or message.visible_to == viewer)
        ]

    def replies(self, channel: str, thread_ts: str, viewer: str | None = None) -> list[SlackMessage]:
        """What was answered in a thread, oldest first, without the message it hangs from."""
        found = (self.message(channel, ts) for ts in self._replies.get((channel, thread_ts), ()))
        return [message for message in found if message is not None and message.visible_to in (None, viewer)]

    def count_unread(self, user_id: str, channel: str) -> int:
        """How many top-level messages by others a person hasn't seen in a channel."""
        seen = self.last_read.get((user_id, channel), "")
        found = self.messages_in(channel, user_id)
        return sum(message.ts > seen and message.user != user_id and not message.is_reply for message in found)

    def update_person(self, member: Member) -> None:
        """Remember a person in a new state."""
        self.members[member.id] = member

    def record_file_share(self, file_ids: Iterable[str], message: SlackMessage) -> None:
        """Remember that these files stand in a message."""
        for file_id in file_ids:
            file = self.files[file_id]
            self.files[file_id] = replace(file, shared=(*file.shared, (message.channel, message.ts)))

    def add_person(self, person: Member, created: int) -> None:
        """Remember someone new, and open their direct message with the bot. `created` is Unix seconds."""
        self.members[person.id] = person
        dm = Channel(f"D{person.id[1:]}", None, "dm", (person.id, self.bot.id), created=created)
        self.channels[dm.id] = dm
