"""Tells whoever planned a trial how it ended, if they are still an admin."""

from collections.abc import Callable, Collection

from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import HistoryUnreadable
from bot.language import use_language
from bot.learning.message_deliveries import MAX_CLOCK_DIFFERENCE
from bot.learning.trial_results import TrialResult
from bot.slack.api_errors import describe_error, to_send_error
from bot.slack.blocks.trial_result import trial_result_message
from bot.slack.membership import Installation, is_workspace_admin
from bot.slack.messenger import build_metadata, find_message


class TrialResultNotifier:
    """The Slack side of `delivery.trial_results.ResultNotifier`."""

    def __init__(
        self,
        client_for: Callable[[str], AsyncWebClient],
        reader_for: Callable[[str], AsyncWebClient],
        admins: Collection[str],
    ) -> None:
        """`client_for`: a workspace's client (no retries). `reader_for`: a paced one. `admins`: ROUNDS_ADMINS."""
        self._client_for = client_for
        self._reader_for = reader_for
        self._admins = frozenset(admins)

    async def may_be_told(self, told: TrialResult) -> bool:
        """Return whether they are still in the workspace, and an admin of it."""
        person = told.person
        try:
            user = (await self._reader_for(person.team_id).users_info(user=person.user_id))["user"]
        except Exception as error:
            raise to_send_error(error) from error
        if person.user_id in self._admins:
            return Installation(person.team_id, person.enterprise_id).includes(user)
        return is_workspace_admin(user, person)

    async def was_posted(self, told: TrialResult) -> bool:
        """Look for the message in their conversation with Rounds since its first attempt."""
        if told.begun_at is None:
            return False
        client = self._reader_for(told.person.team_id)
        try:
            channel = (await client.conversations_open(users=told.person.user_id))["channel"]["id"]
            found = await find_message(client, channel, told.message_id, told.begun_at - MAX_CLOCK_DIFFERENCE)
        except Exception as error:
            raise HistoryUnreadable(describe_error(error)) from error
        return found is not None

    async def notify(self, told: TrialResult) -> None:
        """Post once. Any failure becomes one of the errors of `to_send_error`."""
        with use_language(told.formats.language):
            message = trial_result_message(told)
        client, metadata = self._client_for(told.person.team_id), build_metadata(told.message_id)
        try:
            await client.chat_postMessage(channel=told.person.user_id, metadata=metadata, **message.body)
        except Exception as error:
            raise to_send_error(error) from error
