"""Hostile files, from an admin and from somebody who is none."""

import asyncio
from collections import Counter

from bot.sandbox import SandboxUser
from bot.storage.tables import CalendarSource, PackActivation, PackVersion
from tests.bench.attack.stage import PATIENCE, Stage
from tests.bench.attack.swarm import Outcome
from tests.content.hostile_files import (
    EMPTY_DATES,
    alias_bomb,
    calendar_of,
    lists_of_values,
    merged_cells,
    nested_lists,
    repacked,
    styles,
    with_rows,
    zipped,
)

ADMIN, SOMEBODY = "U0TOMAS", 600
"""The id of an owner of the workspace, and the number of a learner."""

NO_WORDS = ("Something went wrong", "Something is slow")
"""How answers begin when Rounds itself doesn't know what happened."""


def hostile_files() -> dict[str, bytes]:
    """Each file by its name."""
    return {
        "last-row.xlsx": with_rows(b'<row r="1048576"><c r="A1048576"><v>1</v></c></row>'),
        "merged-cells.xlsx": repacked(**merged_cells()),
        "styles.xlsx": repacked(**styles()),
        "lists.zip": lists_of_values(),
        "nested.zip": zipped({"pack.yaml": nested_lists(10_000).encode()}),
        "aliases.zip": zipped({"pack.yaml": alias_bomb().encode()}),
        "dates.ics": calendar_of(EMPTY_DATES),
    }


async def hostile_uploads(stage: Stage, _seconds: float) -> Outcome:
    """Each file gets an answer in words, and nothing is loaded."""
    outcome = Outcome()
    tables = (PackVersion, PackActivation, CalendarSource)
    before = stage.count(*tables)
    files = await asyncio.to_thread(hostile_files)
    stage.sent.update(files)

    async with stage.learner(SOMEBODY) as learner, SandboxUser(stage.sandbox.url, ADMIN, PATIENCE) as admin:
        for who, answers in (
            ("the admin", _send_all(admin, files)),
            ("somebody else", _send_all(learner, files)),
        ):
            for name, said in (await answers).items():
                outcome.expect(
                    said and not said.startswith(NO_WORDS), f"{who} got no answer in words to {name}: {said!r}"
                )
                outcome.got[_in_short(said)] += 1

    outcome.expect(stage.count(*tables) == before, "something was loaded")
    return outcome


async def _send_all(person: SandboxUser, files: dict[str, bytes]) -> dict[str, str]:
    """Send each file, once the one before was answered; the answers."""
    return {name: await _answer(person, name, content) for name, content in files.items()}


async def _answer(person: SandboxUser, name: str, content: bytes) -> str:
    """What the bot said to a file; nothing if it said nothing for a long time."""
    before = len(await _said(person))
    await person.send_file(name, content)

    async def look() -> str | None:
        said = await _said(person)
        return said[-1] if len(said) > before else None

    try:
        return str(await person.wait_until(look))
    except TimeoutError:
        return ""


async def _said(person: SandboxUser) -> list[str]:
    return [str(message["text"]) for message in await person.messages() if message.get("user") != person.user_id]


def _in_short(said: str) -> str:
    kinds = Counter({"told who can": said.startswith("Only"), "told what is wrong": True})
    return next(kind for kind, fits in kinds.items() if fits)
