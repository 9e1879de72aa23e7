"""Reads the parts of Slack's app manifest that the sandbox uses: names, scopes, commands, and events.

The format is at https://docs.slack.dev/reference/app-manifest.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class SlashCommand:
    """A slash command. `should_escape` means that Slack turns mentions in its text into IDs."""

    name: str
    description: str
    usage_hint: str
    should_escape: bool


@dataclass(frozen=True, slots=True)
class Manifest:
    """An app as its manifest describes it."""

    app_name: str
    bot_name: str
    commands: tuple[SlashCommand, ...]
    scopes: frozenset[str]
    events: frozenset[str]
    interactive: bool
    socket_mode: bool
    home_tab: bool
    messages_tab: bool
    messages_read_only: bool

    def find_command(self, name: str) -> SlashCommand | None:
        """Return the command with this name (with its slash), or None without it or the scope for commands."""
        if "commands" not in self.scopes:
            return None
        return next((command for command in self.commands if command.name == name), None)


def read_manifest(manifest: Mapping[str, Any]) -> Manifest:
    """Read a manifest. Raises ValueError with every required part that is missing.

    Whoever installs the app there grants all of its optional scopes, which are among the others.

    As in Slack, missing features are off, except the messages tab, which is on by default.
    """
    if missing := _missing(manifest):
        raise ValueError(f"The app manifest lacks {', '.join(missing)}. Nothing was started. Add these parts.")
    features = manifest.get("features", {})
    settings = manifest.get("settings", {})
    home = features.get("app_home", {})
    name = manifest["display_information"]["name"]
    return Manifest(
        app_name=name,
        bot_name=features.get("bot_user", {}).get("display_name", name),
        commands=tuple(_command(command) for command in features.get("slash_commands", ())),
        scopes=frozenset(manifest["oauth_config"]["scopes"]["bot"]),
        events=frozenset(settings.get("event_subscriptions", {}).get("bot_events", ())),
        interactive=bool(settings.get("interactivity", {}).get("is_enabled", False)),
        socket_mode=bool(settings.get("socket_mode_enabled", False)),
        home_tab=bool(home.get("home_tab_enabled", False)),
        messages_tab=bool(home.get("messages_tab_enabled", True)),
        messages_read_only=bool(home.get("messages_tab_read_only_enabled", False)),
    )


def _missing(manifest: Mapping[str, Any]) -> list[str]:
    found = {
        "display_information.name": manifest.get("display_information", {}).get("name"),
        "oauth_config.scopes.bot": manifest.get("oauth_config", {}).get("scopes", {}).get("bot"),
    }
    return [part for part, value in found.items() if not value]


def _command(command: Mapping[str, Any]) -> SlashCommand:
    return SlashCommand(
        name=command["command"],
        description=command.get("description", ""),
        usage_hint=command.get("usage_hint", ""),
        should_escape=bool(command.get("should_escape", False)),
    )
