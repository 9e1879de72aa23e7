"""The journal in Slack: an entry is found, changed and deleted."""

from typing import Any

from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from bot.slack.blocks import journal
from tests.e2e.conftest import BotProcess
from tests.e2e.test_learning_day import get_lesson, showing, start

WORDS = "The budget was late again"


def holding(part: str):
    return lambda view: part in str(view["blocks"])


def menu_of(view: dict[str, Any]) -> str:
    """The action id of the first entry's menu."""
    return next(
        str(block["accessory"]["action_id"])
        for block in view["blocks"]
        if str((block.get("accessory") or {}).get("action_id")).startswith(ids.OPEN_ENTRY_MENU)
    )


async def write(amara: SandboxUser) -> None:
    await start(amara)
    await get_lesson(amara)
    await amara.click(ids.OPEN_REFLECTION)
    await amara.submit({"words": WORDS})
    await amara.wait_for_message(showing("Reflection saved."))
    await amara.run_command("/rounds", "journal")


async def test_an_entry_is_found_by_a_word_and_by_its_skill(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await write(amara)
    await amara.wait_for_modal(holding(WORDS))

    await amara.submit({journal.WORDS: "nothing like it"})
    await amara.wait_for_modal(holding("0 entries found"))
    await amara.submit({journal.WORDS: "budg"})
    found = await amara.wait_for_modal(holding("1 entry found"))
    assert WORDS in str(found["blocks"])

    await amara.submit({journal.WORDS: ""})
    await amara.click(ids.FILTER_JOURNAL_BY_SKILL, where="modal", selected="leadership")
    await amara.wait_for_modal(holding("1 entry found"))
    await amara.click(ids.FILTER_JOURNAL_BY_SKILL, where="modal", selected="finance")
    await amara.wait_for_modal(holding("0 entries found"))


async def test_an_entry_is_changed(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await write(amara)
    shown = await amara.wait_for_modal(holding(WORDS))
    entry_id = menu_of(shown).rpartition(".")[2]

    await amara.click(menu_of(shown), where="modal", selected=f"edit.{entry_id}")
    await amara.wait_for_modal(lambda view: view["title"]["text"] == "Edit this entry")
    await amara.submit({journal.ENTRY: "Mrs Abernathy in bed 4 has dementia"})
    await amara.wait_for_modal(holding("This may point to a patient: “bed 4”, “Mrs Abernathy”"))
    await amara.submit({journal.ENTRY: "Mr Okafor in bed 5 has dementia"})
    await amara.wait_for_modal(holding("This may point to a patient: “bed 5”, “Mr Okafor”"))
    assert await amara.submit({journal.ENTRY: "It was on time this week"}) == {}

    await amara.wait_for_modal(holding("It was on time this week"))


async def test_an_entry_is_deleted(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await write(amara)
    shown = await amara.wait_for_modal(holding(WORDS))
    entry_id = menu_of(shown).rpartition(".")[2]

    await amara.click(menu_of(shown), where="modal", selected=f"remove.{entry_id}")
    await amara.wait_for_modal(lambda view: view["title"]["text"] == "Delete this entry?")
    assert await amara.submit({}) == {}

    await amara.wait_for_modal(holding("Nothing here yet."))
    await amara.wait_until(lambda: nowhere(amara, "Reflection saved."))


async def nowhere(person: SandboxUser, part: str) -> bool | None:
    """Whether no message says so."""
    return not [each for each in await person.messages() if part in each["text"]] or None


async def shared_by(person: SandboxUser) -> list[dict[str, Any]]:
    """What this person has shared with the ward managers' channel."""
    return [each for each in await person.messages("C0WARD") if f"Shared by <@{person.user_id}>" in each["text"]]


async def test_an_entry_is_shared_after_a_look_and_a_warning(sandbox: Sandbox, bot: BotProcess, tomas: SandboxUser):
    await start(tomas)
    await get_lesson(tomas)
    for press in range(2):  # the first asks to look again
        if not press:
            await tomas.click(ids.OPEN_REFLECTION)
        await tomas.submit({"words": "Mrs Abernathy in bed 4 has dementia"})
    await tomas.wait_for_message(showing("Reflection saved."))
    await tomas.run_command("/rounds", "journal")
    shown = await tomas.wait_for_modal(holding("Abernathy"))
    entry_id = menu_of(shown).rpartition(".")[2]

    await tomas.click(menu_of(shown), where="modal", selected=f"share.{entry_id}")
    await tomas.wait_for_modal(holding("It will read:"))
    await tomas.submit({"channel": "C0WARD"})
    await tomas.wait_for_modal(holding("This may point to a patient"))
    assert await shared_by(tomas) == []
    assert await tomas.submit({"channel": "C0WARD"}) == {}

    (shared,) = await shared_by(tomas)
    assert "Mrs Abernathy in bed 4 has dementia" in shared["text"]
