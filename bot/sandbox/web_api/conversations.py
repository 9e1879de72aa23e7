"""conversations.*: channels and direct messages, and what stands in them."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.sandbox.model import Channel, Json, Message
from bot.sandbox.refusal import Refused
from bot.sandbox.web_api.call import Call
from bot.sandbox.web_api.paging import page


class _Type(NamedTuple):
    kind: str
    scope: str


_TYPES = {
    "public_channel": _Type("channel", "channels"),
    "private_channel": _Type("private", "groups"),
    "im": _Type("dm", "im"),
    "mpim": _Type("mpim", "mpim"),
}


def open_dm(call: Call) -> Json:
    """conversations.open: the direct message with one person. The sandbox has no group messages."""
    arguments = call.arguments
    if arguments.has("channel"):
        dm = call.channel()
    else:
        users = arguments.names("users")
        if not users:
            raise Refused("users_list_not_supplied")
        if len(users) > 1:
            raise Refused("unsupported_in_sandbox")
        dm = _dm_with(call, users[0])
    answer: Json = {"no_op": True, "already_open": True}
    if arguments.flag("return_im"):
        return answer | {"channel": call.parts.shapes.channel(dm)}
    return answer | {"channel": {"id": dm.id}}


def history(call: Call) -> Json:
    """conversations.history: what stands in a channel, newest first, without replies in threads."""
    channel = _inside(call)
    found = [m for m in _between(call, call.parts.workspace.messages_in(channel.id)) if not m.is_reply]
    return _messages(call, found[::-1], default=100)


def replies(call: Call) -> Json:
    """conversations.replies: a message, then what was answered to it, oldest first."""
    channel = _inside(call)
    parent = call.parts.workspace.message(channel.id, call.arguments.text("ts"))
    if parent is None or parent.only_for is not None:
        raise Refused("thread_not_found")
    root = parent.thread_ts or parent.ts
    top = call.parts.workspace.message(channel.id, root)
    thread = _between(call, call.parts.workspace.replies(channel.id, root))
    return _messages(call, [*([top] if top else []), *thread], default=1000)


def info(call: Call) -> Json:
    """conversations.info: one channel."""
    return {"channel": call.parts.shapes.channel(call.readable_channel("read"))}


def members(call: Call) -> Json:
    """conversations.members: the ids of those in a channel."""
    found, onward = page(call.readable_channel("read").members, call.arguments, default=100, most=1000)
    return {"members": found, "response_metadata": onward}


def listing(call: Call) -> Json:
    """conversations.list: the channels that the bot can see."""
    bot = call.parts.workspace.bot.id
    visible = [c for c in call.parts.workspace.channels.values() if c.kind == "channel" or bot in c.members]
    found, onward = page(of_types(call, visible), call.arguments, default=100, most=999)
    return {"channels": [call.parts.shapes.channel(channel) for channel in found], "response_metadata": onward}


def of_types(call: Call, channels: Iterable[Channel]) -> list[Channel]:
    """Those of the `types` asked for (public channels, if none). Refused when a type is unknown or lacks its scope."""
    types = call.arguments.names("types") or ["public_channel"]
    if not set(types) <= set(_TYPES):
        raise Refused("invalid_types")
    for name in types:
        call.need_scope(f"{_TYPES[name].scope}:read")
    kinds = {_TYPES[name].kind for name in types}
    return [channel for channel in channels if channel.kind in kinds]


def _dm_with(call: Call, user_id: str) -> Channel:
    workspace = call.parts.workspace
    if user_id == workspace.bot.id:
        raise Refused("cannot_dm_bot")
    person = workspace.members.get(user_id)
    if person is None:
        raise Refused("user_not_found")
    if person.deleted:
        raise Refused("user_disabled")
    return workspace.dm_of(user_id)


def _inside(call: Call) -> Channel:
    channel = call.readable_channel("history")
    if call.parts.workspace.bot.id not in channel.members:
        raise Refused("not_in_channel")
    return channel


def _between(call: Call, messages: list[Message]) -> list[Message]:
    """Those after `oldest` and before `latest`; the two themselves only when `inclusive` is given."""
    oldest, latest = _time(call, "oldest", "invalid_ts_oldest"), _time(call, "latest", "invalid_ts_latest")
    inclusive, now = call.arguments.flag("inclusive"), call.parts.clock()
    return [
        message
        for message in messages
        if message.hidden_until <= now
        and (oldest is None or float(message.ts) > oldest or (inclusive and float(message.ts) == oldest))
        and (latest is None or float(message.ts) < latest or (inclusive and float(message.ts) == latest))
    ]


def _time(call: Call, name: str, error: str) -> float | None:
    given = call.arguments.maybe_text(name)
    try:
        return float(given) if given else None
    except ValueError:
        raise Refused(error) from None


def _messages(call: Call, messages: list[Message], default: int) -> Json:
    found, onward = page(messages, call.arguments, default=default, most=999)
    metadata = call.arguments.flag("include_all_metadata")
    more = bool(onward["next_cursor"])
    return {
        "messages": call.parts.shapes.messages(found, metadata=metadata),
        "has_more": more,
        "pin_count": 0,
    } | ({"response_metadata": onward} if more else {})
