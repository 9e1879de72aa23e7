"""Answers *What I've learned*, and sends certificates."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import certificates
from bot.learning.message_deliveries import MessageRef
from bot.learning.progress import read_progress
from bot.slack.blocks.certificates import (
    ACHIEVEMENT,
    NAME,
    certificate_message,
    certificate_modal,
    read_achievement,
)
from bot.slack.blocks.privacy import export_deleted_message
from bot.slack.blocks.progress import progress_modal
from bot.slack.certificate_files import certificate_address, certificate_files
from bot.slack.form_values import entered
from bot.slack.handler_context import Body, HandlerContext, open_modal
from bot.slack.message_updates import update_message_if_exists
from bot.slack.personal_files import send_personal_file


@dataclass(frozen=True)
class ProgressHandlers:
    """Shows what somebody has learned, and gives them a certificate of it."""

    context: HandlerContext

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*What I've learned*, in Home."""
        view = await self.context.read(read_progress, person)
        await open_modal(ack, client, body, progress_modal(view))

    async def open_certificate(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Certificate*: ask for the name, and say who can see what. Their name in Slack stands in the field."""
        achievements = await self.context.read(certificates.list_achievements, person)
        user = (await client.users_info(user=person.user_id))["user"]
        modal = certificate_modal(achievements, _name_in_slack(user), has_page=self.context.public_url is not None)
        await open_modal(ack, client, body, modal)

    async def send_certificate(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person
    ) -> None:
        """*Send it*: issue the certificate, or find the one there is, and send its files to the learner's DM."""
        values = entered(view["state"]["values"])
        slug = read_achievement(values.get(ACHIEVEMENT) or view["private_metadata"])
        certificate = await self.context.write_for_person(
            certificates.issue_certificate, person, slug, values[NAME] or ""
        )
        await ack()
        formats, url = await self.context.read_formats(person), self.context.public_url
        files = await certificate_files(certificate, formats, url, self.context.clock())
        said = certificate_message(certificate, certificate_address(certificate, url))
        posted = await client.chat_postMessage(channel=person.user_id, **said.body)
        introduction = MessageRef(str(posted["channel"]), str(posted["ts"]))
        for file in files:
            if not await send_personal_file(self.context, client, person, file, introduction):
                await update_message_if_exists(client, introduction, export_deleted_message(with_everything=True))
                return


def _name_in_slack(user: dict[str, Any]) -> str:
    profile = user.get("profile") or {}
    return str(user.get("real_name") or profile.get("real_name") or profile.get("display_name") or "")
