"""The end of a week: what the learner did in it, and an entry from some weeks ago. Contains nobody's words."""

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
    """The week that a day-end message closes.

    `first_day`: when it began. `wants_lessons_listed`: whether its learner wants a list of what they did.
    """

    first_day: date
    wants_lessons_listed: bool


@dataclass(frozen=True, slots=True)
class SummaryLesson:
    """A lesson of the week, and what the learner did with it."""

    learning_day: date
    title: str
    answered: bool
    reflected: bool
    tried: bool


@dataclass(frozen=True, slots=True)
class EarlierEntry:
    """A journal entry from some weeks ago. Its words are read only in a modal."""

    entry_id: int
    learning_day: date
    title: str
    weeks_ago: int


@dataclass(frozen=True, slots=True)
class WeeklySummary:
    """A week that ends: days practiced, steps tried, recall questions answered, and how many of these correctly.

    `lessons`: all lessons of the week, for learners who want them listed. `earlier_entry`: what they wrote some weeks
    ago.
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
    """Return the weeks that end for these learners (ids) on these learning days. Empty weeks are left out.

    Runs three statements for any number of learners.
    """
    if not closing_weeks:
        return {}
    weeks = [(learner_id, last, week.first_day) for (learner_id, last), week in closing_weeks.items()]
    lessons: defaultdict[tuple[int, date], list[LessonInWeek]] = defaultdict(list)
    for row in queries.find_lessons(session, weeks):
        lessons[row.learner_id, row.week_ends_on].append(row)
    earlier = _find_earlier_entries(session, closing_weeks)
    revisions = {row.revision_id for rows in lessons.values() for row in rows}
    texts = library.get_readable_lessons(session, revisions | {row.revision_id for row, _ in earlier.values()})
    summaries: dict[tuple[int, date], WeeklySummary] = {}
    for activity in queries.find_activity(session, weeks):
        key = activity.learner_id, activity.learning_day
        readable_lessons = [each for each in lessons[key] if each.revision_id in texts]
        entry = earlier.get(key)
        if entry is not None and entry[0].revision_id not in texts:
            entry = None
        if not activity.practice_days and entry is None:
            continue
        listed = readable_lessons if closing_weeks[key].wants_lessons_listed else []
        summaries[key] = WeeklySummary(
            practice_days=activity.practice_days,
            steps_tried=sum(each.tried for each in readable_lessons),
            recalled=activity.recalled,
            recalled_correctly=activity.recalled_correctly,
            lessons=tuple(
                SummaryLesson(
                    each.learning_day, texts[each.revision_id].title, each.answered, each.reflected, each.tried
                )
                for each in listed
            ),
            earlier_entry=_build_earlier_entry(entry, texts[entry[0].revision_id].title) if entry else None,
        )
    return summaries


def build_weekly_summary(session: Session, library: Library, learner: Learner, shown: Delivery) -> WeeklySummary | None:
    """Return the current summary of the week that a day-end message closes, or None if there is nothing to sum up."""
    if shown.closes_week_from is None:
        return None
    key = learner.id, shown.learning_day
    return build_weekly_summaries(
        session, library, {key: ClosingWeek(shown.closes_week_from, learner.weekly_summary)}
    ).get(key)


def _find_earlier_entries(
    session: Session, ends: Mapping[tuple[int, date], ClosingWeek]
) -> dict[tuple[int, date], tuple[WrittenEntry, int]]:
    """Return each learner's earlier entry and how many weeks ago it is: the last entry of the nearest week with any."""
    ranges = {key: list_earlier_weeks(week.first_day) for key, week in ends.items()}
    ranges_to_search = {(key[0], last, first) for key, weeks in ranges.items() for first, last in weeks.values()}
    entries: defaultdict[int, list[WrittenEntry]] = defaultdict(list)
    for row in queries.find_entries(session, ranges_to_search):
        entries[row.learner_id].append(row)
    found: dict[tuple[int, date], tuple[WrittenEntry, int]] = {}
    for key, weeks in ranges.items():
        for ago, (first, last) in weeks.items():
            then = [row for row in entries[key[0]] if first <= row.learning_day <= last]
            if then:
                found[key] = then[-1], ago
                break
    return found


def _build_earlier_entry(entry: tuple[WrittenEntry, int], title: str) -> EarlierEntry:
    row, ago = entry
    return EarlierEntry(row.id, row.learning_day, title, ago)
