"""Posts a message in a channel that somebody chose in a modal, once, and within the time that Slack waits for it."""

import asyncio

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import SendFailed, SendUncertain
from bot.slack.api_errors import to_send_error
from bot.slack.blocks import MessageContent

POST_TIMEOUT = 2.0
"""Seconds that a post may take: Slack waits three for the modal's acknowledgement."""

CLOSED_CHANNELS = {"not_in_channel", "channel_not_found", "is_archived"}


class ChannelClosed(Exception):
    """Rounds isn't in that channel, or nobody can post there. Nothing was posted."""


async def post_in_channel(client: AsyncWebClient, channel: str, message: MessageContent) -> str:
    """Post once, and return the message's `ts`.

    ChannelClosed if it certainly wasn't posted, and another channel may do. SendUncertain if it may have been posted.
    Whatever else Slack refuses is raised as it is.
    """
    try:
        async with asyncio.timeout(POST_TIMEOUT):
            posted = await client.chat_postMessage(
                channel=channel, unfurl_links=False, unfurl_media=False, **message.body
            )
    except (SlackApiError, aiohttp.ClientError, TimeoutError) as error:
        reason = to_send_error(error)
        if isinstance(reason, SendUncertain):
            raise reason from error
        if isinstance(reason, SendFailed) and reason.code in CLOSED_CHANNELS:
            raise ChannelClosed from error
        raise
    return str(posted["ts"])
