"""A lead writes to their cohort: a preview, one message a day, and taking it back."""

from datetime import UTC, datetime

import pytest
from sqlmodel import col, select

from bot.domain.schedule import DeliveryKindName
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.storage import Session
from bot.storage.tables import Delivery, SendState
from tests.e2e.conftest import BotProcess, in_database, somebody
from tests.e2e.test_cohorts import manage, start_cohort
from tests.e2e.test_learning_day import showing, start, titled

WORDS = "We meet on *Thursday* at 3. <!channel>"


def send_now(session: Session) -> int:
    """Make the announcements that wait due at once. Return how many wait."""
    waiting = select(Delivery).where(
        col(Delivery.kind) == DeliveryKindName.ANNOUNCEMENT, col(Delivery.state) == SendState.DUE
    )
    rows = session.exec(waiting).all()
    for row in rows:
        row.due_at = datetime.now(UTC)
    return len(rows)


async def write(lead: SandboxUser, name: str, words: str) -> None:
    """Write to a cohort, and stop at the preview."""
    await lead.run_command("/rounds", "admin cohorts")
    listed = await lead.wait_for_message(showing(name))
    await manage(lead, name, listed)
    await lead.click(ids.OPEN_ANNOUNCE)
    await lead.wait_for_modal(titled("Message to a cohort"))
    assert await lead.submit({"words": words}) == {}
    await lead.wait_for_modal(titled("Preview"))


@pytest.mark.own_bot
async def test_a_lead_previews_a_message_and_sends_it_once_to_those_who_have_started(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser, amara: SandboxUser
):
    async with somebody(sandbox, "U0MEI") as mei:
        code = await start_cohort(tomas, "Ward managers", lead=tomas.user_id)
        await start(amara)
        for person in (amara, mei):  # Mei joins, and never presses Start
            await person.run_command("/rounds", f"join {code}")
        await amara.wait_for_message(showing("You're in Ward managers."))
        await mei.wait_for_message(showing("Hi, I'm Rounds"))

        await write(tomas, "Ward managers", WORDS)
        preview = await tomas.modal()
        assert preview is not None
        shown = str(preview["blocks"])
        assert WORDS in shown
        assert "I tell nobody who gets it, or how many do." in shown
        assert await tomas.submit() == {}
        sent = await tomas.wait_for_message(showing("Your message to Ward managers is on its way."))
        assert await tomas.modal() is None
        assert in_database(bot, send_now) == 1

        message = await amara.wait_for_message(showing("to your group Ward managers:"))
        assert f"From <@{tomas.user_id}>" in message["text"]
        assert "We meet on *Thursday* at 3. &lt;!channel&gt;" in message["text"]
        assert not [each for each in await mei.messages() if "to your group" in each["text"]]

        listed = await tomas.wait_for_message(lambda m: "Buttons: Report, Manage" in m["text"])
        await manage(tomas, "Ward managers", listed)
        await tomas.click(ids.OPEN_ANNOUNCE)
        refused = await tomas.wait_for_modal(lambda view: view["title"]["text"] != "Manage cohort")
        assert "That cohort already got a message today" in str(refused)
        await tomas.click(ids.TAKE_BACK_ANNOUNCEMENT, ts=sent["ts"])
        await tomas.wait_for_message(showing("Your message to Ward managers is taken back."))
        assert WORDS.encode() not in bot.log


async def test_a_message_that_is_taken_back_in_time_can_be_written_again(
    sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser
):
    await start_cohort(tomas, "Night managers 2", lead=tomas.user_id)
    await write(tomas, "Night managers 2", "Tursday")
    await tomas.close_modal()
    await tomas.wait_for_modal(titled("Message to a cohort"))
    assert await tomas.submit({"words": "Tursday"}) == {}
    await tomas.wait_for_modal(titled("Preview"))
    assert await tomas.submit() == {}
    sent = await tomas.wait_for_message(showing("Your message to Night managers 2 is on its way."))

    await tomas.click(ids.TAKE_BACK_ANNOUNCEMENT, ts=sent["ts"])
    await tomas.wait_for_message(showing("You can send another one today."))
    await write(tomas, "Night managers 2", "Thursday")
    assert await tomas.submit() == {}

    await tomas.wait_for_message(
        lambda m: m["ts"] > sent["ts"] and "Your message to Night managers 2 is on its way." in m["text"]
    )
