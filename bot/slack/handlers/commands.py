"""Slash commands. Each also works as `/rounds <name>`, where a workspace has another command of that name."""

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
    """A command on its way: who, what they typed after its name, and the ways to answer."""

    name: str
    text: str
    person: Person
    body: Body
    client: AsyncWebClient
    ack: AsyncAck

    async def reply(self, message: MessageContent) -> None:
        """Answer them alone. Slack takes the answer with the acknowledgement: one trip, nothing to repeat."""
        await self.ack(**message.body)

    async def open(self, view: View) -> None:
        """Answer with a modal."""
        await open_modal(self.ack, self.client, self.body, view)


NO_SUCH_DAY = (
    "I can't read that as a day after today, so nothing was changed. "
    "Try `/rounds pause until 7 December`, or `/rounds pause` to choose one."
)

Handler = Callable[[TypedCommand], Awaitable[None]]


class CommandHandlers:
    """Answers what is typed: each command of the table by the method that has its name."""

    def __init__(
        self, context: HandlerContext, settings: SettingsHandlers, journal: JournalHandlers, admin: AdminHandlers
    ) -> None:
        self.context = context
        self._settings = settings
        self._journal = journal
        self._admin = admin
        self._named: dict[str, Handler] = {
            name: getattr(self, command.name.replace("-", "_"))
            for command in commands.COMMANDS
            for name in command.names
        }

    async def typed(self, ack: AsyncAck, command: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """A command was typed; /rounds hands on to the one it names, and alone shows the help."""
        name, text = command["command"].lstrip("/"), (command.get("text") or "").strip()
        if name == commands.UMBRELLA:
            word, _, rest = text.partition(" ")
            name, text = word.lower().lstrip("/") or "help", rest.strip()
        call = TypedCommand(name, text, person, command, client, ack)
        # Ours first: no pack can take away a person's journal, or an admin's way back.
        if name in self._named:
            await self._named[name](call)
        elif text or not await self._quick_tip(call):
            await self._by_skill(call)

    async def _by_skill(self, call: TypedCommand) -> None:
        """The command of a skill, or of nothing."""
        skills = await self._skills(call)
        by_command = {(skill.command or "").lstrip("/"): skill for skill in skills}
        if call.name in by_command:
            await self._skill(call, by_command[call.name], skills)
        else:
            said = f"I don't know `{escape(call.name)}`. Nothing was changed. Type `/rounds help` for what I can do."
            await call.reply(text_message(said))

    async def _skill(self, call: TypedCommand, skill: Skill, skills: tuple[Skill, ...]) -> None:
        """A skill's own command: a tip, or coaching when a situation was typed."""
        if call.text.lower() == "help":
            name = f"/{call.name}"
            said = (
                f"`{name}` gives a tip on {escape(skill.name.lower())}. Add a few words about a situation, "
                f"such as `{name} what happened and who was there`, and I look for lessons that fit. "
                "What you type is neither kept nor logged. Only you see the answer."
            )
            await call.reply(text_message(said))
        elif call.text:
            await self._coach(call, skills)
        else:
            await self._tip(call, skill.slug)

    async def tip(self, call: TypedCommand) -> None:
        """/tip [skill] [situation]."""
        skills = await self._skills(call)
        word, _, rest = call.text.partition(" ")
        slugs = {skill.slug for skill in skills}
        if call.text.lower() == "help":
            said = "`/tip` gives a tip, `/tip conflict` one of that skill. Add a situation for lessons that fit."
            await call.reply(MessageContent.of([section(said), *tips.skill_buttons(skills)]))
        elif word.lower() in slugs and not rest:
            await self._tip(call, word.lower())
        elif word.lower() in slugs:
            await self._coach(replace(call, text=rest), skills)
        elif call.text:
            await self._coach(call, skills)
        else:
            await self._tip(call, None)

    async def coach(self, call: TypedCommand) -> None:
        """/coach <situation>."""
        skills = await self._skills(call)
        if call.text.lower() in {"", "help"}:
            said = (
                "Type `/coach` and what is going on, in your own words: who, what happened. I look for lessons that "
                "fit. Leave out patient and staff details. What you type is neither kept nor logged."
            )
            await call.reply(MessageContent.of([section(said), *tips.skill_buttons(skills)]))
        else:
            await self._coach(call, skills)

    async def lesson(self, call: TypedCommand) -> None:
        """/lesson: today's lesson now."""
        coming = text_message("Today's lesson is on its way to your messages with Rounds.")
        await call.reply(await request_todays_lesson(self.context, call.client, call.person) or coming)

    async def streak(self, call: TypedCommand) -> None:
        """/streak."""
        if await self._started(call):
            await call.reply(streak.streak_message(await self.context.read(streaks.read_streak, call.person)))

    async def settings(self, call: TypedCommand) -> None:
        """/rounds settings."""
        await self._settings.open(call.ack, call.body, call.client, call.person)

    async def pause(self, call: TypedCommand) -> None:
        """/rounds pause [until DATE]."""
        if not (view := await self._started(call)):
            return
        if not call.text:
            await call.open(enrollment_blocks.pause_modal(view))
        elif (until := parse_date(call.text, view.today)) is None or until <= view.today:
            await call.reply(text_message(NO_SUCH_DAY))
        else:
            await call.reply(
                enrollment_blocks.paused_message(
                    await self.context.write_for_person(enrollment.pause_lessons, call.person, until)
                )
            )
            await self.context.home.refresh(call.client, call.person)

    async def resume(self, call: TypedCommand) -> None:
        """/rounds resume."""
        if await self._started(call):
            await call.reply(
                enrollment_blocks.resumed_message(
                    await self.context.write_for_person(enrollment.resume_lessons, call.person)
                )
            )
            await self.context.home.refresh(call.client, call.person)

    async def journal(self, call: TypedCommand) -> None:
        """/rounds journal."""
        if await self._started(call):
            await self._journal.open(call.ack, call.body, call.client, call.person)

    async def export(self, call: TypedCommand) -> None:
        """/rounds export."""
        if await self._started(call):
            await call.open(export_modal())

    async def delete_me(self, call: TypedCommand) -> None:
        """/rounds delete-me."""
        await self.context.meet(call.client, call.person)
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

    async def _tip(self, call: TypedCommand, skill: str | None) -> None:
        learner = await self.context.meet(call.client, call.person)
        tip = await self.context.read(coaching.choose_tip, call.person, skill, self.context.shown_tips.unwritten)
        self.context.shown_tips.record(learner.id, tip.lesson.id)
        await call.reply(tips.tip_message(tip))
        await self._introduce(call, learner)

    async def _quick_tip(self, call: TypedCommand) -> bool:
        """What is typed most, a skill's command alone: one look into the database. False if it takes more than that."""
        noted = self.context.shown_tips.unwritten
        found = await self.context.read(coaching.choose_command_tip, call.person, f"/{call.name}", noted)
        if found is None:
            return False
        self.context.shown_tips.record(found.learner_id, found.tip.lesson.id)
        await call.reply(tips.tip_message(found.tip))
        if not found.started:
            await self._introduce(call, await self.context.meet(call.client, call.person))
        return True

    async def _coach(self, call: TypedCommand, skills: tuple[Skill, ...]) -> None:
        learner = await self.context.meet(call.client, call.person)
        # All of it is read, however long: what matters most may come last. That takes time, so not in the writing lane.
        advice = await self.context.read(coaching.find_advice, call.person, call.text)
        if advice.best_tip is not None:
            self.context.shown_tips.record(learner.id, advice.best_tip.lesson.id)
        await call.reply(tips.advice_message(advice, skills))
        await self._introduce(call, learner)

    async def _introduce(self, call: TypedCommand, view: LearnerView) -> None:
        """Someone who has not started gets what they asked for first, and then learns who is speaking."""
        if not view.has_started:
            await self.context.replies.send(call.body["response_url"], enrollment_blocks.welcome_message(view))

    async def _started(self, call: TypedCommand) -> LearnerView | None:
        """The learner; None for someone who has not started, who is answered with the first-contact card."""
        view = await self.context.meet(call.client, call.person)
        if view.has_started:
            return view
        await call.reply(enrollment_blocks.welcome_message(view))
        return None
