"""The coach in the conversation with Rounds: a message is a situation, and what follows goes on in its thread.

Nothing of it is kept, unless its learner saves it to their journal: what was said and which lessons were shown is read
from the thread itself, which is Slack's, when somebody goes on in it.
"""

import contextlib
import re
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import coaching, journal
from bot.learning.coaching import Advice
from bot.slack.blocks import MessageContent, coach_thread
from bot.slack.blocks.coach_thread import CoachExchange
from bot.slack.form_values import entered
from bot.slack.handler_context import Body, HandlerContext, open_modal, pressed_value
from bot.slack.patient_details import may_save

EVENT_TYPE = "rounds_coach"
"""The type of the metadata that an answer carries: which lesson it showed."""

MOST_READ = 40
"""Messages of a thread that are read to go on in it."""

MOST_SAID = 4
"""Of what somebody said, the beginning and the last few lines are searched for together."""

_SHORTER = re.compile(
    r"\b(?:short(?:er)?|brief(?:ly)?|in (?:a|one) (?:line|sentence|word)|tl;?dr|quick(?:er)?)\b", re.IGNORECASE
)


class ThreadHistory(NamedTuple):
    """A thread so far: what somebody said, oldest first; which lessons (revision, id) were shown, the newest last."""

    said: tuple[str, ...]
    shown: tuple[tuple[int, str], ...]


@dataclass(frozen=True)
class CoachThreadHandlers:
    """Answers in a thread of the conversation."""

    context: HandlerContext

    async def answer(self, event: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """A message by someone who has started: a situation, or a line that goes on in a thread."""
        text = str(event.get("text") or "")
        channel, root = str(event["channel"]), str(event.get("thread_ts") or event["ts"])
        talk = await _read(client, channel, root) if "thread_ts" in event else ThreadHistory((), ())
        if talk.shown and _SHORTER.search(text):
            tip = await self.context.read(coaching.build_tip_of_revision, talk.shown[-1][0])
            await _post(client, channel, root, coach_thread.short_message(tip))
            return
        said = _together(talk.said or (text,))
        shown = {lesson_id for _, lesson_id in talk.shown}
        advice = await self.context.read(coaching.find_further_advice, person, said, shown)
        await self._say(client, channel, root, person, advice)

    async def shorter(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*Something shorter*."""
        tip = await self.context.read(coaching.build_tip_of_revision, int(pressed_value(body)))
        await ack()
        await _post(client, *_place(body), coach_thread.short_message(tip))

    async def next(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*What if they refuse?*: the next best lesson."""
        further = coach_thread.read_next_lessons(pressed_value(body))
        advice = await self.context.read(coaching.build_advice_from_lessons, person, further)
        await ack()
        await self._say(client, *_place(body), person, advice)

    async def practise(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*Practise the words*."""
        tip = await self.context.read(coaching.build_tip_of_revision, int(pressed_value(body)))
        await open_modal(ack, client, body, coach_thread.practice_modal(tip.lesson))

    async def open_save(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*Save to journal*: what was said so far, to look at before. Where it can't be read, an empty field."""
        revision_id = int(pressed_value(body))
        tip = await self.context.read(coaching.build_tip_of_revision, revision_id)
        place = _place(body)
        talk = await _read(client, *place)
        await open_modal(
            ack, client, body, coach_thread.save_modal(tip.lesson, talk.said, CoachExchange(revision_id, *place))
        )

    async def save(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Save*: kept first, closed after. Words that may name a patient are kept on a second press."""
        words = entered(view["state"]["values"])[coach_thread.EXCHANGE] or ""
        exchange, _, warned = coach_thread.read_exchange(view)
        again = partial(coach_thread.warning_modal, view, words)
        if not await may_save(ack, words, coach_thread.EXCHANGE, warned=warned, again=again):
            return
        await self.context.write_for_person(journal.save_coach_exchange, person, exchange.revision_id, words)
        await ack()
        with contextlib.suppress(SlackApiError):  # it is kept, whether the thread says so or not
            await _post(client, exchange.channel, exchange.root, coach_thread.saved_message())
        self.context.home.refresh_soon(client, person)

    async def _say(self, client: AsyncWebClient, channel: str, root: str, person: Person, advice: Advice) -> None:
        skills = await self.context.read(coaching.list_skills, person.team_id)
        message = coach_thread.exchange_message(advice, skills)
        if advice.best_tip is None:
            await _post(client, channel, root, message)
            return
        shown = {"revision": advice.best_tip.revision_id, "lesson": advice.best_tip.lesson.id}
        await _post(client, channel, root, message, shown)
        learner = await self.context.meet(client, person)
        self.context.shown_tips.record(learner.id, advice.best_tip.lesson.id)


def _together(said: tuple[str, ...]) -> tuple[str, ...]:
    """What is searched for: the situation, and what was said last."""
    return said if len(said) <= MOST_SAID else (said[0], *said[1 - MOST_SAID :])


def _place(body: Body) -> tuple[str, str]:
    """The conversation and the thread that a button stands in."""
    message = body["message"]
    return str(body["container"]["channel_id"]), str(message.get("thread_ts") or message["ts"])


async def _post(
    client: AsyncWebClient, channel: str, root: str, message: MessageContent, shown: dict[str, Any] | None = None
) -> None:
    metadata = {"event_type": EVENT_TYPE, "event_payload": shown} if shown else None
    await client.chat_postMessage(
        channel=channel, thread_ts=root, metadata=metadata, unfurl_links=False, unfurl_media=False, **message.body
    )


async def _read(client: AsyncWebClient, channel: str, root: str) -> ThreadHistory:
    """The thread as Slack has it; nothing, where it can't be read: then the line stands for itself."""
    try:
        found = await client.conversations_replies(channel=channel, ts=root, include_all_metadata=True, limit=MOST_READ)
    except SlackApiError:
        return ThreadHistory((), ())
    said: list[str] = []
    shown: list[tuple[int, str]] = []
    for message in found["messages"]:
        metadata = message.get("metadata") or {}
        if metadata.get("event_type") == EVENT_TYPE:
            payload = metadata["event_payload"]
            shown.append((int(payload["revision"]), str(payload["lesson"])))
        elif "bot_id" not in message and not _SHORTER.fullmatch(str(message.get("text") or "")):
            said.append(str(message.get("text") or ""))
    return ThreadHistory(tuple(said), tuple(shown))
