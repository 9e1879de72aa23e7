"""Answers *Roster file*, behind a cohort's *Manage*: its modal, and *Apply* and *Cancel* under what was found."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.cohort_files import MAX_FILE_BYTES, TEMPLATE_NAME, is_cohort_file, read_cohort_file, write_template
from bot.domain.cohort_file import sort_problems
from bot.domain.learner import Person
from bot.errors import DatabaseBusy, NotFound
from bot.language import gettext as _
from bot.learning import cohort_files, cohorts, invitations
from bot.slack.blocks import MessageContent
from bot.slack.blocks import cohort_files as blocks
from bot.slack.file_sharing import send_file
from bot.slack.form_values import entered
from bot.slack.handler_context import (
    Body,
    HandlerContext,
    open_modal_or_say_why,
    pressed_id,
    read_slack_profile,
    send_dm,
)
from bot.slack.listed_people import find_people
from bot.slack.uploaded_files import download

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class CohortFileHandlers:
    """For admins, and for leads of cohorts as far as their own go."""

    context: HandlerContext
    one_file_at_a_time: asyncio.Lock = field(default_factory=asyncio.Lock)
    being_checked: set[Person] = field(default_factory=set)
    """Whose files are being checked: one of each person's at a time, because it takes many calls to Slack."""
    being_applied: set[int] = field(default_factory=set)
    """The files that are being applied here, so that a second press does nothing."""

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Roster file*: open the modal."""
        await open_modal_or_say_why(ack, client, body, self._find_modal(client, person, pressed_id(body)))

    async def send_template(self, ack: AsyncAck, client: AsyncWebClient, person: Person) -> None:
        """*Get a template*: send a file with the headings."""
        await ack()
        session, comment = self.context.session, _(blocks.TEMPLATE_COMMENT)
        await send_file(client, session, person.user_id, TEMPLATE_NAME, write_template(), comment)

    async def check(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Check*: read the file after the acknowledgment, and send what is wrong with it, or what applying it does."""
        is_admin = await self.context.is_admin(client, person)
        cohort_id = int(view["private_metadata"])
        await self.context.read(cohorts.read_cohort, person, cohort_id, is_admin)
        file: dict[str, Any] = next(iter(entered(view["state"]["values"])[blocks.FILE] or []), {})
        name = str(file.get("name") or "file")
        if problem := self._find_problem(person, file, name):
            await ack(response_action="errors", errors={blocks.FILE: problem})
            return
        with _among(self.being_checked, person):
            await ack(response_action="update", view=blocks.checking_modal(name))
            message = await self._check(client, person, cohort_id, file, name, is_admin=is_admin)
        await send_dm(client, person.user_id, message)

    async def apply(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Apply*: put everyone in the file into the cohort, part by part, and say when invitations come."""
        file_id = pressed_id(body)
        if file_id in self.being_applied:
            await ack()
            return
        is_admin = await self.context.is_admin(client, person)
        with _among(self.being_applied, file_id):
            cohort, guests = await self.context.write_for_person(cohort_files.begin_applying, person, file_id, is_admin)
            await ack()
            log.info("cohort.file_applied", team=person.team_id)
            await self.context.replies.send(body["response_url"], blocks.applying_message(cohort), replace=True)
            try:
                has_all_zones = all(guest.tz for guest in guests)
                own_zone = None if has_all_zones else (await read_slack_profile(client, person)).tz
                while await self.context.write_in_background(
                    cohort_files.apply_part, person, file_id, own_zone, is_admin
                ):
                    pass
            except (SlackApiError, aiohttp.ClientError, TimeoutError, DatabaseBusy) as error:
                log.warning("cohort.file_interrupted", team=person.team_id, error=type(error).__name__)
                await self._replace(body, client, person, blocks.interrupted_message(file_id, cohort))
                return
            except NotFound:
                log.warning("cohort.file_overtaken", team=person.team_id)
                await self._replace(body, client, person, blocks.overtaken_message(cohort))
                return
        now = self.context.clock()
        days = invitations.list_invitation_days(guests, own_zone, cohort.starts_on, now)
        formats = await self.context.read_formats(person)
        await self._replace(body, client, person, blocks.applied_message(cohort, days, formats))

    async def cancel(self, ack: AsyncAck, body: Body, person: Person) -> None:
        """*Cancel*: delete what was read."""
        await self.context.write_for_person(cohort_files.discard_file, person, pressed_id(body))
        await ack()
        await self.context.replies.send(body["response_url"], blocks.canceled_message(), replace=True)

    async def _find_modal(self, client: AsyncWebClient, person: Person, cohort_id: int) -> View:
        is_admin = await self.context.is_admin(client, person)
        return blocks.cohort_file_modal(await self.context.read(cohorts.read_cohort, person, cohort_id, is_admin))

    def _find_problem(self, person: Person, file: dict[str, Any], name: str) -> str | None:
        """Return what keeps this file from being read, or None."""
        if not file:
            return _("Choose a file.")
        if not is_cohort_file(name):
            return _("I read .xlsx and .csv files. Save it as one of these, and choose that file.")
        if int(file.get("size") or 0) > MAX_FILE_BYTES:
            return _(
                "This file is larger than {megabytes} MB. Keep one sheet with the people, and nothing else.",
                megabytes=MAX_FILE_BYTES // 2**20,
            )
        if person in self.being_checked:
            return _("I'm still checking your other file. Try again when you have its result.")
        return None

    async def _check(
        self, client: AsyncWebClient, person: Person, cohort_id: int, file: dict[str, Any], name: str, *, is_admin: bool
    ) -> MessageContent:
        learner = await self.context.get_or_register_learner(client, person)
        content = await download(self.context.session, client, _("The file"), file, MAX_FILE_BYTES)
        async with self.one_file_at_a_time:
            read = await read_cohort_file(content, learner.today)
        found = await find_people(self.context.background_client(client, person), read.rows, person)
        if problems := sort_problems([*read.problems, *found.problems]):
            return blocks.problems_message(name, problems)
        file_id, cohort = await self.context.write_in_background(
            cohort_files.stage_file, person, cohort_id, is_admin, found.people
        )
        return blocks.preview_message(
            file_id, name, cohort, found.people, learner.today, learner.formats, for_admin=is_admin
        )

    async def _replace(self, body: Body, client: AsyncWebClient, person: Person, message: MessageContent) -> None:
        """Replace the message that was pressed, or send a new one if too much time has passed."""
        if not await self.context.replies.send(body["response_url"], message, replace=True):
            await send_dm(client, person.user_id, message)


@contextmanager
def _among(running: set[Any], each: object) -> Iterator[None]:
    """Note that this is running until the end of the block."""
    running.add(each)
    try:
        yield
    finally:
        running.discard(each)
