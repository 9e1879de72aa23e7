"""Implements auth.test, team.info, bots.info, and apps.connections.open."""

from bot.sandbox.model import Json
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.web_api.api_call import ApiCall


def auth_test(call: ApiCall) -> Json:
    """Handle auth.test: return the identity behind the token."""
    workspace = call.components.workspace
    return {
        "url": f"https://{workspace.domain}.slack.com/",
        "team": workspace.team_name,
        "user": workspace.bot.name,
        "team_id": workspace.team_id,
        "user_id": workspace.bot.id,
        "bot_id": workspace.bot_id,
        "is_enterprise_install": False,
    }


def team_info(call: ApiCall) -> Json:
    """Handle team.info: return the workspace."""
    workspace = call.components.workspace
    if call.arguments.optional_text("team") not in (None, "", workspace.team_id):
        raise RequestRefused("team_not_found")
    return {
        "team": {
            "id": workspace.team_id,
            "name": workspace.team_name,
            "domain": workspace.domain,
            "email_domain": "",
            "icon": {"image_default": True},
        }
    }


def bots_info(call: ApiCall) -> Json:
    """Handle bots.info: return the app's bot."""
    workspace = call.components.workspace
    if call.arguments.optional_text("bot") not in (None, "", workspace.bot_id):
        raise RequestRefused("bot_not_found")
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


def open_connection(call: ApiCall) -> Json:
    """Handle apps.connections.open: return a WebSocket URL. Slack documents no error for apps without Socket Mode."""
    if not call.components.manifest.socket_mode:
        raise RequestRefused("socket_mode_not_enabled")
    address = call.components.base_url.url.replace("http://", "ws://", 1)
    return {"url": f"{address}/socket/{call.components.sockets.create_ticket()}"}
