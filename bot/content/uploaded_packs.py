"""Reads and checks packs that people upload, in a process of its own (`parsing_process`)."""

import asyncio
import json
from collections.abc import Sequence
from datetime import date

from bot.content.checked_pack import CheckedPack
from bot.content.codec import pack_from_json, pack_to_json
from bot.content.other_packs import OtherPack, others_from_json, others_to_json
from bot.content.parsing_process import ParsingLimits, ParsingStopped, StopReason, parse_in_process
from bot.errors import PackProblem

MAX_PROBLEMS = 1_000
"""Most problems that come back, those that block the pack first. Slack shows 20."""

_STOPPED = {
    StopReason.TIME: "Reading this file took more than {seconds} seconds, so I stopped.",
    StopReason.MEMORY: "Reading this file took more than {megabytes} MB of memory, so I stopped.",
    StopReason.OUTPUT: "This file holds more than a pack can, so I stopped reading it.",
    StopReason.CRASH: "This file can't be read: reading it failed.",
}
_ADVICE = "Remove everything that isn't a lesson, or split the pack in two."


async def check_uploaded_pack(
    content: bytes, name: str, today: date, limits: ParsingLimits | None = None, *, others: Sequence[OtherPack] = ()
) -> CheckedPack:
    """Read and check a pack: a zip file or, by its name, a spreadsheet, which must hold the whole pack.

    `others` are the packs that are live beside it.
    """
    bounds = limits or ParsingLimits()
    arguments = {"name": name, "today": today.isoformat(), "others": others_to_json(others)}
    try:
        checked = await parse_in_process(pack_to_checked_json, content, limits=bounds, **arguments)
    except ParsingStopped as stopped:
        happened = _STOPPED[stopped.reason].format(seconds=bounds.cpu_seconds, megabytes=bounds.memory_bytes // 2**20)
        return CheckedPack(None, (PackProblem(name, 1, "F111", f"{happened} {_ADVICE}"),))
    return await asyncio.to_thread(_from_json, checked)  # a large pack takes a moment


def pack_to_checked_json(content: bytes, *, name: str, today: str, others: str = "[]") -> bytes:
    """Return the pack in a file, and its problems. This is what the process runs."""
    checked = check_pack_file(content, name, date.fromisoformat(today), others_from_json(others))
    problems = [*checked.blocking_problems, *checked.advice][:MAX_PROBLEMS]
    found = {
        "pack": pack_to_json(checked.pack) if checked.pack else None,
        "problems": [[each.path, each.line, each.code, each.message, each.blocking, each.cell] for each in problems],
        "slug": checked.slug,
    }
    return json.dumps(found, ensure_ascii=False).encode(errors="replace")


def check_pack_file(content: bytes, name: str, today: date, others: Sequence[OtherPack] = ()) -> CheckedPack:
    """Do the same in this process."""
    from bot.content.opened_packs import open_pack_bytes  # imported on use: the process that asks doesn't need it

    opened = open_pack_bytes(content, name)
    if opened.has_only_lessons:
        message = (
            "This file has only lessons. Upload the whole workbook (.xlsx), with the sheets Pack, Skills, and Sources."
        )
        return CheckedPack(None, (PackProblem(opened.name, 1, "X112", message),))
    return opened.check(today, others=others)


def _from_json(content: bytes) -> CheckedPack:
    found = json.loads(content)
    pack = pack_from_json(found["pack"]) if found["pack"] else None
    return CheckedPack(pack, tuple(PackProblem(*each) for each in found["problems"]), found["slug"])
