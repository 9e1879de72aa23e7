"""Home is brought up to date for those who have looked at it, and not more often than anyone can read."""

import asyncio
from types import SimpleNamespace
from typing import Any, cast

from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.slack.desk import Desk
from bot.slack.home import HomeTab

AMARA, BRUNO = Person("T1", "U0AMARA"), Person("T1", "U0BRUNO")
CLIENT = AsyncWebClient()


class CountingHome(HomeTab):
    """Home, and whose was published."""

    def __init__(self, calm: float, broken: bool = False) -> None:
        desk: Any = SimpleNamespace(homes={AMARA.user_id})
        super().__init__(cast(Desk, desk), calm)
        self.published: list[str] = []
        self.broken = broken

    async def publish(self, client: AsyncWebClient, person: Person) -> None:
        self.published.append(person.user_id)
        if self.broken and len(self.published) > 1:
            raise OSError("no route")


async def test_home_of_someone_who_never_looked_at_it_is_not_published() -> None:
    home = CountingHome(calm=0)

    await home.refresh(CLIENT, BRUNO)

    assert home.published == []


async def test_the_first_change_shows_at_once_and_those_right_after_it_together() -> None:
    home = CountingHome(calm=0.02)

    for _ in range(4):
        await home.refresh(CLIENT, AMARA)
    assert home.published == [AMARA.user_id]
    await settled(home)

    assert home.published == [AMARA.user_id] * 2


async def test_a_single_change_is_published_once() -> None:
    home = CountingHome(calm=0)

    await home.refresh(CLIENT, AMARA)
    await settled(home)

    assert home.published == [AMARA.user_id]


async def test_a_change_after_a_quiet_moment_shows_at_once_again() -> None:
    home = CountingHome(calm=0)
    await home.refresh(CLIENT, AMARA)
    await settled(home)

    await home.refresh(CLIENT, AMARA)

    assert home.published == [AMARA.user_id] * 2


async def test_what_cannot_be_shown_afterwards_keeps_nothing_from_being_shown_later() -> None:
    home = CountingHome(calm=0, broken=True)
    for _ in range(2):
        await home.refresh(CLIENT, AMARA)
    await settled(home)
    home.broken = False

    await home.refresh(CLIENT, AMARA)

    assert home.published == [AMARA.user_id] * 3


async def settled(home: HomeTab) -> None:
    while home._settling:
        await asyncio.gather(*home._settling)
