"""The answers to "shall I go on?": *Go on*, *Once a week*, *Stop*; in the message that asked, in Home, in settings."""

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import enrolment
from bot.slack.blocks import Message
from bot.slack.blocks import check_in as blocks
from bot.slack.blocks.learner import next_lesson
from bot.slack.desk import Body, Desk, person_of, send_dm
from bot.slack.home import HomeTab


class CheckInActions:
    """Keeps what was chosen, and says so where it was chosen."""

    def __init__(self, desk: Desk, home: HomeTab) -> None:
        self._desk = desk
        self._home = home

    async def go_on(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Go on*."""
        person = person_of(context)
        view = await self._desk.hop.person(enrolment.go_on, person, self._desk.clock())
        await ack()
        await self._answer(client, body, person, blocks.going_on(next_lesson(view)))

    async def go_weekly(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Once a week*."""
        person = person_of(context)
        view = await self._desk.hop.person(enrolment.go_weekly, person, self._desk.clock())
        await ack()
        await self._answer(client, body, person, blocks.weekly(next_lesson(view)))

    async def stop(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Stop*."""
        person = person_of(context)
        await self._desk.hop.person(enrolment.stop, person, self._desk.clock())
        await ack()
        await self._answer(client, body, person, blocks.stopped())

    async def _answer(self, client: AsyncWebClient, body: Body, person: Person, message: Message) -> None:
        """In place of the question; from Home, as a message of its own."""
        view = body.get("view") or {}
        if body.get("response_url"):
            await self._desk.replies.send(body["response_url"], message, replace=True)
        elif view.get("type") == "modal":
            await client.views_update(view_id=view["id"], view=blocks.answered(message))
        else:
            await send_dm(client, person.user_id, message)
        await self._home.refresh(client, person)
