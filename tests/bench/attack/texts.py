"""Long texts for the coach: ten people who each send six a second, and one whose texts are longer still."""

import asyncio

from tests.bench.attack.stage import Stage
from tests.bench.attack.swarm import Outcome
from tests.bench.flood import FLOODING, LENGTH, SENTENCE, ask_coach

LONGER = 12_000


async def long_texts(stage: Stage, seconds: float) -> Outcome:
    """None breaks anything: the calm person tells whether they were too much."""
    outcome = Outcome()
    people = [f"U{number:06}" for number in range(FLOODING + 1)]
    stage.sent.add(SENTENCE[:20])

    await asyncio.gather(
        ask_coach(stage.door, seconds, people[:-1], LENGTH, outcome.got),
        ask_coach(stage.door, seconds, people[-1:], LONGER, outcome.got),
    )

    outcome.expect(not any(what.startswith("refused with 5") for what in outcome.got), "a text broke something")
    return outcome
