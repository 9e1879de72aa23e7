"""How many feel ready, of those who were asked at the start, and after 4 and 12 weeks: counted once, and carried on.

Everybody is asked once, so a share of those who are counted now would tell what somebody said who leaves, moves,
or deletes everything. So a week's figures keep how many answers were counted, how many of them feel ready, and those of
which days, beside what is said. The next week adds twenty further answers or none (`count_whole_shares`), of later days
and by people who are counted then. Nothing is ever taken away, and none of it is about one person.

An answer counts in one group at most. In a cohort: those given since their people were added to it. Whoever answered
before isn't counted in it at all, nor among the five who may have given none. With those in no cohort: those of people
who never were in any, open or closed. So however people move, at least five of a group and all others together may
have said nothing, and no two groups' numbers have an answer in common. What a closed cohort carried stays in everyone's
share.

Answers of the last counted one's day that weren't counted never are, so that no instant of an answer is kept.
"""

from collections.abc import Iterable, Mapping
from datetime import date, timedelta

from bot.domain.disclosure import MIN_ANSWERS, count_whole_shares, round_share
from bot.domain.self_rating import RATING_WEEKS, READY_FROM, RatingQuestion
from bot.storage import Session
from bot.storage import figures as queries
from bot.storage.figures import NO_RATINGS, Group, RatingsCounted
from bot.storage.tables import WeeklyFigures

READY: Mapping[int, str] = {weeks: f"ready_{weeks}" for weeks in RATING_WEEKS}
"""Names in `WeeklyFigures.shares` for those who feel ready, by weeks since their start: of all answers counted."""

_COUNTED: Mapping[int, str] = {weeks: f"counted_{weeks}" for weeks in RATING_WEEKS}
"""Names in `WeeklyFigures.shares` for what is carried on and never shown: answers, how many of them feel ready, and the
number of the last one's day. In a workspace's figures it is of those in no cohort."""

Carried = Mapping[int, RatingsCounted]
"""What was counted so far, by weeks since the start."""


def carry_on(session: Session, group: Group, of: int, monday: date, before: WeeklyFigures | None) -> Carried:
    """Return what was counted of a group of so many people (`of`) until a week: what was `before`, and what is new."""
    carried, sunday = read_carried(before), monday + timedelta(days=6)

    def count(weeks: int) -> RatingsCounted:
        counted = carried[weeks]

        def round_down(waiting: int, came: int) -> int:
            return count_whole_shares(waiting, of - came, len(RatingQuestion), counted.answers)

        return queries.count_further_ratings(session, group, weeks, sunday, counted, READY_FROM, round_down)

    return {weeks: count(weeks) for weeks in RATING_WEEKS}


def add_up(groups: Iterable[Carried]) -> Carried:
    """Return what was counted in these groups together."""
    each = list(groups)
    return {
        weeks: RatingsCounted(sum(one[weeks].answers for one in each), sum(one[weeks].ready for one in each), None)
        for weeks in RATING_WEEKS
    }


def read_carried(row: WeeklyFigures | None) -> Carried:
    """Return what a week's figures carry on; nothing if there are none."""
    written = row.shares if row else {}
    return {weeks: _read(written.get(name)) for weeks, name in _COUNTED.items()}


def write_ready(said: Carried, own: Carried) -> dict[str, list[int]]:
    """Return what a week's `shares` say and carry on. `said`: what the shares are of; `own`: what the group carries."""
    shares = {
        READY[weeks]: round_share(counted.ready, counted.answers)
        for weeks, counted in said.items()
        if counted.answers >= MIN_ANSWERS
    }
    return {
        **{name: [share.percent, share.low, share.high] for name, share in shares.items()},
        **{
            _COUNTED[weeks]: [counted.answers, counted.ready, counted.until.toordinal()]
            for weeks, counted in own.items()
            if counted.until is not None
        },
    }


def _read(numbers: list[int] | None) -> RatingsCounted:
    if numbers is None:
        return NO_RATINGS
    answers, ready, until = numbers
    return RatingsCounted(answers, ready, date.fromordinal(until))
