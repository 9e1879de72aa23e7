"""The attack: is there something about a person that an admin can be certain of, whatever everybody else did?

An admin who sees everything and knows the rules is certain of a fact only if it is so in every workplace that looks the
same to them. So one other workplace that looks the same, in which it isn't so, shows that they can't be. This looks for
one: the person lives otherwise, and so do one or two others whose lives the admin doesn't know.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice, product
from math import exp
from operator import eq
from typing import Any

from bot.domain.disclosure import Share
from tests.telling.plain_reports import Sight, Sums, add, add_up, see
from tests.telling.workplaces import NONE, WEEKS, Counts, Life, Workplace

MOST_CLIMBS, MOST_STEPS = 600, 1_000
"""How often, and with how many steps, a workplace that looks the same is sought life by life."""

WARMTH, NEARLY = 0.3, 1e-6
"""How readily a step is taken that looks less like it (simulated annealing), and what is 0."""

MORE_ANSWERS = (1, 2, 3, 4, 6, 9, -1)
"""How many answers more several people may have given in a week than they did: the admin doesn't know how many."""


ALL_KINDS = ("practiced", "wrote", "answers", "right", "recalls", "recalled")
"""What a life has a number of for each week."""

Kinds = tuple[tuple[str, str], ...]

FIRST, LATER = ("answers", "right"), ("recalls", "recalled")
KINDS_OF_ANSWERS: tuple[Kinds, ...] = ((FIRST,), (LATER,), (FIRST, LATER))

Changes = dict[int, Life]
"""Who (by number) lived otherwise, and how."""


@dataclass(frozen=True, slots=True)
class Fact:
    """Something that an admin may want to know: whether it `holds` of a life, and lives in which it is otherwise."""

    name: str
    holds: Callable[[Life], bool]
    otherwise: Callable[[Life], Iterator[Life]]
    only_if: bool | None = None
    """An admin may learn that it doesn't hold (True), or that it does (False), but not the other; None: neither."""


def is_certain(
    workplace: Workplace, target: int, fact: Fact, dice: random.Random, broken: str = "", climbs: int = MOST_CLIMBS
) -> bool:
    """Whether nothing was found that looks the same to the admin, and in which the fact is otherwise for the target."""
    own = workplace.lives[target]
    truth = fact.holds(own)
    if fact.only_if is not None and truth is not fact.only_if:
        return False
    sums = add_up(workplace)
    search = _Search(workplace, sums, see(workplace, sums, broken), broken)
    if any(map(search.looks_the_same, _list_other_worlds(workplace, target, fact, dice))):
        return False
    return not any(_climb(search, workplace, target, fact, dice) for _ in range(climbs))


def _list_other_worlds(workplace: Workplace, target: int, fact: Fact, dice: random.Random) -> Iterator[Changes]:
    """Who lived otherwise, and how, so that the fact is otherwise for the target: what likely works comes first."""
    own, lives = workplace.lives[target], workplace.lives
    truth = fact.holds(own)
    others = [number for number, known in enumerate(workplace.known) if number != target and not known.colludes]
    dice.shuffle(others)
    others.sort(key=lambda number: workplace.known[number].places != workplace.known[target].places)
    swapped = [number for number in others if fact.holds(lives[number]) is not truth]
    yield from ({target: lives[number], number: own} for number in swapped)
    yield from ({target: life} for life in fact.otherwise(own))
    for number in others:  # each lives as the other did, but for this fact
        if number not in swapped:
            yield from ({target: life, number: own} for life in fact.otherwise(lives[number]))
    yield from (
        {target: life, number: other}
        for life in fact.otherwise(own)
        for number in swapped
        for other in fact.otherwise(lives[number])
    )
    for number in others:
        taken = _take_over(lives[number], own)
        yield from ({target: life, number: taken} for life in fact.otherwise(own))
    told = [*dict.fromkeys([*fact.otherwise(own), *(lives[number] for number in swapped)])]
    for life in islice(told, 12):
        yield from ({target: life, **more} for more in _answer_more(workplace, others, dice))


def _climb(search: "_Search", workplace: Workplace, target: int, fact: Fact, dice: random.Random) -> bool:
    """Change one life after another, mostly to what looks more like it. Whether it came to look the same."""
    own, lives = workplace.lives[target], workplace.lives
    truth = fact.holds(own)
    others = [number for number, known in enumerate(workplace.known) if number != target and not known.colludes]
    models = [own, *(lives[number] for number in others)]
    now: Changes = {target: dice.choice([*fact.otherwise(own)])}
    distance = search.measure(now)
    for _ in range(MOST_STEPS):
        changed = dict(now)
        if not others or dice.random() < 0.3:
            life = _vary(dice.choice((now[target], now[target], *fact.otherwise(dice.choice(models)))), dice)
            if fact.holds(life) is truth:
                continue
            changed[target] = life
        elif dice.random() < 0.25:
            shuffled = dice.sample(others, min(len(others), 2 * dice.choice((1, 1, 2, 3, 5))))
            for one, other in zip(shuffled[::2], shuffled[1::2], strict=False):
                changed[one], changed[other] = now.get(other, lives[other]), now.get(one, lives[one])
        elif len(changed) > 1 and dice.random() < 0.3:
            del changed[dice.choice([number for number in changed if number != target])]
        else:
            for number in dice.sample(others, min(len(others), dice.choice((1, 1, 2, 3)))):
                changed[number] = _draw_other(now.get(number, lives[number]), models, dice)
        farther = search.measure(changed) - distance
        if farther <= 0 or dice.random() < exp(-farther / WARMTH):
            now, distance = changed, distance + farther
        if distance < NEARLY:
            return True
    return False


def _draw_other(life: Life, models: Sequence[Life], dice: random.Random) -> Life:
    """A life that somebody may have led instead of theirs: one fact otherwise, or somebody's else, and varied."""
    if dice.random() < 0.15:
        return _take_over(life, dice.choice((models[0], dice.choice(models))))
    life = dice.choice((life, life, life, dice.choice(models)))
    if dice.random() < 0.7:
        life = dice.choice(list(dice.choice(FACTS).otherwise(life)))
    return _vary(life, dice)


def _vary(life: Life, dice: random.Random) -> Life:
    """The same life, perhaps met, started, or declined in another week."""
    kind = dice.randrange(5)
    if kind == 0 and life.started is not None:
        started = dice.randint(0, life.started)
        return replace(life, started=started, met=min(started, life.met or 0))
    if kind == 1 and life.started is None:
        return replace(life, met=dice.choice((None, *range(WEEKS))))
    if kind == 2:
        return replace(life, declined=dice.choice((None, *range(WEEKS))))
    if kind == 3:
        week = dice.randrange(WEEKS)
        return (
            _with_more(life, week, dice.choice(KINDS_OF_ANSWERS), dice.choice(MORE_ANSWERS), right=dice.random() < 0.5)
            if life.practiced[week]
            else life
        )
    return life


def _take_over(life: Life, others: Life) -> Life:
    """Somebody who did what another did, too: from the week on in which they had started."""
    if life.started is None:
        return life
    both: dict[str, Any] = {}
    for each in ALL_KINDS:
        most = 1 if each in ("practiced", "wrote") else 100
        pairs = zip(getattr(life, each), getattr(others, each), strict=True)
        both[each] = tuple(
            min(most, own + more) if week >= life.started else own for week, (own, more) in enumerate(pairs)
        )
    return replace(life, **both)


def _answer_more(workplace: Workplace, others: list[int], dice: random.Random) -> Iterator[Changes]:
    """Others who practiced in a week and gave more answers, all of them right or all wrong, or fewer."""
    for week, kinds in product(range(WEEKS), KINDS_OF_ANSWERS):
        practiced = [number for number in others if workplace.lives[number].practiced[week]]
        for places in {workplace.known[number].places: None for number in practiced}:
            there = [number for number in practiced if workplace.known[number].places == places]
            some = dice.sample(there, dice.randint(1, len(there)))
            for more, right, who in product(MORE_ANSWERS, (True, False), (there, some)):
                yield {number: _with_more(workplace.lives[number], week, kinds, more, right=right) for number in who}


def _with_more(life: Life, week: int, kinds: Kinds, more: int, *, right: bool) -> Life:
    changed: dict[str, Any] = {}
    for answered, rights in kinds:
        number, so_far = getattr(life, answered), getattr(life, rights)
        most = max(0, number[week] + more)
        changed[answered] = _with(number, week, most)
        changed[rights] = _with(so_far, week, min(most, max(0, so_far[week] + more * right)))
    return replace(life, **changed)


class _Search:
    """Looks at workplaces in which some people lived otherwise, without adding everyone up again."""

    def __init__(self, workplace: Workplace, sums: Sums, sight: Iterator[Sight], broken: str) -> None:
        self._workplace, self._sums, self._sight, self._broken = workplace, sums, tuple(sight), broken

    def looks_the_same(self, changes: Changes) -> bool:
        """Whether the admin sees the same."""
        sums = self._add_up(changes)
        return sums == self._sums or all(map(eq, see(self._workplace, sums, self._broken), self._sight))

    def measure(self, changes: Changes) -> float:
        """How far what the admin sees is from what they saw; 0: it is the same."""
        seen = see(self._workplace, self._add_up(changes), self._broken)
        return sum(map(_measure, seen, self._sight))

    def _add_up(self, changes: Changes) -> Sums:
        sums = self._sums[:]
        for number, life in changes.items():
            known = self._workplace.known[number]
            add(sums, known, self._workplace.lives[number], -1)
            add(sums, known, life, 1)
        return sums


def _measure(one: object, other: object) -> float:
    if one == other:
        return 0
    if isinstance(one, tuple) and isinstance(other, tuple):
        return sum(map(_measure, one, other))
    if isinstance(one, int) and isinstance(other, int):
        return abs(one - other) / 5
    if isinstance(one, Share) and isinstance(other, Share):
        return sum(map(_measure, (one.percent, one.low, one.high), (other.percent, other.low, other.high)))
    return 3


def _with(counts: Counts, week: int, number: int) -> Counts:
    return (*counts[:week], number, *counts[week + 1 :])


def _at_work(life: Life, week: int) -> Life:
    """The same life, but somebody who had started by a week, and was there."""
    started = week if life.started is None or life.started > week else life.started
    met = started if life.met is None or life.met > started else life.met
    return replace(life, met=met, started=started, erased=None if (life.erased or WEEKS) <= week else life.erased)


def practice(week: int, count: int = 1, right: int = 1) -> Callable[[Life], Life]:
    """Somebody who practices in a week, too, and so many answers of theirs, at first and after a month."""

    def change(life: Life) -> Life:
        there = _at_work(life, week)
        return replace(
            there,
            practiced=_with(there.practiced, week, 1),
            answers=_with(there.answers, week, count),
            right=_with(there.right, week, right),
            recalls=_with(there.recalls, week, count),
            recalled=_with(there.recalled, week, right),
        )

    return change


def rest_in(life: Life, week: int) -> Life:
    """Somebody who does nothing in a week."""
    nothing: dict[str, Any] = {each: _with(getattr(life, each), week, 0) for each in ALL_KINDS}
    return replace(life, **nothing)


def _move(life: Life, week: int, other: int) -> Life:
    """Somebody who did in another week what they did in this one, too."""
    did: dict[str, Any] = {each: _with(NONE, other, getattr(life, each)[week]) for each in ALL_KINDS}
    return _take_over(rest_in(life, week), Life(**did))


def _practiced(week: int) -> Fact:
    def otherwise(life: Life) -> Iterator[Life]:
        if life.practiced[week]:
            yield rest_in(life, week)
            yield from (_move(life, week, other) for other in range(life.started or 0, WEEKS) if other != week)
        else:
            yield replace(_at_work(life, week), practiced=_with(life.practiced, week, 1))
            for count, right in ((1, 1), (1, 0), (3, 3), (3, 0), (3, 2)):
                yield practice(week, count, right)(life)

    return Fact(f"practiced in week {week}", lambda life: bool(life.practiced[week]), otherwise)


def _wrote(week: int) -> Fact:
    def otherwise(life: Life) -> Iterator[Life]:
        if life.wrote[week]:
            yield replace(life, wrote=_with(life.wrote, week, 0))
        else:
            there = _at_work(life, week)
            yield replace(there, wrote=_with(life.wrote, week, 1), practiced=_with(life.practiced, week, 1))

    return Fact(f"wrote in week {week}", lambda life: bool(life.wrote[week]), otherwise)


def _started_otherwise(life: Life) -> Iterator[Life]:
    if life.started is not None:
        yield replace(Life(met=life.met), declined=life.declined, erased=life.erased)
        return
    for week in range(WEEKS):
        yield _at_work(life, week)
        yield practice(week)(life)


def _declined_otherwise(life: Life) -> Iterator[Life]:
    if life.declined is not None:
        yield replace(life, declined=None)
    else:
        yield from (replace(life, declined=week) for week in range(WEEKS))


def _erased_otherwise(life: Life) -> Iterator[Life]:
    if life.erased is not None:
        yield replace(life, erased=None)
        yield Life(met=life.met)
        for week in range(WEEKS):
            yield practice(week)(replace(life, erased=None))
    else:
        yield from (replace(life, erased=week) for week in range(1, WEEKS))


def _answered_otherwise(life: Life) -> Iterator[Life]:
    wrong = [week for week in range(WEEKS) if life.right[week] < life.answers[week]]
    if wrong:
        yield replace(life, right=life.answers, recalled=life.recalls)
        yield replace(life, answers=life.right, recalls=life.recalled)
        return
    for week in range(WEEKS):
        if life.answers[week]:
            yield replace(life, right=_with(life.right, week, life.right[week] - 1))
            yield replace(life, answers=_with(life.answers, week, life.answers[week] + 1))
        yield practice(week, 1, 0)(life)
        yield practice(week, 3, 2)(life)


FACTS = (
    *(_practiced(week) for week in range(WEEKS)),
    *(_wrote(week) for week in range(WEEKS)),
    Fact("started", lambda life: life.started is not None, _started_otherwise),
    Fact("declined", lambda life: life.declined is not None, _declined_otherwise),
    Fact("answered something wrong", lambda life: life.right != life.answers, _answered_otherwise),
    Fact("deleted everything", lambda life: life.erased is not None, _erased_otherwise, only_if=True),
)
"""What an admin may want to know about somebody. Of deleting, they may learn that it didn't happen: see below."""
