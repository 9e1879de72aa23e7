"""Answers what people ask for in ordinary words in the DM, where others would type a command or press a button."""

import re
from dataclasses import dataclass

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.language import gettext as _
from bot.learning import coaching, extra_lessons, lesson_state, practice, streaks
from bot.learning.enrollment import LearnerView
from bot.learning.progress import read_progress
from bot.slack import pausing
from bot.slack.blocks import MessageContent, coach_thread, plain_answers, programs, streak
from bot.slack.blocks.block_kit import text_message
from bot.slack.blocks.command_help import help_message
from bot.slack.blocks.progress import progress_message
from bot.slack.handler_context import HandlerContext, send_dm
from bot.slack.lesson_messages import answer_extra_request, request_todays_lesson, update_lesson_messages
from bot.slack.plain_requests import PlainRequest, find_letter, find_request

_PAUSE_UNTIL = re.compile(
    r"\W*(?:(?:please|bitte) )?(?:pause|pausieren?)(?: (?:my |the )?lessons?| die lektionen)? "
    r"(?:until|till|to|bis(?: zum)?) (?P<day>.{1,40})",
    re.IGNORECASE,
)

_ALWAYS_THE_SAME = {
    PlainRequest.THANKS: coach_thread.thanks_message,
    PlainRequest.PAUSE: plain_answers.pause_offer_message,
    PlainRequest.SETTINGS: plain_answers.settings_message,
    PlainRequest.JOURNAL: plain_answers.journal_message,
    PlainRequest.PROGRAMS: programs.offer_message,
}
_OF_LEARNER = {
    PlainRequest.GREETING: plain_answers.greeting_message,
    PlainRequest.STOP: plain_answers.stop_message,
    PlainRequest.NEXT_LESSON: plain_answers.next_lesson_message,
}


@dataclass(frozen=True)
class PlainWordsHandlers:
    """Answers in the DM of somebody who has started. What is no request is left to the coach."""

    context: HandlerContext

    async def answer(self, text: str, client: AsyncWebClient, person: Person, view: LearnerView) -> bool:
        """Answer a message outside a thread. False if it asks for nothing of this kind."""
        if (letter := find_letter(text)) is not None:
            await self._answer_question(letter, client, person)
            return True
        message = await self._pause(text, client, person, view) or await self._answer_request(
            text, client, person, view
        )
        if message is None:
            return False
        await send_dm(client, person.user_id, message)
        return True

    async def _answer_request(
        self, text: str, client: AsyncWebClient, person: Person, view: LearnerView
    ) -> MessageContent | None:
        """Return the answer to a request, or None if there is none."""
        request = find_request(text)
        if request in _ALWAYS_THE_SAME:
            return _ALWAYS_THE_SAME[request]()
        if request in _OF_LEARNER:
            return _OF_LEARNER[request](view)
        match request:
            case PlainRequest.HELP:
                skills = await self.context.read(coaching.list_skills, person)
                return help_message(skills)
            case PlainRequest.RESUME:
                return await pausing.resume(self.context, client, person, view)
            case PlainRequest.LESSON:
                coming = text_message(_("Today's lesson is on its way."))
                return await request_todays_lesson(self.context, client, person) or coming
            case PlainRequest.ONE_MORE:
                result = await self.context.write_for_person(extra_lessons.request_extra_lesson, person, None)
                return await answer_extra_request(self.context, client, person, result)
            case PlainRequest.STREAK:
                return streak.streak_message(await self.context.read(streaks.read_streak, person))
            case PlainRequest.PROGRESS:
                return progress_message(await self.context.read(read_progress, person))
            case _:
                return None

    async def _pause(
        self, text: str, client: AsyncWebClient, person: Person, view: LearnerView
    ) -> MessageContent | None:
        """Pause until the day that a message names; None if it asks for no such pause."""
        if not (found := _PAUSE_UNTIL.fullmatch(text)):
            return None
        paused = await pausing.pause_until(self.context, client, person, view, found["day"])
        return paused or plain_answers.pause_offer_message()

    async def _answer_question(self, letter: str, client: AsyncWebClient, person: Person) -> None:
        """Answer the open question of today's lesson, or of today's extra lesson, with a typed letter."""
        state = await self.context.read(lesson_state.find_open_lesson_state, person)
        options = {option.key for option in state.lesson.question.options} if state is not None else set()
        if state is None or state.message is None or letter not in options:
            await send_dm(client, person.user_id, text_message(_(plain_answers.NO_OPEN_QUESTION)))
            return
        answered = await self.context.write_for_person(practice.answer_lesson, person, state.message, letter)
        await send_dm(client, person.user_id, plain_answers.letter_message(answered.state))
        await update_lesson_messages(self.context, client, state.message, answered.state, if_exists=True)
        self.context.home.refresh_soon(client, person)
