"""Writes a loaded pack as a workbook in a process of its own: it takes seconds, and memory that the bot would keep."""

import asyncio
import json

from bot.content.codec import pack_to_json
from bot.content.parsing_process import ParsingLimits, ParsingStopped, parse_in_process
from bot.domain.lesson import Pack
from bot.errors import Refused

WRITING_LIMITS = ParsingLimits(cpu_seconds=60, memory_bytes=600 * 2**20, file_bytes=64 * 2**20)
"""The largest pack takes half of this. openpyxl writes each sheet to a temporary file."""

_WORKBOOK_START = b"PK"


async def write_pack_workbook(pack: Pack) -> bytes:
    """Return the pack as an .xlsx workbook. Raises Refused, with the reason, if that can't be done."""
    from bot.content.pack_writing import pack_json_to_workbook  # imported on use to save memory

    content = await asyncio.to_thread(lambda: json.dumps(pack_to_json(pack)).encode())
    try:
        written = await parse_in_process(pack_json_to_workbook, content, limits=WRITING_LIMITS)
    except ParsingStopped:
        raise Refused(
            f"I couldn't write {pack.name} {pack.version} as a spreadsheet: it took too long. Nothing changed. "
            "Ask whoever runs Rounds for `rounds packs download`."
        ) from None
    if not written.startswith(_WORKBOOK_START):
        raise explain_unwritable(pack, json.loads(written)[0])
    return written


def explain_unwritable(pack: Pack, problem: str) -> Refused:
    """Return the error for a pack that cells can't hold, with the first problem."""
    return Refused(
        f"{pack.name} {pack.version} can't be a spreadsheet: {problem} Nothing changed. "
        "Change it in the file that it was loaded from."
    )
