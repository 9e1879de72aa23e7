"""Implements conversations.*: channels, direct messages, and their histories."""

from collections.abc import Iterable
from typing import NamedTuple

from bot.sandbox.model import Channel, Json, SlackMessage
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.web_api.api_call import ApiCall
from bot.sandbox.web_api.paging import paginate


class _Type(NamedTuple):
    kind: str
    scope: str


_TYPES = {
    "public_channel": _Type("channel", "channels"),
    "private_channel": _Type("private", "groups"),
    "im": _Type("dm", "im"),
    "mpim": _Type("mpim", "mpim"),
}


def open_dm(call: ApiCall) -> Json:
    """Handle conversations.open: return the direct message with one person. The sandbox has no group messages."""
    arguments = call.arguments
    if arguments.has("channel"):
        dm = call.channel()
    else:
        users = arguments.name_list("users")
        if not users:
            raise RequestRefused("users_list_not_supplied")
        if len(users) > 1:
            raise RequestRefused("unsupported_in_sandbox")
        dm = _dm_with(call, users[0])
    answer: Json = {"no_op": True, "already_open": True}
    if arguments.flag("return_im"):
        return answer | {"channel": call.components.serializer.channel(dm)}
    return answer | {"channel": {"id": dm.id}}


def history(call: ApiCall) -> Json:
    """Handle conversations.history: return a channel's messages, newest first, without replies in threads."""
    channel = _inside(call)
    found = [m for m in _between(call, call.components.workspace.messages_in(channel.id)) if m.is_in_conversation]
    return _messages(call, found[::-1], default=100)


def replies(call: ApiCall) -> Json:
    """Handle conversations.replies: return a message, then its replies, oldest first."""
    channel = _inside(call)
    parent = call.components.workspace.message(channel.id, call.arguments.text("ts"))
    if parent is None or parent.visible_to is not None:
        raise RequestRefused("thread_not_found")
    root = parent.thread_ts or parent.ts
    top = call.components.workspace.message(channel.id, root)
    thread = _between(call, call.components.workspace.replies(channel.id, root))
    return _messages(call, [*([top] if top else []), *thread], default=1000)


def info(call: ApiCall) -> Json:
    """Handle conversations.info: return one channel."""
    return {"channel": call.components.serializer.channel(call.readable_channel("read"))}


def members(call: ApiCall) -> Json:
    """Handle conversations.members: return the IDs of a channel's members."""
    found, onward = paginate(call.readable_channel("read").members, call.arguments, default=100, max_limit=1000)
    return {"members": found, "response_metadata": onward}


def list_conversations(call: ApiCall) -> Json:
    """Handle conversations.list: return the channels that the bot can see."""
    workspace = call.components.workspace
    dms = [channel for channel in workspace.channels_with(workspace.bot.id) if channel.kind == "dm"]
    visible = filter_by_types(call, [*workspace.channels_visible_to(workspace.bot.id), *dms])
    found, onward = paginate(visible, call.arguments, default=100, max_limit=999)
    return {"channels": [call.components.serializer.channel(channel) for channel in found], "response_metadata": onward}


def filter_by_types(call: ApiCall, channels: Iterable[Channel]) -> list[Channel]:
    """Return the channels of the requested `types` (by default, public ones).

    Raises RequestRefused for an unknown type, or one without its scope.
    """
    types = call.arguments.name_list("types") or ["public_channel"]
    if not set(types) <= set(_TYPES):
        raise RequestRefused("invalid_types")
    for name in types:
        call.require_scope(f"{_TYPES[name].scope}:read")
    kinds = {_TYPES[name].kind for name in types}
    return [channel for channel in channels if channel.kind in kinds]


def _dm_with(call: ApiCall, user_id: str) -> Channel:
    workspace = call.components.workspace
    if user_id == workspace.bot.id:
        raise RequestRefused("cannot_dm_bot")
    person = workspace.members.get(user_id)
    if person is None:
        raise RequestRefused("user_not_found")
    if person.deleted:
        raise RequestRefused("user_disabled")
    return workspace.dm_with(user_id)


def _inside(call: ApiCall) -> Channel:
    channel = call.readable_channel("history")
    if call.components.workspace.bot.id not in channel.members:
        raise RequestRefused("not_in_channel")
    return channel


def _between(call: ApiCall, messages: list[SlackMessage]) -> list[SlackMessage]:
    """Return the messages between `oldest` and `latest`, including those two only if `inclusive` is true."""
    oldest, latest = _time(call, "oldest", "invalid_ts_oldest"), _time(call, "latest", "invalid_ts_latest")
    inclusive, now = call.arguments.flag("inclusive"), call.components.clock()
    return [
        message
        for message in messages
        if message.hidden_until <= now
        and (oldest is None or float(message.ts) > oldest or (inclusive and float(message.ts) == oldest))
        and (latest is None or float(message.ts) < latest or (inclusive and float(message.ts) == latest))
    ]


def _time(call: ApiCall, name: str, error: str) -> float | None:
    given = call.arguments.optional_text(name)
    try:
        return float(given) if given else None
    except ValueError:
        raise RequestRefused(error) from None


def _messages(call: ApiCall, messages: list[SlackMessage], default: int) -> Json:
    found, onward = paginate(messages, call.arguments, default=default, max_limit=999)
    metadata = call.arguments.flag("include_all_metadata")
    more = bool(onward["next_cursor"])
    return {
        "messages": call.components.serializer.messages(found, metadata=metadata),
        "has_more": more,
        "pin_count": 0,
    } | ({"response_metadata": onward} if more else {})
