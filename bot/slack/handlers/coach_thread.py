"""The coach in the DM with Rounds: a message is a situation, and the exchange goes on in its thread.

Nothing is stored unless the learner saves it to their journal. When somebody writes again in a thread, what was said
and which lessons were shown is read from the thread in Slack.
"""

import contextlib
from dataclasses import dataclass
from functools import partial
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import metrics
from bot.domain.learner import Person
from bot.errors import DatabaseFailed
from bot.learning import coaching, journal
from bot.learning.coaching import Advice
from bot.retrieval.understanding import Understanding
from bot.slack.blocks import MessageContent, coach_thread
from bot.slack.blocks.coach_thread import CoachExchange
from bot.slack.blocks.tips import is_shown_in_full, none_fits_message, safety_message
from bot.slack.form_values import entered
from bot.slack.handler_context import (
    Body,
    HandlerContext,
    open_modal,
    pressed_id,
    pressed_letter,
    pressed_value,
    thread_of,
)
from bot.slack.patient_details import may_save
from bot.slack.plain_requests import PlainRequest, find_request_in_thread
from bot.slack.thread_history import EVENT_TYPE, NOTHING_READ, ThreadHistory, read_thread

MAX_SEARCHED_MESSAGES = 4
"""Most messages searched for together: the first one and the latest ones."""


@dataclass(frozen=True)
class Thread:
    """A thread in somebody's DM: its channel, its first message's `ts`, and what was said in it, if that was read."""

    client: AsyncWebClient
    channel: str
    root: str
    person: Person
    history: ThreadHistory = NOTHING_READ
    is_new: bool = False

    async def post(self, message: MessageContent, shown: dict[str, Any] | None = None) -> None:
        """Post a message in the thread. `shown`: the lesson that it shows in full.

        The first one stands in the conversation, too: there, a thread is only a line that says "1 reply".
        """
        await _post(self.client, self.channel, self.root, message, shown, in_conversation=self.is_new)


@dataclass(frozen=True)
class CoachThreadHandlers:
    """Answers messages and buttons in a thread."""

    context: HandlerContext

    async def answer(self, event: dict[str, Any], client: AsyncWebClient, person: Person, bot_user_id: str) -> None:
        """Answer a message by someone who has started: a new situation, or another line in a thread."""
        text = str(event.get("text") or "")
        channel, root = str(event["channel"]), str(event.get("thread_ts") or event["ts"])
        history = (
            await read_thread(client, channel, root, person, bot_user_id) if "thread_ts" in event else NOTHING_READ
        )
        thread = Thread(client, channel, root, person, history.including(text), is_new="thread_ts" not in event)
        latest = await self.context.understand(text)
        # Danger first: "what if he hits me again" asks for no line of pushback.
        if history.shown and not latest.shows_danger and await self._answer_request(thread, latest.text):
            return
        await self._answer_situation(thread, latest)

    async def answer_danger(
        self, event: dict[str, Any], client: AsyncWebClient, person: Person, *, is_broken: bool
    ) -> bool:
        """Answer danger in a message, and only that, without the database. False if there is none.

        `is_broken`: the database can't be used.
        """
        cards = coaching.list_cards_without_database(await self.context.understand(str(event.get("text") or "")))
        if cards:
            root = str(event.get("thread_ts") or event["ts"])
            thread = Thread(client, str(event["channel"]), root, person, is_new="thread_ts" not in event)
            await thread.post(safety_message(cards, is_broken=is_broken))
        return bool(cards)

    async def _answer_request(self, thread: Thread, text: str) -> bool:
        """Answer what isn't a situation but asks for something about the lesson before. False if it is none."""
        shown, request = thread.history.shown, find_request_in_thread(text)
        if request is PlainRequest.THANKS:
            await thread.post(coach_thread.thanks_message())
        elif request is PlainRequest.BACK:
            _, earlier = shown[-2 if len(shown) > 1 else -1]
            await self._post_advice(
                thread, await self.context.read(coaching.build_advice_from_lessons, thread.person, [earlier])
            )
        elif request is PlainRequest.ANOTHER:
            await self._answer_situation(thread, await self.context.understand(""))
        elif request is None:
            return False
        else:
            tip = await self.context.read(coaching.build_tip_of_revision, thread.person, shown[-1][0])
            if request is PlainRequest.SHORTER:
                await thread.post(coach_thread.short_message(tip))
            elif tip.lesson.pushback:
                await thread.post(coach_thread.pushback_message(tip))
            else:
                return False
        return True

    async def _answer_situation(self, thread: Thread, latest: Understanding) -> None:
        """Answer with lessons that weren't shown yet. `latest`: what was written now."""
        said = _texts_to_search(thread.history.said)
        conversation = await self.context.understand(" ".join(said)) if said else latest
        shown = {lesson_id for _, lesson_id in thread.history.shown}
        advice = await self.context.read(coaching.find_further_advice, thread.person, conversation, latest, shown)
        await self._post_advice(thread, advice)

    async def shorter(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Something shorter*: only the words and today's step."""
        tip = await self.context.read(coaching.build_tip_of_revision, person, pressed_id(body))
        await ack()
        await _post(client, *thread_of(body), coach_thread.short_message(tip))

    async def pushback(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*What if they refuse?*: what the other person may say."""
        tip = await self.context.read(coaching.build_tip_of_revision, person, pressed_id(body))
        await ack()
        await _post(client, *thread_of(body), coach_thread.pushback_message(tip))

    async def reply(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*And then?*: what to say to one of those lines."""
        tip = await self.context.read(coaching.build_tip_of_revision, person, pressed_id(body))
        await ack()
        await _post(client, *thread_of(body), coach_thread.reply_message(tip, int(pressed_letter(body))))

    async def next(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Try another lesson*, or one that was chosen: show the first of those that the button carries."""
        further, confidence = coach_thread.read_next_lessons(pressed_value(body))
        advice = await self.context.read(coaching.build_advice_from_lessons, person, further)
        await ack()
        await self._post_advice(Thread(client, *thread_of(body), person), advice, confidence)

    async def none_fits(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*None of these*: ask for one more sentence, in the thread or in place of the answer to a command."""
        skills = await self.context.read(coaching.list_skills, person)
        await ack()
        if body.get("container", {}).get("is_ephemeral"):
            await self.context.replies.send(body["response_url"], none_fits_message(skills), replace=True)
        else:
            await _post(client, *thread_of(body), none_fits_message(skills))

    async def helped(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*It helped* or *It didn't*: count it for the lesson and how sure the search was, and nothing else."""
        lesson_id, confidence, helped = coach_thread.read_helped(pressed_value(body))
        metrics.count_coaching_feedback(lesson_id, confidence, helped=helped)
        await ack()
        await _post(client, *thread_of(body), coach_thread.helped_message(helped=helped))

    async def open_save(
        self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person, bot_user_id: str
    ) -> None:
        """*Save to journal*: open what was said so far for editing, or an empty field if it can't be read."""
        revision_id = pressed_id(body)
        tip = await self.context.read(coaching.build_tip_of_revision, person, revision_id)
        place = thread_of(body)
        history = await read_thread(client, *place, person, bot_user_id)
        await open_modal(
            ack, client, body, coach_thread.save_modal(tip.lesson, history.said, CoachExchange(revision_id, *place))
        )

    async def save(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Save*: save, then close the modal. Words that may tell who a patient is need a second press."""
        words = entered(view["state"]["values"])[coach_thread.EXCHANGE] or ""
        exchange, _, warned_of = coach_thread.read_exchange(view)
        again = partial(coach_thread.warning_modal, view, words)
        if not await may_save(
            ack, self.context.understand, words, coach_thread.EXCHANGE, warned_of=warned_of, again=again
        ):
            return
        await self.context.write_for_person(journal.save_coach_exchange, person, exchange.revision_id, words)
        await ack()
        with contextlib.suppress(SlackApiError):  # it is saved even if the thread can't say so
            await _post(client, exchange.channel, exchange.root, coach_thread.saved_message())
        self.context.home.refresh_soon(client, person)

    async def _post_advice(self, thread: Thread, advice: Advice, found_with: str | None = None) -> None:
        """Post advice, and note the lesson if it is shown in full. `found_with`: how sure the search for it was."""
        skills = await self.context.read(coaching.list_skills, thread.person)
        message = coach_thread.exchange_message(advice, skills, found_with)
        if advice.best_tip is None or not is_shown_in_full(advice):
            await thread.post(message)
            return
        await thread.post(message, {"revision": advice.best_tip.revision_id, "lesson": advice.best_tip.lesson.id})
        with contextlib.suppress(DatabaseFailed):  # then it may be shown again early
            learner = await self.context.get_or_register_learner(thread.client, thread.person)
            self.context.shown_tips.record(learner.id, advice.best_tip.lesson.id)


def _texts_to_search(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts to search for: the situation and the latest messages."""
    return said if len(said) <= MAX_SEARCHED_MESSAGES else (said[0], *said[1 - MAX_SEARCHED_MESSAGES :])


async def _post(
    client: AsyncWebClient,
    channel: str,
    root: str,
    message: MessageContent,
    shown: dict[str, Any] | None = None,
    *,
    in_conversation: bool = False,
) -> None:
    metadata = {"event_type": EVENT_TYPE, "event_payload": shown} if shown else None
    await client.chat_postMessage(
        channel=channel,
        thread_ts=root,
        reply_broadcast=in_conversation,
        metadata=metadata,
        unfurl_links=False,
        unfurl_media=False,
        **message.body,
    )
