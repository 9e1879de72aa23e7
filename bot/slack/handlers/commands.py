"""Slash commands. Each also works as `/rounds <name>`, in case another app has a command of that name."""

from collections.abc import Awaitable, Callable, Sequence
from difflib import get_close_matches
from functools import partial
from typing import Any

import structlog
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain import commands
from bot.domain.learner import Person
from bot.domain.roles import Role
from bot.errors import DatabaseFailed
from bot.language import gettext as _
from bot.language import mark
from bot.learning import lms_consents, roles, streaks
from bot.learning.enrollment import LearnerView
from bot.learning.progress import read_progress
from bot.slack import pausing
from bot.slack.blocks import enrollment as enrollment_blocks
from bot.slack.blocks import streak
from bot.slack.blocks.administration import authors_modal, viewers_modal
from bot.slack.blocks.block_kit import escape, shorten, text_message
from bot.slack.blocks.command_help import admin_commands_text, help_message
from bot.slack.blocks.invitations import invite_modal
from bot.slack.blocks.privacy import delete_modal, export_modal
from bot.slack.blocks.progress import progress_message
from bot.slack.handler_context import HandlerContext
from bot.slack.handlers.admin import AdminHandlers
from bot.slack.handlers.administration import AdministrationHandlers
from bot.slack.handlers.coach_commands import CoachCommandHandlers
from bot.slack.handlers.cohorts import CohortHandlers
from bot.slack.handlers.journal import JournalHandlers
from bot.slack.handlers.programs import ProgramHandlers
from bot.slack.handlers.reports import ReportHandlers
from bot.slack.handlers.settings import SettingsHandlers
from bot.slack.handlers.trials import TrialHandlers
from bot.slack.invitees import offer_user_groups
from bot.slack.lesson_messages import request_todays_lesson
from bot.slack.typed_command import TypedCommand

log = structlog.get_logger(__name__)

UNREADABLE_DATE = mark(
    "I couldn't read that as a day after today, so nothing changed. "
    "Try `/rounds pause until Friday`, or type `/rounds pause` to choose a day."
)

SIMILARITY = 0.7
"""How similar a command must be to what was typed for *Did you mean*."""

MAX_WORD_SHOWN = 40
"""Characters of an unknown word that are shown again."""

Handler = Callable[[TypedCommand], Awaitable[None]]


class CommandHandlers:
    """Answers each command of `commands.COMMANDS` with the method of the same name, and skills' own commands."""

    def __init__(
        self,
        context: HandlerContext,
        settings: SettingsHandlers,
        journal: JournalHandlers,
        admin: AdminHandlers,
        administration: AdministrationHandlers,
        programs: ProgramHandlers,
        cohorts: CohortHandlers,
        reports: ReportHandlers,
        trials: TrialHandlers,
    ) -> None:
        self.context = context
        self._coach = CoachCommandHandlers(context)
        self._settings = settings
        self._journal = journal
        self._admin = admin
        self._administration = administration
        self._programs = programs
        self._cohorts = cohorts
        self._reports = reports
        self._trials = trials
        self._handlers: dict[str, Handler] = {
            name: getattr(self, command.name.replace("-", "_"))
            for command in commands.COMMANDS
            for name in command.names
        }

    async def typed(self, ack: AsyncAck, command: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """Answer a typed command. `/rounds` runs the command it names, or help if it names none."""
        name, text = command["command"].lstrip("/"), (command.get("text") or "").strip()
        if name == commands.UMBRELLA:
            word, _space, rest = text.partition(" ")
            name, text = word.lower().lstrip("/") or "help", rest.strip()
        call = TypedCommand(name, text, person, command, client, ack)
        try:
            await self._run(call)
        except DatabaseFailed as error:
            if not await self._coach.answer_danger(call):
                raise
            log.error("coach.only_danger_answered", error=type(error).__name__)

    async def _run(self, call: TypedCommand) -> None:
        # Our own commands first: no pack may replace a person's journal or an admin's rollback.
        if call.name in self._handlers:
            await self._handlers[call.name](call)
        elif call.text or not await self._coach.send_quick_tip(call):
            await self._run_skill_command(call)

    async def _run_skill_command(self, call: TypedCommand) -> None:
        """Answer the command of a skill, or say that it is unknown."""
        skills = await self._coach.list_skills(call)
        by_command = {(skill.command or "").lstrip("/"): skill for skill in skills}
        if call.name in by_command:
            await self._coach.reply_for_skill(call, by_command[call.name], skills)
        elif not await self._coach.reply_for_others_skill(call):
            await call.reply(text_message(_unknown_text(call.name, [*self._handlers, *by_command])))

    async def tip(self, call: TypedCommand) -> None:
        """/tip [skill] [situation]."""
        await self._coach.tip(call)

    async def coach(self, call: TypedCommand) -> None:
        """/coach <situation>."""
        await self._coach.coach(call)

    async def lesson(self, call: TypedCommand) -> None:
        """/lesson: send today's lesson now."""
        coming = text_message(_("Today's lesson is on its way to your messages with Rounds."))
        await call.reply(await request_todays_lesson(self.context, call.client, call.person) or coming)

    async def streak(self, call: TypedCommand) -> None:
        """/streak."""
        if await self._require_started(call):
            await call.reply(streak.streak_message(await self.context.read(streaks.read_streak, call.person)))

    async def progress(self, call: TypedCommand) -> None:
        """/rounds progress."""
        if await self._require_started(call):
            message = progress_message(await self.context.read(read_progress, call.person))
            await call.ack()  # only after it is it known whether Slack takes the chart
            await self.context.replies.send(call.body["response_url"], message)

    async def settings(self, call: TypedCommand) -> None:
        """/rounds settings."""
        await self._settings.open(call.ack, call.body, call.client, call.person)

    async def program(self, call: TypedCommand) -> None:
        """/rounds program."""
        if await self._require_started(call):
            await self._programs.open(call.ack, call.body, call.client, call.person)

    async def join(self, call: TypedCommand) -> None:
        """/rounds join CODE."""
        if call.text:
            await call.reply(await self._cohorts.join(call.client, call.person, call.text))
        else:
            await call.reply(text_message(_("Type the code after it, such as `/rounds join K7M2QX`.")))

    async def opt_out(self, call: TypedCommand) -> None:
        """/rounds opt-out."""
        await call.reply(await self._trials.opt_out(call.person))

    async def pause(self, call: TypedCommand) -> None:
        """/rounds pause [until DATE]."""
        if not (view := await self._require_started(call)):
            return
        if not call.text:
            await call.open(enrollment_blocks.pause_modal(view))
        else:
            paused = await pausing.pause_until(self.context, call.client, call.person, view, call.text)
            await call.reply(paused or text_message(_(UNREADABLE_DATE)))

    async def resume(self, call: TypedCommand) -> None:
        """/rounds resume."""
        if view := await self._require_started(call):
            await call.reply(await pausing.resume(self.context, call.client, call.person, view))

    async def journal(self, call: TypedCommand) -> None:
        """/rounds journal."""
        if await self._require_started(call):
            await self._journal.open(call.ack, call.body, call.client, call.person)

    async def export(self, call: TypedCommand) -> None:
        """/rounds export."""
        if await self._require_started(call):
            await call.open(export_modal())

    async def delete_me(self, call: TypedCommand) -> None:
        """/rounds delete-me."""
        await self.context.get_or_register_learner(call.client, call.person)
        await call.open(delete_modal(await self.context.read(lms_consents.find_told_host, call.person)))

    async def admin(self, call: TypedCommand) -> None:
        """/rounds admin [packs | lessons | invite | cohorts | report | trial | authors | viewers | log]."""
        word = call.text.lower()
        if word == "packs":
            await call.reply(await self._admin.packs(call.client, call.person))
        elif word == "lessons":
            await call.reply(await self._admin.lessons(call.client, call.person))
        elif word == "cohorts":
            await call.reply(await self._cohorts.list(call.client, call.person))
        elif word == "report":
            await self._reports.report(call.ack, call.body, call.client, call.person)
        elif word == "help":
            await call.reply(await self._admin.help(call.client, call.person))
        elif word == "":
            await call.reply(await self._admin.overview(call.client, call.person))
        elif not await self.context.is_admin(call.client, call.person):
            await call.reply(self.context.refusal)
        else:
            await self._answer_admin(call, word)

    async def _answer_admin(self, call: TypedCommand, word: str) -> None:
        """Answer what only admins may type."""
        if word == "invite":
            make_view = partial(invite_modal, await self.context.read_formats(call.person))
            await offer_user_groups(call.client, await call.open(make_view([])), make_view)
        elif word == "trial":
            await call.reply(await self._trials.list(call.person))
        elif word == "authors":
            await call.open(authors_modal(await self._list_people(call, Role.AUTHOR)))
        elif word == "viewers":
            await call.open(viewers_modal(await self._list_people(call, Role.VIEWER)))
        elif word == "log":
            await call.reply(await self._administration.log(call.client, call.person))
        else:
            await call.reply(text_message(_unknown_admin_text(word)))

    async def _list_people(self, call: TypedCommand, role: Role) -> tuple[str, ...]:
        return await self.context.read(roles.list_people, call.person.team_id, role)

    async def help(self, call: TypedCommand) -> None:
        """/rounds help."""
        skills = await self._coach.list_skills(call)
        await call.reply(help_message(skills))

    async def _require_started(self, call: TypedCommand) -> LearnerView | None:
        """Return the learner. Someone who hasn't started gets the welcome instead, and None is returned."""
        view = await self.context.get_or_register_learner(call.client, call.person)
        if view.has_started:
            return view
        await call.reply(enrollment_blocks.welcome_message(view))
        return None


def _unknown_admin_text(typed: str) -> str:
    """Say that what follows `/rounds admin` is unknown, what was probably meant, and what there is."""
    near = get_close_matches(typed, commands.ADMIN_COMMANDS, n=1, cutoff=SIMILARITY)
    shown = escape(shorten(typed, MAX_WORD_SHOWN))
    said = [_("I don't know `/rounds admin {typed}`, so nothing changed.", typed=shown)]
    if near:
        said.append(_("Did you mean `/rounds admin {word}`?", word=near[0]))
    return f"{' '.join(said)}\n{admin_commands_text()}"


def _unknown_text(name: str, known: Sequence[str]) -> str:
    """Say that a command is unknown, and which one was probably meant."""
    near = get_close_matches(name.lower(), known, n=1, cutoff=SIMILARITY)
    said = [_("I don't know `{typed}`, so nothing changed.", typed=escape(name))]
    if near:
        said.append(_("Did you mean `/rounds {command}`?", command=near[0]))
    return " ".join([*said, _("Type `/rounds help` to see what I can do.")])
