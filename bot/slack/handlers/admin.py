"""Admins' work with packs: see, load, download, roll back, and remove them, or get the template."""

import asyncio
from dataclasses import dataclass, field, replace
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.workbook_writing import write_pack_workbook
from bot.domain.commands import ADMIN_COMMANDS, list_admin_commands
from bot.domain.learner import Person
from bot.domain.lesson_review import is_review_overdue
from bot.errors import PackError, Refused
from bot.language import gettext as _
from bot.learning import (
    cohorts,
    lesson_health,
    pack_removal,
    packs,
    review_notices,
    roles,
    running_pilots,
    workspace_overview,
)
from bot.learning.packs import LivePack
from bot.learning.running_pilots import Pilot
from bot.slack.blocks import MessageContent, admin, pack_change
from bot.slack.blocks.block_kit import escape, text_message
from bot.slack.blocks.command_help import admin_help_message
from bot.slack.blocks.lesson_health import health_message, lesson_to_check_modal
from bot.slack.blocks.pack_removal import remove_pack_modal, removed_message
from bot.slack.file_sharing import send_file
from bot.slack.handler_context import Body, HandlerContext, open_modal, pressed_id, pressed_numbers, send_dm
from bot.slack.uploaded_files import may_be_pack, read_uploaded_pack

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class AdminHandlers:
    """Answers `/rounds admin` and the buttons for packs."""

    context: HandlerContext
    one_file_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)

    async def overview(self, client: AsyncWebClient, person: Person) -> MessageContent:
        """Answer `/rounds admin`: to an author, with the packs alone, and to a viewer or lead with what they can do."""
        if not await self.context.is_admin(client, person):
            if await self.context.read(roles.is_author, person):
                return await self.list_packs(person, for_admin=False)
            return await self._help_for_others(person)
        team_id = person.team_id
        counts, live = (
            await self.context.read(workspace_overview.read_overview, team_id),
            await self._read_live_packs(person),
        )
        due = await self.context.read(review_notices.find_workspace_reviews, team_id, self.context.clock().date())
        formats, pilots = await self.context.read_formats(person), await self._read_pilots(person)
        return admin.overview_message(counts, live, due, formats, pilots)

    async def help(self, client: AsyncWebClient, person: Person) -> MessageContent:
        """Answer `/rounds admin help`: list what an admin, author, viewer, or lead may type."""
        if await self.context.is_admin(client, person):
            return admin_help_message(ADMIN_COMMANDS, may_load=True)
        return await self._help_for_others(person)

    async def packs(self, client: AsyncWebClient, person: Person) -> MessageContent:
        """Answer `/rounds admin packs`."""
        if await self.context.is_admin(client, person):
            return await self.list_packs(person, for_admin=True)
        return await self._list_for_author(person)

    async def lessons(self, client: AsyncWebClient, person: Person) -> MessageContent:
        """Answer `/rounds admin lessons`, for admins, authors, and viewers."""
        if not await self._may_see_lessons(client, person):
            return self.context.refusal
        report = await self.context.read(lesson_health.read_health, person.team_id)
        return health_message(report, await self.context.read_formats(person))

    async def open_lesson(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Look at it* beside a lesson: show it in a modal, to those who may see the list."""
        if not await self._may_see_lessons(client, person):
            await ack()
            await self.context.replies.send(body["response_url"], self.context.refusal)
            return
        lesson = await self.context.read(lesson_health.get_lesson, person.team_id, pressed_id(body))
        overdue = is_review_overdue(lesson, self.context.clock().date())
        view = lesson_to_check_modal(lesson, await self.context.read_formats(person), overdue=overdue)
        await open_modal(ack, client, body, view)

    async def _may_see_lessons(self, client: AsyncWebClient, person: Person) -> bool:
        context = self.context
        return await context.may_see_figures(client, person) or await context.may_change_packs(client, person)

    async def _help_for_others(self, person: Person) -> MessageContent:
        """List what somebody who isn't an admin may type, or say who can."""
        is_author = await self.context.read(roles.is_author, person)
        allowed = list_admin_commands(
            is_author=is_author,
            is_viewer=await self.context.read(roles.is_viewer, person),
            is_lead=await self.context.read(cohorts.leads_any, person),
        )
        return admin_help_message(allowed, may_load=is_author) if allowed else self.context.refusal

    async def _list_for_author(self, person: Person) -> MessageContent:
        """List the packs for somebody who isn't an admin, or say who can."""
        if not await self.context.read(roles.is_author, person):
            return self.context.refusal
        return await self.list_packs(person, for_admin=False)

    async def _read_live_packs(self, person: Person) -> tuple[LivePack, ...]:
        """Return the live packs, with their times in this person's time zone."""
        zone = await self.context.read_zone(person)
        live = await self.context.read(packs.list_live_packs, person.team_id)
        return tuple(replace(each, live_since=each.live_since.astimezone(zone)) for each in live)

    async def _read_pilots(self, person: Person) -> tuple[Pilot, ...]:
        """Return the pilots that run, with their times in this person's time zone."""
        zone = await self.context.read_zone(person)
        pilots = await self.context.read(running_pilots.list_pilots, person.team_id)
        return tuple(replace(each, since=each.since.astimezone(zone)) for each in pilots)

    async def list_packs(self, person: Person, note: str | None = None, *, for_admin: bool) -> MessageContent:
        """List the live packs and the pilots, below a note."""
        return admin.packs_message(
            await self._read_live_packs(person),
            await self.context.read_formats(person),
            note,
            for_admin=for_admin,
            pilots=await self._read_pilots(person),
        )

    async def uploaded(self, file: dict[str, Any], client: AsyncWebClient, person: Person) -> MessageContent | None:
        """Answer a file in the DM: its problems, or what loading it would change.

        None if it is neither a pack nor from an admin. DownloadError if Slack doesn't return it.
        """
        name = str(file.get("name") or "file")
        if not await self.context.may_change_packs(client, person):
            return self.context.refusal if may_be_pack(name) else None
        today = self.context.clock().date()
        others = await self.context.read(packs.list_other_packs, person.team_id)
        async with self.one_file_at_a_time:
            checked = await read_uploaded_pack(self.context.session, client, name, file, today, others)
        live = {pack.slug: pack for pack in await self.context.read(packs.list_live_packs, person.team_id)}
        if checked.pack is None:
            return admin.problems_message(name, checked.blocking_problems, live.get(checked.slug or ""))
        try:
            change = await self.context.write_in_background(
                packs.stage_pack, checked.pack, person.team_id, person.user_id
            )
        except PackError as error:
            return admin.problems_message(name, error.problems, live.get(checked.pack.slug))
        for_admin = await self.context.is_admin(client, person)
        return pack_change.change_message(change, checked.advice, name, for_admin=for_admin)

    async def load(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Load*: make the staged version live, or show again what it would change if that isn't as it was shown."""
        if not await self.context.check_author(ack, body, client, person):
            return
        version_id, compared_with, *_ = (*pressed_numbers(body), 0)
        try:
            change, is_loaded = await self.context.write_for_person(
                packs.activate_version, version_id, compared_with or None, person.team_id, person.user_id
            )
            answer = (
                admin.loaded_message(change)
                if is_loaded
                else pack_change.outdated_message(change, for_admin=await self.context.is_admin(client, person))
            )
        except PackError as error:
            answer = admin.conflict_message(error.problems)
        await ack()
        await self.context.replies.send(body["response_url"], answer, replace=True)

    async def discard(self, ack: AsyncAck, body: Body) -> None:
        """*Not now*: the staged version stays unused and is deleted in a week."""
        await ack()
        await self.context.replies.send(body["response_url"], admin.discarded_message(), replace=True)

    async def go_back(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Go back*, confirmed: make the previous version live again."""
        if not await self.context.check_author(ack, body, client, person):
            return
        version = await self.context.write_for_person(
            packs.roll_back_pack, pressed_id(body), person.team_id, person.user_id
        )
        await ack()
        note = (
            _("Version {version} is live again.", version=version) if version else _("That pack is no longer in use.")
        )
        message = await self.list_packs(person, note, for_admin=await self.context.is_admin(client, person))
        await self.context.replies.send(body["response_url"], message, replace=True)

    async def open_removal(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Remove*: ask whether to, with how many people have begun and what is kept."""
        if await self.context.check_author(ack, body, client, person):
            removal = await self.context.read(pack_removal.preview_removal, pressed_id(body), person.team_id)
            formats = await self.context.read_formats(person)
            for_admin = await self.context.is_admin(client, person)
            await open_modal(ack, client, body, remove_pack_modal(removal, formats, for_admin=for_admin))

    async def remove(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Remove*, confirmed: take all versions of the workspace's own pack out of use."""
        await self.context.require_author(client, person)
        removal = await self.context.write_for_person(
            pack_removal.remove_pack, int(view["private_metadata"]), person.team_id, person.user_id
        )
        await ack()
        log.info("pack.removed", team=person.team_id, pack=removal.slug, version=removal.version)
        await send_dm(client, person.user_id, removed_message(removal))

    async def send_template(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Get the lesson sheet*: send the admin the workbook to start a pack with."""
        if not await self.context.check_author(ack, body, client, person):
            return
        await ack()
        workbook = await asyncio.to_thread(_template)
        session, name = self.context.session, admin.TEMPLATE_NAME
        await send_file(client, session, person.user_id, name, workbook, _(admin.TEMPLATE_COMMENT))

    async def download(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Download as spreadsheet*: send the admin a live pack as a workbook, in a few seconds."""
        if not await self.context.check_author(ack, body, client, person):
            return
        pack = await self.context.read(packs.read_live_pack, person.team_id, pressed_id(body))
        await ack()
        try:
            async with self.one_file_at_a_time:
                workbook = await write_pack_workbook(pack)
        except Refused as error:
            await self.context.replies.send(body["response_url"], text_message(escape(str(error))))
            return
        comment = admin.download_comment(pack.name, pack.version, complete=bool(pack.bibliography))
        name = f"{pack.slug}-{pack.version}.xlsx"
        await send_file(client, self.context.session, person.user_id, name, workbook, comment)


def _template() -> bytes:
    from bot.content.sheets.sheet_writer import write_template  # imported on use to save memory, as few ask for it

    return write_template()
