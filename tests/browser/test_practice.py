"""What a learner sees after a month and after a year: Home, their skills, the question that comes back, the journal."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime

import pytest
from playwright.async_api import Page, async_playwright, expect
from sqlmodel import select

from bot.domain.learner import Person as Somebody
from bot.learning import planning
from bot.sandbox import Sandbox
from bot.slack import actions as ids
from bot.storage import Session
from bot.storage.tables import Learner
from tests.browser.test_click_through import CHROMIUM, DESKTOP, FLAGS, PHONE, picture, said, write
from tests.e2e.conftest import BotProcess, bot, sandbox  # noqa: F401  (fixtures)
from tests.e2e.test_recall import end_the_day, stopped
from tests.past import learn_through

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed; .ci/run installs it"),
]


@pytest.fixture
async def page(sandbox: Sandbox, bot: BotProcess) -> AsyncIterator[Page]:  # noqa: F811
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        opened = await browser.new_page(viewport=DESKTOP, device_scale_factor=2)
        opened.set_default_timeout(15_000)
        await opened.goto(f"{sandbox.url}/?user=U0AMARA&channel=dm&theme=light")
        await write(opened, "hello")
        await opened.get_by_test_id("action-learner.start").click()
        await expect(said(opened, "You're set.")).to_be_visible()
        yield opened
        await browser.close()


def learn(session: Session, days: int) -> None:
    learner = session.exec(select(Learner)).one()
    today = planning.learning_day(learner, datetime.now(UTC))
    learn_through(session, Somebody(learner.team_id, learner.user_id), days, today)


async def home_after(page: Page, bot: BotProcess, days: int) -> None:  # noqa: F811
    if days:
        async with stopped(bot) as store:
            store.run(learn, days)
    await page.get_by_test_id("tab-home").click()
    await expect(page.get_by_test_id("home")).to_contain_text("Skills")


@pytest.mark.parametrize(
    ("days", "says"),
    [(0, "new, 26 to come"), (22, "growing, 3 of 26 practised"), (250, "of 26 practised")],
    ids=["new", "month", "year"],
)
async def test_home_tells_how_far_one_has_come(page: Page, bot: BotProcess, days: int, says: str):  # noqa: F811
    await home_after(page, bot, days)

    await expect(page.get_by_test_id("home")).to_contain_text(says)
    await page.set_viewport_size({"width": 1100, "height": 1250})
    await picture(page, f"home-{days}-days" if days else "home-new")
    await page.get_by_test_id(f"action-{ids.SKILLS}").click()
    await expect(page.get_by_test_id("modal")).to_contain_text("two lessons in five practised")
    await picture(page, f"skills-{days}-days" if days else "skills-new")


async def test_a_question_comes_back_at_the_days_end(page: Page, bot: BotProcess):  # noqa: F811
    await page.get_by_test_id("action-learner.lesson_now").click()
    await expect(page.get_by_test_id(f"action-{ids.ANSWER}.A")).to_be_visible()
    async with stopped(bot) as store:
        store.run(learn, 22)
        store.run(end_the_day)
    choice = page.get_by_test_id(f"action-{ids.RECALL}.A")
    await expect(choice).to_be_visible()
    await page.set_viewport_size({"width": 1100, "height": 1100})
    await choice.scroll_into_view_if_needed()
    await picture(page, "recall")

    await choice.click()

    await expect(said(page, "comes back").first).to_be_visible()
    await picture(page, "recall-answered")
    await page.set_viewport_size(PHONE)
    await page.get_by_test_id("tab-dm").click()
    await said(page, "comes back").first.scroll_into_view_if_needed()
    await picture(page, "recall-phone")


async def test_a_situation_is_talked_over_in_its_thread(page: Page):
    await write(page, "two of my nurses are not speaking to each other and it spoils the handover")
    await page.locator("[data-testid^='thread-']").first.click()
    await page.get_by_test_id(f"action-{ids.THREAD_SHORTER}").first.click()
    await expect(page.get_by_test_id(f"action-{ids.THREAD_PRACTISE}")).to_have_count(2)
    await page.set_viewport_size({"width": 1300, "height": 1000})

    await picture(page, "coach-thread")
