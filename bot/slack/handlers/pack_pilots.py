"""Trying a version of a pack with a cohort before everyone gets it."""

from dataclasses import dataclass
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import PackError
from bot.language import gettext as _
from bot.learning import pack_comparison, pack_pilots
from bot.slack.blocks import admin, pack_change
from bot.slack.blocks import pack_pilot as blocks
from bot.slack.form_values import entered
from bot.slack.handler_context import (
    Body,
    HandlerContext,
    open_modal,
    pressed_id,
    pressed_numbers,
    pressed_value,
    read_id,
    send_dm,
)
from bot.slack.handlers.admin import AdminHandlers

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class PackPilotHandlers:
    """Answers *Try with a cohort* and its modal, for admins, and for authors, too, the buttons of a pilot that runs."""

    context: HandlerContext
    admin: AdminHandlers

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Try with a cohort*: ask with which one."""
        if await self.context.check_admin(ack, body, client, person):
            version_id, *_compared = pressed_numbers(body)
            offer = await self.context.read(pack_pilots.prepare_pilot, version_id, person.team_id)
            await open_modal(ack, client, body, blocks.pilot_modal(offer, pressed_value(body)))

    async def start(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Start the pilot*: the cohort gets the version from now on."""
        await self.context.require_admin(client, person)
        version_id, compared_with = map(int, view["private_metadata"].split("."))
        cohort_id = read_id(entered(view["state"]["values"])[blocks.COHORT])
        try:
            change, pilot = await self.context.write_for_person(
                pack_pilots.start_pilot, version_id, compared_with or None, cohort_id, person
            )
        except PackError as error:
            answer = admin.conflict_message(error.problems)
        else:
            log.info("pack.pilot_started", team=person.team_id, pack=change.slug, version=change.version)
            answer = blocks.started_message(change, pilot)
        await ack()
        await send_dm(client, person.user_id, answer)

    async def show_change(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Go live for everyone*: show what loading the version in the pilot would change, with *Load*."""
        if not await self.context.check_author(ack, body, client, person):
            return
        change = await self.context.read(pack_pilots.get_pilot_change, pressed_id(body), person.team_id)
        for_admin = await self.context.is_admin(client, person)
        await ack()
        await self.context.replies.send(body["response_url"], pack_change.shown_again(change, for_admin=for_admin))

    async def end(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*End the pilot*, confirmed: the cohort gets the live version, and the list says so."""
        if not await self.context.check_author(ack, body, client, person):
            return
        pilot = await self.context.write_for_person(pack_pilots.end_pilot, pressed_id(body), person)
        await ack()
        log.info("pack.pilot_ended", team=person.team_id, pack=pilot.slug, version=pilot.version)
        note = _(
            "The pilot of {pack} has ended. What people answered and wrote is kept.",
            pack=f"{pilot.name} {pilot.version}",
        )
        for_admin = await self.context.is_admin(client, person)
        listed = await self.admin.list_packs(person, note, for_admin=for_admin)
        await self.context.replies.send(body["response_url"], listed, replace=True)

    async def compare(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Use in the pilot*: show what the upload would change for the cohort, with a button to use it."""
        if not await self.context.check_author(ack, body, client, person):
            return
        change = await self.context.read(pack_comparison.compare_with_pilot, pressed_id(body), person.team_id)
        await ack()
        await self.context.replies.send(body["response_url"], pack_change.pilot_change_message(change))

    async def use(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Use in the pilot*, as it was shown: the cohort gets the upload from now on, or sees the change again."""
        if not await self.context.check_author(ack, body, client, person):
            return
        version_id, compared_with, *_rest = (*pressed_numbers(body), 0)
        try:
            change, is_used = await self.context.write_for_person(
                pack_pilots.change_version, version_id, compared_with, person
            )
        except PackError as error:
            answer = admin.conflict_message(error.problems)
        else:
            answer = (
                blocks.used_message(change, change.pilot)
                if is_used and change.pilot
                else pack_change.pilot_change_message(change, is_outdated=True)
            )
        await ack()
        await self.context.replies.send(body["response_url"], answer, replace=True)
