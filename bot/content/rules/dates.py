"""Group 7: rules of law, and how long a lesson may be trusted."""

from collections.abc import Iterator
from datetime import date

from bot.content.draft import DraftLesson
from bot.content.rules import Finding


def rules_carry_a_notice(lesson: DraftLesson) -> Iterator[Finding]:
    """A manager may act on a rule within the hour, and must know what this is not."""
    if not _states_a_rule(lesson) or not lesson.has("notice"):
        return
    if lesson.shape.notice is None:
        yield (), "This lesson states a rule, so it needs `notice`: which law, when checked, whom to ask."
    elif "not legal advice" not in lesson.shape.notice.lower():
        yield ("notice",), "The notice must say “not legal advice”."


def rules_have_a_review_date(lesson: DraftLesson) -> Iterator[Finding]:
    """Rules change; one that nobody looks at again will be wrong one day."""
    if _states_a_rule(lesson) and lesson.has("review_by") and lesson.shape.review_by is None:
        yield (), "This lesson states a rule, so it needs `review_by`: the day to look at it again."


def review_comes_with_its_sources(lesson: DraftLesson) -> Iterator[Finding]:
    """A lesson can't stay good for longer than what it rests on."""
    due = [work.review_by for work in lesson.cited if work.review_by]
    if lesson.shape.review_by and due and lesson.shape.review_by > min(due):
        yield ("review_by",), f"A source must be looked at again by {min(due)}. Review the lesson by then, too."


def review_follows_the_check(lesson: DraftLesson) -> Iterator[Finding]:
    """A review before the last check is a slip of the pen."""
    if lesson.shape.review_by and lesson.shape.review_by <= lesson.shape.checked_on:
        yield (
            ("review_by",),
            f"The review is due before the last check, {lesson.shape.checked_on}. Correct one of them.",
        )


def checked_by_now(lesson: DraftLesson, today: date) -> Iterator[Finding]:
    """Nobody has checked anything tomorrow."""
    if lesson.shape.checked_on > today:
        yield ("checked_on",), f"{lesson.shape.checked_on} is still to come. Write the day on which it was checked."


def review_is_not_overdue(lesson: DraftLesson, today: date) -> Iterator[Finding]:
    """A release promises that its rules were looked at; between releases a passed date is only a reminder."""
    if lesson.shape.review_by and lesson.shape.review_by < today:
        yield ("review_by",), f"The review was due by {lesson.shape.review_by}. Check the lesson against its sources."


def _states_a_rule(lesson: DraftLesson) -> bool:
    return lesson.shape.skill == "compliance" or any(work.kind == "regulation" for work in lesson.cited)
