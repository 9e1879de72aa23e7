"""The Slack app's manifest, made from the same skills and routes as the app, so that the two can't drift."""

from collections.abc import Sequence
from typing import Any

from bot.domain import commands
from bot.domain.lesson import Skill

SCOPES = {
    "chat:write": "posts lessons and answers in people's own conversation with Rounds",
    "commands": "answers the slash commands",
    "im:history": "receives what people write to Rounds, and looks up whether a lesson arrived before sending again",
    "im:write": "opens the conversation with a person",
    "users:read": "reads a person's time zone, whether they are away (if they wish), and whether they are an admin",
    "files:read": "fetches the lesson packs that admins upload, and the rosters that people send",
    "files:write": "sends people their own words as a file, and takes it back when they leave; sends admins a sheet",
    "channels:read": "lists the members of a public channel that an admin invites",
    "groups:read": "lists the members of a private channel that an admin invites",
}
"""Each scope of the bot, with the reason for it. There are no user scopes."""

EVENTS = {
    "app_home_opened": "shows Home as it stands",
    "app_uninstalled": "stops sending when a workspace takes Rounds away",
    "message.im": "greets who writes to Rounds, answers situations, and takes packs from admins",
    "tokens_revoked": "stops sending when the bot's token was revoked",
    "user_change": "moves lessons with a person's zone, pauses while they are away (if they wish), stops with them",
}
"""Each event the app asks for, with the reason for it. `user_change` needs users:read, `message.im` im:history, and the
others need no scope."""

MOST_COMMANDS = 50
"""Slash commands in a manifest (Slack's limit); a skill beyond that is reached by `/tip`."""


def slash_commands(skills: Sequence[Skill]) -> list[dict[str, Any]]:
    """Every slash command, in the manifest's form."""
    own = [_command(each.typed, each.does, each.usage) for each in commands.COMMANDS if each.slash]
    names = [each.name for each in commands.COMMANDS if not each.slash]
    umbrella = _command(f"/{commands.UMBRELLA}", ", ".join(names), " | ".join(names))
    tips = [_command(skill.command, f"a tip: {skill.name}", "[situation]") for skill in skills if skill.command]
    return [umbrella, *own, *tips][:MOST_COMMANDS]


def manifest(skills: Sequence[Skill], request_url: str | None = None) -> dict[str, Any]:
    """The manifest as Slack takes it (schema version 2): for Socket Mode, or for HTTP with a `request_url`."""
    there = {"request_url": request_url} if request_url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Rounds",
            "description": "One short management lesson each working day",
            "long_description": (
                "Rounds gives clinic and practice managers, nurse managers, department heads and hospital "
                "administrators one short lesson each working day, and one question. It asks them to reflect, keeps "
                "their streak, and coaches on demand. What people write about their work is encrypted, and nobody else "
                "can read it in Rounds. Please leave out patient and staff details."
            ),
            "background_color": "#1f4e5f",
        },
        "features": {
            "app_home": {
                "home_tab_enabled": True,
                "messages_tab_enabled": True,
                "messages_tab_read_only_enabled": False,
            },
            "bot_user": {"display_name": "Rounds", "always_online": True},
            "slash_commands": [
                {**command, "url": request_url} if request_url else command for command in slash_commands(skills)
            ],
        },
        "oauth_config": {"scopes": {"bot": sorted(SCOPES)}},
        "settings": {
            "event_subscriptions": {**there, "bot_events": sorted(EVENTS)},
            "interactivity": {"is_enabled": True, **there},
            "org_deploy_enabled": False,
            "socket_mode_enabled": request_url is None,
            "token_rotation_enabled": False,
        },
    }


def _command(command: str, does: str, usage: str) -> dict[str, Any]:
    entry = {"command": command, "description": f"{does[0].upper()}{does[1:]}", "should_escape": False}
    return {**entry, "usage_hint": usage} if usage else entry
