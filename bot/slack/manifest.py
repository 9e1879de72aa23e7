"""Builds the Slack app's manifest from the same skills and command table as the app, which keeps both in step."""

from collections.abc import Sequence
from typing import Any

from bot.domain import commands
from bot.domain.lesson import Skill

SCOPES = {
    "app_mentions:read": "answers whoever mentions it in a channel, so that nobody else sees the answer",
    "chat:write": "posts lessons and answers in each person's DM with Rounds",
    "commands": "answers the slash commands",
    "im:history": "receives what people write to Rounds, and checks whether a lesson arrived before sending it again",
    "im:write": "opens the DM with a person",
    "users:read": "reads a person's time zone, locale, and away status (if they opt in), and whether they are an admin",
    "files:read": "downloads the lesson packs that admins upload and the rosters that people send",
    "files:write": "sends people their export, and deletes it when they want; sends admins the lesson sheet",
    "channels:read": "lists the members of a public channel that an admin invites",
    "groups:read": "lists the members of a private channel that an admin invites",
}
"""The bot's scopes that it can't do without, each with its reason. There are no user scopes."""

OPTIONAL_SCOPES = {
    "usergroups:read": "lists user groups and their members, to invite a group; people and channels do without",
    "users:read.email": "finds the people whom a cohort's roster file names by email; files with Slack IDs do without",
}
"""The bot's scopes that whoever installs it may refuse (https://docs.slack.dev/changelog/2026/03/16/optional-scopes),
each with its reason. Whatever needs one says so if it is missing."""

EVENTS = {
    "app_home_opened": "publishes Home with the current state",
    "app_mention": "says, to whoever mentions it in a channel alone, where to ask in private",
    "app_uninstalled": "stops sending when a workspace removes Rounds",
    "message.im": "welcomes new people, answers situations, and reads packs from admins",
    "tokens_revoked": "stops sending when the bot's token is revoked",
    "user_change": "follows a person's time zone, pauses while they are away (if they opt in), stops when they leave",
}
"""The events that the app subscribes to, each with its reason. `user_change` needs users:read, `message.im` needs
im:history, `app_mention` needs app_mentions:read, and the others need no scope."""

MAX_SLASH_COMMANDS = 50
"""Most slash commands in a manifest (Slack's limit). Skills beyond that work with `/tip`."""


def slash_commands(skills: Sequence[Skill]) -> list[dict[str, Any]]:
    """List every slash command as the manifest needs it."""
    own = [_command(each.typed, each.does, each.usage) for each in commands.COMMANDS if each.slash]
    names = [each.name for each in commands.COMMANDS if not each.slash]
    umbrella = _command(f"/{commands.UMBRELLA}", ", ".join(names), " | ".join(names))
    tips = [_command(skill.command, f"a tip: {skill.name}", "[situation]") for skill in skills if skill.command]
    return [umbrella, *own, *tips][:MAX_SLASH_COMMANDS]


def list_skills_without_room(skills: Sequence[Skill]) -> list[Skill]:
    """Return the skills whose commands `slash_commands` leaves out, because Slack allows no more."""
    with_command = [skill for skill in skills if skill.command]
    room = MAX_SLASH_COMMANDS - len(slash_commands([]))
    return with_command[room:]


def manifest(skills: Sequence[Skill], request_url: str | None = None) -> dict[str, Any]:
    """Build the manifest (schema version 2): for HTTP if there is a `request_url`, and otherwise for Socket Mode."""
    there = {"request_url": request_url} if request_url else {}
    return {
        "_metadata": {"major_version": 2, "minor_version": 1},
        "display_information": {
            "name": "Rounds",
            "description": "One short management lesson each workday",
            "long_description": (
                "Rounds gives clinic and practice managers, nurse managers, department heads, and hospital "
                "administrators one short lesson with one question each workday. It asks them to reflect, tracks "
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
        # Slack lists an optional scope in both places.
        "oauth_config": {
            "scopes": {"bot": sorted({**SCOPES, **OPTIONAL_SCOPES}), "bot_optional": sorted(OPTIONAL_SCOPES)}
        },
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
