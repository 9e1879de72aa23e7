"""Chromium, with the real bot process behind the page: one browser, and a new profile for each test.

`make screenshots` lets these tests leave their pictures in docs/images, where README shows them.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, Page, async_playwright, expect

from bot.sandbox import Sandbox
from tests.browser.pictures import CHROMIUM, DESKTOP, WANTED
from tests.e2e.conftest import (  # noqa: F401 (fixtures)
    bot,
    newcomer,
    own_bot,
    own_sandbox,
    sandbox,
    shared_bot,
    shared_sandbox,
)
from tests.waits import LONGEST

HERE = Path(__file__).parent
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)

expect.set_options(timeout=LONGEST * 1000)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests of this folder, and skip them where there is no Chromium."""
    for item in items:
        if item.path.is_relative_to(HERE):
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed; .ci/run does it"))


@pytest_asyncio.fixture(scope="package", loop_scope="session")
async def chromium() -> AsyncIterator[Browser]:
    """The browser."""
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield browser
        await browser.close()


@pytest_asyncio.fixture(loop_scope="session")
async def window(chromium: Browser) -> AsyncIterator[Page]:
    """A window of a profile that has seen nothing yet."""
    context = await chromium.new_context(viewport=DESKTOP, device_scale_factor=2 if WANTED else 1)
    context.set_default_timeout(LONGEST * 1000)
    yield await context.new_page()
    await context.close()


@pytest.fixture
def user_id(sandbox: Sandbox) -> str:  # noqa: F811
    """Whoever looks at the page: a newcomer."""
    return newcomer(sandbox, "U0AMARA")


@pytest_asyncio.fixture(loop_scope="session")
async def page(window: Page, sandbox: Sandbox, bot: object, user_id: str) -> Page:  # noqa: F811
    """The sandbox's page, as this person sees it."""
    await window.goto(f"{sandbox.url}/?user={user_id}&channel=dm&theme=light")
    return window
