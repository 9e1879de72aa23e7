"""An admin makes a pack of a spreadsheet by clicking, as docs/authoring.md tells it; its pictures are taken here."""

import pytest
from playwright.async_api import Page, expect

from bot.sandbox import Sandbox
from bot.slack import action_ids as ids
from tests.browser.pictures import closely, said, write
from tests.browser.sheet_page import sheet_page
from tests.content.sheets.books import at, changed

FIRST_STEPS = {
    at("Name", sheet="Pack"): "Ward seven",
    at("Short name", sheet="Pack"): "ward-seven",
}
MISTAKES = {at("Level"): "beginner", at("Right answer"): "E", at("Checked on"): "next week"}


async def send(page: Page, name: str, content: bytes) -> None:
    """Drop a file into the conversation, and send it."""
    await page.locator("input[type=file]").set_input_files(
        {
            "name": name,
            "mimeType": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            "buffer": content,
        }
    )
    await page.get_by_test_id("send").click()


@pytest.mark.own_bot
async def test_an_admin_makes_a_pack_of_a_spreadsheet_by_clicking(page: Page, sandbox: Sandbox):
    await page.set_viewport_size({"width": 1000, "height": 640})
    await page.goto(f"{sandbox.url}/?user=U0TOMAS&channel=dm&theme=light")
    await write(page, "/rounds admin")
    await expect(page.get_by_test_id(f"action-{ids.SEND_TEMPLATE}")).to_be_visible()
    await page.get_by_test_id(f"action-{ids.SEND_TEMPLATE}").click()
    file = page.locator("[data-testid^='file-']")
    await expect(file).to_be_visible()
    await closely(page, "authoring-sheet")
    address = await file.get_attribute("href")
    assert address is not None
    sheet = await (await page.request.get(f"{sandbox.url}{address}")).body()

    with_mistakes = changed(FIRST_STEPS | MISTAKES, sheet)
    await send(page, "ward-seven.xlsx", with_mistakes)
    await expect(said(page, "Fix these and upload again.")).to_be_visible()
    for place in MISTAKES:
        await expect(said(page, place)).to_be_visible()
    await closely(page, "authoring-problems")

    await send(page, "ward-seven.xlsx", changed(FIRST_STEPS, sheet))
    await expect(page.get_by_test_id(f"action-{ids.LOAD_PACK}")).to_be_visible()
    await closely(page, "authoring-load")
    await page.get_by_test_id(f"action-{ids.PREVIEW_PACK}").click()
    await expect(said(page, "lesson 1 of 1")).to_be_attached()
    await page.set_viewport_size({"width": 1000, "height": 780})
    await said(page, "lesson 1 of 1").scroll_into_view_if_needed()
    await page.mouse.move(0, 0)
    await closely(page, "authoring-preview")
    await page.set_viewport_size({"width": 1000, "height": 640})
    await page.get_by_test_id(f"action-{ids.LOAD_PACK}").click()
    await expect(said(page, "Ward seven 0.1.0 is live.")).to_be_visible()

    await page.goto("about:blank")  # the sandbox's own pages take no style from elsewhere
    await page.set_viewport_size({"width": 1180, "height": 204})
    marked = tuple(place.partition("!")[2] for place in MISTAKES)
    await page.set_content(sheet_page(with_mistakes, "Lessons", 3, "G", marked))
    await closely(page, "authoring-fill-in")
