"""How long a lesson may be used: until its `review_by` date, and for 90 more days with a warning.

The law changes. If nobody has reviewed a lesson in time, it carries a warning from the day after its review was due,
and 90 days later it is withdrawn.
"""

from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property

from bot.domain.lesson import Lesson

DUE_SOON_WITHIN = timedelta(days=30)
"""How long before its review date a lesson counts as due soon."""

WITHDRAWN_AFTER = timedelta(days=90)
"""How long after its review date a lesson is still used."""


@dataclass(frozen=True, slots=True)
class LessonsToReview:
    """Lessons that need a review, each list sorted by date: due soon, overdue, and withdrawn."""

    due_soon: tuple[Lesson, ...] = ()
    overdue: tuple[Lesson, ...] = ()
    withdrawn: tuple[Lesson, ...] = ()

    @property
    def all(self) -> tuple[Lesson, ...]:
        """All of these lessons, the most urgent first."""
        return self.withdrawn + self.overdue + self.due_soon


def is_review_overdue(lesson: Lesson, today: date) -> bool:
    """Return whether a lesson's review was due before today."""
    return lesson.review_by is not None and lesson.review_by < today


def is_in_use(lesson: Lesson, today: date) -> bool:
    """Return whether a lesson may still be used as a day's lesson, a tip, coaching advice, or a recall question."""
    return lesson.review_by is None or today <= _last_day(lesson.review_by)


def find_lessons_to_review(lessons: Iterable[Lesson], today: date) -> LessonsToReview:
    """Return those of these lessons that need a review."""
    dated = [(each.review_by, each) for each in lessons if each.review_by is not None]
    near = [each for review_by, each in sorted(dated, key=lambda pair: pair[0]) if review_by <= today + DUE_SOON_WITHIN]
    return LessonsToReview(
        due_soon=tuple(each for each in near if not is_review_overdue(each, today)),
        overdue=tuple(each for each in near if is_review_overdue(each, today) and is_in_use(each, today)),
        withdrawn=tuple(each for each in near if not is_in_use(each, today)),
    )


class WithdrawalDates:
    """The dates on which some lessons are withdrawn, sorted, so that counting them doesn't look at every lesson."""

    def __init__(self, lessons: Sequence[Lesson]) -> None:
        self._lessons = lessons

    def count_withdrawn(self, today: date) -> int:
        """Return how many lessons are withdrawn on this day. The same number always means the same lessons."""
        return bisect_left(self._last_days, today)

    @cached_property
    def _last_days(self) -> list[date]:
        return sorted(_last_day(each.review_by) for each in self._lessons if each.review_by is not None)


def _last_day(review_by: date) -> date:
    """Return the last day on which a lesson with this review date is used."""
    return review_by + min(WITHDRAWN_AFTER, date.max - review_by)  # an author may write any date
