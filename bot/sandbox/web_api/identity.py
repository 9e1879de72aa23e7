"""auth.test, team.info, bots.info and apps.connections.open: who the app is, and where it listens."""

from bot.sandbox.model import Json
from bot.sandbox.refusal import Refused
from bot.sandbox.web_api.call import Call


def auth_test(call: Call) -> Json:
    """auth.test: whose token this is."""
    workspace = call.parts.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.team_name,
        "user": workspace.bot.name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def team_info(call: Call) -> Json:
    """team.info: the workspace."""
    workspace = call.parts.workspace
    if call.arguments.maybe_text("team") not in (None, "", workspace.team_id):
        raise Refused("team_not_found")
    return {
        "team": {
            "id": workspace.team_id,
            "name": workspace.team_name,
            "domain": workspace.domain,
            "email_domain": "",
            "icon": {"image_default": True},
        }
    }


def bots_info(call: Call) -> Json:
    """bots.info: the app's bot."""
    workspace = call.parts.workspace
    if call.arguments.maybe_text("bot") not in (None, "", workspace.bot_id):
        raise Refused("bot_not_found")
    return {
        "bot": {
            "id": workspace.bot_id,
            "deleted": False,
            "name": workspace.bot.real_name,
            "updated": workspace.bot.updated,
            "app_id": workspace.app_id,
            "user_id": workspace.bot.id,
        }
    }


def open_connection(call: Call) -> Json:
    """apps.connections.open: where to connect for Socket Mode. Slack documents no name for an app without it."""
    if not call.parts.manifest.socket_mode:
        raise Refused("socket_mode_not_enabled")
    address = call.parts.address.url.replace("http://", "ws://", 1)
    return {"url": f"{address}/socket/{call.parts.sockets.ticket()}"}
