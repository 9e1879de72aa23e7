"""What a person does, as the payloads that Slack sends to the app."""

from dataclasses import dataclass

from bot.sandbox.elements import Entered, state_values
from bot.sandbox.model import Channel, Json, Member, Message, View
from bot.sandbox.parts import Parts

TOKEN = "sandbox-verification-token"  # noqa: S105 - Slack's deprecated field; apps ignore it


@dataclass(frozen=True, slots=True)
class Interaction:
    """What one person does; `payload` methods write it down as Slack does."""

    parts: Parts
    person: Member

    def command(self, channel: Channel, name: str, text: str) -> Json:
        """A slash command. `is_enterprise_install` is text here, as Slack sends forms."""
        workspace = self.parts.workspace
        return {
            "token": TOKEN,
            "team_id": workspace.team_id,
            "team_domain": workspace.domain,
            "channel_id": channel.id,
            "channel_name": channel_name(channel),
            "user_id": self.person.id,
            "user_name": self.person.name,
            "command": name,
            "text": text,
            "api_app_id": workspace.app_id,
            "is_enterprise_install": "false",
            "response_url": self.parts.response_urls.issue(self.person.id, channel.id),
            "trigger_id": self.parts.triggers.issue(self.person.id),
        }

    def pressed_in_message(self, message: Message, action: Json, entered: Entered) -> Json:
        """block_actions in a message. An ephemeral message itself is not sent along, as Slack keeps none."""
        channel = self.parts.workspace.channels[message.channel]
        reply_in = message.thread_ts if message.is_reply else None
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.only_for is not None,
        }
        payload = self._common("block_actions") | {
            "container": container | ({"thread_ts": reply_in} if reply_in else {}),
            "channel": {"id": channel.id, "name": channel_name(channel)},
            "state": {"values": state_values(message.blocks, entered)},
            "response_url": self.parts.response_urls.issue(
                self.person.id, channel.id, thread_ts=reply_in, original=message.ts
            ),
            "actions": [action],
        }
        if message.only_for is None:
            payload["message"] = self.parts.shapes.message(message)
        return payload

    def pressed_in_view(self, view: View, action: Json) -> Json:
        """block_actions in a modal or the Home."""
        return self._common("block_actions") | {
            "container": {"type": "view", "view_id": view.id},
            "view": self.parts.shapes.view(view),
            "actions": [action],
        }

    def submitted(self, view: View) -> Json:
        """view_submission."""
        shape = self.parts.shapes.view(view)
        return self._common("view_submission") | {"view": shape, "response_urls": []}

    def closed(self, view: View) -> Json:
        """view_closed, for views with notify_on_close. It carries no trigger_id."""
        payload = self._common("view_closed") | {"view": self.parts.shapes.view(view), "is_cleared": False}
        del payload["trigger_id"]
        return payload

    def _common(self, kind: str) -> Json:
        workspace, person = self.parts.workspace, self.person
        user = {"id": person.id, "username": person.name, "name": person.name, "team_id": workspace.team_id}
        return {
            "type": kind,
            "user": user,
            "api_app_id": workspace.app_id,
            "token": TOKEN,
            "trigger_id": self.parts.triggers.issue(person.id),
            "team": {"id": workspace.team_id, "domain": workspace.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }


def channel_name(channel: Channel) -> str:
    """What payloads call a channel."""
    return {"dm": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name or "")


def action_of(block: Json, element: Json, state: Json, action_ts: str) -> Json:
    """One entry of `actions`: the element without its choices, and what it holds now."""
    kept = {name: value for name, value in element.items() if name not in ("options", "option_groups")}
    return {**kept, **state, "block_id": block["block_id"], "action_ts": action_ts}
