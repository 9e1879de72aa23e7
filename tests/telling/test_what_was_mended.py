"""What told on people, in its smallest examples: by the rules of then, the attack finds it, and by today's, it doesn't.

And what still tells on people, if enough of them are in league or there are few.
"""

import random
from dataclasses import replace

import pytest

from bot.domain.lesson_health import AnswerSums, assess_health, is_block_complete
from tests.telling.attack import FACTS, Fact, is_certain
from tests.telling.plain_reports import OF_THE_STARTED, OVERLAPPING, SHARE_OF_ALL
from tests.telling.workplaces import Known, Life, Place, Workplace

CLIMBS = 20

STARTED = Life(met=0, started=0)
PRACTICED = Life(met=0, started=0, practiced=(0, 1, 0, 0))
ANSWERED = Life(met=0, started=0, practiced=(0, 1, 0, 0), answers=(0, 2, 0, 0), right=(0, 1, 0, 0))
MET = Life(met=0)

IN_COHORT, IN_NONE = Known((Place(0, 0),)), Known()


def workplace(*groups: tuple[int, Known, Life]) -> Workplace:
    """So many of each; nobody is closed out."""
    known = tuple(each for number, each, _ in groups for _ in range(number))
    return Workplace(known, tuple(life for number, _, life in groups for _ in range(number)), 1, (None,))


def fact(name: str) -> Fact:
    return next(each for each in FACTS if each.name == name)


ALL_BUT_ONE = workplace((1, IN_NONE, PRACTICED), (9, IN_COHORT, PRACTICED), (31, IN_COHORT, STARTED))
"""Forty people in a cohort, and one who isn't: ten of the forty-one practiced, and nine of the forty."""

TEN_STARTED = workplace((5, IN_COHORT, PRACTICED), (5, IN_COHORT, STARTED))
"""Ten people in a cohort: that five practiced was said only if ten had started."""

TEN_ANSWERED = workplace((10, IN_COHORT, ANSWERED), (20, IN_NONE, MET))
"""Ten people in a cohort: that there was a share said that ten had answered."""


@pytest.mark.parametrize(
    ("told", "name", "rule"),
    [
        (ALL_BUT_ONE, "practiced in week 1", OVERLAPPING),
        (TEN_STARTED, "started", OF_THE_STARTED),
        (TEN_ANSWERED, "started", SHARE_OF_ALL),
    ],
    ids=["all but one in a cohort", "ten who started", "ten who answered"],
)
def test_what_told_on_somebody_tells_on_nobody_anymore(told: Workplace, name: str, rule: str) -> None:
    dice = random.Random(0)  # noqa: S311  (nothing secret)

    assert is_certain(told, 0, fact(name), dice, rule, CLIMBS)
    assert not is_certain(told, 0, fact(name), dice)


NINE_IN_LEAGUE = workplace(
    (1, IN_COHORT, MET),
    (4, Known((Place(0, 0),), colludes=True), STARTED),
    (5, Known((Place(0, 0),), colludes=True), MET),
)


def test_nine_in_league_learn_that_the_tenth_has_not_started() -> None:
    """A limit that stays. Four who have started aren't enough: five others may have deleted everything."""
    dice = random.Random(0)  # noqa: S311  (nothing secret)

    assert is_certain(NINE_IN_LEAGUE, 0, fact("started"), dice, climbs=CLIMBS)


FIFTEEN = workplace((10, IN_COHORT, STARTED), (5, IN_COHORT, MET))


def test_a_figure_of_all_but_five_says_that_nobody_had_deleted_everything() -> None:
    """A limit that stays: whoever put fifteen people in, and reads that ten have started, knows that all were there.

    That somebody has deleted everything is never certain (`FACTS`).
    """
    dice = random.Random(0)  # noqa: S311  (nothing secret)
    at_once = Fact("deleted at once", lambda life: life.erased == 0, lambda life: iter([replace(life, erased=0)]))

    assert is_certain(FIFTEEN, 14, at_once, dice, climbs=CLIMBS)


def test_lesson_health_of_a_whole_workplace_no_longer_says_what_each_answered() -> None:
    """It was told exactly from ten answers on, and at once. In a clinic of twelve, that was all."""
    everybodys_wrong, nearly_everybodys = (AnswerSums(20, right, 20, right, 10.0, 5.0, 0.0) for right in (0, 4))

    assert not is_block_complete(12, 0, 12)
    assert assess_health(everybodys_wrong, {"A": 20}, 20) == assess_health(nearly_everybodys, {"A": 16}, 20)
