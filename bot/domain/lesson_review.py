"""How long a lesson may be trusted: until its `review_by`, and for a while after that with a word of warning.

Rules of law change. A lesson whose rule nobody has looked at again says so from the day after its review was due, and
is not given any more from 90 days after it.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from bot.domain.lesson import Lesson

DUE_SOON_WITHIN = timedelta(days=30)
"""How long before its review is due a lesson is spoken of."""

WITHDRAWN_AFTER = timedelta(days=90)
"""How long a lesson is still given after its review was due."""


@dataclass(frozen=True, slots=True)
class LessonsToReview:
    """Lessons to look at again, each list by date: due soon, past their day, and no longer given."""

    due_soon: tuple[Lesson, ...] = ()
    overdue: tuple[Lesson, ...] = ()
    withdrawn: tuple[Lesson, ...] = ()

    @property
    def all(self) -> tuple[Lesson, ...]:
        """All of them, the most urgent first."""
        return self.withdrawn + self.overdue + self.due_soon


def is_review_overdue(lesson: Lesson, today: date) -> bool:
    """Whether a lesson's review was due before today."""
    return lesson.review_by is not None and lesson.review_by < today


def is_in_use(lesson: Lesson, today: date) -> bool:
    """Whether a lesson may still be given: as a day's lesson, as a tip, as coaching, or asked about again."""
    return lesson.review_by is None or today <= lesson.review_by + WITHDRAWN_AFTER


def find_lessons_to_review(lessons: Iterable[Lesson], today: date) -> LessonsToReview:
    """Which of these lessons are to be looked at again."""
    dated = [(each.review_by, each) for each in lessons if each.review_by is not None]
    near = [each for review_by, each in sorted(dated, key=lambda pair: pair[0]) if review_by <= today + DUE_SOON_WITHIN]
    return LessonsToReview(
        due_soon=tuple(each for each in near if not is_review_overdue(each, today)),
        overdue=tuple(each for each in near if is_review_overdue(each, today) and is_in_use(each, today)),
        withdrawn=tuple(each for each in near if not is_in_use(each, today)),
    )


class WithdrawalDates:
    """How many of some lessons are still given on a day: told without looking at each of them."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self._lessons = lessons

    def count_withdrawn(self, today: date) -> int:
        """How many lessons are not given any more on this day; no two days differ that have the same number."""
        return bisect_left(self._last_days, today)

    @cached_property
    def _last_days(self) -> list[date]:
        return sorted(each.review_by + WITHDRAWN_AFTER for each in self._lessons if each.review_by is not None)
