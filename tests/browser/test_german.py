"""A German on a phone: everything that Rounds says is German, and its lessons are as they are."""

import pytest
from playwright.async_api import Page, expect

from bot.sandbox import Sandbox
from tests.browser.pictures import PHONE, closely, said, write
from tests.e2e.conftest import newcomer


@pytest.fixture
def user_id(sandbox: Sandbox) -> str:
    """Jonas, whose Slack is in German."""
    return newcomer(sandbox, "U0JONAS")


async def test_a_german_begins_and_looks_at_home_and_settings(page: Page):
    await page.set_viewport_size(PHONE)
    await write(page, "hallo")
    await expect(said(page, "ich bin Rounds")).to_be_visible()
    await closely(page, "german-welcome")
    await page.get_by_test_id("action-learner.start").click()
    await expect(page.get_by_test_id("modal").get_by_text("Einstieg wählen")).to_be_visible()
    await closely(page, "german-first-questions")
    await page.get_by_test_id("modal-close").click()
    await write(page, "Einstellungen")
    await expect(page.get_by_test_id("modal")).to_have_count(0)
    await page.get_by_test_id("tab-home").click()
    home = page.get_by_test_id("home")
    await expect(home).to_contain_text("Deine nächste Lektion kommt")
    await closely(page, "german-home")
    await home.get_by_test_id("action-learner.settings").click()
    await expect(page.get_by_test_id("modal").get_by_text("Einstellungen", exact=True)).to_be_visible()
    await closely(page, "german-settings")
