"""A manager's first day by clicking, in Chromium, with the real bot process behind the page.

`make screenshots` lets this leave its pictures in docs/images, where README shows them; otherwise they go to build/.
"""

import os
import shutil
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import FrameLocator, Locator, Page, ViewportSize, async_playwright, expect

from bot.sandbox import Sandbox
from tests.e2e.conftest import BotProcess, bot, sandbox  # noqa: F401  (fixtures)

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
PICTURES = Path(os.environ.get("ROUNDS_SCREENSHOTS") or "build/screenshots")
DESKTOP: ViewportSize = {"width": 1100, "height": 820}
PHONE: ViewportSize = {"width": 390, "height": 844}

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed; .ci/run installs it"),
]


@pytest.fixture
async def page(sandbox: Sandbox, bot: BotProcess) -> AsyncIterator[Page]:  # noqa: F811
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = await browser.new_page(viewport=DESKTOP, device_scale_factor=2)
        opened.set_default_timeout(10_000)
        await opened.goto(f"{sandbox.url}/?user=U0AMARA&channel=dm&theme=light")
        yield opened
        await browser.close()


async def picture(page: Page, name: str) -> None:
    await page.screenshot(path=PICTURES / f"{name}.png", animations="disabled")


def said(page: Page | FrameLocator, text: str) -> Locator:
    """Words of a message: what is read aloud holds them too, and stands beside the messages."""
    return page.locator("[data-testid^='message-']").get_by_text(text)


async def write(page: Page, text: str) -> None:
    await page.get_by_test_id("composer").fill(text)
    await page.get_by_test_id("composer").press("Escape")  # the list of commands
    await page.get_by_test_id("send").click()


async def test_a_manager_starts_answers_reflects_and_asks_by_clicking(page: Page):
    await write(page, "hello")
    await picture(page, "welcome")
    await page.get_by_test_id("action-learner.start").click()
    await page.get_by_test_id("action-learner.lesson_now").click()

    question = page.get_by_test_id("action-lesson.answer.A")
    await expect(question).to_be_visible()
    await picture(page, "lesson")
    await question.click()
    await expect(said(page, "Streak: 1 working day").or_(said(page, "Days off neither add"))).to_be_visible()
    await picture(page, "answer")

    await page.get_by_test_id("action-lesson.reflect").last.click()
    modal = page.get_by_test_id("modal")
    await expect(modal).to_contain_text("Colleagues and admins can't read this in Rounds.")
    await (
        page.get_by_test_id("input-reflection")
        .locator("textarea")
        .or_(page.locator("textarea[data-testid='input-reflection']"))
        .fill("I owe the night team an answer about lunch cover. I will give it on Thursday.")
    )
    await picture(page, "reflect")
    await page.get_by_test_id("modal-submit").click()
    await expect(said(page, "Reflection kept.")).to_be_visible()

    await write(page, "/conflict-tip two of my nurses are not speaking to each other")
    await expect(said(page, "Your question wasn't kept.")).to_be_visible()
    await picture(page, "coach")

    await page.get_by_test_id("tab-home").click()
    home = page.get_by_test_id("home")
    await expect(home).to_contain_text("reflection kept")
    await picture(page, "home")

    await page.get_by_test_id("tab-dm").click()
    await write(page, "/rounds pause until tomorrow")
    await expect(said(page, "Nothing will pile up")).to_be_visible()

    await page.set_viewport_size(PHONE)
    await page.get_by_test_id("tab-dm").click()
    await said(page, "Your question wasn't kept.").scroll_into_view_if_needed()
    await picture(page, "phone")


async def test_a_lesson_is_read_on_a_phone_in_the_dark(page: Page, sandbox: Sandbox):  # noqa: F811
    await page.set_viewport_size(PHONE)
    await page.goto(f"{sandbox.url}/?user=U0SAM&channel=dm&theme=dark")
    await write(page, "hello")
    await page.get_by_test_id("action-learner.start").click()
    await page.get_by_test_id("action-learner.lesson_now").click()
    await expect(page.get_by_test_id("action-lesson.answer.A")).to_be_visible()

    await picture(page, "phone-dark")


async def test_a_person_goes_on_holiday_in_another_zone_by_clicking(page: Page):
    await page.get_by_test_id("edit-profile").click()
    profile = page.get_by_test_id("profile")
    await page.get_by_test_id("profile-status").select_option(label="Vacationing")
    await page.get_by_test_id("profile-until").select_option(label="This week")
    await page.get_by_test_id("profile-tz").fill("Mars/Olympus")
    await page.get_by_test_id("profile-save").click()
    await expect(profile).to_contain_text("There is no time zone")

    await page.get_by_test_id("profile-tz").fill("Asia/Tokyo")
    await page.get_by_test_id("profile-save").click()

    await expect(profile).to_have_count(0)
    await expect(page.get_by_test_id("status")).to_contain_text("Vacationing, until")
    await expect(page.get_by_test_id("you")).to_contain_text("Tokyo")
