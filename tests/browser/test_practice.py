"""What a learner sees after a month and after a year: Home, their skills, the question that comes back, the journal."""

import re
from datetime import UTC, datetime

import pytest
import pytest_asyncio
from playwright.async_api import Locator, Page, expect

from bot.domain.learner import Person as Somebody
from bot.learning import enrollment, planning
from bot.slack import action_ids as ids
from bot.storage import Session
from tests.browser.pictures import PHONE, picture, said, start, write
from tests.e2e.conftest import BotProcess, in_database
from tests.e2e.test_recall import end_the_day
from tests.e2e.test_weeks import end_the_week
from tests.past import learn_through


@pytest_asyncio.fixture(loop_scope="session")
async def started(page: Page) -> Page:
    """The page of someone who has pressed *Start*."""
    await start(page)
    return page


@pytest.fixture
def learner(user_id: str) -> Somebody:
    """Who looks at the page, to the bot."""
    return Somebody("T0RIVER", user_id)


def learn(session: Session, who: Somebody, days: int) -> None:
    today = planning.get_learning_day(enrollment.get_learner(session, who), datetime.now(UTC))
    learn_through(session, who, days, today)


async def home_after(started: Page, bot: BotProcess, learner: Somebody, days: int) -> None:
    if days:
        in_database(bot, learn, learner, days)
    await started.get_by_test_id("tab-home").click()
    await expect(started.get_by_test_id("home")).to_contain_text("Skills")


@pytest.mark.parametrize(
    ("days", "says"),
    [(0, "not started (36 lessons)"), (22, "growing, 3 of 36 practiced"), (250, "of 36 practiced")],
    ids=["new", "month", "year"],
)
async def test_home_tells_how_far_one_has_come(started: Page, bot: BotProcess, learner: Somebody, days: int, says: str):
    await home_after(started, bot, learner, days)

    await expect(started.get_by_test_id("home")).to_contain_text(says)
    await started.set_viewport_size({"width": 1100, "height": 1250})
    await picture(started, f"home-{days}-days" if days else "home-new")
    await started.get_by_test_id(f"action-{ids.OPEN_SKILLS}").click()
    await expect(started.get_by_test_id("modal")).to_contain_text("two lessons in five practiced")
    await picture(started, f"skills-{days}-days" if days else "skills-new")


async def test_a_question_comes_back_at_the_days_end(started: Page, bot: BotProcess, learner: Somebody):
    await started.get_by_test_id("action-learner.lesson_now").click()
    await expect(started.get_by_test_id(f"action-{ids.ANSWER_LESSON}.A")).to_be_visible()
    in_database(bot, learn, learner, 22)
    in_database(bot, end_the_day, learner)
    choice = started.get_by_test_id(f"action-{ids.ANSWER_RECALL}.A")
    await expect(choice).to_be_visible()
    await started.set_viewport_size({"width": 1100, "height": 1100})
    await choice.scroll_into_view_if_needed()
    await picture(started, "recall")

    await choice.click()

    await expect(said(started, "see it again").first).to_be_visible()
    await picture(started, "recall-answered")
    await started.set_viewport_size(PHONE)
    await started.get_by_test_id("tab-dm").click()
    await said(started, "see it again").first.scroll_into_view_if_needed()
    await picture(started, "recall-phone")


async def test_a_week_ends_with_a_look_back(started: Page, bot: BotProcess, learner: Somebody):
    await started.get_by_test_id("action-learner.lesson_now").click()
    await started.get_by_test_id(f"action-{ids.OPEN_REFLECTION}").click()
    await words_in_the_modal(started).fill("I asked both the same question. One answered.")
    await started.get_by_test_id("modal-submit").click()
    await expect(said(started, "Reflection saved.").first).to_be_visible()
    in_database(bot, end_the_week, learner, listed=True)
    read = started.get_by_test_id(f"action-{ids.READ_EARLIER_ENTRY}")
    await expect(read).to_be_visible()
    await started.set_viewport_size({"width": 1100, "height": 1000})
    await read.scroll_into_view_if_needed()
    await picture(started, "week")

    await read.click()

    await expect(started.get_by_test_id("modal")).to_contain_text("I asked both the same question.")
    await picture(started, "week-read")


async def test_a_situation_is_talked_over_in_its_thread_and_kept(started: Page):
    await write(started, "two of my nurses are not speaking to each other and it spoils the handover")
    await started.locator("[data-testid^='thread-']").first.click()
    await started.get_by_test_id(f"action-{ids.COACH_SHORTER}").first.click()
    await expect(started.get_by_test_id(f"action-{ids.COACH_PRACTICE}")).to_have_count(
        3
    )  # the first one stands in both
    await started.set_viewport_size({"width": 1300, "height": 1000})
    await picture(started, "coach-thread")

    await started.get_by_test_id(f"action-{ids.COACH_SAVE}").first.click()
    await expect(started.get_by_test_id("modal")).to_contain_text("What happened, in your words")
    await expect(words_in_the_modal(started)).to_have_value(re.compile("it spoils the handover"))
    await picture(started, "coach-keep")
    await started.get_by_test_id("modal-submit").click()

    await expect(said(started, "Kept in your journal.").first).to_be_visible()


async def test_an_entry_is_shared_with_the_team(started: Page):
    await started.get_by_test_id("action-learner.lesson_now").click()
    await started.get_by_test_id(f"action-{ids.OPEN_REFLECTION}").click()
    await words_in_the_modal(started).fill("We hand over at the bedside now, and it takes ten minutes less.")
    await started.get_by_test_id("modal-submit").click()
    await expect(said(started, "Reflection saved.").first).to_be_visible()
    await write(started, "/rounds journal")
    await started.locator(f"[data-testid^='action-{ids.OPEN_ENTRY_MENU}']").click()
    await started.get_by_role("menuitem", name="Share with my team").click()
    await expect(started.get_by_test_id("modal")).to_contain_text("It will read:")
    await started.get_by_test_id("modal").locator("select").select_option(label="#ward-managers")
    await picture(started, "share")
    await started.get_by_test_id("modal-submit").click()

    journal = started.locator(f"dialog[data-callback='{ids.JOURNAL_MODAL}']")
    await journal.get_by_test_id("modal-close").click()
    await started.get_by_test_id("nav-C0WARD").click()
    await expect(said(started, "We hand over at the bedside now").first).to_be_visible()


async def test_a_team_is_named_in_settings_and_stands_in_home(started: Page):
    await write(started, "/rounds settings")
    modal = started.get_by_test_id("modal")
    await modal.get_by_test_id(f"action-{ids.OPEN_MORE_SETTINGS}").click()
    await expect(modal).to_contain_text("My team's channel")
    await modal.get_by_test_id("input-team").locator("summary").click()
    await modal.get_by_label("#ward-managers").check()
    await modal.get_by_text("My team's channel").scroll_into_view_if_needed()
    await picture(started, "team")
    await started.get_by_test_id("modal-submit").click()
    await expect(said(started, "nobody sees who practiced").first).to_be_visible()
    await modal.get_by_test_id("modal-close").click()

    await started.get_by_test_id("tab-home").click()

    await expect(started.get_by_test_id("home")).to_contain_text("You count with your team in #ward-managers.")


def words_in_the_modal(page: Page) -> Locator:
    return page.get_by_test_id("modal").locator("textarea")


async def test_a_program_is_looked_at_and_chosen_in_home(started: Page):
    await started.set_viewport_size({"width": 1100, "height": 1250})
    home = started.get_by_test_id("home")
    await started.get_by_test_id("tab-home").click()
    await expect(home).to_contain_text("None. All skills take turns.")
    await home.get_by_test_id(f"action-{ids.OPEN_PROGRAMS}").click()
    modal = started.get_by_test_id("modal")
    await expect(modal).to_contain_text("Nurses who are in charge of a shift")
    await modal.get_by_test_id("input-program").select_option(label="Charge nurse")
    await started.get_by_test_id("modal-submit").click()
    await expect(home).to_contain_text("Charge nurse: 0 of 20 lessons answered.")

    await home.get_by_test_id(f"action-{ids.OPEN_PROGRAMS}").click()
    await expect(modal).to_contain_text("Charge nurse: 0 of 20 lessons answered.")
    await picture(started, "programs")
    await started.get_by_test_id("modal-close").click()
    await started.get_by_test_id("tab-dm").click()
    await expect(said(started, "Week 1 is about how you start a shift")).to_be_visible()
