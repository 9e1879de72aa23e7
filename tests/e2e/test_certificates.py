"""What somebody has learned, and a certificate of it: from the command to the file, its code, and its end."""

import json
from typing import Any

from bot.domain.certificate import read_code
from bot.domain.open_badge import CONTEXTS
from bot.learning import certificates
from bot.sandbox import Sandbox, SandboxUser
from bot.slack import action_ids as ids
from tests.answered import answer_in_the_past
from tests.e2e.conftest import BotProcess, in_database, learner_of
from tests.e2e.test_learning_day import showing, start, titled
from tests.shipped import shipped_pack

LESSONS = [each.id for each in shipped_pack().lessons[:24]]


async def files_of(person: SandboxUser, count: int) -> list[dict[str, Any]]:
    """Wait for so many files in a person's conversation with Rounds, and return them."""

    async def look() -> list[dict[str, Any]] | None:
        found = [file for message in await person.messages() for file in message.get("files") or []]
        return found if len(found) >= count else None

    return await person.wait_until(look)


async def test_a_certificate_is_asked_for_named_and_sent_and_its_code_is_valid_until_all_is_deleted(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    in_database(bot, answer_in_the_past, learner_of(amara), LESSONS)

    await amara.run_command("/rounds", "progress")
    shown = await amara.wait_for_message(showing("You've answered 24 lessons since March 3, 2025"))
    assert "Only you see this." in shown["text"]
    await amara.click(ids.OPEN_CERTIFICATE)
    modal = await amara.wait_for_modal(titled("Certificate"))
    assert "Management essentials (24 lessons, 45 minutes)" in str(modal)
    assert "Amara" in str(modal), "the name as in Slack"
    assert "name" in await amara.submit({"name": "李明"})
    assert await amara.submit({"name": "Dr. Zoë Łukaszewska-Núñez"}) == {}

    said = await amara.wait_for_message(showing("Here's your certificate"))
    page, badge = await files_of(amara, 2)
    code = page["name"].removeprefix("rounds-certificate-").removesuffix(".pdf")
    assert code in said["text"]
    assert (await amara.download(page["url"])).startswith(b"%PDF-")
    credential = json.loads(await amara.download(badge["url"]))
    assert credential["@context"] == list(CONTEXTS)
    assert credential["credentialSubject"]["identifier"][0]["identityHash"] == "Dr. Zoë Łukaszewska-Núñez"
    found = in_database(bot, certificates.find_certificate, read_code(code) or "")
    assert found is not None
    assert (found.lessons, found.minutes) == (24, 45)

    await amara.run_command("/rounds", "delete-me")
    modal = await amara.wait_for_modal(titled("Delete everything?"))
    assert "Your certificates are deleted, too" in str(modal)
    await amara.submit()
    await amara.wait_for_message(showing("Everything is deleted"))
    assert in_database(bot, certificates.find_certificate, read_code(code) or "") is None
    await amara.wait_for_message(showing("The files sent here were deleted with everything else."))


async def test_progress_is_asked_for_in_words_and_in_home_and_says_what_is_missing(
    sandbox: Sandbox, bot: BotProcess, amara: SandboxUser
):
    await start(amara)
    in_database(bot, answer_in_the_past, learner_of(amara), LESSONS[:5])

    await amara.send_message("What have I learned so far?")
    shown = await amara.wait_for_message(showing("You've answered 5 lessons since March 3, 2025"))
    assert "After 15 more answered lessons, you can have a certificate here." in shown["text"]
    assert ids.OPEN_CERTIFICATE not in str(shown["blocks"])

    await amara.open_home()
    await amara.wait_for_home(lambda view: ids.OPEN_PROGRESS in str(view))
    await amara.click(ids.OPEN_PROGRESS, where="home")
    assert "Your next lesson" in str(await amara.wait_for_modal(titled("What you've learned")))


async def test_progress_is_for_those_who_have_started(sandbox: Sandbox, bot: BotProcess, amara: SandboxUser):
    await amara.run_command("/rounds", "progress")

    await amara.wait_for_message(showing("Hi, I'm Rounds"))
