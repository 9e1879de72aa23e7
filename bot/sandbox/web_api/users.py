"""Implements users.*: the people of the workspace."""

from bot.sandbox.model import Json
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.web_api.api_call import ApiCall
from bot.sandbox.web_api.conversations import filter_by_types
from bot.sandbox.web_api.paging import paginate


def info(call: ApiCall) -> Json:
    """Handle users.info: return one member."""
    return {
        "user": call.components.serializer.user(call.user(), call.components.clock(), with_locale=_with_locale(call))
    }


def list_users(call: ApiCall) -> Json:
    """Handle users.list: return every member, including the bot and people who left."""
    members = list(call.components.workspace.members.values())
    found, onward = paginate(members, call.arguments, default=200, max_limit=1000)
    now = call.components.clock()
    return {
        "members": [call.components.serializer.user(member, now, with_locale=_with_locale(call)) for member in found],
        "cache_ts": int(now),
        "response_metadata": onward,
    }


def conversations(call: ApiCall) -> Json:
    """Handle users.conversations: return the channels of a member, by default the bot.

    As in Slack, those of others include only the private ones that the bot is in, too.
    """
    workspace = call.components.workspace
    user = call.user() if call.arguments.has("user") else workspace.bot
    if user.deleted:
        raise RequestRefused("user_not_found")
    shared = {channel.id for channel in workspace.channels_with(workspace.bot.id)}
    theirs = [c for c in workspace.channels_with(user.id) if c.kind == "channel" or c.id in shared]
    mine = filter_by_types(call, theirs)
    found, onward = paginate(mine, call.arguments, default=100, max_limit=999)
    return {"channels": [call.components.serializer.channel(channel) for channel in found], "response_metadata": onward}


def _with_locale(call: ApiCall) -> bool:
    return call.arguments.flag("include_locale")
