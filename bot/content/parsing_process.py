"""Runs the parsing of a file that somebody sent in a process of its own, with limits of time, memory, and output.

The parsers have limits of their own. These ones hold for what nobody thought of: whatever a file does to a parser, only
that process slows down or ends, and everything else goes on. `parsing_child` is the other side.
"""

import asyncio
import contextlib
import json
import os
import signal
import sys
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Callable
from dataclasses import asdict, dataclass
from enum import StrEnum
from pathlib import Path

from bot.content.parsing_child import OUT_OF_MEMORY
from bot.language import current_language

Parser = Callable[..., bytes]
"""Takes a file's content, and texts by keyword. Both processes import it by its module's name."""

_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "SYSTEMROOT", "TEMP", "TMPDIR", "LANG", "LC_ALL", "PYTHONHOME")
"""The only environment variables that the process gets: the others may be tokens and keys."""

_SOURCE_ROOT = str(Path(__file__).parents[2])
_CHUNK = 64 * 1024


@dataclass(frozen=True, slots=True)
class ParsingLimits:
    """What one parsing may take. Windows has no such limits, so only `wall_seconds` and `output_bytes` hold there.

    The time is that of the processor, because on a busy machine a parser is slow without being stuck. `wall_seconds`
    ends a process that waits for something. `file_bytes`: the largest temporary file; a parser needs none.
    """

    cpu_seconds: int = 20
    wall_seconds: float = 600.0
    memory_bytes: int = 300 * 2**20
    output_bytes: int = 32 * 2**20
    file_bytes: int = 0


class StopReason(StrEnum):
    """Why a parsing was stopped."""

    TIME = "time"
    MEMORY = "memory"
    OUTPUT = "output"
    CRASH = "crash"


class ParsingStopped(Exception):
    """The file couldn't be parsed within the limits."""

    def __init__(self, reason: StopReason) -> None:
        self.reason = reason
        super().__init__(reason.value)


async def parse_in_process(
    parser: Parser, content: bytes, *, limits: ParsingLimits | None = None, **arguments: str
) -> bytes:
    """Return what `parser` makes of the content, in a process of its own that speaks the present language.

    Raises ParsingStopped.

    The process and all that it started end with this call, even if it is canceled.
    """
    bounds = limits or ParsingLimits()
    job = {
        "parser": f"{parser.__module__}:{parser.__qualname__}",
        "arguments": arguments,
        "limits": asdict(bounds),
        "language": current_language(),
    }
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        *("-B", "-P", "-s", "-m", "bot.content.parsing_child"),
        stdin=PIPE,
        stdout=PIPE,
        stderr=DEVNULL,  # a traceback might quote the file
        env=_environment(),
        start_new_session=True,  # so that its children can be ended with it
    )
    try:
        async with asyncio.timeout(bounds.wall_seconds):
            output, _ = await asyncio.gather(
                _read(process, bounds.output_bytes), _feed(process, json.dumps(job).encode() + b"\n", content)
            )
            code = await process.wait()
    except TimeoutError:
        raise ParsingStopped(StopReason.TIME) from None
    finally:
        await _end(process)
    if code:
        raise ParsingStopped(_reason(code))
    return output


def _environment() -> dict[str, str]:
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    return kept | {"PYTHONPATH": _SOURCE_ROOT}


async def _feed(process: Process, *parts: bytes) -> None:
    if process.stdin is None:
        raise AssertionError("the process has a pipe")
    with contextlib.suppress(ConnectionError):  # it ended early; its exit code says why
        for part in parts:
            process.stdin.write(part)
            await process.stdin.drain()
    process.stdin.close()


async def _read(process: Process, most: int) -> bytes:
    if process.stdout is None:
        raise AssertionError("the process has a pipe")
    output = bytearray()
    while chunk := await process.stdout.read(_CHUNK):
        output += chunk
        if len(output) > most:
            raise ParsingStopped(StopReason.OUTPUT)
    return bytes(output)


def _reason(code: int) -> StopReason:
    """Return why a process ended with this code. It is negative if a signal ended it."""
    if code == -getattr(signal, "SIGXCPU", 0):
        return StopReason.TIME
    # The system kills a process if the machine runs out of memory.
    return StopReason.MEMORY if code in {OUT_OF_MEMORY, -getattr(signal, "SIGKILL", 0)} else StopReason.CRASH


async def _end(process: Process) -> None:
    """End a process that still runs, with its children, and wait until it is gone."""
    if process.stdout is None:
        raise AssertionError("the process has a pipe")
    if process.returncode is not None and process.stdout.at_eof():
        return
    with contextlib.suppress(ProcessLookupError):
        if hasattr(os, "killpg"):
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    # A reader that holds enough stops looking at its pipe, and asyncio waits for the end of the pipe, too.
    while await process.stdout.read(_CHUNK):
        pass
    await process.wait()
