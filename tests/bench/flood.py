"""`python -m tests.bench.flood URL SECRET SECONDS`: ten people who send long texts to the coach, and one who doesn't.

Prints the milliseconds that the one person's commands took, and what the ten were answered.
"""

import asyncio
import json
import sys
from collections import Counter

import aiohttp

from bot.slack.turns import STILL_BUSY
from tests.bench.load import RequestUrl, load

FLOODING, PER_SECOND = 10, 6
"""People who flood, and how many commands each of them types a second."""

CALM, CALM_PER_SECOND = "U000900", 10

LENGTH = 3000
SENTENCE = "Two nurses have not spoken since the roster came out, and the night lead says that it is my fault. "


async def flood(door: RequestUrl, seconds: float) -> tuple[list[float], Counter[str]]:
    """The calm person's milliseconds, and how the flood was answered."""
    answers: Counter[str] = Counter()

    async def ask_streak(session: aiohttp.ClientSession, _number: int) -> None:
        try:
            await door.type_command(session, CALM, "/streak")
        except AssertionError:
            answers["no answer to /streak"] += 1  # and its time counts

    people = [f"U{number:06}" for number in range(FLOODING)]
    flooding = asyncio.create_task(ask_coach(door, seconds, people, LENGTH, answers))
    took = await load(CALM_PER_SECOND, seconds, ask_streak)
    await flooding
    return took, answers


async def ask_coach(door: RequestUrl, seconds: float, people: list[str], length: int, answers: Counter[str]) -> None:
    """Have each of these people send the coach `PER_SECOND` texts of a length; count in `answers` what came back."""

    async def ask(session: aiohttp.ClientSession, number: int) -> None:
        text = f"{number} {SENTENCE * (length // len(SENTENCE) + 1)}"[:length]
        try:
            said = await door.type_command(session, people[number % len(people)], "/coach", text)
        except AssertionError as status:
            answers[f"refused with {status}"] += 1
        except (aiohttp.ClientError, TimeoutError):
            answers["cut off"] += 1
        else:
            answers["told to wait" if STILL_BUSY[:20] in said else "answered"] += 1

    await load(len(people) * PER_SECOND, seconds, ask)


if __name__ == "__main__":
    _, address, key, how_long = sys.argv
    print(json.dumps(asyncio.run(flood(RequestUrl(address, key), float(how_long)))))
