"""The end of a week: what was done in it, and something that was written some weeks ago. Without anybody's words."""

from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from bot.domain.week import list_earlier_weeks
from bot.learning.library import Library
from bot.storage import Session
from bot.storage import week_activity as queries
from bot.storage.tables import Delivery, Learner
from bot.storage.week_activity import LessonInWeek, WrittenEntry


class ClosingWeek(NamedTuple):
    """The week that a day's end closes began on `first_day`; `wants_lessons_listed`: its learner wants what was done
    listed."""

    first_day: date
    wants_lessons_listed: bool


@dataclass(frozen=True, slots=True)
class SummaryLesson:
    """A lesson of the week, and what its learner did with it."""

    learning_day: date
    title: str
    answered: bool
    reflected: bool
    tried: bool


@dataclass(frozen=True, slots=True)
class EarlierEntry:
    """An entry of the journal, so many weeks old; its words are read in a modal alone."""

    entry_id: int
    learning_day: date
    title: str
    weeks_ago: int


@dataclass(frozen=True, slots=True)
class WeeklySummary:
    """A week that ends: learning days practised, steps tried, questions that came back and those that were known.

    `find_lessons`: all that came, for those who want them listed. `earlier_entry`: what they wrote some weeks ago.
    """

    practice_days: int
    steps_tried: int
    recalled: int = 0
    recalled_correctly: int = 0
    lessons: tuple[SummaryLesson, ...] = ()
    earlier_entry: EarlierEntry | None = None


def build_weekly_summaries(
    session: Session, library: Library, closing_weeks: Mapping[tuple[int, date], ClosingWeek]
) -> dict[tuple[int, date], WeeklySummary]:
    """The weeks that end for these learners (ids) on these learning days; none for those with nothing to look back on.

    Three statements, for any number of learners.
    """
    if not closing_weeks:
        return {}
    weeks = [(learner_id, last, week.first_day) for (learner_id, last), week in closing_weeks.items()]
    lessons: defaultdict[tuple[int, date], list[LessonInWeek]] = defaultdict(list)
    for row in queries.find_lessons(session, weeks):
        lessons[row.learner_id, row.week_ends_on].append(row)
    earlier = _earlier(session, closing_weeks)
    revisions = {row.revision_id for rows in lessons.values() for row in rows}
    texts = library.get_readable_lessons(session, revisions | {row.revision_id for row, _ in earlier.values()})
    found: dict[tuple[int, date], WeeklySummary] = {}
    for done in queries.find_activity(session, weeks):
        key = done.learner_id, done.learning_day
        came = [each for each in lessons[key] if each.revision_id in texts]
        wrote = earlier.get(key)
        if wrote is not None and wrote[0].revision_id not in texts:
            wrote = None
        if not done.practice_days and wrote is None:
            continue
        listed = came if closing_weeks[key].wants_lessons_listed else []
        found[key] = WeeklySummary(
            practice_days=done.practice_days,
            steps_tried=sum(each.tried for each in came),
            recalled=done.recalled,
            recalled_correctly=done.recalled_correctly,
            lessons=tuple(
                SummaryLesson(
                    each.learning_day, texts[each.revision_id].title, each.answered, each.reflected, each.tried
                )
                for each in listed
            ),
            earlier_entry=_entry(wrote, texts[wrote[0].revision_id].title) if wrote else None,
        )
    return found


def build_weekly_summary(session: Session, library: Library, learner: Learner, shown: Delivery) -> WeeklySummary | None:
    """The week that a day's end closes, as it stands now; None for one that closes none, or with nothing in it."""
    if shown.closes_week_from is None:
        return None
    key = learner.id, shown.learning_day
    return build_weekly_summaries(
        session, library, {key: ClosingWeek(shown.closes_week_from, learner.weekly_summary)}
    ).get(key)


def _earlier(
    session: Session, ends: Mapping[tuple[int, date], ClosingWeek]
) -> dict[tuple[int, date], tuple[WrittenEntry, int]]:
    """What each wrote some weeks ago, and how many: the last of the nearest such week that has anything."""
    ranges = {key: list_earlier_weeks(week.first_day) for key, week in ends.items()}
    asked = {(key[0], last, first) for key, weeks in ranges.items() for first, last in weeks.values()}
    wrote: defaultdict[int, list[WrittenEntry]] = defaultdict(list)
    for row in queries.find_entries(session, asked):
        wrote[row.learner_id].append(row)
    found: dict[tuple[int, date], tuple[WrittenEntry, int]] = {}
    for key, weeks in ranges.items():
        for ago, (first, last) in weeks.items():
            then = [row for row in wrote[key[0]] if first <= row.learning_day <= last]
            if then:
                found[key] = then[-1], ago
                break
    return found


def _entry(wrote: tuple[WrittenEntry, int], title: str) -> EarlierEntry:
    row, ago = wrote
    return EarlierEntry(row.id, row.learning_day, title, ago)
