"""Requests that somebody recorded, and sends again while their signatures are fresh."""

import asyncio

import aiohttp

from bot.sandbox import SandboxUser
from bot.slack import action_ids as ids
from bot.storage.tables import SavedLesson
from tests.bench.attack.stage import RECORDER, Stage
from tests.bench.attack.swarm import Outcome

TIMES = 300
AT_ONCE = 30

SOMEBODY = 700
"""The number of the learner whose requests are recorded."""


async def repeated_requests(stage: Stage, _seconds: float) -> Outcome:
    """A command opened one modal, and a button saved one lesson and said so once, however often they came."""
    outcome = Outcome()
    saved_before, opened_before = _saved(stage), _opened(stage)
    async with stage.learner(SOMEBODY) as person:
        await person.run_command("/tip")
        stage.recorder.kept.clear()
        stage.sandbox.request_url.url = f"{stage.sandbox.url}{RECORDER}"
        try:
            await person.click(ids.SAVE_TIP)
            await person.run_command("/rounds", "export")
        finally:
            stage.sandbox.request_url.url = stage.url
        for body, headers in stage.recorder.kept:
            outcome.got.update(await _repeat(stage, body, headers))
        await _wait_for_all_before(person)
        said = [message["text"] for message in await person.messages()]
    saved, opened = _saved(stage) - saved_before, _opened(stage) - opened_before
    told = sum("Saved." in text or "saved this one before" in text for text in said)
    outcome.expect(set(outcome.got) == {"200"}, "a repeated request wasn't acknowledged")
    outcome.expect(saved == told == 1, f"a repeated press saved {saved} lessons, and was answered {told} times")
    outcome.expect(opened == 1, f"a repeated command opened {opened} modals")
    return outcome


async def _repeat(stage: Stage, body: bytes, headers: dict[str, str]) -> list[str]:
    """Send a recorded request again and again; the statuses."""
    limited = aiohttp.TCPConnector(limit=AT_ONCE)
    async with aiohttp.ClientSession(connector=limited) as session:

        async def send() -> str:
            async with session.post(stage.url, data=body, headers=headers) as answer:
                return str(answer.status)

        return await asyncio.gather(*(send() for _ in range(TIMES)))


async def _wait_for_all_before(person: SandboxUser) -> None:
    """Return when a later command was answered: those before it have had their effect by then."""
    await person.run_command("/streak")
    await person.wait_for_message(lambda message: "streak" in message["text"].lower())


def _saved(stage: Stage) -> int:
    return stage.count(SavedLesson)[0]


def _opened(stage: Stage) -> int:
    """How often the bot opened a modal, or tried to."""
    return sum(call.method == "views.open" for call in stage.sandbox.call_log.calls)
