"""Home is refreshed for those who viewed it lately, and once for several changes in a row."""

import asyncio
from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning.library import Library
from bot.slack.home_publisher import HomePublisher
from bot.slack.use_cases import UseCaseRunner
from tests.builders import SetClock, at

AMARA, BRUNO = Person("T1", "U0AMARA"), Person("T1", "U0BRUNO")
CLIENT = AsyncWebClient()


async def no_database(*_: Any) -> None:
    raise AssertionError("nothing is read here")


class CountingHome(HomePublisher):
    """A publisher, and the users whose Home was published."""

    def __init__(self, broken: bool = False) -> None:
        clock = SetClock(at("2026-03-02 09:00"))
        super().__init__(UseCaseRunner(no_database, Library(), clock), clock, delay=0)
        self.viewers.record(AMARA.user_id)
        self.published: list[str] = []
        self.broken = broken

    async def publish(self, client: AsyncWebClient, person: Person) -> None:
        if self.broken:
            raise OSError("no route")
        self.published.append(person.user_id)


async def test_home_of_someone_who_never_looked_at_it_is_not_published() -> None:
    home = CountingHome()

    await home.refresh(CLIENT, BRUNO)
    home.refresh_soon(CLIENT, BRUNO)
    await settled(home)

    assert home.published == []


async def test_what_is_done_in_home_shows_at_once() -> None:
    home = CountingHome()

    await home.refresh(CLIENT, AMARA)

    assert home.published == [AMARA.user_id]


async def test_what_is_done_elsewhere_shows_soon_and_together() -> None:
    home = CountingHome()

    for _ in range(4):
        home.refresh_soon(CLIENT, AMARA)
    assert home.published == []
    await settled(home)

    assert home.published == [AMARA.user_id]


async def test_what_is_done_after_that_moment_shows_too() -> None:
    home = CountingHome()

    for _ in range(2):
        home.refresh_soon(CLIENT, AMARA)
        await settled(home)

    assert home.published == [AMARA.user_id] * 2


async def test_what_could_not_be_shown_keeps_nothing_from_being_shown_later() -> None:
    home = CountingHome(broken=True)
    home.refresh_soon(CLIENT, AMARA)
    await settled(home)
    home.broken = False

    home.refresh_soon(CLIENT, AMARA)
    await settled(home)

    assert home.published == [AMARA.user_id]


async def settled(home: HomePublisher) -> None:
    while home._refreshing:
        await asyncio.gather(*home._refreshing)
