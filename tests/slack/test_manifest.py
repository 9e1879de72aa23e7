"""The app's manifest: made from the same skills as the commands, within Slack's limits, a reason for each scope."""

import ast
import inspect
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

import bot.slack
from bot.domain.commands import COMMANDS
from bot.domain.lesson import Skill
from bot.sandbox.manifest import read_manifest
from bot.sandbox.scopes import EVENT_SCOPES, METHOD_SCOPES
from bot.slack.manifest import (
    EVENTS,
    MAX_SLASH_COMMANDS,
    OPTIONAL_SCOPES,
    SCOPES,
    list_skills_without_room,
    manifest,
    slash_commands,
)
from tests.slack import builders as a

SKILLS = tuple({lesson.skill.slug: lesson.skill for lesson in a.shipped_lessons()}.values())

MADE = manifest(SKILLS)

OWN = [command for command in COMMANDS if command.slash] + ["/rounds"]


def test_every_skill_with_a_command_has_it_in_the_manifest() -> None:
    named = {each["command"] for each in slash_commands(SKILLS)}

    assert {skill.command for skill in SKILLS} <= named
    assert len(named) == len(SKILLS) + len(OWN)


def test_a_skill_without_a_command_is_left_to_tip() -> None:
    assert len(slash_commands([replace(SKILLS[0], command=None)])) == len(OWN)


def test_more_skills_than_slack_takes_commands_still_make_a_manifest() -> None:
    many = [Skill(f"s-{number}", f"Skill {number}", f"/s-{number}", "") for number in range(100)]

    made = slash_commands(many)
    without_room = list_skills_without_room(many)

    assert len(made) == MAX_SLASH_COMMANDS
    assert [each["command"] for each in made[len(OWN) :]] + [skill.command for skill in without_room] == [
        skill.command for skill in many
    ]


@pytest.mark.parametrize("command", slash_commands([*SKILLS, a.skill()]), ids=lambda command: command["command"])
def test_commands_stay_within_slacks_limits(command: dict[str, Any]) -> None:
    assert re.fullmatch(r"/[a-z0-9_-]{1,31}", command["command"])
    assert 0 < len(command["description"]) <= 2000
    assert 0 < len(command.get("usage_hint", "-")) <= 1000


def test_the_app_describes_itself_within_slacks_limits() -> None:
    shown = MADE["display_information"]

    assert 0 < len(shown["name"]) <= 35
    assert 0 < len(shown["description"]) <= 140
    assert 174 <= len(shown["long_description"]) <= 4000
    assert re.fullmatch(r"#[0-9a-f]{6}", shown["background_color"])
    assert len(MADE["features"]["bot_user"]["display_name"]) <= 80


def test_each_scope_has_a_reason_that_says_what_it_does() -> None:
    every = {**SCOPES, **OPTIONAL_SCOPES}

    assert MADE["oauth_config"]["scopes"] == {"bot": sorted(every), "bot_optional": sorted(OPTIONAL_SCOPES)}
    for reason in every.values():
        assert len(reason.split()) >= 4


@pytest.mark.parametrize("event", EVENTS)
def test_each_event_has_a_scope_that_slack_asks_for(event: str) -> None:
    needed = EVENT_SCOPES[event]

    assert event in MADE["settings"]["event_subscriptions"]["bot_events"]
    assert not needed or needed & SCOPES.keys()


def test_no_scope_is_unused_and_none_is_missing() -> None:
    by_channel = {"conversations.history": {"im:history"}, "conversations.members": {"channels:read", "groups:read"}}
    uploads = {"files.upload.v2": {"files:write"}}  # the SDK's name for two methods
    # slash commands; uploaded packs, fetched over plain HTTP; mentions, which are events
    beside = {"commands", "files:read", "app_mentions:read"}

    called = methods_called()
    needed = {scope for method in called for scope in {**by_channel, **uploads}.get(method, set())}
    needed |= {METHOD_SCOPES[method] for method in called if method in METHOD_SCOPES}

    assert "chat.postMessage" in called
    assert needed | beside == set(SCOPES) | set(OPTIONAL_SCOPES)


def methods_called() -> set[str]:
    """The Web API methods that the Slack room calls, found in its source."""
    folder = Path(inspect.getfile(bot.slack)).parent
    calls = set()
    for path in folder.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Attribute) and node.attr in dir(AsyncWebClient):
                calls.add(node.attr.replace("_", "."))
    return calls


def test_the_sandbox_reads_the_manifest() -> None:
    read = read_manifest(MADE)

    assert (read.app_name, read.bot_name) == ("Rounds", "Rounds")
    assert (read.interactive, read.socket_mode, read.home_tab, read.messages_tab) == (True, True, True, True)
    assert not read.messages_read_only
    assert read.scopes == set(SCOPES) | set(OPTIONAL_SCOPES)


def test_over_http_everything_comes_to_the_one_request_url() -> None:
    url = "https://rounds.hospital.example/slack/events"
    made = manifest(SKILLS, url)

    assert {command["url"] for command in made["features"]["slash_commands"]} == {url}
    assert made["settings"]["event_subscriptions"]["request_url"] == url
    assert made["settings"]["interactivity"]["request_url"] == url
    assert made["settings"]["socket_mode_enabled"] is False
    assert "request_url" not in str(MADE)
