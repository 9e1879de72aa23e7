"""Asks where to begin, and begins there. What is typed is neither stored nor logged."""

import contextlib
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import DatabaseFailed, Refused
from bot.language import gettext as _
from bot.learning import coaching, first_contact
from bot.learning.coaching import Advice, Tip
from bot.learning.first_contact import BEGUN, TYPICAL_SITUATIONS, FirstAnswers
from bot.slack.blocks import first_contact as blocks
from bot.slack.blocks.tips import safety_message
from bot.slack.handler_context import Body, HandlerContext, open_modal, send_dm


async def ask_where_to_begin(context: HandlerContext, client: AsyncWebClient, body: Body, person: Person) -> None:
    """Open the questions after *Start*, for somebody without a lesson.

    Lessons start without answers, too, so it doesn't matter if they can't be opened. A button opens them again.
    """
    if (body.get("view") or {}).get("type") == "modal":
        return
    with contextlib.suppress(SlackApiError, aiohttp.ClientError, TimeoutError, DatabaseFailed):
        questions = await context.read(first_contact.find_questions, person)
        if questions is not None:
            await client.views_open(trigger_id=body["trigger_id"], view=blocks.questions_modal(questions))


@dataclass(frozen=True)
class FirstContactHandlers:
    """Answers *Where to begin* and its modal."""

    context: HandlerContext

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Where to begin*: open the questions."""
        questions = await self.context.read(first_contact.find_questions, person)
        if questions is None:
            raise Refused(_(BEGUN))
        await open_modal(ack, client, body, blocks.questions_modal(questions))

    async def begin(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Begin*: find the first lesson, save the rest, and send it. Danger in the words comes before all that."""
        answers = blocks.read_answers(view)
        advice = await self._find_advice(client, person, answers.words)
        tip, write = None, self.context.write_for_person
        if advice is not None and advice.cards:  # no lesson now: first things first
            begun = await write(first_contact.begin, person, answers.choices)
        else:
            tip = await self._find_first_lesson(person, answers, advice)
            revision = tip.revision_id if tip else None
            begun = await write(first_contact.begin_with_lesson, person, answers.choices, revision)
        await ack()
        await self.context.send_result(client, person, blocks.begun_message(begun, advice, tip))
        self.context.wake()

    async def _find_advice(self, client: AsyncWebClient, person: Person, words: str) -> Advice | None:
        """Return what the coach finds for these words, after showing what to do first if somebody is in danger."""
        if not words:
            return None
        situation = await self.context.understand(words)
        try:
            advice = await self.context.read(coaching.find_advice, person, situation)
        except DatabaseFailed:
            if cards := coaching.list_cards_without_database(situation):
                await send_dm(client, person.user_id, safety_message(cards, is_broken=True))
            raise
        if advice.cards:
            await send_dm(client, person.user_id, safety_message(advice.cards, is_broken=False))
        return advice

    async def _find_first_lesson(self, person: Person, answers: FirstAnswers, advice: Advice | None) -> Tip | None:
        """Return the lesson for their words, or for their role if nothing else says where to begin.

        A program or a skill says it without a search.
        """
        if advice is not None and advice.best_tip is not None:
            return advice.best_tip
        if answers.program or answers.skill or answers.role is None:
            return None
        situation = await self.context.understand(TYPICAL_SITUATIONS[answers.role])
        return (await self.context.read(coaching.find_advice, person, situation)).best_tip
