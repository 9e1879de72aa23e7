"""Implements usergroups.*: people with one handle."""

from bot.sandbox.model import Json, UserGroup
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.web_api.api_call import ApiCall


def list_groups(call: ApiCall) -> Json:
    """Handle usergroups.list: return every user group, in no particular order."""
    workspace = call.components.workspace
    return {"usergroups": [_group(group, workspace.team_id) for group in workspace.user_groups.values()]}


def list_members(call: ApiCall) -> Json:
    """Handle usergroups.users.list: return the IDs of a user group's members, who may have left the workspace."""
    group = call.components.workspace.user_groups.get(call.arguments.text("usergroup"))
    if group is None:
        raise RequestRefused("no_such_subteam")
    return {"users": list(group.members)}


def _group(group: UserGroup, team_id: str) -> Json:
    return {
        "id": group.id,
        "team_id": team_id,
        "is_usergroup": True,
        "name": group.name,
        "handle": group.handle,
        "description": "",
        "is_external": False,
        "date_create": group.created,
        "date_update": group.created,
        "date_delete": 0,
    }
