"""Answers how ready somebody feels, in the day end that asks."""

from dataclasses import dataclass

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import self_rating_answers
from bot.slack.blocks import self_ratings as blocks
from bot.slack.handler_context import Body, HandlerContext, pressed_message, pressed_value
from bot.slack.lesson_messages import update_lesson_messages


@dataclass(frozen=True)
class SelfRatingHandlers:
    """The buttons from 1 to 5. Each saves first, then acknowledges, then shows the answer."""

    context: HandlerContext

    async def answer(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """A number in a day end. Another one replaces it until the day is over."""
        ref, answered = pressed_message(body), blocks.read_answer(pressed_value(body))
        state = await self.context.write_for_person(self_rating_answers.record_self_rating, person, ref, answered)
        await ack()
        await update_lesson_messages(self.context, client, ref, state, body.get("response_url"))
