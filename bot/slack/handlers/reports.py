"""Answers `/rounds admin report`, a cohort's *Report*, and the menus and the button below a report."""

from collections.abc import Sequence
from dataclasses import dataclass

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.domain.team import find_next_settling
from bot.language import gettext as _
from bot.learning import reports
from bot.learning.reports import ReportChoice
from bot.slack.blocks.block_kit import text_message
from bot.slack.blocks.reports import SENT, USUAL_PERIOD, no_weeks_message, read_choice, report_message
from bot.slack.file_sharing import send_file
from bot.slack.handler_context import Body, HandlerContext, pressed_id
from bot.slack.report_files import report_files

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class ReportHandlers:
    """For admins and viewers, and for leads of cohorts as far as their own go."""

    context: HandlerContext

    async def report(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """Answer `/rounds admin report`: everyone's to an admin or a viewer, and their cohort's to a lead."""
        if not (choices := await self._list_choices(client, person)):
            await ack(**self.context.refusal.body)
            return
        await self._send(ack, body, person, choices, choices[0].cohort_id, USUAL_PERIOD)

    async def show(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Report* beside a cohort: show its weeks, to whoever pressed alone."""
        choices = await self._list_choices(client, person)
        await self._send(ack, body, person, choices, pressed_id(body), USUAL_PERIOD)

    async def choose(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """Another report or period was chosen: show it instead."""
        choices = await self._list_choices(client, person)
        await self._send(ack, body, person, choices, *read_choice(body["state"]["values"]), replace=True)

    async def send_files(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Send me the files*: send the report that is shown to the person's DM, as PDF, spreadsheet, and CSV."""
        cohort_id, period = read_choice(body["state"]["values"])
        choices = await self._list_choices(client, person)
        report = await self.context.read(reports.read_report, person.team_id, choices, cohort_id)
        await ack()
        formats = await self.context.read_formats(person)
        for file in await report_files(report, period, formats, self.context.clock()):
            await send_file(client, self.context.session, person.user_id, file.name, file.content, file.comment)
        log.info("report.sent", team=person.team_id)
        await self.context.replies.send(body["response_url"], text_message(_(SENT)))

    async def _list_choices(self, client: AsyncWebClient, person: Person) -> tuple[ReportChoice, ...]:
        sees_all = await self.context.may_see_figures(client, person)
        return await self.context.read(reports.list_choices, person, sees_all)

    async def _send(
        self,
        ack: AsyncAck,
        body: Body,
        person: Person,
        choices: Sequence[ReportChoice],
        cohort_id: int,
        period: int,
        *,
        replace: bool = False,
    ) -> None:
        """Send the report after the acknowledgment, as only then it is known whether Slack takes its charts."""
        report = await self.context.read(reports.read_report, person.team_id, choices, cohort_id)
        formats = await self.context.read_formats(person)
        if report.weeks:
            message = report_message(report, formats, choices, period)
        else:
            counted_on = find_next_settling(self.context.clock()).date()
            message = no_weeks_message(report, formats, counted_on, choices, period)
        await ack()
        await self.context.replies.send(body["response_url"], message, replace=replace)
