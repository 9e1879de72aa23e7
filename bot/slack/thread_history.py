"""Reads from Slack what was said in a thread with the coach, as nothing of it is stored."""

from typing import Any, NamedTuple

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.slack.plain_requests import is_story

EVENT_TYPE = "rounds_coach"
"""The type of an answer's metadata, which holds the lesson it showed."""

PAGE_SIZE, MAX_PAGES = 100, 3
"""Messages of a thread that are read at a time, and how often: Slack begins with the oldest."""


class ThreadHistory(NamedTuple):
    """A thread so far: what its learner wrote, and the lessons (revision, id) that were shown, both oldest first."""

    said: tuple[str, ...]
    shown: tuple[tuple[int, str], ...]

    def including(self, text: str) -> "ThreadHistory":
        """Return it with what was written just now, which is missing where only the beginning could be read."""
        if not self.said or not is_story(text) or self.said[-1] == text:
            return self
        return self._replace(said=(*self.said, text))


NOTHING_READ = ThreadHistory((), ())


async def read_thread(
    client: AsyncWebClient, channel: str, root: str, person: Person, bot_user_id: str
) -> ThreadHistory:
    """Read the thread from Slack. Empty if it can't be read: then only the new message counts.

    Only what this person and Rounds itself wrote counts: another app could post a text, or metadata like ours.
    """
    said: list[str] = []
    shown: list[tuple[int, str]] = []
    for message in await _read_messages(client, channel, root):
        if message.get("user") == bot_user_id:
            shown += _lesson_shown_in(message)
        elif message.get("user") == person.user_id and "bot_id" not in message:
            text = str(message.get("text") or "")
            said += [text] if is_story(text) else []
    return ThreadHistory(tuple(said), tuple(shown))


async def _read_messages(client: AsyncWebClient, channel: str, root: str) -> list[dict[str, Any]]:
    """Return a thread's messages from the oldest on, as far as they can be read."""
    messages: list[dict[str, Any]] = []
    cursor: str | None = None
    for _ in range(MAX_PAGES):
        try:
            page = await client.conversations_replies(
                channel=channel, ts=root, include_all_metadata=True, limit=PAGE_SIZE, cursor=cursor
            )
        except SlackApiError:
            break
        messages += page["messages"]
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            break
    return messages


def _lesson_shown_in(message: dict[str, Any]) -> list[tuple[int, str]]:
    metadata = message.get("metadata") or {}
    if metadata.get("event_type") != EVENT_TYPE:
        return []
    payload = metadata["event_payload"]
    return [(int(payload["revision"]), str(payload["lesson"]))]
