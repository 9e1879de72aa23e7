"""The short version of the attack campaign (`make attack`), on the real process. Its speed doesn't matter here."""

import math
from pathlib import Path

import pytest

from tests.bench.attack.campaign import ATTACKS, find_log_problems, play
from tests.bench.attack.stage import set_up

SECONDS = 1.0
"""For each attack, at the least: it goes on until all it waits for was answered."""


@pytest.mark.long
async def test_no_attack_gets_what_it_wants(tmp_path: Path) -> None:
    async with set_up(tmp_path) as stage:
        verdicts = [await play(stage, name, SECONDS, math.inf) for name in ATTACKS]

    assert [str(verdict) for verdict in verdicts if verdict.broken] == []
    assert find_log_problems(stage.bot.lines, stage.sent) == []
