"""Slash commands. Each also works as `/rounds <name>`, in case another app has a command of that name."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain import commands
from bot.domain.dates import parse_date
from bot.domain.learner import Person
from bot.domain.lesson import Skill
from bot.learning import coaching, enrollment, streaks
from bot.learning.enrollment import LearnerView
from bot.slack.blocks import MessageContent, streak, tips
from bot.slack.blocks import enrollment as enrollment_blocks
from bot.slack.blocks.admin import invite_modal
from bot.slack.blocks.block_kit import escape, section, text_message
from bot.slack.blocks.command_help import help_message
from bot.slack.blocks.privacy import delete_modal, export_modal
from bot.slack.handler_context import Body, HandlerContext, open_modal
from bot.slack.handlers.admin import AdminHandlers
from bot.slack.handlers.journal import JournalHandlers
from bot.slack.handlers.settings import SettingsHandlers
from bot.slack.lesson_messages import request_todays_lesson


@dataclass(frozen=True)
class TypedCommand:
    """A command that someone typed: who, the text after its name, and ways to answer."""

    name: str
    text: str
    person: Person
    body: Body
    client: AsyncWebClient
    ack: AsyncAck

    async def reply(self, message: MessageContent) -> None:
        """Answer only them. The answer is part of the acknowledgement: one request, nothing to repeat."""
        await self.ack(**message.body)

    async def open(self, view: View) -> None:
        """Answer with a modal."""
        await open_modal(self.ack, self.client, self.body, view)


UNREADABLE_DATE = (
    "I couldn't read that as a day after today, so nothing changed. "
    "Try `/rounds pause until 7 December`, or type `/rounds pause` to choose a day."
)

Handler = Callable[[TypedCommand], Awaitable[None]]


class CommandHandlers:
    """Answers each command of `commands.COMMANDS` with the method of the same name, and skills' own commands."""

    def __init__(
        self, context: HandlerContext, settings: SettingsHandlers, journal: JournalHandlers, admin: AdminHandlers
    ) -> None:
        self.context = context
        self._settings = settings
        self._journal = journal
        self._admin = admin
        self._handlers: dict[str, Handler] = {
            name: getattr(self, command.name.replace("-", "_"))
            for command in commands.COMMANDS
            for name in command.names
        }

    async def typed(self, ack: AsyncAck, command: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """Answer a typed command. `/rounds` runs the command it names, or help if it names none."""
        name, text = command["command"].lstrip("/"), (command.get("text") or "").strip()
        if name == commands.UMBRELLA:
            word, _, rest = text.partition(" ")
            name, text = word.lower().lstrip("/") or "help", rest.strip()
        call = TypedCommand(name, text, person, command, client, ack)
        # Our own commands first: no pack may replace a person's journal or an admin's rollback.
        if name in self._handlers:
            await self._handlers[name](call)
        elif text or not await self._send_quick_tip(call):
            await self._run_skill_command(call)

    async def _run_skill_command(self, call: TypedCommand) -> None:
        """Answer the command of a skill, or say that it is unknown."""
        skills = await self._skills(call)
        by_command = {(skill.command or "").lstrip("/"): skill for skill in skills}
        if call.name in by_command:
            await self._reply_for_skill(call, by_command[call.name], skills)
        else:
            said = f"I don't know `{escape(call.name)}`, so nothing changed. Type `/rounds help` to see what I can do."
            await call.reply(text_message(said))

    async def _reply_for_skill(self, call: TypedCommand, skill: Skill, skills: tuple[Skill, ...]) -> None:
        """Answer a skill's command: a tip, or lessons that fit if a situation was typed."""
        if call.text.lower() == "help":
            name = f"/{call.name}"
            said = (
                f"`{name}` gives a tip on {escape(skill.name.lower())}. Add a few words about a situation, "
                f"such as `{name} what happened and who was there`, and I'll find lessons that fit. "
                "I don't store what you type. Only you see the answer."
            )
            await call.reply(text_message(said))
        elif call.text:
            await self._send_advice(call, skills)
        else:
            await self._send_tip(call, skill.slug)

    async def tip(self, call: TypedCommand) -> None:
        """/tip [skill] [situation]."""
        skills = await self._skills(call)
        word, _, rest = call.text.partition(" ")
        slugs = {skill.slug for skill in skills}
        if call.text.lower() == "help":
            said = (
                "`/tip` gives a tip, and `/tip conflict` a tip on that skill. Add a situation to get lessons that fit."
            )
            await call.reply(MessageContent.of([section(said), *tips.skill_buttons(skills)]))
        elif word.lower() in slugs and not rest:
            await self._send_tip(call, word.lower())
        elif word.lower() in slugs:
            await self._send_advice(replace(call, text=rest), skills)
        elif call.text:
            await self._send_advice(call, skills)
        else:
            await self._send_tip(call, None)

    async def coach(self, call: TypedCommand) -> None:
        """/coach <situation>."""
        skills = await self._skills(call)
        if call.text.lower() in {"", "help"}:
            said = (
                "Type `/coach` and what is going on, in your own words: who was involved, and what happened? I'll find "
                "lessons that fit. Leave out patient and staff details. I don't store what you type."
            )
            await call.reply(MessageContent.of([section(said), *tips.skill_buttons(skills)]))
        else:
            await self._send_advice(call, skills)

    async def lesson(self, call: TypedCommand) -> None:
        """/lesson: send today's lesson now."""
        coming = text_message("Today's lesson is on its way to your messages with Rounds.")
        await call.reply(await request_todays_lesson(self.context, call.client, call.person) or coming)

    async def streak(self, call: TypedCommand) -> None:
        """/streak."""
        if await self._require_started(call):
            await call.reply(streak.streak_message(await self.context.read(streaks.read_streak, call.person)))

    async def settings(self, call: TypedCommand) -> None:
        """/rounds settings."""
        await self._settings.open(call.ack, call.body, call.client, call.person)

    async def pause(self, call: TypedCommand) -> None:
        """/rounds pause [until DATE]."""
        if not (view := await self._require_started(call)):
            return
        if not call.text:
            await call.open(enrollment_blocks.pause_modal(view))
        elif (until := parse_date(call.text, view.today)) is None or until <= view.today:
            await call.reply(text_message(UNREADABLE_DATE))
        else:
            await call.reply(
                enrollment_blocks.paused_message(
                    await self.context.write_for_person(enrollment.pause_lessons, call.person, until)
                )
            )
            await self.context.home.refresh(call.client, call.person)

    async def resume(self, call: TypedCommand) -> None:
        """/rounds resume."""
        if await self._require_started(call):
            await call.reply(
                enrollment_blocks.resumed_message(
                    await self.context.write_for_person(enrollment.resume_lessons, call.person)
                )
            )
            await self.context.home.refresh(call.client, call.person)

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
        await call.open(delete_modal())

    async def admin(self, call: TypedCommand) -> None:
        """/rounds admin [packs | invite]."""
        if call.text == "packs":
            await call.reply(await self._admin.packs(call.client, call.person))
        elif call.text == "invite" and await self.context.is_admin(call.client, call.person.user_id):
            await call.open(invite_modal())
        else:
            await call.reply(await self._admin.overview(call.client, call.person))

    async def help(self, call: TypedCommand) -> None:
        """/rounds help."""
        skills = await self._skills(call)
        await call.reply(help_message(skills))

    async def _skills(self, call: TypedCommand) -> tuple[Skill, ...]:
        return await self.context.read(coaching.list_skills, call.person.team_id)

    async def _send_tip(self, call: TypedCommand, skill: str | None) -> None:
        learner = await self.context.get_or_register_learner(call.client, call.person)
        tip = await self.context.read(coaching.choose_tip, call.person, skill, self.context.shown_tips.unwritten)
        self.context.shown_tips.record(learner.id, tip.lesson.id)
        await call.reply(tips.tip_message(tip))
        await self._welcome_newcomer(call, learner)

    async def _send_quick_tip(self, call: TypedCommand) -> bool:
        """Answer the most common input, a skill's command alone, with one query. False if it needs more than that."""
        noted = self.context.shown_tips.unwritten
        found = await self.context.read(coaching.choose_command_tip, call.person, f"/{call.name}", noted)
        if found is None:
            return False
        self.context.shown_tips.record(found.learner_id, found.tip.lesson.id)
        await call.reply(tips.tip_message(found.tip))
        if not found.started:
            await self._welcome_newcomer(call, await self.context.get_or_register_learner(call.client, call.person))
        return True

    async def _send_advice(self, call: TypedCommand, skills: tuple[Skill, ...]) -> None:
        learner = await self.context.get_or_register_learner(call.client, call.person)
        # All of the text is searched, as what matters most may come last. That takes time, so it isn't a write.
        situation = await self.context.understand(call.text)
        advice = await self.context.read(coaching.find_advice, call.person, situation)
        if advice.best_tip is not None and tips.is_shown_in_full(advice):
            self.context.shown_tips.record(learner.id, advice.best_tip.lesson.id)
        await call.reply(tips.advice_message(advice, skills))
        await self._welcome_newcomer(call, learner)

    async def _welcome_newcomer(self, call: TypedCommand, view: LearnerView) -> None:
        """After the answer, send the welcome to someone who hasn't started."""
        if not view.has_started:
            await self.context.replies.send(call.body["response_url"], enrollment_blocks.welcome_message(view))

    async def _require_started(self, call: TypedCommand) -> LearnerView | None:
        """Return the learner. Someone who hasn't started gets the welcome instead, and None is returned."""
        view = await self.context.get_or_register_learner(call.client, call.person)
        if view.has_started:
            return view
        await call.reply(enrollment_blocks.welcome_message(view))
        return None
