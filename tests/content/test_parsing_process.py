"""Parsing in a process of its own: what it may take, what it gets, and that everything else goes on."""

import asyncio
import os
import sys
from pathlib import Path

import pytest

from bot.content.parsing_process import Parser, ParsingLimits, ParsingStopped, StopReason, parse_in_process
from tests.content import hostile_parsers
from tests.waits import LONGEST, eventually

LITTLE = ParsingLimits(cpu_seconds=1, wall_seconds=LONGEST, memory_bytes=100 * 2**20, output_bytes=2**20)

posix = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no such limits")


async def stop_reason(parser: Parser, limits: ParsingLimits = LITTLE, content: bytes = b"") -> StopReason:
    with pytest.raises(ParsingStopped) as stopped:
        await parse_in_process(parser, content, limits=limits)
    return stopped.value.reason


async def test_content_and_arguments_go_in_and_the_result_comes_out():
    content = bytes(range(256)) * 10_000

    assert await parse_in_process(hostile_parsers.echo, content, greeting="Grüße\n") == "Grüße\n".encode() + content


@posix
async def test_a_parser_that_never_ends_is_stopped_by_the_time_it_computes():
    assert await stop_reason(hostile_parsers.spin) is StopReason.TIME


@posix
async def test_a_parser_that_takes_too_much_memory_is_stopped():
    assert await stop_reason(hostile_parsers.fill_memory, ParsingLimits(memory_bytes=100 * 2**20)) is StopReason.MEMORY


async def test_a_result_that_is_too_large_is_not_taken():
    assert await stop_reason(hostile_parsers.talk_on, ParsingLimits(output_bytes=2**20)) is StopReason.OUTPUT


@posix
async def test_a_parser_that_talks_on_until_the_system_ends_it_is_waited_for(monkeypatch: pytest.MonkeyPatch):
    """By then its pipe is full, and so is what was read of it."""
    end, loop = os.killpg, asyncio.get_running_loop()
    monkeypatch.setattr(os, "killpg", lambda *whom: loop.call_later(0.2, end, *whom))

    assert await stop_reason(hostile_parsers.talk_on, ParsingLimits(output_bytes=2**20)) is StopReason.OUTPUT


@posix
async def test_a_child_that_a_parser_leaves_behind_is_ended(tmp_path: Path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        limits = ParsingLimits(wall_seconds=1)

        assert await stop_reason(hostile_parsers.leave_a_child, limits, str(pipe).encode()) is StopReason.TIME

        await eventually(lambda: said(reading) == b"")
    finally:
        os.close(reading)


async def test_a_parser_that_fails_stops_only_itself():
    assert await stop_reason(hostile_parsers.fail, content=b"Mrs Abernathy") is StopReason.CRASH


@posix
async def test_a_parser_that_waits_is_ended_with_its_children(tmp_path: Path):
    """The pipe ends when nobody has it open for writing anymore."""
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reading = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        parsing = asyncio.create_task(
            stop_reason(hostile_parsers.wait_with_a_child, ParsingLimits(wall_seconds=LONGEST), str(pipe).encode())
        )
        await eventually(lambda: said(reading) == b"here")

        parsing.cancel()

        await asyncio.wait([parsing])
        await eventually(lambda: said(reading) == b"")
    finally:
        os.close(reading)


def said(pipe: int) -> bytes | None:
    """What was written into a pipe since the last look: None if nothing was, `b""` if nobody is left to write."""
    try:
        return os.read(pipe, 100)
    except BlockingIOError:
        return None


async def test_the_time_that_somebody_waits_ends_as_well():
    assert await stop_reason(hostile_parsers.spin, ParsingLimits(wall_seconds=0.2)) is StopReason.TIME


async def test_other_work_goes_on_meanwhile():
    parsing = asyncio.create_task(stop_reason(hostile_parsers.spin))
    await asyncio.sleep(0)

    await asyncio.to_thread(sum, range(1000))
    went_on = not parsing.done()

    assert went_on
    await parsing


@posix
async def test_a_parser_cannot_write_files(tmp_path: Path):
    file = tmp_path / "note"

    assert await parse_in_process(hostile_parsers.write_file, str(file).encode()) == b"refused"
    assert file.read_bytes() == b""


async def test_a_parser_gets_no_secrets(monkeypatch: pytest.MonkeyPatch):
    for name in ("SLACK_BOT_TOKEN", "ROUNDS_ENCRYPTION_KEYS", "DATABASE_URL"):
        monkeypatch.setenv(name, "secret")

    names = (await parse_in_process(hostile_parsers.show_environment, b"")).decode().split("\n")

    assert not {name for name in names if name.startswith(("SLACK", "ROUNDS", "DATABASE"))}


async def test_a_parser_starts_without_the_rest_of_the_bot():
    loaded = (await parse_in_process(hostile_parsers.list_modules, b"")).decode().split("\n")

    assert {name for name in loaded if name.startswith("bot")} == {
        "bot",
        "bot.content",
        "bot.language",
        "bot.language.translation",
    }
    assert not {"asyncio", "numpy.version", "pydantic", "sqlalchemy", "slack_sdk"} & set(loaded)
