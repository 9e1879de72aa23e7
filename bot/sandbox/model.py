"""The sandbox's data. Values are frozen; `workspace.SandboxWorkspace` has the current version of each."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Json = dict[str, Any]
ChannelKind = Literal["dm", "channel", "private"]
ViewKind = Literal["modal", "home"]


@dataclass(frozen=True, slots=True)
class Member:
    """A person, or the app's bot. `tz` is an IANA zone name, `locale` an IETF language tag; a bot has no `email`.

    `status_expiration` and `updated` are in Unix seconds.
    """

    id: str
    name: str
    real_name: str
    title: str
    tz: str
    is_admin: bool = False
    is_owner: bool = False
    is_bot: bool = False
    deleted: bool = False
    status_text: str = ""
    status_emoji: str = ""
    status_expiration: int = 0
    locale: str = "en-US"
    updated: int = 0
    email: str = ""


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel or a direct message. A direct message has no name and two members: a person and the bot."""

    id: str
    name: str | None
    kind: ChannelKind
    members: tuple[str, ...]
    topic: str = ""
    created: int = 0


@dataclass(frozen=True, slots=True)
class UserGroup:
    """People with one handle, such as `@charge-nurses`. `created` is in Unix seconds."""

    id: str
    name: str
    handle: str
    members: tuple[str, ...]
    created: int = 0


@dataclass(frozen=True, slots=True)
class File:
    """An uploaded file. `content` is None until its bytes arrive; `shared` is empty until it is posted."""

    id: str
    name: str
    title: str
    mimetype: str
    owner: str
    created: int
    size: int
    content: bytes | None = field(default=None, repr=False)
    shared: tuple[tuple[str, str], ...] = ()
    """(channel, ts) of each message that has it."""


BROADCAST = "thread_broadcast"
"""The subtype of a reply that was also sent to the conversation."""

JOINED = "channel_join"
"""The subtype of the message that says that somebody, or the app, was added to a channel."""


@dataclass(frozen=True, slots=True)
class SlackMessage:
    """The current state of a message. `ts` identifies and orders it within its channel; it is empty until posted.

    `visible_to` is the reader of an ephemeral message. `hidden_until` (Unix seconds) keeps it out of histories, because
    Slack sometimes shows accepted messages late.
    """

    channel: str
    user: str
    text: str
    ts: str = ""
    blocks: tuple[Json, ...] = ()
    by_bot: bool = False
    username: str | None = None
    subtype: str | None = None
    metadata: Json | None = None
    thread_ts: str | None = None
    edited_ts: str | None = None
    visible_to: str | None = None
    files: tuple[str, ...] = ()
    reactions: tuple[tuple[str, str], ...] = ()
    """(emoji name, user) in the order of adding."""
    deleted: bool = False
    hidden_until: float = 0.0

    @property
    def is_reply(self) -> bool:
        """Whether it is a reply in a thread."""
        return self.thread_ts is not None and self.thread_ts != self.ts

    @property
    def is_in_conversation(self) -> bool:
        """Whether it stands in the conversation itself: it is no reply, or one that was sent there, too."""
        return not self.is_reply or self.subtype == BROADCAST


@dataclass(frozen=True, slots=True)
class View:
    """A modal or an App Home, as one person sees it. `content` is what the app sent, with every ID filled in.

    `values` is what the person entered, as Slack's `state.values`. `hash` changes with every update.
    """

    id: str
    kind: ViewKind
    user: str
    content: Json
    hash: str
    root_id: str
    previous_id: str | None = None
    values: Mapping[str, Mapping[str, Json]] = field(default_factory=dict)

    @property
    def blocks(self) -> list[Json]:
        """The view's blocks."""
        return list(self.content["blocks"])
