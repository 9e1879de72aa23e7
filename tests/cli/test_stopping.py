"""How long a process may take to stop, and whose the signals are afterwards."""

import signal

import pytest

from bot.cli.stopping import STOP_DEADLINE_SECONDS, STOP_SIGNALS, until_stopped
from bot.errors import RoundsError

KILLED_AFTER = 10.0
"""Seconds from the signal until Docker kills (https://docs.docker.com/reference/cli/docker/container/stop/)."""


def test_the_deadline_comes_before_docker_kills() -> None:
    assert STOP_DEADLINE_SECONDS < KILLED_AFTER


@pytest.mark.parametrize("error", [None, OSError("the port is taken")])
def test_signals_are_handled_while_it_runs_and_left_as_they_were_afterwards(error: OSError | None) -> None:
    before = [signal.getsignal(number) for number in STOP_SIGNALS]
    meanwhile: list[object] = []

    async def serve() -> None:
        meanwhile.extend(signal.getsignal(number) for number in STOP_SIGNALS)
        if error:
            raise error

    if error:
        with pytest.raises(RoundsError):
            until_stopped(3000, serve)
    else:
        until_stopped(3000, serve)

    assert all(now != then for now, then in zip(meanwhile, before, strict=True))
    assert [signal.getsignal(number) for number in STOP_SIGNALS] == before
