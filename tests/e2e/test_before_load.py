"""Before an admin loads an upload: every change, its lessons as people will see them, and what to confirm."""

import io
from typing import Any

import pytest
from openpyxl import load_workbook
from sqlmodel import SQLModel, func, select

from bot.content.sheets.columns import LESSONS_TABLE
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.storage import Session
from bot.storage.tables import Answer, Delivery, LessonRevision, PackVersion, PracticeDay, SavedLesson, TipShown
from tests.content.sheets.books import at, changed, template
from tests.e2e.conftest import BotProcess, in_database
from tests.e2e.test_learning_day import showing, start

WARD_SEVEN = {at("Name", sheet="Pack"): "Ward seven", at("Short name", sheet="Pack"): "ward-seven"}
NEXT = {at("Version", sheet="Pack"): "0.2.0"}
OTHER_ANSWER = {at("Right answer"): "A"}
LONG_TIP = {at("Tip"): "Say what is open and who has it. " * 12}


async def send(tomas: SandboxUser, cells: dict[str, Any], name: str = "ward.xlsx") -> dict[str, Any]:
    """Send the template with these cells; the answer, with *Load*."""
    sent = len([each for each in await tomas.messages() if button(each, ids.LOAD_PACK)])
    await tomas.send_file(name, changed(WARD_SEVEN | cells))

    async def look() -> dict[str, Any] | None:
        offers = [each for each in await tomas.messages() if button(each, ids.LOAD_PACK)]
        return offers[-1] if len(offers) > sent else None

    return await tomas.wait_until(look)


async def load(tomas: SandboxUser, cells: dict[str, Any], version: str) -> None:
    offer = await send(tomas, cells)
    await tomas.click(ids.LOAD_PACK, ts=offer["ts"])
    await tomas.wait_for_message(showing(f"Ward seven {version} is live."))


def button(message: dict[str, Any], action_id: str) -> dict[str, Any] | None:
    elements = [element for block in message["blocks"] for element in block.get("elements", [])]
    return next((each for each in elements if each.get("action_id") == action_id), None)


def rows(session: Session, *tables: type[SQLModel]) -> list[int]:
    return [session.exec(select(func.count()).select_from(table)).one() for table in tables]


@pytest.mark.own_bot
async def test_an_admin_sees_every_change_before_loading_it(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    await load(tomas, {}, "0.1.0")

    offer = await send(tomas, NEXT | OTHER_ANSWER | LONG_TIP)

    assert "• handoff-01 Right answer: B → A\n" in offer["text"]
    assert "• handoff-01 Tip: Before you go home," in offer["text"]
    assert "→ Say what is open and who has it. Say what" in offer["text"]
    assert LONG_TIP[at("Tip")].strip() not in offer["text"]
    assert "Check this before you load it" not in offer["text"]
    await tomas.click(ids.SEND_PACK_CHANGES, ts=offer["ts"])
    sent = await tomas.wait_for_message(showing("would change, one field per line."))
    file = (await tomas.download(sent["files"][0]["url"])).decode()
    assert sent["files"][0]["name"] == "ward-seven-0.2.0-changes.txt"
    assert f" → {LONG_TIP[at('Tip')].strip()}\n" in file
    assert "handoff-01 Right answer: B → A\n" in file


@pytest.mark.own_bot
async def test_a_preview_answers_as_the_lesson_will_and_stores_nothing(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser
):
    await start(tomas)
    stored = (Answer, Delivery, LessonRevision, PackVersion, PracticeDay, SavedLesson, TipShown)
    offer = await send(tomas, {})
    before = in_database(bot, rows, *stored)

    await tomas.click(ids.PREVIEW_PACK, ts=offer["ts"])
    shown = await tomas.wait_for_message(showing("Preview, lesson 1 of 1 (handoff-01) in Ward seven 0.1.0."))
    assert "Your answers aren't stored" in shown["text"]
    await tomas.click(ids.in_preview(ids.OPEN_WHY), ts=shown["ts"])
    assert (await tomas.wait_for_modal())["title"]["text"] == "Why and sources"
    await tomas.close_modal()
    await tomas.click(ids.in_preview(f"{ids.ANSWER_LESSON}.A"), ts=shown["ts"])
    answered = await tomas.wait_for_message(showing("Not quite. You chose A; B works better here."))
    assert answered["ts"] == shown["ts"]
    await tomas.click(ids.in_preview(ids.OPEN_ANSWERS), ts=shown["ts"])
    assert "(your choice)" in str(await tomas.wait_for_modal())
    await tomas.close_modal()
    for other in (ids.SAVE_LESSON, ids.OPEN_REFLECTION):
        await tomas.click(ids.in_preview(other), ts=shown["ts"])
    await tomas.wait_for_message(showing("The other buttons need a learner."))

    assert in_database(bot, rows, *stored) == before


@pytest.mark.own_bot
async def test_a_preview_goes_from_one_new_lesson_to_the_next(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    offer = await send(tomas, second_lesson())
    await tomas.click(ids.PREVIEW_PACK, ts=offer["ts"])
    shown = await tomas.wait_for_message(showing("lesson 1 of 2 (handoff-01)"))

    await tomas.click(f"{ids.SHOW_PREVIEW}.next", ts=shown["ts"])

    other = await tomas.wait_for_message(showing("lesson 2 of 2 (handoff-02)"))
    assert other["ts"] == shown["ts"]
    assert "Write it down twice" in other["text"]


def second_lesson() -> dict[str, Any]:
    """The template's lesson in a second row, with another number and title."""
    sheet = load_workbook(io.BytesIO(template()))["Lessons"]
    copied = {
        at(column.heading, row=3): sheet[at(column.heading).partition("!")[2]].value for column in LESSONS_TABLE.columns
    }
    return copied | {at("Number", row=3): 2, at("Title", row=3): "Write it down twice"}


@pytest.mark.own_bot
async def test_loading_what_is_unusual_asks_first(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    await load(tomas, NEXT, "0.2.0")
    same = await send(tomas, NEXT | OTHER_ANSWER)
    lower = await send(tomas, OTHER_ANSWER)
    usual = await send(tomas, {at("Version", sheet="Pack"): "0.3.0"})

    for offer, said in (
        (same, "Version 0.2.0 is live with other content. Raise the version number to tell the two apart."),
        (lower, "Version 0.1.0 is lower than the live version, 0.2.0."),
    ):
        assert f"Check this before you load it\n• {said}" in offer["text"]
        pressed = button(offer, ids.LOAD_PACK)
        assert pressed
        assert pressed["confirm"]["text"]["text"] == said
        assert pressed["confirm"]["confirm"]["text"] == "Load anyway"
    assert "confirm" not in (button(usual, ids.LOAD_PACK) or {})
    await tomas.click(ids.LOAD_PACK, ts=same["ts"])
    await tomas.wait_for_message(showing("Ward seven 0.2.0 is live. 0 added, 1 changed"))


@pytest.mark.own_bot
async def test_what_was_compared_with_an_older_version_is_shown_again(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser
):
    await load(tomas, {}, "0.1.0")
    offer = await send(tomas, NEXT | OTHER_ANSWER)
    await load(tomas, {at("Version", sheet="Pack"): "0.3.0"}, "0.3.0")

    await tomas.click(ids.LOAD_PACK, ts=offer["ts"])

    again = await tomas.wait_for_message(showing("Not loaded yet, because the live version has changed"))
    assert again["ts"] == offer["ts"]
    assert "Version 0.3.0 is live now." in again["text"]
    assert "Version 0.2.0 is lower than the live version, 0.3.0." in again["text"]
    await tomas.click(ids.LOAD_PACK, ts=again["ts"])
    await tomas.wait_for_message(showing("Ward seven 0.2.0 is live."))
