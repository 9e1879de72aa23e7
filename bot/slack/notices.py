"""Sends notices that nobody asked for just now: problems with a calendar, and lessons due for review."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.formats import Formats
from bot.domain.learner import Person
from bot.language import use_language
from bot.slack.api_errors import to_send_error
from bot.slack.blocks import MessageContent


class Notice(Protocol):
    """Something to tell one person once."""

    @property
    def person(self) -> Person:
        """The person to tell."""
        ...

    @property
    def formats(self) -> Formats:
        """How they read dates and times, and in which language."""
        ...


N = TypeVar("N", bound=Notice, contravariant=True)


class NoticeSender(Generic[N]):
    """Sends one kind of notice (`delivery.reviews.ReviewNotifier`, `delivery.roster_refresh.RosterNotifier`)."""

    def __init__(self, client_for: Callable[[str], AsyncWebClient], message_of: Callable[[N], MessageContent]) -> None:
        """`client_for` returns a workspace's client (shared session, no retries), `message_of` a notice's message."""
        self._client_for = client_for
        self._message_of = message_of

    async def notify(self, notice: N) -> None:
        """Post the notice once. Any failure becomes one of the errors of `to_send_error`."""
        client = self._client_for(notice.person.team_id)
        with use_language(notice.formats.language):
            message = self._message_of(notice)
        try:
            await client.chat_postMessage(channel=notice.person.user_id, **message.body)
        except Exception as error:
            raise to_send_error(error) from error
