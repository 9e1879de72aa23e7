"""What admins are told of lessons that somebody should look at again."""

from collections.abc import Callable

from slack_sdk.web.async_client import AsyncWebClient

from bot.learning.reviews import ReviewNews
from bot.slack.blocks import review
from bot.slack.messenger import translate


class AdminReviewNews:
    """Tells admins (`delivery.reviews.TellsReviews`)."""

    def __init__(self, client_for: Callable[[str], AsyncWebClient]) -> None:
        """`client_for` gives a workspace's client: shared session, no retries."""
        self._client_for = client_for

    async def tell(self, news: ReviewNews) -> None:
        """Post it once; whatever Slack answers becomes one of `translate`'s errors."""
        message = review.reviews_message(news.reviews)
        try:
            await self._client_for(news.person.team_id).chat_postMessage(channel=news.person.user_id, **message.body)
        except Exception as error:
            raise translate(error) from error
