"""What learners are told when their calendar can't be read any more, or ends."""

from collections.abc import Callable

from slack_sdk.web.async_client import AsyncWebClient

from bot.learning.rosters import News
from bot.slack.blocks import roster
from bot.slack.messenger import translate


class RosterNews:
    """Tells learners what is the matter with their calendar (`delivery.rosters.Tells`)."""

    def __init__(self, client_for: Callable[[str], AsyncWebClient]) -> None:
        """`client_for` gives a workspace's client: shared session, no retries."""
        self._client_for = client_for

    async def tell(self, news: News) -> None:
        """Post it once; whatever Slack answers becomes one of `translate`'s errors."""
        message = roster.news_message(news)
        try:
            await self._client_for(news.person.team_id).chat_postMessage(channel=news.person.user_id, **message.body)
        except Exception as error:
            raise translate(error) from error
