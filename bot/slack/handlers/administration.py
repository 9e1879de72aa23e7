"""Admins' choice of authors and viewers, and the audit log."""

from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.domain.roles import Role
from bot.language import gettext as _
from bot.language import mark
from bot.learning import audit_log, roles
from bot.slack.blocks import MessageContent, administration
from bot.slack.blocks.block_kit import text_message
from bot.slack.form_values import entered
from bot.slack.handler_context import Body, HandlerContext, pressed_id, send_dm
from bot.slack.invitees import find_guest

log = structlog.get_logger(__name__)

NOT_CHANGED = {
    Role.AUTHOR: mark(
        "No author was changed: Slack doesn't confirm that everyone you chose is a member of this workspace. Leave out "
        "bots, guests, people who left, and people from other organizations, or try again."
    ),
    Role.VIEWER: mark(
        "No viewer was changed: Slack doesn't confirm that everyone you chose is a member of this workspace. Leave out "
        "bots, guests, people who left, and people from other organizations, or try again."
    ),
}


@dataclass(frozen=True)
class AdministrationHandlers:
    """Answers the modals of `/rounds admin authors` and `viewers`, and `/rounds admin log` and its button."""

    context: HandlerContext

    async def log(self, client: AsyncWebClient, person: Person) -> MessageContent:
        """Answer `/rounds admin log`. The caller has checked that an admin asks."""
        await self.context.get_or_register_learner(client, person)  # whose time zone is known then
        return administration.log_message(await self.context.read(audit_log.read_page, person, None))

    async def older(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Older*: show the next page in the same message."""
        if not await self.context.check_admin(ack, body, client, person):
            return
        page = await self.context.read(audit_log.read_page, person, pressed_id(body))
        await ack()
        await self.context.replies.send(body["response_url"], administration.log_message(page), replace=True)

    async def save_authors(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Save*: these people may change the workspace's packs, and nobody else but admins."""
        await self._save(ack, view, client, person, Role.AUTHOR)

    async def save_viewers(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Save*: these people may see the workspace's reports, and nobody else but admins and leads."""
        await self._save(ack, view, client, person, Role.VIEWER)

    async def _save(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person, role: Role
    ) -> None:
        """Give a role to who was chosen, and take it from who was taken out."""
        await self.context.require_admin(client, person)
        shown = administration.read_shown_people(view)
        chosen = dict.fromkeys(entered(view["state"]["values"])[administration.ROLE_FIELDS[role]] or [])
        await ack()  # asking Slack about many people takes longer than it waits
        for user_id in chosen:
            if user_id in shown:
                continue
            if await find_guest(client, user_id, person, with_slack_guests=False) is None:
                await send_dm(client, person.user_id, text_message(_(NOT_CHANGED[role])))
                return
        changed = await self.context.write_for_person(roles.change_people, person, role, shown, chosen)
        log.info("roles.changed", team=person.team_id, role=role.value)
        people = await self.context.read(roles.list_people, person.team_id, role)
        await send_dm(client, person.user_id, administration.people_saved_message(role, people, changed=bool(changed)))
