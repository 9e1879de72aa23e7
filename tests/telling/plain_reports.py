"""All that leaves for an admin, worked out from sums: a plain model of what is counted, with the rules of the domain.

The rules of who is counted where are written down here a second time; `test_the_model_says_what_the_database_says`
keeps them the same. Each person adds to some sums, so a workplace in which one person lived otherwise is seen at once.
"""

from collections.abc import Iterator, Sequence
from functools import lru_cache

from bot.domain.disclosure import (
    MIN_GROUP,
    Answered,
    Share,
    add_up_answers,
    count_people,
    settle_people,
    settle_rest,
)
from tests.telling.workplaces import WEEKS, Known, Life, Place, Workplace

NOW, WEEK = 0, 1
"""Those who are counted now (the Mondays' counts), and in the week that is over (its figures)."""

MEMBERS, STARTED, DECLINED, PRACTICED, WROTE, PEOPLE, ANSWERS, RIGHT, RECALLERS, RECALLS, RECALLED = range(11)
SUMS = 11

NOBODYS = 4
"""The cell of those in no cohort; the cells before it are the cohorts'."""

CELLS = NOBODYS + 1

Sums = list[int]
"""One row of `SUMS` for each week, for `NOW` and `WEEK`, for each cell."""

Sight = tuple[object, ...]
"""Everything that an admin sees in a week."""

OVERLAPPING, OF_THE_STARTED, SHARE_OF_ALL = "overlapping", "of those who started", "a share of all"
"""Rules that were broken: everyone counted beside each cohort; a count's other side are those who have started; a share
of ten people of ten."""


def add_up(workplace: Workplace) -> Sums:
    """The sums of everybody."""
    sums = [0] * (WEEKS * 2 * CELLS * SUMS)
    for known, life in zip(workplace.known, workplace.lives, strict=True):
        add(sums, known, life, 1)
    return sums


def add(sums: Sums, known: Known, life: Life, sign: int) -> None:
    """Add what one person adds to the sums, or with -1 take it away."""
    for place, number in contribution(known, life):
        sums[place] += sign * number


@lru_cache(1 << 16)
def contribution(known: Known, life: Life) -> tuple[tuple[int, int], ...]:
    """Where one person adds how much."""
    added: list[tuple[int, int]] = []
    known_from = min([WEEKS if life.met is None else life.met, *(each.week for each in known.places)])
    for week in range(WEEKS):
        if life.erased is not None and known_from <= life.erased <= week:
            break
        places = [each for each in known.places if each.week <= week]
        if week < known_from or (known.left is not None and week >= known.left):
            continue
        own = _own_sums(life, week)
        for when in (NOW, WEEK):
            cell = _cell(places, week - when)
            begin = ((week * 2 + when) * CELLS + cell) * SUMS
            added += [(begin + column, number) for column, number in enumerate(own) if number]
    return tuple(added)


def _cell(places: Sequence[Place], last: int) -> int:
    """In which cell somebody is: in their cohort if they were put there by the end of a week, and never moved."""
    return places[0].cohort if len(places) == 1 and places[0].week <= last else NOBODYS


def _own_sums(life: Life, week: int) -> tuple[int, ...]:
    if life.started is None or week < life.started:
        has_declined = life.declined is not None and life.declined <= week
        return (1, 0, int(has_declined), 0, 0, 0, 0, 0, 0, 0, 0)
    until = week + 1
    answers, recalls = sum(life.answers[:until]), sum(life.recalls[:until])
    return (
        1,
        1,
        0,
        life.practiced[week],
        life.wrote[week],
        int(answers > 0),
        answers,
        sum(life.right[:until]),
        int(recalls > 0),
        recalls,
        sum(life.recalled[:until]),
    )


def see(workplace: Workplace, sums: Sums, broken: str = "") -> Iterator[Sight]:
    """All that an admin sees: the overview, each open cohort's counts, and each report's week, week after week."""
    shown = [(0, 0, 0, 0)] * workplace.cohorts
    rest_before = everyone_before = everyone_shown = 0
    for week in range(WEEKS):
        open_ones = [cohort for cohort, closed in enumerate(workplace.closed) if closed is None or week < closed]
        now = [_row(sums, week, NOW, cell) for cell in range(CELLS)]
        then = [_row(sums, week, WEEK, cell) for cell in range(CELLS)]
        for cohort in open_ones:
            row, (started, s_counted, declined, d_counted) = now[cohort], shown[cohort]
            shown[cohort] = (
                *settle_people(row[STARTED], row[MEMBERS], started, s_counted),
                *settle_people(row[DECLINED], row[MEMBERS], declined, d_counted),
            )
        said = {cohort: (shown[cohort][0], shown[cohort][2]) for cohort in open_ones}
        apart_now = [each for each in open_ones if now[each][MEMBERS] >= MIN_GROUP or any(said[each])]
        apart_then = [each for each in open_ones if then[each][MEMBERS] >= MIN_GROUP or any(said[each])]
        rest = _add_rows([row for cell, row in enumerate(now) if cell not in apart_now])
        if broken == OVERLAPPING:
            all_now = _add_rows(now)
            everyone_shown, everyone_before = settle_people(all_now[STARTED], None, everyone_shown, everyone_before)
            learning = everyone_shown
        else:
            rest_shown, rest_before = settle_rest(rest[STARTED], rest[MEMBERS], rest_before)
            learning = rest_shown + sum(said[each][0] for each in apart_now)
        weeks = {cohort: _week(then[cohort], broken) for cohort in open_ones}
        if broken == OVERLAPPING:
            everyone = _week(_add_rows(then), broken)
        else:
            others = _add_rows([row for cell, row in enumerate(then) if cell not in apart_then])
            practiced, wrote, first, recalls = _week(others, broken)
            everyone = (
                practiced + sum(weeks[each][0] for each in apart_then),
                wrote + sum(weeks[each][1] for each in apart_then),
                add_up_answers(first, [weeks[each][2] for each in apart_then]),
                add_up_answers(recalls, [weeks[each][3] for each in apart_then]),
            )
        yield learning, _say(everyone, broken), *((said[each], _say(weeks[each], broken)) for each in open_ones)


Week = tuple[int, int, Answered, Answered]


def _week(row: Sequence[int], broken: str) -> Week:
    of = row[STARTED] if broken == OF_THE_STARTED else row[MEMBERS]
    return (
        count_people(row[PRACTICED], of),
        count_people(row[WROTE], of),
        Answered(row[RIGHT], row[ANSWERS], row[PEOPLE], row[MEMBERS]),
        Answered(row[RECALLED], row[RECALLS], row[RECALLERS], row[MEMBERS]),
    )


def _say(week: Week, broken: str) -> tuple[int, int, Share | None, Share | None]:
    return week[0], week[1], _share(week[2], broken), _share(week[3], broken)


def _share(answered: Answered, broken: str) -> Share | None:
    of = 1_000 if broken == SHARE_OF_ALL else answered.of
    return _find_share(answered.right, answered.answers, answered.people, of)


@lru_cache(1 << 16)
def _find_share(right: int, answers: int, people: int, of: int) -> Share | None:
    return Answered(right, answers, people, of).share


def _row(sums: Sums, week: int, when: int, cell: int) -> Sums:
    begin = ((week * 2 + when) * CELLS + cell) * SUMS
    return sums[begin : begin + SUMS]


def _add_rows(rows: Sequence[Sums]) -> Sums:
    return [sum(column) for column in zip(*rows, strict=True)]
