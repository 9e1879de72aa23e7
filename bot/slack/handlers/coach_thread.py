"""The coach in the DM with Rounds: a message is a situation, and the exchange goes on in its thread.

Nothing is stored unless the learner saves it to their journal. When somebody writes again in a thread, what was said
and which lessons were shown is read from the thread in Slack.
"""

import contextlib
import re
from dataclasses import dataclass
from functools import partial
from typing import Any, NamedTuple

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery import metrics
from bot.domain.learner import Person
from bot.learning import coaching, journal
from bot.learning.coaching import Advice
from bot.retrieval.understanding import Understanding
from bot.slack.blocks import MessageContent, coach_thread
from bot.slack.blocks.coach_thread import CoachExchange
from bot.slack.blocks.tips import is_shown_in_full, none_fits_message
from bot.slack.form_values import entered
from bot.slack.handler_context import Body, HandlerContext, open_modal, pressed_letter, pressed_value
from bot.slack.patient_details import may_save

EVENT_TYPE = "rounds_coach"
"""The type of an answer's metadata, which holds the lesson it showed."""

MAX_THREAD_MESSAGES = 40
"""Most messages of a thread that are read."""

MAX_SEARCHED_MESSAGES = 4
"""Most messages searched for together: the first one and the latest ones."""

MAX_REQUEST_WORDS = 8
"""The most words of a request such as "something shorter". More are part of the story."""

_SHORTER = re.compile(
    r"\b(?:short(?:er)?|brief(?:ly)?|in (?:a|one) (?:line|sentence|word)|tl;?dr|quick(?:er)?|(?:just|only) the words"
    r"|words to say|(?:what|how) (?:exactly )?(?:do|should|can) i say(?: it| that)?(?=\W*$))\b",
    re.IGNORECASE,
)
_ANOTHER = re.compile(
    r"\W*(?:(?:show|give|send|try)(?: me)? )?(?:another(?: (?:one|lesson|tip|idea))?|something else"
    r"|a different (?:one|lesson|tip)|(?:the )?next(?: one| lesson)?"
    r"|(?:that'?s|this is|it'?s) not it|(?:that|this|it) (?:did|does)n'?t (?:help|fit))(?: please)?\W*",
    re.IGNORECASE,
)
_BACK = re.compile(r"\W*(?:please )?(?:go )?(?:back|previous(?: one| lesson)?)(?: please)?\W*", re.IGNORECASE)
_PUSHBACK = re.compile(
    r"\b(?:(?:what|and|but) if|(?:what|how) (?:do|should|can) i (?:do|say|answer|reply) (?:if|when))\b", re.IGNORECASE
)
_THANKS = re.compile(
    r"\W*(?:(?:ok(?:ay)?|great|perfect)\W+)?(?:many )?(?:thanks|thank you|thx|ty)"
    r"(?: (?:a lot|so much|very much|again|that helped|that helps))?\W*",
    re.IGNORECASE,
)


class ThreadHistory(NamedTuple):
    """A thread so far: what its learner wrote, and the lessons (revision, id) that were shown, both oldest first."""

    said: tuple[str, ...]
    shown: tuple[tuple[int, str], ...]


NOTHING_READ = ThreadHistory((), ())


@dataclass(frozen=True)
class Thread:
    """A thread in somebody's DM: its channel, its first message's `ts`, and what was said in it, if that was read."""

    client: AsyncWebClient
    channel: str
    root: str
    person: Person
    history: ThreadHistory = NOTHING_READ

    async def post(self, message: MessageContent, shown: dict[str, Any] | None = None) -> None:
        """Post a message in the thread. `shown`: the lesson that it shows in full."""
        await _post(self.client, self.channel, self.root, message, shown)


@dataclass(frozen=True)
class CoachThreadHandlers:
    """Answers messages and buttons in a thread."""

    context: HandlerContext

    async def answer(self, event: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """Answer a message by someone who has started: a new situation, or another line in a thread."""
        text = str(event.get("text") or "")
        channel, root = str(event["channel"]), str(event.get("thread_ts") or event["ts"])
        history = await _read(client, channel, root) if "thread_ts" in event else NOTHING_READ
        thread = Thread(client, channel, root, person, history)
        latest = await self.context.understand(text)
        # Danger first: "what if he hits me again" asks for no line of pushback.
        in_danger = bool(history.shown) and await self.context.read(coaching.shows_danger, latest)
        if history.shown and not in_danger and await self._answer_request(thread, text):
            return
        await self._answer_situation(thread, latest)

    async def _answer_request(self, thread: Thread, text: str) -> bool:
        """Answer what isn't a situation but asks for something about the lesson before. False if it is none."""
        shown = thread.history.shown
        if _THANKS.fullmatch(text):
            await thread.post(coach_thread.thanks_message())
        elif _BACK.fullmatch(text):
            _, earlier = shown[-2 if len(shown) > 1 else -1]
            await self._post_advice(
                thread, await self.context.read(coaching.build_advice_from_lessons, thread.person, [earlier])
            )
        elif _ANOTHER.fullmatch(text):
            await self._answer_situation(thread, await self.context.understand(""))
        elif _is_shorter(text):
            tip = await self.context.read(coaching.build_tip_of_revision, shown[-1][0])
            await thread.post(coach_thread.short_message(tip))
        elif _PUSHBACK.search(text):
            tip = await self.context.read(coaching.build_tip_of_revision, shown[-1][0])
            if not tip.lesson.pushback:
                return False
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

    async def shorter(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*Something shorter*: only the words and today's step."""
        tip = await self.context.read(coaching.build_tip_of_revision, int(pressed_value(body)))
        await ack()
        await _post(client, *_thread_of(body), coach_thread.short_message(tip))

    async def pushback(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*What if they refuse?*: what the other person may say."""
        tip = await self.context.read(coaching.build_tip_of_revision, int(pressed_value(body)))
        await ack()
        await _post(client, *_thread_of(body), coach_thread.pushback_message(tip))

    async def reply(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*And then?*: what to say to one of those lines."""
        tip = await self.context.read(coaching.build_tip_of_revision, int(pressed_value(body)))
        await ack()
        await _post(client, *_thread_of(body), coach_thread.reply_message(tip, int(pressed_letter(body))))

    async def next(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Try another lesson*, or one that was chosen: show the first of those that the button carries."""
        further, confidence = coach_thread.read_next_lessons(pressed_value(body))
        advice = await self.context.read(coaching.build_advice_from_lessons, person, further)
        await ack()
        await self._post_advice(Thread(client, *_thread_of(body), person), advice, confidence)

    async def none_fits(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*None of these*: ask for one more sentence, in the thread or in place of the answer to a command."""
        skills = await self.context.read(coaching.list_skills, person.team_id)
        await ack()
        if body.get("container", {}).get("is_ephemeral"):
            await self.context.replies.send(body["response_url"], none_fits_message(skills), replace=True)
        else:
            await _post(client, *_thread_of(body), none_fits_message(skills))

    async def helped(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*It helped* or *It didn't*: count it for the lesson and how sure the search was, and nothing else."""
        lesson_id, confidence, helped = coach_thread.read_helped(pressed_value(body))
        metrics.count_coaching_feedback(lesson_id, confidence, helped=helped)
        await ack()
        await _post(client, *_thread_of(body), coach_thread.helped_message(helped=helped))

    async def practice(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*Practice the words*: show the words to say out loud."""
        tip = await self.context.read(coaching.build_tip_of_revision, int(pressed_value(body)))
        await open_modal(ack, client, body, coach_thread.practice_modal(tip.lesson))

    async def open_save(self, ack: AsyncAck, body: Body, client: AsyncWebClient) -> None:
        """*Save to journal*: open what was said so far for editing, or an empty field if it can't be read."""
        revision_id = int(pressed_value(body))
        tip = await self.context.read(coaching.build_tip_of_revision, revision_id)
        place = _thread_of(body)
        history = await _read(client, *place)
        await open_modal(
            ack, client, body, coach_thread.save_modal(tip.lesson, history.said, CoachExchange(revision_id, *place))
        )

    async def save(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Save*: save, then close the modal. Words that may name a patient need a second press."""
        words = entered(view["state"]["values"])[coach_thread.EXCHANGE] or ""
        exchange, _, warned = coach_thread.read_exchange(view)
        again = partial(coach_thread.warning_modal, view, words)
        if not await may_save(ack, words, coach_thread.EXCHANGE, warned=warned, again=again):
            return
        await self.context.write_for_person(journal.save_coach_exchange, person, exchange.revision_id, words)
        await ack()
        with contextlib.suppress(SlackApiError):  # it is saved even if the thread can't say so
            await _post(client, exchange.channel, exchange.root, coach_thread.saved_message())
        self.context.home.refresh_soon(client, person)

    async def _post_advice(self, thread: Thread, advice: Advice, found_with: str | None = None) -> None:
        """Post advice, and note the lesson if it is shown in full. `found_with`: how sure the search for it was."""
        skills = await self.context.read(coaching.list_skills, thread.person.team_id)
        message = coach_thread.exchange_message(advice, skills, found_with)
        if advice.best_tip is None or not is_shown_in_full(advice):
            await thread.post(message)
            return
        await thread.post(message, {"revision": advice.best_tip.revision_id, "lesson": advice.best_tip.lesson.id})
        learner = await self.context.get_or_register_learner(thread.client, thread.person)
        self.context.shown_tips.record(learner.id, advice.best_tip.lesson.id)


def _is_shorter(text: str) -> bool:
    """Return whether a text is short and asks for something shorter."""
    return len(text.split()) <= MAX_REQUEST_WORDS and bool(_SHORTER.search(text)) and not _PUSHBACK.search(text)


def _is_request(text: str) -> bool:
    """Return whether a text isn't part of the story but asks for something, or thanks."""
    return _is_shorter(text) or any(pattern.fullmatch(text) for pattern in (_ANOTHER, _THANKS, _BACK))


def _texts_to_search(said: tuple[str, ...]) -> tuple[str, ...]:
    """Return the texts to search for: the situation and the latest messages."""
    return said if len(said) <= MAX_SEARCHED_MESSAGES else (said[0], *said[1 - MAX_SEARCHED_MESSAGES :])


def _thread_of(body: Body) -> tuple[str, str]:
    """Return the channel and the thread (`ts`) that a button is in."""
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
    """Read the thread from Slack. Empty if it can't be read: then only the new message counts."""
    try:
        found = await client.conversations_replies(
            channel=channel, ts=root, include_all_metadata=True, limit=MAX_THREAD_MESSAGES
        )
    except SlackApiError:
        return NOTHING_READ
    said: list[str] = []
    shown: list[tuple[int, str]] = []
    for message in found["messages"]:
        metadata = message.get("metadata") or {}
        if metadata.get("event_type") == EVENT_TYPE:
            payload = metadata["event_payload"]
            shown.append((int(payload["revision"]), str(payload["lesson"])))
        elif "bot_id" not in message and (text := str(message.get("text") or "")) and not _is_request(text):
            said.append(text)
    return ThreadHistory(tuple(said), tuple(shown))
