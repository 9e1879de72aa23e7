"""Adds people and the app to channels: with Slack's own command `/invite`, or by the address that tests use."""

import re
from dataclasses import replace

from bot.sandbox.manifest import SlashCommand
from bot.sandbox.model import JOINED, Channel, Json, Member, SlackMessage
from bot.sandbox.posting import post
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.user_api.user_request import UserRequest

INVITE = SlashCommand("/invite", "Add somebody, or an app, to this channel (Slack's own)", "@name", should_escape=False)
"""Works as in Slack: https://slack.com/help/articles/201980108-Add-people-to-a-channel."""

_NAME = re.compile(r"@?([\w.-]+)")


async def invite_to_channel(user_request: UserRequest) -> Json:
    """Add somebody, or the app itself, to a channel."""
    channel = user_request.channel(user_request.request.match_info["channel"])
    guest = user_request.components.workspace.members.get(user_request.text("user"))
    if guest is None:
        raise RequestRefused("user_not_found")
    _add(user_request, channel, guest)
    return {"ok": True}


def run_invite(user_request: UserRequest, channel: Channel, text: str) -> Json:
    """Run `/invite @name` in a channel; several names are fine. Nobody is added if one of them can't be."""
    names = _NAME.findall(text)
    if channel.kind == "dm":
        raise RequestRefused("not_in_a_channel", detail="/invite works in channels. Open one, and type it there.")
    if not names:
        raise RequestRefused("no_user", detail="Say whom to add, for example: /invite @Rounds.")
    found = {name: user_request.components.workspace.find_member(name) for name in names}
    if unknown := [name for name, member in found.items() if member is None or member.deleted]:
        detail = f"Nobody here is called @{unknown[0]}, so nobody was added. Type the name as its messages show it."
        raise RequestRefused("user_not_found", detail=detail)
    guests = list({member.id: member for member in found.values() if member is not None}.values())
    for guest in guests:
        _must_be_outside(channel, guest)
    for guest in guests:
        channel = _add(user_request, channel, guest)
    return {"ok": True}


def _must_be_outside(channel: Channel, guest: Member) -> None:
    if guest.id in channel.members or channel.kind == "dm":
        raise RequestRefused("already_in_channel", detail=f"{guest.real_name} is already in this channel.")


def _add(user_request: UserRequest, channel: Channel, guest: Member) -> Channel:
    """Add a member, tell the app and everyone's page, and say so in the channel, as Slack does."""
    _must_be_outside(channel, guest)
    components, inviter = user_request.components, user_request.person
    workspace = components.workspace
    joined = replace(channel, members=(*channel.members, guest.id))
    workspace.channels[channel.id] = joined
    if workspace.bot.id in joined.members:
        event = {
            "type": "member_joined_channel",
            "user": guest.id,
            "channel": channel.id,
            "channel_type": "C" if channel.kind == "channel" else "G",
            "team": workspace.team_id,
            "inviter": inviter.id,
            "event_ts": workspace.next_ts(components.clock()),
        }
        components.events.emit("member_joined_channel", event)
    for person in workspace.people:
        components.page_updates.notify(person.id, {"kind": "members", "channel": channel.id})
    text = f"<@{guest.id}> was added to <#{channel.id}|{channel.name}> by <@{inviter.id}>."
    post(components, SlackMessage(channel.id, guest.id, text, subtype=JOINED))
    return joined
