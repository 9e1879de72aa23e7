"""Implements users.*: the people of the workspace."""

from bot.sandbox.model import Json, Member
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.web_api.api_call import ApiCall
from bot.sandbox.web_api.conversations import filter_by_types
from bot.sandbox.web_api.paging import paginate


def info(call: ApiCall) -> Json:
    """Handle users.info: return one member."""
    return {"user": _user(call, call.user())}


def list_users(call: ApiCall) -> Json:
    """Handle users.list: return every member, including the bot and people who left."""
    members = list(call.components.workspace.members.values())
    found, onward = paginate(members, call.arguments, default=200, max_limit=1000)
    return {
        "members": [_user(call, member) for member in found],
        "cache_ts": int(call.components.clock()),
        "response_metadata": onward,
    }


def look_up_by_email(call: ApiCall) -> Json:
    """Handle users.lookupByEmail: return the member with this address. As in Slack, nobody who has left is found."""
    email = call.arguments.text("email").casefold()
    for member in call.components.workspace.members.values():
        if member.email and member.email.casefold() == email and not member.deleted:
            return {"user": _user(call, member)}
    raise RequestRefused("users_not_found")


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


def _user(call: ApiCall, member: Member) -> Json:
    with_locale = call.arguments.flag("include_locale")
    return call.components.serializer.user(member, call.components.clock(), with_locale=with_locale)
