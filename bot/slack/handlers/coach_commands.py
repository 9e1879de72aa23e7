"""Asking the coach with a command: `/tip`, `/coach`, and the commands of skills."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import structlog

from bot.domain.lesson import Skill
from bot.errors import DatabaseFailed
from bot.language import ENGLISH, current_language
from bot.language import gettext as _
from bot.learning import coaching
from bot.learning.coaching import Tip
from bot.slack.blocks import MessageContent, tips
from bot.slack.blocks.block_kit import escape, section, text_message
from bot.slack.blocks.enrollment import welcome_message
from bot.slack.handler_context import HandlerContext
from bot.slack.typed_command import TypedCommand

log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class CoachCommandHandlers:
    """Answers commands with a tip, with lessons that fit a situation, or with cards about danger."""

    context: HandlerContext

    async def tip(self, call: TypedCommand) -> None:
        """/tip [skill] [situation]."""
        skills = await self.list_skills(call)
        skill, rest = _find_named_skill(call.text, skills)
        if call.text.lower() == "help":
            said = _(
                "`/tip` gives a tip, and `/tip conflict` a tip on that skill. Add a situation to get lessons that fit."
            )
            await call.reply(MessageContent.of([section(said), *tips.skill_buttons(skills)]))
        elif skill and not rest:
            await self._send_tip(call, skill.slug)
        elif skill:
            await self._send_advice(replace(call, text=rest), skills)
        elif call.text:
            await self._send_advice(call, skills)
        else:
            await self._send_tip(call, None)

    async def coach(self, call: TypedCommand) -> None:
        """/coach <situation>."""
        skills = await self.list_skills(call)
        if call.text.lower() in {"", "help"}:
            said = _(
                "Type `/coach` and what is going on, in your own words: who was involved, and what happened? I'll find "
                "lessons that fit. Leave out patient and staff details. I don't store what you type."
            )
            await call.reply(MessageContent.of([section(said), *tips.skill_buttons(skills)]))
        else:
            await self._send_advice(call, skills)

    async def send_quick_tip(self, call: TypedCommand) -> bool:
        """Answer the most common input, a skill's command alone, with one query. False if it needs more than that."""
        noted = self.context.shown_tips.unwritten
        found = await self.context.read(coaching.choose_command_tip, call.person, f"/{call.name}", noted)
        if found is None:
            return False
        self.context.shown_tips.record(found.learner_id, found.tip.lesson.id)
        await call.reply(tips.tip_message(found.tip))
        if not found.started:
            await self._note_shown(call, None)
        return True

    async def reply_for_skill(self, call: TypedCommand, skill: Skill, skills: tuple[Skill, ...]) -> None:
        """Answer a skill's command: a tip, or lessons that fit if a situation was typed."""
        if call.text.lower() == "help":
            name = f"/{call.name}"
            said = _(
                "`{command}` gives a tip on {skill}. Add a few words about a situation, "
                "such as `{command} what happened and who was there`, and I'll find lessons that fit. "
                "I don't store what you type. Only you see the answer.",
                command=name,
                skill=_name_in_sentence(skill),
            )
            await call.reply(text_message(said))
        elif call.text:
            await self._send_advice(call, skills)
        else:
            await self._send_tip(call, skill.slug)

    async def reply_for_others_skill(self, call: TypedCommand) -> bool:
        """Say that others here are taught the skill with this command. False if nobody is."""
        skills = await self.context.read(coaching.list_workspace_skills, call.person.team_id)
        skill = next((skill for skill in skills if skill.command == f"/{call.name}"), None)
        if skill is not None:
            await call.reply(text_message(_not_taught_text(call.name, skill)))
        return skill is not None

    async def answer_danger(self, call: TypedCommand) -> bool:
        """Answer danger in what was typed, without the database. False if there is none, or they have an answer."""
        if call.ack.response is not None or not call.text:
            return False
        cards = coaching.list_cards_without_database(await self.context.understand(call.text))
        if cards:
            await call.reply(tips.safety_message(cards, is_broken=True))
        return bool(cards)

    async def list_skills(self, call: TypedCommand) -> tuple[Skill, ...]:
        """Return the skills that they are taught."""
        return await self.context.read(coaching.list_skills, call.person)

    async def _send_tip(self, call: TypedCommand, skill: str | None) -> None:
        tip = await self.context.read(coaching.choose_tip, call.person, skill, self.context.shown_tips.unwritten)
        await call.reply(tips.tip_message(tip))
        await self._note_shown(call, tip)

    async def _send_advice(self, call: TypedCommand, skills: tuple[Skill, ...]) -> None:
        # Of a long text, the beginning and the end are read. That takes time, so it isn't a write.
        situation = await self.context.understand(call.text)
        advice = await self.context.read(coaching.find_advice, call.person, situation)
        await call.reply(tips.advice_message(advice, skills))
        await self._note_shown(call, advice.best_tip if tips.is_shown_in_full(advice) else None)

    async def _note_shown(self, call: TypedCommand, tip: Tip | None) -> None:
        """After the answer, register a newcomer, note the tip, and send the welcome to someone who hasn't started.

        They have their answer, so nothing is said if this fails: the next command tries it again.
        """
        try:
            learner = await self.context.get_or_register_learner(call.client, call.person)
        except DatabaseFailed as error:
            log.warning("tips.not_noted", notes=1, error=type(error).__name__)
            return
        if tip is not None:
            self.context.shown_tips.record(learner.id, tip.lesson.id)
        if not learner.has_started:
            await self.context.replies.send(call.body["response_url"], welcome_message(learner))


def _find_named_skill(text: str, skills: Sequence[Skill]) -> tuple[Skill | None, str]:
    """Return the skill whose slug or name a text begins with, and the rest of the text; None and the text if none."""
    for skill in skills:
        for name in (skill.name, skill.slug):
            beginning, rest = text[: len(name)], text[len(name) :]
            if beginning.casefold() == name.casefold() and (not rest or rest[0].isspace()):
                return skill, rest.strip()
    return None, text


def _name_in_sentence(skill: Skill) -> str:
    """Name a skill inside a sentence: in lower case in English, and as its pack does elsewhere."""
    return escape(skill.name.lower() if current_language() == ENGLISH else skill.name)


def _not_taught_text(name: str, skill: Skill) -> str:
    """Say that a skill is taught to others here."""
    return _(
        "`/{command}` gives tips on {skill}, which isn't among your lessons. Type "
        "`/rounds help` to see what is. An admin chooses who gets which lessons.",
        command=escape(name),
        skill=_name_in_sentence(skill),
    )
