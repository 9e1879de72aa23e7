"""Rate limits: off until they are switched on, then as Slack has them."""

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Sandbox
from bot.sandbox.rate_limits import MESSAGES_PER_MINUTE, METHOD_CALLS_PER_MINUTE, RateLimits
from bot.sandbox.web_api.methods import METHODS
from tests.sandbox.conftest import Clock


async def test_limits_hold_only_when_switched_on(sandbox: Sandbox, slack: AsyncWebClient, clock: Clock):
    for _ in range(10):
        await slack.chat_postMessage(channel="U0AMARA", text="Hi")

    sandbox.limits = True
    for _ in range(3):
        await slack.chat_postMessage(channel="U0AMARA", text="Hi")
    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel="D0AMARA", text="Hi")
    assert refused.value.response.headers["Retry-After"] == "1"
    assert (await slack.chat_postMessage(channel="U0PRIYA", text="Hi"))["ok"]

    clock.advance(1)
    assert (await slack.chat_postMessage(channel="U0AMARA", text="Hi"))["ok"]


def test_workspace_takes_several_hundred_messages_a_minute(clock: Clock):
    limits = RateLimits(clock, enabled=True)

    refused = [limits.retry_after("chat.postMessage", f"D{n}") for n in range(MESSAGES_PER_MINUTE + 1)]

    assert refused == [None] * MESSAGES_PER_MINUTE + [1]


def test_method_takes_its_tier_a_minute_and_fills_up_again(clock: Clock):
    limits = RateLimits(clock, enabled=True)

    first = [limits.retry_after("users.list", None) for _ in range(21)]
    clock.advance(3)

    assert first == [None] * 20 + [3]
    assert limits.retry_after("users.list", None) is None
    assert limits.retry_after("users.list", None) == 3


def test_every_method_has_a_limit():
    assert METHOD_CALLS_PER_MINUTE.keys() | {"chat.postMessage"} == METHODS.keys()
