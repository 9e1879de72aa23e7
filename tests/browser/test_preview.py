"""An author previews a lesson by clicking: phone and desktop width, a save, an answer, the next lesson."""

import shutil
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Page, expect

from bot.content.pack_templates import shipped_pack_folder
from bot.preview.server import running_preview
from bot.slack import action_ids as ids
from tests.browser.pictures import closely, said
from tests.shipped import right_and_wrong, shipped_lesson

LESSON = "conflict/18-mediate-between-two-colleagues.yaml"


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    return Path(shutil.copytree(shipped_pack_folder(), tmp_path / "ward"))


@pytest_asyncio.fixture(loop_scope="session")
async def page(window: Page) -> Page:
    """An empty window."""
    await window.set_viewport_size({"width": 1000, "height": 720})
    return window


async def test_an_author_previews_a_lesson_by_clicking(page: Page, pack: Path):
    async with running_preview(pack / LESSON, 0) as address:
        await page.goto(address)
        slack = page.frame_locator("#slack")
        await expect(said(slack, "Mediate between two colleagues")).to_be_visible()
        await expect(page.get_by_text("211 of 393")).to_be_visible()
        await expect(page.get_by_text("no problems.")).to_be_visible()
        assert await page.locator("#stage").evaluate("stage => stage.offsetWidth") == 390

        right, wrong = (option.key for option in right_and_wrong(shipped_lesson("conflict-18")))
        await slack.get_by_test_id(f"action-{ids.ANSWER_LESSON}.{wrong}").click()
        await expect(said(slack, f"Not quite. You chose {wrong}; {right} works better here.")).to_be_visible()

        await slack.get_by_test_id(f"action-{ids.OPEN_ANSWERS}").click()
        await expect(slack.get_by_test_id("modal")).to_contain_text("The case.")
        await slack.get_by_test_id("modal-close").click()
        await expect(said(slack, f"Not quite. You chose {wrong}; {right} works better here.")).to_be_visible()

        text = (pack / LESSON).read_text(encoding="utf-8")
        (pack / LESSON).write_text(text.replace("title: Mediate", "title: Dr Smith mediates"), encoding="utf-8")
        await expect(said(slack, "Dr Smith mediates between two colleagues")).to_be_visible()
        await expect(page.get_by_text("names a person")).to_be_visible()
        await closely(page, "preview")

        await page.get_by_label("Desktop").check()
        await page.get_by_role("button", name="Next").click()
        await expect(page.get_by_text("212 of 393")).to_be_visible()
        await expect(said(slack, "Bring a care dispute back to the patient")).to_be_visible()
        await page.get_by_label("Lesson").select_option(LESSON)
        await expect(slack.get_by_test_id(f"action-{ids.ANSWER_LESSON}.A")).to_be_visible()
        await slack.get_by_test_id(f"action-{ids.OPEN_REFLECTION}").click()
        await expect(said(slack, "The other buttons need a learner.")).to_be_visible()


async def test_an_unknown_file_of_the_preview_is_not_found(page: Page, pack: Path):
    async with running_preview(pack, 0) as address:
        answer = await page.request.get(f"{address}/secrets.txt")

        assert answer.status == 404
