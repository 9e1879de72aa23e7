"""Trouble on purpose, as slack_sdk's own client meets it."""

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.sandbox import Faults, Sandbox, SandboxUser
from tests.sandbox.conftest import Clock
from tests.sandbox.test_chat import METADATA, error_of


async def texts(person: SandboxUser) -> list[str]:
    return [message["text"] for message in await person.messages()]


async def test_rate_limited_call_has_not_happened_and_says_when_to_come_again(
    sandbox: Sandbox, slack: AsyncWebClient, amara: SandboxUser
):
    sandbox.faults.add("chat.postMessage", "rate_limited", times=1, retry_after=7)

    with pytest.raises(SlackApiError) as refused:
        await slack.chat_postMessage(channel="U0AMARA", text="Hi")

    assert (refused.value.response.status_code, refused.value.response["error"]) == (429, "ratelimited")
    assert refused.value.response.headers["Retry-After"] == "7"
    assert await texts(amara) == []
    assert (await slack.chat_postMessage(channel="U0AMARA", text="Hi"))["ok"]


@pytest.mark.parametrize(
    ("kind", "happened"),
    [
        ("server_error", []),
        ("server_error_after", ["Hi"]),
        ("drop_before", []),
        ("drop_after_accept", ["Hi"]),
        ("fatal_error", ["Hi"]),
    ],
)
async def test_failure_leaves_done_what_was_done_before_it(
    sandbox: Sandbox, slack: AsyncWebClient, amara: SandboxUser, kind: str, happened: list[str]
):
    sandbox.faults.add("chat.postMessage", kind, times=1)  # type: ignore[arg-type]

    with pytest.raises((SlackApiError, aiohttp.ClientError)):
        await slack.chat_postMessage(channel="U0AMARA", text="Hi")

    assert await texts(amara) == happened
    assert [(call.ok, call.error) for call in sandbox.call_log.calls] == [(False, kind)]


async def test_server_error_has_the_status_it_is_given(sandbox: Sandbox, slack: AsyncWebClient):
    sandbox.faults.add("*", "server_error", status=500)

    with pytest.raises(SlackApiError) as refused:
        await slack.auth_test()

    assert refused.value.response.status_code == 500


async def test_any_error_of_slacks_can_be_named(sandbox: Sandbox, slack: AsyncWebClient, amara: SandboxUser):
    sandbox.faults.add("chat.postMessage", "error", error="restricted_action")

    assert await error_of(slack.chat_postMessage(channel="U0AMARA", text="Hi")) == "restricted_action"
    assert sandbox.call_log.calls[-1].error == "restricted_action"
    assert await texts(amara) == []


async def test_message_can_show_late_in_history(sandbox: Sandbox, slack: AsyncWebClient, clock: Clock):
    sandbox.faults.add("chat.postMessage", "invisible_for", times=1, seconds=30)
    await slack.chat_postMessage(channel="U0AMARA", text="Hi", metadata=METADATA)

    assert (await slack.conversations_history(channel="D0AMARA"))["messages"] == []
    clock.advance(30)
    assert len((await slack.conversations_history(channel="D0AMARA"))["messages"]) == 1


async def test_latency_outlasts_an_impatient_client(sandbox: Sandbox, slack: AsyncWebClient, amara: SandboxUser):
    sandbox.faults.add("chat.postMessage", "latency", times=1, seconds=0.2)
    impatient = AsyncWebClient(token=slack.token, base_url=slack.base_url, timeout=0.05, retry_handlers=[])  # type: ignore[arg-type]

    with pytest.raises(TimeoutError):
        await impatient.chat_postMessage(channel="U0AMARA", text="Hi")

    assert (await amara.wait_for_message(lambda message: message["text"] == "Hi"))["bot"]


async def test_fault_can_strike_one_person_only(sandbox: Sandbox, slack: AsyncWebClient, amara: SandboxUser):
    sandbox.faults.add("chat.postMessage", "error", user="U0PRIYA")

    assert (await slack.chat_postMessage(channel="U0AMARA", text="Hi"))["ok"]
    assert await error_of(slack.chat_postMessage(channel="U0PRIYA", text="Hi")) == "internal_error"
    assert await error_of(slack.chat_postMessage(channel="D0PRIYA", text="Hi")) == "internal_error"


def test_probability_draws_the_same_for_the_same_seed():
    def draws() -> list[bool]:
        faults = Faults()
        faults.add("*", "error", probability=0.5, seed=7)
        return [faults.next_fault("auth.test", {}) is not None for _ in range(20)]

    assert draws() == draws()
    assert True in draws()
    assert False in draws()


def test_unknown_kind_of_fault_is_named():
    with pytest.raises(ValueError, match="There is no fault 'earthquake'"):
        Faults().add("*", "earthquake")  # type: ignore[arg-type]


async def test_faults_are_switched_over_http_too(sandbox: Sandbox, slack: AsyncWebClient):
    async def switch(**settings: object) -> dict[str, object]:
        async with session.post(f"{sandbox.url}/sandbox/faults", json=settings) as reply:
            answer: dict[str, object] = await reply.json()
            return answer

    async with aiohttp.ClientSession() as session:
        assert (await switch(kind="error", method="auth.test", error="fatal"))["ok"]
        assert await error_of(slack.auth_test()) == "fatal"
        assert (await switch(kind="clear"))["ok"]
        assert (await slack.auth_test())["ok"]
        assert (await switch(kind="drop_socket"))["ok"]
        assert (await switch(kind="earthquake"))["error"] == "invalid_request"
        assert (await switch(kind="error", colour="red"))["error"] == "invalid_request"
