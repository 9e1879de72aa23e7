"""People's calls go first and hardly wait, and lookups wait their turn, over real HTTP."""

import asyncio

import pytest
from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.rate_limiter import HISTORY_METHOD, POST_METHOD, REPLY_RESERVE, SLOW_HISTORY_LIMIT, RateLimiter
from bot.slack.messenger import PAGE_SIZE, SlackMessenger
from bot.slack.paced_clients import (
    MAX_RETRY_SECONDS,
    MAX_TRIES,
    SLOW_PAGE_SIZE,
    BackgroundClient,
    BackgroundClients,
    HandlerClient,
    HandlerClientMiddleware,
)
from tests.engine_kinds import KINDS
from tests.slack.conftest import ScriptedSlack
from tests.slack.test_messenger import LOST, message, page

BURST = 2


class Seconds:
    """A clock that moves only by waiting."""

    def __init__(self) -> None:
        self.now = 1000.0
        self.waits: list[float] = []

    def __call__(self) -> float:
        return self.now

    async def sleep(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))
        self.now += seconds


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def rate_limiter(seconds: Seconds) -> RateLimiter:
    """One message a second."""
    return RateLimiter(seconds, 60, BURST, seconds.sleep)


@pytest.fixture
def people(client: AsyncWebClient, rate_limiter: RateLimiter) -> HandlerClient:
    return HandlerClient(client, rate_limiter, "T1")


@pytest.fixture
def lookups(client: AsyncWebClient, rate_limiter: RateLimiter) -> BackgroundClient:
    return BackgroundClients(lambda _team_id: client, rate_limiter).client_for("T1")


def too_fast(retry_after: int) -> web.Response:
    return web.json_response(
        {"ok": False, "error": "ratelimited"}, status=429, headers={"Retry-After": str(retry_after)}
    )


async def test_a_reply_to_a_person_goes_at_once_during_a_rush(
    slack: ScriptedSlack, people: HandlerClient, rate_limiter: RateLimiter, seconds: Seconds
) -> None:
    for _ in range(BURST):
        await rate_limiter.try_acquire("T1")

    for number in range(REPLY_RESERVE):
        await people.chat_postMessage(channel=f"U{number}", text="Hi")

    assert len(slack.calls(POST_METHOD)) == REPLY_RESERVE
    assert seconds.waits == []


async def test_what_people_send_is_counted_before_deliveries_go_on(
    slack: ScriptedSlack, people: HandlerClient, rate_limiter: RateLimiter
) -> None:
    room = rate_limiter.available("T1")

    await people.chat_postMessage(channel="U1", text="Hi")

    assert rate_limiter.available("T1") == room - 1


async def test_more_than_the_reserve_waits_a_second_at_most(
    slack: ScriptedSlack, people: HandlerClient, seconds: Seconds
) -> None:
    for number in range(30):
        await people.chat_postMessage(channel=f"U{number}", text="Hi")

    assert len(slack.calls(POST_METHOD)) == 30
    assert max(seconds.waits) <= 1.0


async def test_a_modal_never_waits(
    slack: ScriptedSlack, people: HandlerClient, rate_limiter: RateLimiter, seconds: Seconds
) -> None:
    rate_limiter.pause("T1", 30, "views.open")

    for _ in range(50):
        await people.views_open(trigger_id="1", view={"type": "modal"})

    assert len(slack.calls("views.open")) == 50
    assert seconds.waits == []


async def test_a_short_429_is_waited_for_once(slack: ScriptedSlack, people: HandlerClient, seconds: Seconds) -> None:
    slack.answers("chat.update", too_fast(1))

    await people.chat_update(channel="D1", ts="1.0", text="Result")

    first, second = slack.calls("chat.update")
    assert first == second
    assert seconds.waits == [1.0]


async def test_a_second_429_is_an_error(slack: ScriptedSlack, people: HandlerClient) -> None:
    slack.answers("chat.update", too_fast(1), too_fast(1))

    with pytest.raises(SlackApiError):
        await people.chat_update(channel="D1", ts="1.0", text="Result")

    assert len(slack.calls("chat.update")) == 2


async def test_a_long_429_is_an_error_at_once_and_keeps_deliveries_waiting(
    slack: ScriptedSlack, people: HandlerClient, rate_limiter: RateLimiter, seconds: Seconds
) -> None:
    slack.answers(POST_METHOD, too_fast(30))

    with pytest.raises(SlackApiError):
        await people.chat_postMessage(channel="U1", text="Hi")

    assert seconds.waits == []
    assert rate_limiter.available("T1") == 0
    assert rate_limiter.seconds_paused("T1") == 30


async def test_while_slack_has_asked_to_wait_it_is_not_called(
    slack: ScriptedSlack, people: HandlerClient, rate_limiter: RateLimiter
) -> None:
    rate_limiter.pause("T1", MAX_RETRY_SECONDS + 1)

    with pytest.raises(SlackApiError) as caught:
        await people.chat_postMessage(channel="U1", text="Hi")

    assert caught.value.response["error"] == "ratelimited"
    assert slack.calls(POST_METHOD) == []
    assert rate_limiter.seconds_paused("T1") == MAX_RETRY_SECONDS + 1


async def test_a_short_wait_that_slack_asked_for_is_respected(
    slack: ScriptedSlack, people: HandlerClient, rate_limiter: RateLimiter, seconds: Seconds
) -> None:
    rate_limiter.pause("T1", MAX_RETRY_SECONDS)

    await people.chat_postMessage(channel="U1", text="Hi")

    assert seconds.waits == [MAX_RETRY_SECONDS]


async def test_other_errors_pass_as_they_are_and_nothing_is_repeated(
    slack: ScriptedSlack, people: HandlerClient, rate_limiter: RateLimiter
) -> None:
    slack.answers(POST_METHOD, {"ok": False, "error": "channel_not_found"})

    with pytest.raises(SlackApiError) as caught:
        await people.chat_postMessage(channel="U1", text="Hi")

    assert caught.value.response["error"] == "channel_not_found"
    assert len(slack.calls(POST_METHOD)) == 1
    assert rate_limiter.seconds_paused("T1") == 0


async def test_a_lost_connection_is_not_repeated(slack: ScriptedSlack, people: HandlerClient) -> None:
    async def hang_up(request: web.Request) -> web.Response:
        assert request.transport is not None
        request.transport.abort()
        return web.Response()

    slack.answers(POST_METHOD, hang_up)

    with pytest.raises(Exception, match=r"disconnected|reset"):
        await people.chat_postMessage(channel="U1", text="Hi")

    assert len(slack.calls(POST_METHOD)) == 1


async def test_it_calls_with_the_settings_of_the_client_it_replaces(
    client: AsyncWebClient, people: HandlerClient
) -> None:
    assert (people.token, people.base_url, people.session) == (client.token, client.base_url, client.session)
    assert people.retry_handlers == []


async def test_every_handler_gets_a_client_of_the_workspace_that_installed_the_bot(
    slack: ScriptedSlack, client: AsyncWebClient, rate_limiter: RateLimiter
) -> None:
    async def authorize() -> AuthorizeResult:
        return AuthorizeResult(enterprise_id="E1", team_id="T1", bot_user_id="UBOT", bot_token="xoxb-installed")

    given: list[AsyncWebClient] = []

    async def handler(client: AsyncWebClient, ack) -> None:
        given.append(client)
        await ack()

    app = AsyncApp(client=client, authorize=authorize)
    app.use(HandlerClientMiddleware(rate_limiter).use_handler_client)
    app.command("/tip")(handler)
    body = {"command": "/tip", "text": "", "team_id": "T2", "user_id": "U1", "token": "verification"}
    await app.async_dispatch(AsyncBoltRequest(body=body, mode="socket_mode"))

    (theirs,) = given
    assert isinstance(theirs, HandlerClient)
    assert (theirs.token, theirs.session) == ("xoxb-installed", client.session)
    room = rate_limiter.available("T1")
    await theirs.chat_postMessage(channel="U1", text="Hi")
    assert rate_limiter.available("T1") == room - 1


async def test_a_lookup_waits_for_its_turn_page_by_page(
    slack: ScriptedSlack, client: AsyncWebClient, seconds: Seconds
) -> None:
    slow = RateLimiter(seconds, sleep=seconds.sleep, slow_history=True)
    slack.answers(HISTORY_METHOD, page(cursor="more"), page(cursor="last"), page(message("1.5", LOST.delivery_id)))
    messenger = SlackMessenger(KINDS, lambda _: client, BackgroundClients(lambda _: client, slow).client_for)

    found = await messenger.find_in_history(LOST)

    assert found is not None
    assert seconds.waits == [60.0, 60.0]
    assert [each["limit"] for each in slack.calls(HISTORY_METHOD)] == [str(SLOW_PAGE_SIZE)] * 3


async def test_where_histories_are_fast_a_page_is_large(slack: ScriptedSlack, lookups: BackgroundClient) -> None:
    slack.answers(HISTORY_METHOD, page())

    await SlackMessenger(KINDS, lambda _: lookups, lambda _: lookups).find_in_history(LOST)

    assert slack.calls(HISTORY_METHOD)[0]["limit"] == str(PAGE_SIZE)


async def test_a_lookup_that_meets_a_429_is_tried_again_when_slack_allows_it(
    slack: ScriptedSlack, lookups: BackgroundClient, seconds: Seconds
) -> None:
    slack.answers(HISTORY_METHOD, too_fast(7), page())

    await lookups.conversations_history(channel="D1")

    assert sum(seconds.waits) >= 7
    assert len(slack.calls(HISTORY_METHOD)) == 2


async def test_a_lookup_gives_up_after_some_429s(slack: ScriptedSlack, lookups: BackgroundClient) -> None:
    slack.answers(HISTORY_METHOD, *[too_fast(7) for _ in range(MAX_TRIES)])

    with pytest.raises(SlackApiError):
        await lookups.conversations_history(channel="D1")

    assert len(slack.calls(HISTORY_METHOD)) == MAX_TRIES


async def test_a_long_429_shows_that_histories_are_slow_in_this_workspace(
    slack: ScriptedSlack, lookups: BackgroundClient, rate_limiter: RateLimiter, seconds: Seconds
) -> None:
    slack.answers(HISTORY_METHOD, too_fast(60), page(), page())

    await lookups.conversations_history(channel="D1")
    seconds.waits.clear()
    await lookups.conversations_history(channel="D1")

    assert rate_limiter.has_slow_history("T1")
    assert seconds.waits == [60 / SLOW_HISTORY_LIMIT.per_minute]


async def test_lookups_do_not_slow_down_deliveries(
    slack: ScriptedSlack, lookups: BackgroundClient, rate_limiter: RateLimiter
) -> None:
    room = rate_limiter.available("T1")

    await lookups.conversations_open(users="U1")

    assert rate_limiter.available("T1") == room


async def test_the_number_of_simultaneous_lookups_is_limited(
    slack: ScriptedSlack, client: AsyncWebClient, rate_limiter: RateLimiter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("bot.slack.paced_clients.MAX_CONCURRENT_CALLS", 2)
    under_way, most = 0, 0

    async def slowly(_request: web.Request) -> web.Response:
        nonlocal under_way, most
        under_way += 1
        most = max(most, under_way)
        await asyncio.sleep(0.01)
        under_way -= 1
        return web.json_response(page())

    slack.answers(HISTORY_METHOD, *[slowly] * 6)
    lookups = BackgroundClients(lambda _: client, rate_limiter)

    await asyncio.gather(*(lookups.client_for(f"T{n}").conversations_history(channel="D1") for n in range(6)))

    assert most == 2
