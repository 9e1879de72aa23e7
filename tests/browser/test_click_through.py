"""A manager's first day by clicking, in Chromium, with the real bot process behind the page."""

from playwright.async_api import Page, expect

from bot.sandbox import Sandbox
from bot.sandbox.model import Channel
from tests.browser.pictures import PHONE, closely, picture, said, start, write
from tests.e2e.conftest import newcomer


async def test_a_manager_starts_answers_reflects_and_asks_by_clicking(page: Page):
    hint = page.get_by_test_id("first-step")
    await expect(hint).to_have_text("Say hello to Rounds: write “hello” below, and press Enter.")
    await write(page, "hello")
    await expect(hint).to_be_hidden()
    await picture(page, "welcome")
    await page.get_by_test_id("action-learner.start").click()
    form = page.get_by_test_id("modal")
    await expect(form).to_contain_text("What's hardest just now?")
    await closely(page, "begin")
    await page.get_by_test_id("input-role").select_option(label="Ward or unit manager")
    await page.get_by_test_id("modal-submit").click()
    await expect(form).to_have_count(0)

    question = page.get_by_test_id("action-lesson.answer.A")
    await expect(question).to_be_visible()
    await picture(page, "lesson")
    await question.click()
    await expect(said(page, "Streak: 1 working day").or_(said(page, "Bonus practice!"))).to_be_visible()
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
    await expect(said(page, "Reflection saved.")).to_be_visible()

    await write(page, "/conflict-tip two of my nurses are not speaking to each other")
    await expect(said(page, "I don't store what you type.")).to_be_visible()
    await picture(page, "coach")

    await page.get_by_test_id("tab-home").click()
    home = page.get_by_test_id("home")
    await expect(home).to_contain_text("reflection saved")
    await picture(page, "home")

    await page.get_by_test_id("tab-dm").click()
    await write(page, "/rounds pause until tomorrow")
    await expect(said(page, "Nothing will pile up")).to_be_visible()

    await page.set_viewport_size(PHONE)
    await page.get_by_test_id("tab-dm").click()
    await said(page, "I don't store what you type.").scroll_into_view_if_needed()
    await picture(page, "phone")


async def test_a_lesson_is_read_on_a_phone_in_the_dark(page: Page, sandbox: Sandbox):
    await page.set_viewport_size(PHONE)
    await page.goto(f"{sandbox.url}/?user={newcomer(sandbox, 'U0SAM')}&channel=dm&theme=dark")
    await start(page)
    await page.get_by_test_id("action-learner.lesson_now").click()
    await expect(page.get_by_test_id("action-lesson.answer.A")).to_be_visible()

    await picture(page, "phone-dark")


async def test_one_more_lesson_comes_on_a_good_day_by_clicking(page: Page):
    await start(page)
    await write(page, "/lesson")
    await page.get_by_test_id("action-lesson.answer.A").click()
    more = page.get_by_test_id("action-lesson.one_more")
    await expect(more).to_be_visible()
    await more.click()

    await expect(said(page, "One more, as you asked.")).to_be_visible()
    await expect(more).to_have_count(0)
    await page.get_by_test_id("action-lesson.answer.B").last.click()
    await write(page, "one more")
    await expect(said(page, "That's two for today.")).to_be_visible()


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


async def test_a_channel_shows_rounds_once_it_is_invited_by_typing(page: Page, sandbox: Sandbox, user_id: str):
    other = newcomer(sandbox, "U0JONAS")
    channel = Channel("G0WARD7", "ward-7", "private", (user_id,))
    sandbox.workspace.channels[channel.id] = channel
    await page.goto(f"{sandbox.url}/?user={user_id}&channel={channel.id}")

    await write(page, "/invite @Rounds")

    await expect(said(page, "was added to")).to_be_visible()
    await expect(page.locator(".members")).to_have_attribute("title", "Amara Osei, Rounds")
    await page.goto(f"{sandbox.url}/?user={other}&channel=dm")
    await expect(page.get_by_test_id("nav-C0GENERAL")).to_be_visible()
    await expect(page.get_by_test_id(f"nav-{channel.id}")).to_have_count(0)
