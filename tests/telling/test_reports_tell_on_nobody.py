"""Nobody who reads every report can be certain of anything about anybody else.

An admin starts, fills, and closes cohorts, moves people, and reads all that there is in four weeks: before and after
somebody joins, starts, declines, practices, writes, answers, leaves, or deletes everything. They know where everyone
was put and who left Slack, and the rules, but nothing of what others did. With three in league, they know that of those
three. `attack.py` says when they are certain.

`pytest --long` plays 20,000 such workplaces, otherwise 2,000; `ROUNDS_TEST_WORKPLACES` sets another number. A failure
names its seed, and `play(seed)` repeats it anywhere. It means that no other workplace was found, not that there is
none.
"""

import os
import random

import pytest

from tests.telling.attack import FACTS, is_certain
from tests.telling.in_database import watch
from tests.telling.plain_reports import add_up, see
from tests.telling.workplaces import draw
from tests.ward import Ward

BLOCK, QUICK = 500, 2_000
TRIALS = int(os.environ.get("ROUNDS_TEST_WORKPLACES") or 20_000)
BLOCKS = [first if first < QUICK else pytest.param(first, marks=pytest.mark.long) for first in range(0, TRIALS, BLOCK)]

IN_LEAGUE = 3
"""How many others may tell the admin everything: four who have started could see that a fifth hasn't."""

IN_DATABASE = [each if each < 3 else pytest.param(each, marks=pytest.mark.long) for each in range(30)]
EACH = 10
"""Workplaces of each of these blocks that are lived in a database."""


def play(seed: int, broken: str = "") -> bool:
    """Draw a workplace, somebody in it, and something about them. Whether the admin is certain of it."""
    dice = random.Random(seed)  # noqa: S311  (nothing secret)
    workplace = draw(dice, most_in_league=IN_LEAGUE)
    targets = [number for number, known in enumerate(workplace.known) if not known.colludes]
    target = targets[0] if dice.random() < 0.3 else dice.choice(targets)
    return is_certain(workplace, target, dice.choice(FACTS), dice, broken)


@pytest.mark.parametrize("first", BLOCKS)
def test_whoever_reads_every_report_is_certain_of_nothing_about_anybody(first: int) -> None:
    found = [seed for seed in range(first, min(first + BLOCK, TRIALS)) if play(seed)]

    assert found == [], f"an admin was certain in the workplaces of these seeds: {found}"


@pytest.mark.parametrize("block", IN_DATABASE)
def test_the_model_says_what_the_database_says(ward: Ward, block: int) -> None:
    seeds = range(block * EACH, (block + 1) * EACH)
    workplaces = [draw(random.Random(seed)) for seed in seeds]  # noqa: S311  (nothing secret)

    for seed, workplace, seen in zip(seeds, workplaces, watch(ward, workplaces), strict=True):
        assert seen == list(see(workplace, add_up(workplace))), f"seed {seed}"
