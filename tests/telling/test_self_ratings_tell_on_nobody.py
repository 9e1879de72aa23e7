"""Nobody who reads every report can be certain of how ready somebody feels, or that they said so, or deleted it.

Everybody is asked once, so whoever puts in one person after another, or takes one out, might see in a week's share what
that one said. This admin knows when each was put in and moved out, and all that three others answered, but not when
people start, nor who deletes everything; where nobody does, they know that. They are certain of a fact if it is so in
every group that looks the same to them. As in `attack.py`, one other group that looks the same, in which it isn't so,
shows that they can't be.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import product
from typing import NamedTuple

import pytest

from bot.domain.disclosure import MIN_ANSWERS, Share, count_whole_shares, find_share, round_share
from bot.domain.self_rating import RatingQuestion

WEEKS, IN_LEAGUE, SEEDS, TRIALS = 6, 3, range(40), 20_000

DAYS = 7

EACH = len(RatingQuestion)

Ratings = tuple[bool | None, ...]
"""Whether somebody feels ready, for each question; None: they didn't answer it."""

POSSIBLE: tuple[Ratings, ...] = tuple(product((None, False, True), repeat=EACH))


@dataclass(frozen=True, slots=True)
class Rated:
    """When somebody was asked, in weeks, what they answered, and in which week they delete everything, if they do."""

    at: float
    ratings: Ratings
    deletes: int | None = None


class Place(NamedTuple):
    """What the admin knows of somebody: in which week they were put in, and moved out, if they were."""

    put_in: int
    moved_out: int = WEEKS


@dataclass(frozen=True, slots=True)
class RatingFact:
    """Something that an admin may want to know about somebody: a number in a group."""

    name: str
    holds: Callable[[Sequence[Rated], int], bool]


FACTS = (
    RatingFact("answered", lambda group, who: group[who].ratings != (None,) * EACH),
    RatingFact("feels ready for something", lambda group, who: True in group[who].ratings),
    RatingFact("doesn't feel ready for something", lambda group, who: False in group[who].ratings),
    RatingFact("deleted everything", lambda group, who: group[who].deletes is not None),
    RatingFact("somebody deleted everything", lambda group, _who: any(each.deletes is not None for each in group)),
)


class Given(NamedTuple):
    """An answer: when, by whom, and whether they feel ready."""

    when: float
    number: int
    ready: bool


class Week(NamedTuple):
    """The answers until a week of those who are counted in it, in their order, and how many they are."""

    given: Sequence[Given]
    of: int


Tell = Callable[[Sequence[Week]], Iterator[Share | None]]
"""What is said of each week."""


def carried(weeks: Sequence[Week]) -> Iterator[Share | None]:
    """The rule: what was counted is carried on, and twenty further answers of later days are added, or none."""
    answers, ready, until = 0, 0, -1
    for week in weeks:
        waiting = [each for each in week.given if int(DAYS * each.when) > until]
        added = waiting[: count_whole_shares(len(waiting), week.of, EACH, answers)]
        if added:
            answers, ready = answers + len(added), ready + sum(each.ready for each in added)
            until = int(DAYS * added[-1].when)
        yield round_share(ready, answers) if answers else None


def recounted(round_down: Callable[[int, int], int]) -> Tell:
    """A rule that was broken: each week counts the first answers of those who are counted then."""

    def tell(weeks: Sequence[Week]) -> Iterator[Share | None]:
        for week in weeks:
            counted = week.given[: round_down(len(week.given), week.of)]
            people = len({each.number for each in counted})
            yield find_share(sum(each.ready for each in counted), len(counted), people, week.of)

    return tell


def see(places: Sequence[Place], group: Sequence[Rated], tell: Tell) -> list[Share | None]:
    """All that an admin sees: a share each week."""
    order = sorted(range(len(group)), key=lambda number: group[number].at)
    given = [
        Given(group[number].at, number, rating)
        for number in order
        for rating in group[number].ratings
        if rating is not None
    ]
    weeks = []
    for week in range(WEEKS):
        here = {
            number
            for number, (place, rated) in enumerate(zip(places, group, strict=True))
            if place.put_in <= week < place.moved_out and (rated.deletes is None or week < rated.deletes)
        }
        weeks.append(Week([each for each in given if each.when < week + 1 and each.number in here], len(here)))
    return list(tell(weeks))


Draw = Callable[[random.Random], tuple[list[Place], list[Rated], int]]
"""Draws what the admin does, what people do, and whom the admin asks about."""


def one_after_another(dice: random.Random) -> tuple[list[Place], list[Rated], int]:
    """The last ones of a group are put in one after another."""
    size = dice.choice((15, 16, 18, 20, 24, 25, 30))
    places = [Place(max(0, number - size + WEEKS)) for number in range(size)]
    group = rate(dice, places)
    return places, group, dice.choice((size - 1, size - 2, dice.randrange(size)))


def one_moved_out(dice: random.Random) -> tuple[list[Place], list[Rated], int]:
    """Somebody is moved to another cohort."""
    places = [Place(0)] * dice.choice((15, 16, 16, 18, 25, 26))
    who = dice.randrange(len(places))
    group = rate(dice, places)
    places[who] = Place(0, dice.randrange(1, WEEKS))
    return places, group, who


def one_deletes(dice: random.Random) -> tuple[list[Place], list[Rated], int]:
    """Somebody deletes everything."""
    places = [Place(0)] * dice.choice((15, 16, 16, 18, 25, 26))
    who = dice.randrange(len(places))
    group = rate(dice, places)
    group[who] = replace(group[who], deletes=dice.randrange(1, WEEKS))
    return places, group, who


def rate(dice: random.Random, places: Sequence[Place]) -> list[Rated]:
    """Draw what people answer, and when."""
    ready, answering, late = (
        dice.choice(chances) for chances in ((0.0, 0.1, 0.5, 0.9, 1.0), (0.6, 0.8, 1.0), (0, 0.3))
    )
    return [
        Rated(
            dice.uniform(place.put_in, WEEKS if dice.random() < late else place.put_in + 1),
            tuple(dice.random() < ready if dice.random() < answering else None for _ in RatingQuestion),
        )
        for place in places
    ]


def is_certain(seed: int, fact: RatingFact, draw: Draw, tell: Tell) -> bool:
    """Whether no group was found that looks the same, in which the fact is otherwise for somebody."""
    dice = random.Random(seed)  # noqa: S311  (nothing secret)
    places, group, target = draw(dice)
    others = [number for number in range(len(group)) if number != target]
    dice.shuffle(others)
    may_delete = draw is one_deletes
    seen, holds = see(places, group, tell), fact.holds(group, target)
    for _ in range(TRIALS):
        world = list(group)
        changed = [target, *dice.sample(others[IN_LEAGUE:], dice.choice((0, 1, 1, 2, 3)))]
        for number in changed:
            at = dice.choice((group[number].at, dice.uniform(places[number].put_in, WEEKS)))
            ratings = dice.choice((group[number].ratings, group[target].ratings, *POSSIBLE))
            deletes = dice.choice((None, group[target].deletes, dice.randrange(1, WEEKS))) if may_delete else None
            world[number] = Rated(at, ratings, deletes)
        if fact.holds(world, target) is not holds and see(places, world, tell) == seen:
            return False
    return True


@pytest.mark.parametrize(
    ("draw", "fact"),
    [
        pytest.param(draw, fact, id=f"{draw.__name__}, {fact.name}")
        for draw in (one_after_another, one_moved_out, one_deletes)
        for fact in (FACTS if draw is one_deletes else FACTS[:3])
    ],
)
def test_whoever_reads_every_share_is_certain_of_nothing_about_anybodys_answers(draw: Draw, fact: RatingFact) -> None:
    assert [seed for seed in SEEDS if is_certain(seed, fact, draw, carried)] == []


def at_once(answers: int, _of: int) -> int:
    """A rule that was broken: each answer counts at once."""
    return answers


def of_all(answers: int, _of: int) -> int:
    """A rule that was broken: twenty at a time count, but of everybody."""
    return answers - answers % MIN_ANSWERS


def twenty_at_a_time(answers: int, of: int) -> int:
    """A rule that was broken: twenty at a time count, of all but five, and again each week."""
    return count_whole_shares(answers, of, EACH, 0)


@pytest.mark.parametrize(
    ("broken", "draw", "told", "seed"),
    [
        (at_once, one_after_another, "feels ready for something", 10),
        (of_all, one_after_another, "feels ready for something", 19),
        (twenty_at_a_time, one_moved_out, "feels ready for something", 7),
        (twenty_at_a_time, one_deletes, "somebody deleted everything", 2),
    ],
)
def test_without_any_of_the_rules_it_would_tell_on_somebody(
    broken: Callable[[int, int], int], draw: Draw, told: str, seed: int
) -> None:
    (fact,) = (fact for fact in FACTS if fact.name == told)

    assert is_certain(seed, fact, draw, recounted(broken))
    assert not is_certain(seed, fact, draw, carried)


@pytest.mark.parametrize("size", [15, 16])
def test_whoever_leaves_changes_no_share_that_was_said_and_would_if_it_were_counted_again(size: int) -> None:
    places = [Place(0)] * size
    group = [Rated(0.5, (True, True) if number < 3 else (False, False)) for number in range(11)]
    group += [Rated(0.5, (None, None))] * (size - len(group))
    moved_out = [Place(0, 2), *places[1:]]
    deleted = [replace(group[0], deletes=2), *group[1:]]
    before, after = Share(30, 10, 55), Share(20, 5, 45) if size == 16 else None

    assert see(moved_out, group, carried) == see(places, deleted, carried) == [before] * WEEKS
    recount = recounted(twenty_at_a_time)
    assert see(moved_out, group, recount) == see(places, deleted, recount) == [before] * 2 + [after] * (WEEKS - 2)
