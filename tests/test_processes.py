"""Nothing that tests start outlives them."""

import asyncio
import os
import sys
from asyncio.subprocess import PIPE
from pathlib import Path

import pytest

from tests.processes import child
from tests.waits import LONGEST

ROOT = Path(__file__).parent.parent
SLEEPER = "import time; print('here', flush=True); time.sleep(600)"
TESTS = f"""
import asyncio, sys
from tests.processes import child

async def main():
    async with child(sys.executable, "-c", {SLEEPER!r}):
        await asyncio.sleep(600)

asyncio.run(main())
"""


async def test_a_process_ends_with_a_test_that_fails() -> None:
    with pytest.raises(ZeroDivisionError):
        async with child(sys.executable, "-c", SLEEPER, stdout=PIPE) as process:
            raise ZeroDivisionError

    assert process.returncode is not None


async def test_a_process_ends_when_the_tests_are_killed() -> None:
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    async with child(sys.executable, "-c", TESTS, stdout=PIPE, env=environment) as tests:
        assert tests.stdout is not None
        assert await asyncio.wait_for(tests.stdout.readline(), LONGEST) == b"here\n"
        tests.kill()

        # End of file: neither process can write anymore.
        assert await asyncio.wait_for(tests.stdout.read(), LONGEST) == b""
