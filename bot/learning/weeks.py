"""The end of a week: what was done in it, and something that was written some weeks ago. Without anybody's words."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from bot.domain.week import earlier_weeks
from bot.learning.library import Library
from bot.storage import Session
from bot.storage import weeks as queries
from bot.storage.tables import Delivery, Learner
from bot.storage.weeks import LessonInWeek, Written


class Ends(NamedTuple):
    """The week that a day's end closes began on `first`; `listed`: its learner wants what was done listed."""

    first: date
    listed: bool


@dataclass(frozen=True, slots=True)
class LessonDone:
    """A lesson of the week, and what its learner did with it."""

    learning_day: date
    title: str
    answered: bool
    written: bool
    tried: bool


@dataclass(frozen=True, slots=True)
class Earlier:
    """An entry of the journal, so many weeks old; its words are read in a modal alone."""

    entry_id: int
    learning_day: date
    title: str
    weeks: int


@dataclass(frozen=True, slots=True)
class WeekView:
    """A week that ends: learning days practised, steps tried, questions that came back and those that were known.

    `lessons`: all that came, for those who want them listed. `earlier`: what they wrote some weeks ago.
    """

    days: int
    tried: int
    recalled: int = 0
    known: int = 0
    lessons: tuple[LessonDone, ...] = ()
    earlier: Earlier | None = None


def look_back(
    session: Session, library: Library, ends: Mapping[tuple[int, date], Ends]
) -> dict[tuple[int, date], WeekView]:
    """The weeks that end for these learners (ids) on these learning days; none for those with nothing to look back on.

    Three statements, for any number of learners.
    """
    if not ends:
        return {}
    weeks = [(learner_id, last, week.first) for (learner_id, last), week in ends.items()]
    lessons: defaultdict[tuple[int, date], list[LessonInWeek]] = defaultdict(list)
    for row in queries.lessons(session, weeks):
        lessons[row.learner_id, row.ends].append(row)
    earlier = _earlier(session, ends)
    revisions = {row.revision_id for rows in lessons.values() for row in rows}
    texts = library.readable(session, revisions | {row.revision_id for row, _ in earlier.values()})
    found: dict[tuple[int, date], WeekView] = {}
    for done in queries.done(session, weeks):
        key = done.learner_id, done.learning_day
        came = [each for each in lessons[key] if each.revision_id in texts]
        wrote = earlier.get(key)
        if wrote is not None and wrote[0].revision_id not in texts:
            wrote = None
        if not done.days and wrote is None:
            continue
        listed = came if ends[key].listed else []
        found[key] = WeekView(
            days=done.days,
            tried=sum(each.tried for each in came),
            recalled=done.recalled,
            known=done.known,
            lessons=tuple(
                LessonDone(each.learning_day, texts[each.revision_id].title, each.answered, each.written, each.tried)
                for each in listed
            ),
            earlier=_entry(wrote, texts[wrote[0].revision_id].title) if wrote else None,
        )
    return found


def closed_by(session: Session, library: Library, learner: Learner, shown: Delivery) -> WeekView | None:
    """The week that a day's end closes, as it stands now; None for one that closes none, or with nothing in it."""
    if shown.week_from is None:
        return None
    key = learner.id, shown.learning_day
    return look_back(session, library, {key: Ends(shown.week_from, learner.weekly_summary)}).get(key)


def _earlier(session: Session, ends: Mapping[tuple[int, date], Ends]) -> dict[tuple[int, date], tuple[Written, int]]:
    """What each wrote some weeks ago, and how many: the last of the nearest such week that has anything."""
    ranges = {key: earlier_weeks(week.first) for key, week in ends.items()}
    asked = {(key[0], last, first) for key, weeks in ranges.items() for first, last in weeks.values()}
    wrote: defaultdict[int, list[Written]] = defaultdict(list)
    for row in queries.written(session, asked):
        wrote[row.learner_id].append(row)
    found: dict[tuple[int, date], tuple[Written, int]] = {}
    for key, weeks in ranges.items():
        for ago, (first, last) in weeks.items():
            then = [row for row in wrote[key[0]] if first <= row.learning_day <= last]
            if then:
                found[key] = then[-1], ago
                break
    return found


def _entry(wrote: tuple[Written, int], title: str) -> Earlier:
    row, ago = wrote
    return Earlier(row.id, row.learning_day, title, ago)
