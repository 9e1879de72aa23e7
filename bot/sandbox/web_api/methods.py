"""Lists every Web API method that the sandbox implements."""

from collections.abc import Callable

from bot.sandbox.model import Json
from bot.sandbox.web_api import chat, conversations, files, identity, user_groups, users, views
from bot.sandbox.web_api.api_call import ApiCall

METHODS: dict[str, Callable[[ApiCall], Json]] = {
    "apps.connections.open": identity.open_connection,
    "auth.test": identity.auth_test,
    "bots.info": identity.bots_info,
    "chat.delete": chat.delete_message,
    "chat.getPermalink": chat.permalink,
    "chat.postEphemeral": chat.post_ephemeral,
    "chat.postMessage": chat.post_message,
    "chat.update": chat.update,
    "conversations.history": conversations.history,
    "conversations.info": conversations.info,
    "conversations.list": conversations.list_conversations,
    "conversations.members": conversations.members,
    "conversations.open": conversations.open_dm,
    "conversations.replies": conversations.replies,
    "files.completeUploadExternal": files.complete_upload,
    "files.delete": files.delete,
    "files.getUploadURLExternal": files.upload_url,
    "files.info": files.info,
    "reactions.add": files.add_reaction,
    "team.info": identity.team_info,
    "usergroups.list": user_groups.list_groups,
    "usergroups.users.list": user_groups.list_members,
    "users.conversations": users.conversations,
    "users.info": users.info,
    "users.list": users.list_users,
    "users.lookupByEmail": users.look_up_by_email,
    "views.open": views.open_view,
    "views.publish": views.publish,
    "views.push": views.push,
    "views.update": views.update,
}

APP_TOKEN_METHODS = frozenset({"apps.connections.open"})
"""Methods that take the app-level token; all others take the bot's token."""
