"""Implements users.*: the people of the workspace."""

from bot.sandbox.model import Json
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.web_api.api_call import ApiCall
from bot.sandbox.web_api.conversations import filter_by_types
from bot.sandbox.web_api.paging import paginate


def info(call: ApiCall) -> Json:
    """Handle users.info: return one member."""
    return {"user": call.components.serializer.user(call.user(), call.components.clock())}


def list_users(call: ApiCall) -> Json:
    """Handle users.list: return every member, including the bot and people who left."""
    members = list(call.components.workspace.members.values())
    found, onward = paginate(members, call.arguments, default=200, max_limit=1000)
    now = call.components.clock()
    return {
        "members": [call.components.serializer.user(member, now) for member in found],
        "cache_ts": int(now),
        "response_metadata": onward,
    }


def conversations(call: ApiCall) -> Json:
    """Handle users.conversations: return the channels of a member, by default the bot."""
    workspace = call.components.workspace
    user = call.user() if call.arguments.has("user") else workspace.bot
    if user.deleted:
        raise RequestRefused("user_not_found")
    mine = filter_by_types(call, workspace.channels_with(user.id))
    found, onward = paginate(mine, call.arguments, default=100, max_limit=999)
    return {"channels": [call.components.serializer.channel(channel) for channel in found], "response_metadata": onward}
