"""Calendars at addresses whose names are looked up for 20 seconds, until the name server gives up."""

import asyncio

import aiohttp

from bot.delivery.calendar_fetcher import TOO_SLOW
from bot.sandbox import SandboxUser
from bot.slack import action_ids as ids
from bot.slack.blocks.shift_calendar import ADDRESS, DAY_END_BEFORE, FILE, LESSON_AFTER
from bot.storage.tables import CalendarSource
from tests.bench.attack.payloads import FORM, Fields, submitted
from tests.bench.attack.stage import Stage
from tests.bench.attack.swarm import Outcome

FIRST, LEARNERS = 300, 30
SECRET = "unmistakable-rota"


async def dead_calendars(stage: Stage, _seconds: float) -> Outcome:
    """Each learner is told that the server took too long, and no calendar is saved."""
    outcome = Outcome()
    before = stage.count(CalendarSource)
    stage.sent.add(SECRET)
    people = [stage.learner(number) for number in range(FIRST, FIRST + LEARNERS)]
    try:
        async with aiohttp.ClientSession() as session:

            async def submit(user: str) -> int:
                address = f"https://{SECRET}-{user.lower()}.invalid/{SECRET}.ics"
                return (await stage.post(session, submitted(user, ids.CALENDAR_MODAL, _fields(address)), FORM))[0]

            statuses = await asyncio.gather(*(submit(person.user_id) for person in people))
            outcome.expect(set(statuses) == {200}, f"modals were answered with {sorted(set(statuses))}")
        told = await asyncio.gather(*(_is_told(person) for person in people))
        outcome.got["told that it took too long"] = sum(told)
        outcome.expect(all(told), f"only {sum(told)} of {LEARNERS} were told what became of their calendar")
    finally:
        await asyncio.gather(*(person.close() for person in people))
    outcome.expect(stage.count(CalendarSource) == before, "a calendar was saved")
    return outcome


async def _is_told(person: SandboxUser) -> bool:
    """Whether a learner gets the reason as a message."""
    try:
        await person.wait_for_message(lambda message: TOO_SLOW in message["text"])
    except TimeoutError:
        return False
    return True


def _fields(address: str) -> Fields:
    """What is entered in the modal."""
    texts = {ADDRESS: address, LESSON_AFTER: "10", DAY_END_BEFORE: "30"}
    fields: Fields = {name: {name: {"type": "plain_text_input", "value": text}} for name, text in texts.items()}
    return {**fields, FILE: {FILE: {"type": "file_input", "files": []}}}
