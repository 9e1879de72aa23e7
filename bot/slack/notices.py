"""What people are told that nobody asked for just now: news of their calendar, and of lessons to look at again."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.slack.api_errors import to_send_error
from bot.slack.blocks import MessageContent


class Notice(Protocol):
    """Something to tell one person."""

    @property
    def person(self) -> Person:
        """Whom."""
        ...


N = TypeVar("N", bound=Notice, contravariant=True)


class NoticeSender(Generic[N]):
    """Tells one kind of news (`delivery.reviews.ReviewNotifier`, `delivery.roster_refresh.RosterNotifier`)."""

    def __init__(self, client_for: Callable[[str], AsyncWebClient], message_of: Callable[[N], MessageContent]) -> None:
        """`client_for` gives a workspace's client: shared session, no retries; `message_of` puts news into words."""
        self._client_for = client_for
        self._message_of = message_of

    async def notify(self, news: N) -> None:
        """Post it once; whatever Slack answers becomes one of `to_send_error`'s errors."""
        client, message = self._client_for(news.person.team_id), self._message_of(news)
        try:
            await client.chat_postMessage(channel=news.person.user_id, **message.body)
        except Exception as error:
            raise to_send_error(error) from error
