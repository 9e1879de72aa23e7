"""Group 7: rules of law, and how long a lesson may be trusted."""

from collections.abc import Iterator
from datetime import date

from bot.content.pack_draft import LessonDraft
from bot.content.rules import Finding


def legal_rules_have_a_notice(lesson: LessonDraft) -> Iterator[Finding]:
    """A manager may act on a rule within the hour, and must know what this is not."""
    if not _states_a_rule(lesson) or not lesson.can_read("notice"):
        return
    if lesson.parsed.notice is None:
        yield (), "This lesson states a rule, so it needs `notice`: which law, when checked, whom to ask."
    elif "not legal advice" not in lesson.parsed.notice.lower():
        yield ("notice",), "The notice must say “not legal advice”."


def legal_rules_have_a_review_date(lesson: LessonDraft) -> Iterator[Finding]:
    """Rules change; one that nobody looks at again will be wrong one day."""
    if _states_a_rule(lesson) and lesson.can_read("review_by") and lesson.parsed.review_by is None:
        yield (), "This lesson states a rule, so it needs `review_by`: the day to look at it again."


def review_is_not_after_source_reviews(lesson: LessonDraft) -> Iterator[Finding]:
    """A lesson can't stay good for longer than what it rests on."""
    due = [work.review_by for work in lesson.cited_sources if work.review_by]
    if lesson.parsed.review_by and due and lesson.parsed.review_by > min(due):
        yield ("review_by",), f"A source must be looked at again by {min(due)}. Review the lesson by then, too."


def review_is_after_last_check(lesson: LessonDraft) -> Iterator[Finding]:
    """A review before the last check is a slip of the pen."""
    if lesson.parsed.review_by and lesson.parsed.review_by <= lesson.parsed.checked_on:
        yield (
            ("review_by",),
            f"The review is due before the last check, {lesson.parsed.checked_on}. Correct one of them.",
        )


def check_date_is_not_in_the_future(lesson: LessonDraft, today: date) -> Iterator[Finding]:
    """Nobody has checked anything tomorrow."""
    if lesson.parsed.checked_on > today:
        yield ("checked_on",), f"{lesson.parsed.checked_on} is still to come. Write the day on which it was checked."


def review_is_not_overdue(lesson: LessonDraft, today: date) -> Iterator[Finding]:
    """A release promises that its rules were looked at; between releases a passed date is only a reminder."""
    if lesson.parsed.review_by and lesson.parsed.review_by < today:
        yield ("review_by",), f"The review was due by {lesson.parsed.review_by}. Check the lesson against its sources."


def _states_a_rule(lesson: LessonDraft) -> bool:
    return lesson.parsed.skill == "compliance" or any(work.kind == "regulation" for work in lesson.cited_sources)
