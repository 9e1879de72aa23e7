"""*Practice the words*: a line of one's own, compared with the lesson's words. Nothing is stored unless it is saved."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import coaching
from bot.slack.blocks import coach_thread, word_practice
from bot.slack.blocks.coach_thread import CoachExchange
from bot.slack.form_values import entered
from bot.slack.handler_context import Body, HandlerContext, open_modal, pressed_id, thread_of


@dataclass(frozen=True)
class WordPracticeHandlers:
    """Asks for a line, shows it beside the lesson's words, and leads to the journal."""

    context: HandlerContext

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Practice the words*, under an answered lesson or in a thread: ask how they would say it."""
        revision_id = pressed_id(body)
        tip = await self.context.read(coaching.build_tip_of_revision, person, revision_id)
        exchange = CoachExchange(revision_id, *thread_of(body))
        await open_modal(ack, client, body, word_practice.practice_modal(tip.lesson, exchange))

    async def compare(self, ack: AsyncAck, view: dict[str, Any], person: Person) -> None:
        """*Compare*: show both. Danger in what was typed comes first, as in every message."""
        exchange, _ = word_practice.read_practice(view)
        line = (entered(view["state"]["values"])[word_practice.INPUT] or "").strip()
        cards = (
            await self.context.read(coaching.list_safety_cards, person, await self.context.understand(line))
            if line
            else ()
        )
        tip = await self.context.read(coaching.build_tip_of_revision, person, exchange.revision_id)
        await ack(response_action="update", view=word_practice.compared_modal(tip.lesson, line, cards, exchange))

    async def open_save(self, ack: AsyncAck, view: dict[str, Any], person: Person) -> None:
        """*Save to journal*: show the line for editing. Saving it warns of patient details, as for every entry."""
        exchange, line = word_practice.read_practice(view)
        tip = await self.context.read(coaching.build_tip_of_revision, person, exchange.revision_id)
        await ack(response_action="update", view=coach_thread.save_words_modal(tip.lesson, line, exchange))
