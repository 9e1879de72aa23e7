"""Builds the payloads that Slack sends to the app when a person does something."""

from dataclasses import dataclass

from bot.sandbox.components import Components
from bot.sandbox.element_states import EnteredValues, state_values
from bot.sandbox.model import Channel, Json, Member, SlackMessage, View

VERIFICATION_TOKEN = "sandbox-verification-token"  # noqa: S105 - a deprecated field of Slack's; apps ignore it


@dataclass(frozen=True, slots=True)
class InteractionPayloads:
    """Builds the payloads for one person's actions."""

    components: Components
    person: Member

    def slash_command(self, channel: Channel, name: str, text: str) -> Json:
        """Build a slash command. `is_enterprise_install` is text here, because Slack sends commands as forms."""
        workspace = self.components.workspace
        return {
            "token": VERIFICATION_TOKEN,
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
            "response_url": self.components.response_urls.issue(self.person.id, channel.id),
            "trigger_id": self.components.triggers.issue(self.person.id),
        }

    def message_action(self, message: SlackMessage, action: Json, entered: EnteredValues) -> Json:
        """Build block_actions for a message. Slack doesn't store ephemeral messages, so it doesn't include them."""
        channel = self.components.workspace.channels[message.channel]
        reply_in = message.thread_ts if message.is_reply else None
        container: Json = {
            "type": "message",
            "message_ts": message.ts,
            "channel_id": channel.id,
            "is_ephemeral": message.visible_to is not None,
        }
        payload = self._common("block_actions") | {
            "container": container | ({"thread_ts": reply_in} if reply_in else {}),
            "channel": {"id": channel.id, "name": channel_name(channel)},
            "state": {"values": state_values(message.blocks, entered)},
            "response_url": self.components.response_urls.issue(
                self.person.id, channel.id, thread_ts=reply_in, original=message.ts
            ),
            "actions": [action],
        }
        if message.visible_to is None:
            payload["message"] = self.components.serializer.message(message)
        return payload

    def view_action(self, view: View, action: Json) -> Json:
        """Build block_actions for a modal or the App Home."""
        return self._common("block_actions") | {
            "container": {"type": "view", "view_id": view.id},
            "view": self.components.serializer.view(view),
            "actions": [action],
        }

    def view_submission(self, view: View) -> Json:
        """Build view_submission."""
        shape = self.components.serializer.view(view)
        return self._common("view_submission") | {"view": shape, "response_urls": []}

    def view_closed(self, view: View) -> Json:
        """Build view_closed, for views with notify_on_close. It has no trigger_id."""
        payload = self._common("view_closed") | {"view": self.components.serializer.view(view), "is_cleared": False}
        del payload["trigger_id"]
        return payload

    def _common(self, kind: str) -> Json:
        workspace, person = self.components.workspace, self.person
        user = {"id": person.id, "username": person.name, "name": person.name, "team_id": workspace.team_id}
        return {
            "type": kind,
            "user": user,
            "api_app_id": workspace.app_id,
            "token": VERIFICATION_TOKEN,
            "trigger_id": self.components.triggers.issue(person.id),
            "team": {"id": workspace.team_id, "domain": workspace.domain},
            "enterprise": None,
            "is_enterprise_install": False,
        }


def channel_name(channel: Channel) -> str:
    """Return a channel's name in payloads."""
    return {"dm": "directmessage", "private": "privategroup"}.get(channel.kind, channel.name or "")


def action_entry(block: Json, element: Json, state: Json, action_ts: str) -> Json:
    """Build one entry of `actions`: the element's fields without its options, and its state."""
    kept = {name: value for name, value in element.items() if name not in ("options", "option_groups")}
    return {**kept, **state, "block_id": block["block_id"], "action_ts": action_ts}
