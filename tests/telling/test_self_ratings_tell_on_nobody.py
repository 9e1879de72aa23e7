"""Nobody who reads every report can be certain of how ready somebody feels, or that they said so.

Everybody is asked once, so whoever puts in one person after another might see in a week's share what one of them said.
This admin knows when each was put in, that nobody deletes anything, and all that three others answered, but not when
people start. They are certain of a fact if it is so in every group that looks the same to them. As in `attack.py`, one
other group that looks the same, in which it isn't so, shows that they can't be.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

import pytest

from bot.domain.disclosure import MIN_ANSWERS, Share, count_whole_shares, find_share
from bot.domain.self_rating import RatingQuestion

WEEKS, IN_LEAGUE, SEEDS, TRIALS = 6, 3, range(40), 20_000

EACH = len(RatingQuestion)

Ratings = tuple[bool | None, ...]
"""Whether somebody feels ready, for each question; None: they didn't answer it."""

POSSIBLE: tuple[Ratings, ...] = tuple(product((None, False, True), repeat=EACH))

RoundDown = Callable[[int, int, int], int]


@dataclass(frozen=True, slots=True)
class Rated:
    """When somebody was asked, in weeks, and what they answered."""

    at: float
    ratings: Ratings


@dataclass(frozen=True, slots=True)
class RatingFact:
    """Something that an admin may want to know about somebody's answers."""

    name: str
    holds: Callable[[Ratings], bool]


FACTS = (
    RatingFact("answered", lambda ratings: ratings != (None,) * EACH),
    RatingFact("feels ready for something", lambda ratings: True in ratings),
    RatingFact("doesn't feel ready for something", lambda ratings: False in ratings),
)


def see(put_in: Sequence[int], group: Sequence[Rated], round_down: RoundDown) -> Iterator[Share | None]:
    """All that an admin sees: a share each week. `put_in`: in which week each was."""
    order = sorted(range(len(group)), key=lambda number: group[number].at)
    given = [
        (group[number].at, number, rating) for number in order for rating in group[number].ratings if rating is not None
    ]
    for week in range(WEEKS):
        of = sum(begun <= week for begun in put_in)
        so_far = sum(when < week + 1 for when, _number, _rating in given)
        counted = given[: round_down(so_far, of, EACH)]
        people = len({number for _when, number, _rating in counted})
        yield find_share(sum(rating for _when, _number, rating in counted), len(counted), people, of)


def draw(dice: random.Random) -> tuple[list[int], list[Rated]]:
    """Draw in which week each of a group was put in, one after another at its end, and what they did."""
    size = dice.choice((15, 16, 18, 20, 24, 25, 30))
    put_in = [max(0, number - size + WEEKS) for number in range(size)]
    ready, answering, late = (
        dice.choice(chances) for chances in ((0.0, 0.1, 0.5, 0.9, 1.0), (0.6, 0.8, 1.0), (0, 0.3))
    )
    return put_in, [
        Rated(
            dice.uniform(week, WEEKS if dice.random() < late else week + 1),
            tuple(dice.random() < ready if dice.random() < answering else None for _ in RatingQuestion),
        )
        for week in put_in
    ]


def is_certain(seed: int, fact: RatingFact, round_down: RoundDown) -> bool:
    """Whether no group was found that looks the same, in which the fact is otherwise for somebody."""
    dice = random.Random(seed)  # noqa: S311  (nothing secret)
    put_in, group = draw(dice)
    target = dice.choice((len(group) - 1, len(group) - 2, dice.randrange(len(group))))
    others = [number for number in range(len(group)) if number != target]
    dice.shuffle(others)
    seen = list(see(put_in, group, round_down))
    otherwise = [each for each in POSSIBLE if fact.holds(each) is not fact.holds(group[target].ratings)]
    for _ in range(TRIALS):
        world = list(group)
        world[target] = Rated(dice.uniform(put_in[target], WEEKS), dice.choice(otherwise))
        for number in dice.sample(others[IN_LEAGUE:], dice.choice((0, 1, 1, 2, 3))):
            at = dice.choice((group[number].at, dice.uniform(put_in[number], WEEKS)))
            world[number] = Rated(at, dice.choice((group[number].ratings, group[target].ratings, *POSSIBLE)))
        if list(see(put_in, world, round_down)) == seen:
            return False
    return True


@pytest.mark.parametrize("fact", FACTS, ids=[fact.name for fact in FACTS])
def test_whoever_reads_every_share_is_certain_of_nothing_about_anybodys_answers(fact: RatingFact) -> None:
    assert [seed for seed in SEEDS if is_certain(seed, fact, count_whole_shares)] == []


def at_once(answers: int, _of: int, _each: int) -> int:
    """A rule that was broken: each answer counts at once."""
    return answers


def of_all(answers: int, _of: int, _each: int) -> int:
    """A rule that was broken: twenty at a time count, but of everybody."""
    return answers - answers % MIN_ANSWERS


@pytest.mark.parametrize(("broken", "seed"), [(at_once, 16), (of_all, 19)])
def test_without_either_rule_it_would_tell_on_somebody(broken: RoundDown, seed: int) -> None:
    _answered, feels_ready, _doesnt = FACTS

    assert is_certain(seed, feels_ready, broken)
    assert not is_certain(seed, feels_ready, count_whole_shares)
