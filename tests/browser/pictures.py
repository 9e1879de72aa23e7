"""What browser tests share: what is on the page, and pictures of it where they are wanted."""

import asyncio
import json
import os
import shutil
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst
from playwright.async_api import FrameLocator, Locator, Page, ViewportSize, expect

from bot.documents.rendering import TEMPLATES

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WANTED = os.environ.get("ROUNDS_SCREENSHOTS")
"""The folder for pictures, if `make screenshots` asked for them."""

DESKTOP: ViewportSize = {"width": 1100, "height": 820}
PHONE: ViewportSize = {"width": 390, "height": 844}


async def picture(page: Page, name: str) -> None:
    """Take a picture, if it is wanted."""
    if WANTED:
        await page.screenshot(path=Path(WANTED) / f"{name}.png", animations="disabled")


async def closely(page: Page, name: str) -> None:
    """Take one that is small enough for a document, if it is wanted."""
    if WANTED:
        await page.screenshot(path=Path(WANTED) / f"{name}.png", scale="css", animations="disabled")


async def printed(name: str, template: str, values: Mapping[str, Any]) -> None:
    """Take one of a page as it is printed, if it is wanted."""
    if WANTED:
        given = {"values": json.dumps(values)}
        page = typst.compile(
            TEMPLATES / f"{template}.typ", format="png", ppi=90, ignore_system_fonts=True, sys_inputs=given
        )
        await asyncio.to_thread((Path(WANTED) / f"{name}.png").write_bytes, page)


def said(page: Page | FrameLocator, text: str) -> Locator:
    """Words of a message: what is read aloud holds them too, and stands beside the messages."""
    return page.locator("[data-testid^='message-']").get_by_text(text)


async def start(page: Page) -> None:
    """Say hello, press *Start*, and skip the questions that follow."""
    await write(page, "hello")
    await page.get_by_test_id("action-learner.start").click()
    await page.get_by_test_id("modal-close").click()
    await expect(said(page, "You're set.")).to_be_visible()


async def write(page: Page, text: str) -> None:
    """Send a message, once no modal is in front of the composer: it would get what is typed."""
    composer = page.get_by_test_id("composer")
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    await composer.fill(text)
    await composer.press("Escape")  # the list of commands
    await expect(composer).to_have_value(text)
    await page.get_by_test_id("send").click()
