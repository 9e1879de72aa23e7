"""users.*: the people of the workspace."""

from bot.sandbox.model import Json
from bot.sandbox.refusal import Refused
from bot.sandbox.web_api.call import Call
from bot.sandbox.web_api.conversations import of_types
from bot.sandbox.web_api.paging import page


def info(call: Call) -> Json:
    """users.info: one member."""
    return {"user": call.parts.shapes.user(call.user(), call.parts.clock())}


def listing(call: Call) -> Json:
    """users.list: every member, those who left and the bot included."""
    members = list(call.parts.workspace.members.values())
    found, onward = page(members, call.arguments, default=200, most=1000)
    now = call.parts.clock()
    return {
        "members": [call.parts.shapes.user(member, now) for member in found],
        "cache_ts": int(now),
        "response_metadata": onward,
    }


def conversations(call: Call) -> Json:
    """users.conversations: the channels that somebody (the bot, if nobody is named) is in."""
    workspace = call.parts.workspace
    user = call.user() if call.arguments.has("user") else workspace.bot
    if user.deleted:
        raise Refused("user_not_found")
    mine = of_types(call, workspace.channels_of(user.id))
    found, onward = page(mine, call.arguments, default=100, most=999)
    return {"channels": [call.parts.shapes.channel(channel) for channel in found], "response_metadata": onward}
