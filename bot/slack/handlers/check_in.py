"""Answers to the check-in (*Go on*, *Once a week*, *Stop*) in its message, in Home, and in settings."""

from dataclasses import dataclass

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import enrollment
from bot.slack.blocks import check_in as blocks
from bot.slack.blocks.enrollment import next_lesson_text
from bot.slack.handler_context import Body, HandlerContext


@dataclass(frozen=True)
class CheckInHandlers:
    """Saves the choice, and confirms it where it was made."""

    context: HandlerContext

    async def go_on(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Go on*: resume lessons."""
        view = await self.context.write_for_person(enrollment.resume_lessons, person)
        await ack()
        await self.context.answer_in_place(client, body, person, blocks.continued_message(next_lesson_text(view)))

    async def go_weekly(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Once a week*: switch to weekly lessons."""
        view = await self.context.write_for_person(enrollment.switch_to_weekly, person)
        await ack()
        await self.context.answer_in_place(client, body, person, blocks.weekly_message(next_lesson_text(view)))

    async def stop(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Stop*: pause until they resume."""
        await self.context.write_for_person(enrollment.pause_lessons, person, None)
        await ack()
        await self.context.answer_in_place(client, body, person, blocks.stopped_message())
