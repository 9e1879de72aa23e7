"""A manager's first day by clicking, in Chromium, with the real bot process behind the page."""

from playwright.async_api import Page, expect

from bot.sandbox import Sandbox
from tests.browser.pictures import PHONE, picture, said, write
from tests.e2e.conftest import newcomer


async def test_a_manager_starts_answers_reflects_and_asks_by_clicking(page: Page):
    await write(page, "hello")
    await picture(page, "welcome")
    await page.get_by_test_id("action-learner.start").click()
    await page.get_by_test_id("action-learner.lesson_now").click()

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
