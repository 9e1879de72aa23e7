"""Ten conversations with the coach, as a learner sees them on a phone."""

import re

import pytest
from playwright.async_api import Page, expect

from bot.slack import action_ids as ids
from tests.browser.pictures import PHONE, closely, start, write
from tests.e2e.conftest import BotProcess

HINT = "mom answers every question for the kid and there are new marks each visit"
CONVERSATIONS = [
    ("sure", "two of my nurses don't talk to each other and the handoff suffers", "This sounds like"),
    ("survey", "surveyors are in the house and the crash cart log has gaps", "This sounds like"),
    ("between-two", "my deputy and I disagree on everything", "None of these"),
    ("unsure", "people keep swapping shifts behind my back and then nobody shows up", "Which is closest?"),
    ("none", "what is the wifi password", "I couldn't match that."),
    ("danger", "one of my nurses told me she wants to end her life", "Someone may be thinking of suicide"),
    ("diversion", "two vials of fentanyl are missing and the same nurse wasted both", "act now"),
    ("possible-danger", HINT, "at risk?"),
    ("other-language", "Zwei Pflegekräfte reden nicht mehr miteinander", "I couldn't match that."),
]


@pytest.mark.parametrize(("name", "typed", "says"), CONVERSATIONS, ids=[name for name, *_ in CONVERSATIONS])
async def test_a_situation_is_answered(page: Page, bot: BotProcess, name: str, typed: str, says: str):
    await bot.find_by_meaning()
    await start(page)

    await write(page, f"/coach {typed}")

    answer = page.locator("[data-testid^='message-']").last
    await expect(answer).to_contain_text(says)
    await page.set_viewport_size({"width": PHONE["width"], "height": 1100})
    await answer.scroll_into_view_if_needed()
    await closely(page, f"coach-{name}")


async def test_pushback_is_answered(page: Page, bot: BotProcess):
    await bot.find_by_meaning()
    await start(page)
    await write(page, "two of my nurses don't talk to each other and the handoff suffers")
    await page.get_by_text(re.compile("1 reply|replies")).first.click()
    await page.get_by_test_id(f"action-{ids.COACH_PUSHBACK}").first.click()

    await expect(page.get_by_text("What do they say?").first).to_be_visible()
    await page.get_by_test_id(f"action-{ids.COACH_REPLY}.0").first.click()
    await expect(page.get_by_text("They say something else").first).to_be_visible()
    await page.set_viewport_size({"width": PHONE["width"], "height": 1100})
    await closely(page, "coach-pushback")
