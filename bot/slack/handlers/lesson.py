"""Answers the buttons in a lesson and in a day end."""

from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.language import gettext as _
from bot.language import use_language
from bot.learning import extra_lessons, lesson_state, practice, reflections
from bot.learning.extra_lessons import ExtraLessonOutcome
from bot.learning.lesson_state import LessonState
from bot.learning.planned_steps import StepOutcome
from bot.slack.blocks import MessageContent, day_end, lesson, lesson_modals, reflection
from bot.slack.form_values import entered
from bot.slack.handler_context import (
    Body,
    HandlerContext,
    open_modal,
    pressed_id,
    pressed_letter,
    pressed_message,
    pressed_uuid,
    send_dm,
)
from bot.slack.lesson_messages import (
    answer_extra_request,
    permalink_of,
    request_todays_lesson,
    update_lesson_messages,
    update_or_repost,
)
from bot.slack.message_kind import language_of
from bot.slack.patient_details import may_save


@dataclass(frozen=True)
class LessonHandlers:
    """Answer, guess, reflection, save, and step. Each saves first, then acknowledges, then updates the message."""

    context: HandlerContext

    async def answer(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """A, B, C, or D: record the answer. The first choice counts, and another click shows it again."""
        answered = await self.context.write_for_person(
            practice.answer_lesson, person, pressed_message(body), pressed_letter(body)
        )
        await ack()
        await self._show(client, person, body, answered.state)

    async def mark_guessed(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*I guessed*, after a correct answer."""
        state = await self.context.write_for_person(practice.mark_guessed, person, pressed_message(body))
        await ack()
        await self._show(client, person, body, state)

    async def open_reflection(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Reflect*: open the modal, with what was written before."""
        ref = pressed_message(body)
        prompt = await self.context.read(reflections.get_reflection_prompt, person, ref)
        await open_modal(ack, client, body, reflection.reflection_modal(prompt, ref))

    async def save_reflection(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person
    ) -> None:
        """*Save*: save, then close the modal. If saving fails, the modal stays open with the words in it.

        Words that look like a patient's details need a second press: the first one shows a warning.
        """
        ref = reflection.read_metadata(view["private_metadata"])
        words = entered(view["state"]["values"])[reflection.INPUT] or ""
        warned_of, again = reflection.warned_of(view), partial(reflection.warning_modal, view, words)
        if not await may_save(ack, self.context.understand, words, reflection.BLOCK, warned_of=warned_of, again=again):
            return
        state = await self.context.write_for_person(reflections.save_reflection, person, ref, words)
        await ack()
        await update_lesson_messages(self.context, client, ref, state)
        self.context.home.refresh_soon(client, person)

    async def open_who_sees_what(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*Who can see what*: open it on top of the reflection."""
        await open_modal(ack, client, body, reflection.who_sees_what_modal())

    async def open_why(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Why & sources*: open them in a modal."""
        state = await self._state(body, person)
        if state.retraction is not None:
            view = lesson_modals.retracted_modal(state)
        else:
            view = lesson_modals.why_modal(state.lesson, state.formats)
        await open_modal(ack, client, body, view)

    async def open_answers(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*All answers*: open the case and every option's explanation in a modal."""
        state = await self._state(body, person)
        await open_modal(ack, client, body, lesson_modals.answers_modal(state))

    async def save(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Save* under a lesson: save it, and say so."""
        await self.context.write_for_person(practice.save_lesson, person, pressed_id(body))
        await ack()
        await self._show(client, person, body, await self._state(body, person))

    async def unsave(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Unsave* under a lesson: take it off the saved ones."""
        await self.context.write_for_person(practice.unsave_lesson, person, pressed_id(body))
        await ack()
        await self._show(client, person, body, await self._state(body, person))

    async def save_tip(self, ack: AsyncAck, body: Body, person: Person) -> None:
        """*Save* under a tip. The tip stays as it is, and a reply says where to find it."""
        new = await self.context.write_for_person(practice.save_lesson, person, pressed_id(body))
        await ack()
        said = _("Saved. Open Rounds' Home to find it again.") if new else _("You saved this one before. It's in Home.")
        await self.context.replies.send(body["response_url"], MessageContent(said, ()))

    async def mark_tried(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Tried it*: record that the step was tried."""
        await self._step(True, ack, body, client, person)

    async def mark_not_tried(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Not this time*: record that the step wasn't tried."""
        await self._step(False, ack, body, client, person)

    async def plan_step(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*I'll try it*: record that they plan the step."""
        state = await self.context.write_for_person(practice.plan_step, person, pressed_message(body))
        await ack()
        await self._show(client, person, body, state)

    async def report_planned_step(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*I did it*, *Not yet*, or *It didn't fit*: record how the step went that they had planned before."""
        outcome, planned_in = StepOutcome(pressed_letter(body)), pressed_uuid(body)
        state = await self.context.write_for_person(
            practice.report_planned_step, person, pressed_message(body), planned_in, outcome
        )
        await ack()
        await self._show(client, person, body, state)

    async def say_if_useful(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Yes* or *No* to whether the lesson was useful: record it. The first choice counts."""
        useful = pressed_letter(body) == lesson.USEFUL
        state = await self.context.write_for_person(practice.say_if_useful, person, pressed_message(body), useful)
        await ack()
        await self._show(client, person, body, state)

    async def finish_day(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Done for today*: shrink the day end."""
        state = await self._state(body, person)
        await ack()
        ref = replace(pressed_message(body), delivery_id=state.delivery_id)
        with use_language(language_of(state.lesson, state.formats)):
            finished = day_end.finished_message(state)
        await update_or_repost(self.context, client, ref, finished, body.get("response_url"))

    async def send_lesson_now(self, ack: AsyncAck, client: AsyncWebClient, person: Person) -> None:
        """*Lesson now*: send today's lesson now."""
        await ack()
        message = await request_todays_lesson(self.context, client, person)
        if message is not None:
            await send_dm(client, person.user_id, message)

    async def request_extra(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*One more lesson*: send it now. The pressed message says so if it is the day's lesson, a reply otherwise."""
        ref = pressed_message(body)
        result = await self.context.write_for_person(extra_lessons.request_extra_lesson, person, ref)
        await ack()
        message = await answer_extra_request(self.context, client, person, result)
        if result.outcome is not ExtraLessonOutcome.QUEUED or result.shown is None or not result.shown.has_extra:
            await self.context.replies.send(body["response_url"], message)
        if result.shown is not None:
            await update_lesson_messages(self.context, client, ref, result.shown, if_exists=True)

    async def open_today(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Open* in Home: show today's lesson again, with a link to its message."""
        state = await self.context.read(lesson_state.find_todays_lesson_state, person)
        if state is None:
            await ack()
        else:
            view = lesson_modals.lesson_modal(state, await permalink_of(client, state), lesson_modals.TODAY)
            await open_modal(ack, client, body, view)

    async def open_question(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Open today's question* in a day end: show that day's lesson, with a link to where the question is."""
        state = await self.context.read(lesson_state.get_question_state, person, pressed_message(body))
        day = state.formats.name_weekday(state.learning_day)
        await open_modal(ack, client, body, lesson_modals.lesson_modal(state, await permalink_of(client, state), day))

    async def _step(self, did: bool, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        state = await self.context.write_for_person(practice.record_step, person, pressed_message(body), did)
        await ack()
        await self._show(client, person, body, state)

    async def _state(self, body: Body, person: Person) -> LessonState:
        return await self.context.read(lesson_state.get_lesson_state, person, pressed_message(body))

    async def _show(self, client: AsyncWebClient, person: Person, body: Body, state: LessonState) -> None:
        await update_lesson_messages(self.context, client, pressed_message(body), state, body.get("response_url"))
        self.context.home.refresh_soon(client, person)
