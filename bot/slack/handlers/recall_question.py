"""Answers recall questions, in the day end that asks them or in a modal from Home."""

from dataclasses import dataclass

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import Refused
from bot.language import gettext as _
from bot.learning import recall_answers
from bot.learning.lesson_state import get_lesson_state
from bot.learning.recall_questions import QUESTION_GONE
from bot.slack.blocks import recall_question as blocks
from bot.slack.handler_context import Body, HandlerContext, open_modal, pressed_id, pressed_letter, pressed_message
from bot.slack.lesson_messages import update_lesson_messages


@dataclass(frozen=True)
class RecallHandlers:
    """Answers and *I guessed*. Each saves first, then acknowledges, then shows the result."""

    context: HandlerContext

    async def answer(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """A, B, C, or D in a day end. The first choice counts, and another click shows it again."""
        ref = pressed_message(body)
        state = await self.context.write_for_person(
            recall_answers.answer_day_end_recall, person, ref, pressed_letter(body)
        )
        await ack()
        await update_lesson_messages(self.context, client, ref, state, body.get("response_url"))
        self.context.home.refresh_soon(client, person)

    async def mark_guessed(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*I guessed*, after a correct answer in a day end."""
        ref = pressed_message(body)
        state = await self.context.write_for_person(recall_answers.mark_day_end_recall_guessed, person, ref)
        await ack()
        await update_lesson_messages(self.context, client, ref, state, body.get("response_url"))

    async def open_answers(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*All answers* in a day end: open the case and every option's explanation in a modal."""
        state = await self.context.read(get_lesson_state, person, pressed_message(body))
        if state.recall is None:
            raise Refused(_(QUESTION_GONE))
        await open_modal(ack, client, body, blocks.answers_modal(state.recall))

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Try* in Home: open today's question in a modal."""
        state = await self.context.read(recall_answers.find_home_recall, person)
        await open_modal(ack, client, body, blocks.question_modal(state) if state else blocks.no_question_modal())

    async def answer_in_home(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """A, B, C, or D in that modal: show the result in it."""
        revision_id = pressed_id(body)
        ready = await self.context.write_for_person(
            recall_answers.answer_home_recall, person, revision_id, pressed_letter(body)
        )
        await ack()
        await client.views_update(view_id=body["view"]["id"], view=blocks.answer_modal(ready))
        await self.context.home.refresh(client, person)

    async def mark_guessed_in_home(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*I guessed* in that modal."""
        ready = await self.context.write_for_person(recall_answers.mark_home_recall_guessed, person)
        await ack()
        await client.views_update(view_id=body["view"]["id"], view=blocks.answer_modal(ready))
