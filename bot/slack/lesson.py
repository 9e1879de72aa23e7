"""What learners press in a lesson and at the day's end."""

from functools import partial
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.learning import practice, reflections
from bot.learning.practice import LessonState
from bot.slack import actions as ids
from bot.slack.blocks import Message, day_end, lesson, reflection
from bot.slack.desk import Body, Desk, message_of, person_of, send_dm, show, update, value_of
from bot.slack.home import HomeTab
from bot.slack.lesson_messages import bring_up_to_date, lesson_on_request, link
from bot.slack.private_words import may_keep


class LessonActions:
    """Answer, guess, reflect, save, step. Each keeps first, then acknowledges, then shows."""

    def __init__(self, desk: Desk, home: HomeTab) -> None:
        self._desk = desk
        self._home = home

    async def answer(
        self, ack: AsyncAck, body: Body, action: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """One of A to D was chosen. The first choice counts; a second click shows it again."""
        matched = ids.ANSWER_PATTERN.match(action["action_id"])
        choice = matched.group(1) if matched else ""
        person, ref = person_of(context), message_of(body)
        desk = self._desk
        answered = await desk.hop.person(practice.answer, desk.library, person, ref, choice, desk.clock())
        await ack()
        await self._show(client, context, body, answered.state)

    async def guessed(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*I guessed*, after a right answer."""
        desk = self._desk
        state = await desk.hop.person(
            practice.guessed, desk.library, person_of(context), message_of(body), desk.clock()
        )
        await ack()
        await self._show(client, context, body, state)

    async def open_reflection(
        self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """*Reflect*: the modal, with what was written before."""
        desk, ref = self._desk, message_of(body)
        prompt = await desk.hop.read(reflections.reflection_prompt, desk.library, person_of(context), ref, desk.clock())
        await client.views_open(trigger_id=body["trigger_id"], view=reflection.reflection_modal(prompt, ref))
        await ack()

    async def keep_reflection(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """*Save*: kept first, closed after; if keeping fails the modal stays open with the words in it.

        Words that look like a patient's details are kept on a second press: the first one asks to look again.
        """
        ref = reflection.read_metadata(view["private_metadata"])
        words = view["state"]["values"][reflection.BLOCK][reflection.INPUT]["value"] or ""
        warned, again = reflection.was_warned(view), partial(reflection.warned_modal, view, words)
        if not await may_keep(ack, words, reflection.BLOCK, warned=warned, again=again):
            return
        desk, person = self._desk, person_of(context)
        state = await desk.hop.person(reflections.reflect, desk.library, person, ref, words, desk.clock())
        await ack()
        await bring_up_to_date(client, ref, state)
        self._home.refresh_soon(client, person)

    async def who_sees(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*Who can see what*, on top of the reflection."""
        await show(client, body, reflection.who_sees_modal())
        await ack()

    async def why(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Why & sources*."""
        state = await self._state(body, context)
        await client.views_open(trigger_id=body["trigger_id"], view=lesson.why_and_sources(state.lesson))
        await ack()

    async def save(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Save* under a lesson: kept, and the button goes."""
        desk, person = self._desk, person_of(context)
        await desk.hop.person(practice.save, person, int(value_of(body)), desk.clock())
        await ack()
        await self._show(client, context, body, await self._state(body, context))

    async def save_tip(self, ack: AsyncAck, body: Body, context: AsyncBoltContext) -> None:
        """*Save* under a tip, which stays as it is: the reply says where it went."""
        desk = self._desk
        new = await desk.hop.person(practice.save, person_of(context), int(value_of(body)), desk.clock())
        await ack()
        said = "Saved. Open Rounds' Home to find it again." if new else "You saved this one before. It's in Home."
        await desk.replies.send(body["response_url"], Message(said, ()))

    async def tried(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Tried it*."""
        await self._step(True, ack, body, client, context)

    async def not_tried(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Not this time*."""
        await self._step(False, ack, body, client, context)

    async def done(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Done for today*: the day's end is put away."""
        state = await self._state(body, context)
        await ack()
        await update(client, message_of(body), day_end.done(state))

    async def lesson_now(self, ack: AsyncAck, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Lesson now*: today's own delivery, at once."""
        await ack()
        person = person_of(context)
        message = await lesson_on_request(self._desk, client, person)
        if message is not None:
            await send_dm(client, person.user_id, message)

    async def open_today(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Open* in Home: today's lesson to read again, and the way to its message."""
        desk, person = self._desk, person_of(context)
        state = await desk.hop.read(practice.todays_state, desk.library, person, desk.clock())
        if state is not None:
            await show(client, body, lesson.today(state, await link(client, state)))
        await ack()

    async def _step(
        self, did: bool, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        desk, person = self._desk, person_of(context)
        state = await desk.hop.person(practice.tried, desk.library, person, message_of(body), did, desk.clock())
        await ack()
        await self._show(client, context, body, state)

    async def _state(self, body: Body, context: AsyncBoltContext) -> LessonState:
        desk = self._desk
        return await desk.hop.read(
            practice.lesson_state, desk.library, person_of(context), message_of(body), desk.clock()
        )

    async def _show(self, client: AsyncWebClient, context: AsyncBoltContext, body: Body, state: LessonState) -> None:
        await bring_up_to_date(client, message_of(body), state)
        self._home.refresh_soon(client, person_of(context))
