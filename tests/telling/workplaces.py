"""Workplaces for an attack: what an admin knows about people, who put them where, and what people did in four weeks."""

import random
from dataclasses import dataclass, replace

WEEKS = 4

Counts = tuple[int, ...]
"""A number for each week."""

NONE: Counts = (0,) * WEEKS


@dataclass(frozen=True, slots=True)
class Place:
    """The admin put somebody into a cohort (its number) on the Wednesday of a week."""

    week: int
    cohort: int


@dataclass(frozen=True, slots=True)
class Known:
    """What the admin knows about somebody: where they were put, when they left Slack, whether they are in league."""

    places: tuple[Place, ...] = ()
    left: int | None = None
    colludes: bool = False


@dataclass(frozen=True, slots=True)
class Life:
    """What only the person knows: in which week they met Rounds, started, declined, and deleted everything (or None).

    And in each week whether they practiced and wrote, and how many first answers and answers after a month they gave,
    and how many of these were right.
    """

    met: int | None = None
    started: int | None = None
    declined: int | None = None
    erased: int | None = None
    practiced: Counts = NONE
    wrote: Counts = NONE
    answers: Counts = NONE
    right: Counts = NONE
    recalls: Counts = NONE
    recalled: Counts = NONE


@dataclass(frozen=True, slots=True)
class Workplace:
    """Everyone in a Slack workspace, what they did, and which cohorts (by number) the admin closed in which week."""

    known: tuple[Known, ...]
    lives: tuple[Life, ...]
    cohorts: int
    closed: tuple[int | None, ...]

    def with_lives(self, changes: dict[int, Life]) -> "Workplace":
        """The same workplace, in which some people (by number) lived otherwise."""
        return replace(self, lives=tuple(changes.get(number, life) for number, life in enumerate(self.lives)))


SIZES = (1, 2, 5, 6, 9, 10, 10, 11, 13, 14, 15, 15, 16, 20)
"""How many people are in a group: around the numbers at which something may be said."""

HABITS = (0.0, 0.1, 0.5, 0.9, 1.0, 1.0)
"""How likely people of a group do something: often all of them or none, for that is where a number could tell."""


def draw(dice: random.Random, most_in_league: int = 0) -> Workplace:
    """A workplace that an admin has arranged to find somebody out, and what its people did."""
    cohorts = dice.choice((0, 1, 1, 1, 2, 2, 3))
    known: list[Known] = []
    lives: list[Life] = []
    for cohort in range(-1, cohorts):
        habits = _Habits.draw(dice)
        for _ in range(dice.choice(SIZES) if cohort >= 0 or cohorts == 0 else dice.choice((0, 1, 1, *SIZES))):
            known.append(_put(dice, cohort, cohorts))
            lives.append(habits.draw_life(dice))
    if dice.random() < 0.1:
        for number in dice.sample(range(len(known)), min(len(known), dice.choice((1, 4, 5)))):
            known[number] = replace(known[number], left=dice.randrange(WEEKS))
    for number in dice.sample(range(1, len(known)), min(len(known) - 1, dice.randint(0, most_in_league))):
        known[number] = replace(known[number], colludes=True)
    closed = tuple(dice.randrange(WEEKS) if dice.random() < 0.1 else None for _ in range(cohorts))
    known = [replace(each, places=_possible(each.places, closed)) for each in known]
    return Workplace(tuple(known), tuple(lives), cohorts, closed)


def _possible(places: tuple[Place, ...], closed: tuple[int | None, ...]) -> tuple[Place, ...]:
    """Nobody is put into a cohort that was closed, on the Sunday of a week before."""
    ends = {cohort: week for cohort, week in enumerate(closed) if week is not None}
    return tuple(each for each in places if each.week <= ends.get(each.cohort, WEEKS))


def _put(dice: random.Random, cohort: int, cohorts: int) -> Known:
    """Most are put into their cohort at first; some later, and some are moved on to another one."""
    if cohort < 0:
        return Known()
    first = Place(0 if dice.random() < 0.85 else dice.randrange(WEEKS), cohort)
    if cohorts > 1 and dice.random() < 0.08 and first.week + 1 < WEEKS:
        other = dice.choice([each for each in range(cohorts) if each != cohort])
        return Known((first, Place(dice.randrange(first.week + 1, WEEKS), other)))
    return Known((first,))


@dataclass(frozen=True, slots=True)
class _Habits:
    """How likely those of a group do what people do."""

    meets: float
    starts: float
    declines: float
    erases: float
    practices: float
    writes: float
    knows: float

    @classmethod
    def draw(cls, dice: random.Random) -> "_Habits":
        return cls(
            dice.choice((0.5, 1.0)),
            dice.choice(HABITS),
            dice.choice(HABITS),
            dice.choice((0.0, 0.0, 0.05, 0.4)),
            dice.choice(HABITS),
            dice.choice(HABITS),
            dice.choice(HABITS),
        )

    def draw_life(self, dice: random.Random) -> Life:
        met = dice.randrange(2) if dice.random() < self.meets else None
        started = (met or 0) + dice.choice((0, 0, 0, 1)) if dice.random() < self.starts else None
        erased = dice.randrange(1, WEEKS) if dice.random() < self.erases else None
        declined = dice.randrange(WEEKS) if dice.random() < self.declines else None
        practiced = tuple(
            int(started is not None and week >= started and dice.random() < self.practices) for week in range(WEEKS)
        )
        answers = tuple(each and dice.choice((0, 1, 2, 3)) for each in practiced)
        recalls = tuple(each and dice.choice((0, 1, 2)) for each in practiced)
        return Life(
            met if met is not None or started is None else started,
            started,
            declined,
            erased,
            practiced,
            tuple(int(bool(each) and dice.random() < self.writes) for each in practiced),
            answers,
            self._right(dice, answers),
            recalls,
            self._right(dice, recalls),
        )

    def _right(self, dice: random.Random, answers: Counts) -> Counts:
        return tuple(sum(dice.random() < self.knows for _ in range(each)) for each in answers)
