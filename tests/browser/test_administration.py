"""An admin loads a pack for some people, makes an author, and reads the audit log, by clicking."""

from pathlib import Path

import pytest
from playwright.async_api import Page, expect

from bot.bootstrap import system_clock
from bot.cli.example_cohort import NAME, add_example_cohort
from bot.content.pack_templates import create_pack
from bot.domain.learner import Person
from bot.learning import reports
from bot.learning.library import Library
from bot.learning.reports import Report
from bot.sandbox import Sandbox
from bot.slack import action_ids as ids
from bot.storage import Session
from tests.browser.pictures import closely, printed, said, write
from tests.browser.test_authoring import send
from tests.e2e.conftest import BotProcess, in_database
from tests.e2e.test_admin import invite_now, zipped
from tests.slack.report_pages import page_values


async def choose(page: Page, field: str, *user_ids: str) -> None:
    """Tick people in a modal's list."""
    menu = page.get_by_test_id(f"input-{field}")
    await menu.locator("summary").click()
    for user_id in user_ids:
        await menu.locator(f"input[value={user_id}]").check()
    await menu.locator("summary").click()


@pytest.mark.own_bot
async def test_an_admin_loads_a_pack_for_some_people_and_reads_who_did_what(
    page: Page, sandbox: Sandbox, tmp_path: Path
):
    create_pack(tmp_path / "pharmacy", "Pharmacy")
    await page.set_viewport_size({"width": 1000, "height": 760})
    await page.goto(f"{sandbox.url}/?user=U0TOMAS&channel=dm&theme=light")
    await send(page, "pharmacy.zip", zipped(tmp_path / "pharmacy"))
    await expect(page.get_by_test_id(f"action-{ids.OPEN_LOAD_FOR}")).to_be_visible()
    await page.get_by_test_id(f"action-{ids.OPEN_LOAD_FOR}").click()
    await choose(page, "people", "U0AMARA", "U0LENA")
    await closely(page, "administration-load-for")
    await page.get_by_test_id("modal-submit").click()
    await expect(said(page, "You added 2 people.")).to_be_visible()

    await write(page, "/rounds admin authors")
    await choose(page, "authors", "U0PRIYA")
    await page.get_by_test_id("modal-submit").click()
    await expect(said(page, "Authors besides the admins:")).to_be_visible()

    await write(page, "/rounds admin packs")
    await page.get_by_test_id(f"action-{ids.OPEN_AUDIENCE}").click()
    await expect(page.get_by_text("Who gets this pack?")).to_be_visible()
    await page.get_by_test_id("modal-close").click()

    await write(page, "/rounds admin log")
    await expect(said(page, "loaded Pharmacy 0.1.0")).to_be_visible()
    await page.mouse.move(0, 0)
    await closely(page, "administration-log")


@pytest.mark.own_bot
async def test_an_admin_starts_a_cohort_and_its_people_read_the_invitation(
    page: Page, sandbox: Sandbox, bot: BotProcess
):
    await page.set_viewport_size({"width": 1000, "height": 1060})
    await page.goto(f"{sandbox.url}/?user=U0TOMAS&channel=dm&theme=light")
    await write(page, "/rounds admin cohorts")
    await page.get_by_test_id(f"action-{ids.OPEN_NEW_COHORT}").click()
    modal = page.get_by_test_id("modal")
    await modal.get_by_test_id("input-name").fill("New managers, spring")
    await modal.get_by_test_id("input-program").select_option(label="New nurse manager")
    await modal.get_by_test_id("input-welcome").fill(
        "We'll meet every other Thursday at noon. Bring one thing that you tried."
    )
    await choose(page, "people", "U0AMARA", "U0SAM")
    await closely(page, "leading-new")
    await page.get_by_test_id("modal-submit").click()
    await expect(said(page, "You chose 2 people.")).to_be_visible()

    in_database(bot, invite_now)
    await page.set_viewport_size({"width": 1000, "height": 620})
    await page.goto(f"{sandbox.url}/?user=U0AMARA&channel=dm&theme=light")
    await expect(said(page, "Bring one thing that you tried.")).to_be_visible()
    await closely(page, "leading-invitation")

    in_database(bot, add_example)
    await page.set_viewport_size({"width": 1000, "height": 900})
    await page.goto(f"{sandbox.url}/?user=U0TOMAS&channel=dm&theme=light")
    await write(page, "/rounds admin cohorts")
    example = page.locator("[data-testid^='message-']").filter(has_text=NAME)
    await expect(example.get_by_text("15 people or more have started.")).to_be_visible()
    await closely(page, "leading-cohorts")

    await example.get_by_test_id(f"action-{ids.MANAGE_COHORT}").first.click()
    await expect(page.get_by_test_id("modal").get_by_text("New nurse manager")).to_be_visible()
    await closely(page, "leading-manage")
    await page.get_by_test_id(f"action-{ids.OPEN_POST_INVITATION}").last.click()
    await page.get_by_test_id("input-channel").select_option(label="#ward-managers")
    await page.get_by_test_id("modal-submit").click()
    await expect(said(page, "Copy this link")).to_be_visible()
    await page.set_viewport_size({"width": 1000, "height": 620})
    await page.goto(f"{sandbox.url}/?user=U0AMARA&channel=C0WARD&theme=light")
    await expect(page.get_by_test_id(f"action-{ids.JOIN_COHORT}")).to_be_visible()
    await closely(page, "leading-posted")
    await page.get_by_test_id(f"action-{ids.JOIN_COHORT}").click()
    await expect(said(page, "Hi, I'm Rounds")).to_be_visible()

    await page.goto(f"{sandbox.url}/?user=U0TOMAS&channel=dm&theme=light")
    await example.get_by_test_id(f"action-{ids.SHOW_COHORT_REPORT}").last.click()
    await expect(page.locator(".chart").first).to_be_visible()
    await page.set_viewport_size({"width": 1000, "height": 1900})
    await closely(page, "leading-report")
    await page.get_by_test_id(f"action-{ids.SEND_REPORT_FILES}").last.click()
    await expect(said(page, "The report is in your messages with me")).to_be_visible()
    report = in_database(bot, read_example)
    await printed("leading-report-page", "report", await page_values(report))


def read_example(session: Session) -> Report:
    """The report of that cohort."""
    admin = Person("T0RIVER", "U0TOMAS")
    (example,) = (each for each in reports.list_choices(session, admin, sees_all=True) if each.cohort == NAME)
    return reports.read_chosen(session, Library(), admin, example.cohort_id, sees_all=True)


def add_example(session: Session) -> None:
    """A cohort of made-up people after eight weeks, as `rounds try` has one."""
    add_example_cohort(session, Library(), Person("T0RIVER", "U0TOMAS"), system_clock())
