"""Converts the sandbox's data to the JSON objects of Slack's API."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5
from zoneinfo import ZoneInfo

from bot.sandbox.base_url import BaseUrl
from bot.sandbox.model import Channel, File, Json, Member, SlackMessage, View
from bot.sandbox.workspace import SandboxWorkspace


@dataclass(frozen=True, slots=True)
class Serializer:
    """Writes one workspace's data as Slack does. Files get URLs below `base_url`.

    `with_email`: the app may see people's email addresses.
    """

    workspace: SandboxWorkspace
    base_url: BaseUrl
    with_email: bool = False

    def user(self, member: Member, now: float, *, with_locale: bool = False) -> Json:
        """Return a user object, with its UTC offset at `now` (Unix seconds). Slack gives the locale only on request."""
        local = datetime.fromtimestamp(now, ZoneInfo(member.tz))
        offset = local.utcoffset()
        return {
            "id": member.id,
            "team_id": self.workspace.team_id,
            "name": member.name,
            "deleted": member.deleted,
            "real_name": member.real_name,
            "tz": member.tz,
            "tz_label": local.tzname(),
            "tz_offset": int(offset.total_seconds()) if offset is not None else 0,
            "profile": self._profile(member),
            "is_admin": member.is_admin,
            "is_owner": member.is_owner,
            "is_primary_owner": member.is_owner,
            "is_restricted": False,
            "is_ultra_restricted": False,
            "is_bot": member.id == self.workspace.bot.id,  # False for Slackbot, as in Slack
            "is_app_user": False,
            "updated": member.updated,
            "is_email_confirmed": not member.is_bot,
            "who_can_share_contact_card": "EVERYONE",
            **({"locale": member.locale} if with_locale else {}),
        }

    def channel(self, channel: Channel) -> Json:
        """Return a conversation object, as the bot sees it."""
        common = {
            "id": channel.id,
            "created": channel.created,
            "is_archived": self._partner_left(channel),
            "is_im": channel.kind == "dm",
            "is_org_shared": False,
            "context_team_id": self.workspace.team_id,
            "updated": channel.created * 1000,
        }
        if channel.kind == "dm":
            return common | {"user": channel.members[0], "is_user_deleted": self._partner_left(channel), "priority": 0}
        return common | {
            "name": channel.name,
            "name_normalized": channel.name,
            "is_channel": channel.kind == "channel",
            "is_group": channel.kind == "private",
            "is_mpim": False,
            "is_private": channel.kind == "private",
            "is_general": channel.name == "general",
            "is_shared": False,
            "is_ext_shared": False,
            "is_member": self.workspace.bot.id in channel.members,
            "topic": {"value": channel.topic, "creator": "", "last_set": channel.created},
            "purpose": {"value": "", "creator": "", "last_set": 0},
            "num_members": len(channel.members),
            "previous_names": [],
        }

    def messages(self, messages: Iterable[SlackMessage], *, metadata: bool) -> list[Json]:
        """Return message objects in the same order. As in Slack, they have metadata only on request."""
        return [self.message(message, metadata=metadata) for message in messages]

    def message(self, message: SlackMessage, *, metadata: bool = True) -> Json:
        """Return a message object."""
        shape: Json = {"type": "message", "user": message.user, "ts": message.ts, "text": message.text}
        shape["team"] = self.workspace.team_id
        if message.by_bot:
            shape |= self._authorship()
        else:
            shape["client_msg_id"] = str(uuid5(NAMESPACE_URL, f"{message.channel}/{message.ts}"))
        if message.blocks:
            shape["blocks"] = list(message.blocks)
        if message.metadata is not None and metadata:
            shape["metadata"] = message.metadata
        if message.subtype:
            shape["subtype"] = message.subtype
        if message.username:
            shape["username"] = message.username
        if message.edited_ts:
            shape["edited"] = {"user": message.user, "ts": message.edited_ts}
        if message.files:
            shape["files"] = [self.file(self.workspace.files[file_id]) for file_id in message.files]
            shape["upload"] = False
        if message.reactions:
            shape["reactions"] = _reactions(message)
        return shape | self._thread(message)

    def file(self, file: File) -> Json:
        """Return a file object. Downloading it takes the bot's token."""
        address, name = f"{self.base_url.url}/files/{file.id}", quote(file.name, safe="")
        return {
            "id": file.id,
            "created": file.created,
            "timestamp": file.created,
            "name": file.name,
            "title": file.title,
            "mimetype": file.mimetype,
            "filetype": file.name.rpartition(".")[2] or "binary",
            "pretty_type": file.name.rpartition(".")[2].upper() or "Binary",
            "user": file.owner,
            "user_team": self.workspace.team_id,
            "editable": False,
            "size": file.size,
            "mode": "hosted",
            "is_external": False,
            "external_type": "",
            "is_public": False,
            "public_url_shared": False,
            "display_as_bot": False,
            "username": "",
            "url_private": f"{address}/{name}",
            "url_private_download": f"{address}/download/{name}",
            "permalink": f"{address}/{name}",
            "channels": self._shared_in(file, "channel"),
            "groups": self._shared_in(file, "private"),
            "ims": self._shared_in(file, "dm"),
            "has_rich_preview": False,
            "file_access": "visible",
        }

    def view(self, view: View) -> Json:
        """Return a view object as an app gets it, with what the person has entered so far."""
        content = {name: value for name, value in view.content.items() if name != "type"}
        return {
            "id": view.id,
            "team_id": self.workspace.team_id,
            "type": view.kind,
            "private_metadata": "",
            "callback_id": "",
            "external_id": "",
            "clear_on_close": False,
            "notify_on_close": False,
            "submit": None,
            "close": None,
            "title": {"type": "plain_text", "text": "View Title", "emoji": True},
            **content,
            "state": {"values": {block: dict(entered) for block, entered in view.values.items()}},
            "hash": view.hash,
            "previous_view_id": view.previous_id,
            "root_view_id": view.root_id,
            "app_id": self.workspace.app_id,
            "app_installed_team_id": self.workspace.team_id,
            "bot_id": self.workspace.bot_id,
        }

    def _profile(self, member: Member) -> Json:
        first, _, last = member.real_name.partition(" ")
        return {
            "title": member.title,
            "real_name": member.real_name,
            "real_name_normalized": member.real_name,
            "display_name": member.name,
            "display_name_normalized": member.name,
            "first_name": first,
            "last_name": last,
            "status_text": member.status_text,
            "status_emoji": member.status_emoji,
            "status_expiration": member.status_expiration,
            "team": self.workspace.team_id,
            **({"email": member.email} if self.with_email and member.email else {}),
        } | (
            {"api_app_id": self.workspace.app_id, "bot_id": self.workspace.bot_id}
            if member.id == self.workspace.bot.id
            else {}
        )

    def _authorship(self) -> Json:
        workspace = self.workspace
        return {
            "bot_id": workspace.bot_id,
            "app_id": workspace.app_id,
            "bot_profile": {
                "id": workspace.bot_id,
                "app_id": workspace.app_id,
                "user_id": workspace.bot.id,
                "name": workspace.bot.real_name,
                "deleted": False,
                "updated": 0,
                "team_id": workspace.team_id,
            },
        }

    def _thread(self, message: SlackMessage) -> Json:
        if message.is_reply:
            return {"thread_ts": message.thread_ts}
        replies = self.workspace.replies(message.channel, message.ts)
        if not replies:
            return {}
        return {
            "thread_ts": message.ts,
            "reply_count": len(replies),
            "reply_users": list(dict.fromkeys(reply.user for reply in replies)),
            "reply_users_count": len({reply.user for reply in replies}),
            "latest_reply": replies[-1].ts,
        }

    def _partner_left(self, channel: Channel) -> bool:
        return channel.kind == "dm" and self.workspace.members[channel.members[0]].deleted

    def _shared_in(self, file: File, kind: str) -> list[str]:
        return [channel for channel, _ in file.shared if self.workspace.channels[channel].kind == kind]


def _reactions(message: SlackMessage) -> list[Json]:
    counts = Counter(name for name, _ in message.reactions)
    return [
        {"name": name, "users": [user for given, user in message.reactions if given == name], "count": count}
        for name, count in counts.items()
    ]
