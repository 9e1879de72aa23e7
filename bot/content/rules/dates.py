"""Section 7: rules of law and review dates."""

from collections.abc import Iterator
from datetime import date

from bot.content.pack_draft import LessonDraft
from bot.content.rules import Finding


def legal_rules_have_a_notice(lesson: LessonDraft) -> Iterator[Finding]:
    """A manager may act on a rule within the hour, and must know that a lesson isn't legal advice."""
    if not _states_a_rule(lesson) or not lesson.can_read("notice"):
        return
    if lesson.parsed.notice is None:
        yield (), "This lesson states a rule of law. Add `notice`: which law, when it was checked, and whom to ask."
    elif "not legal advice" not in lesson.parsed.notice.lower():
        yield ("notice",), "The notice doesn't say “not legal advice”. Add it."


def legal_rules_have_a_review_date(lesson: LessonDraft) -> Iterator[Finding]:
    """Rules change, so somebody must check this one again."""
    if _states_a_rule(lesson) and lesson.can_read("review_by") and lesson.parsed.review_by is None:
        yield (), "This lesson states a rule of law. Add `review_by`: the day by which to check it again."


def legal_rules_say_where_they_hold(lesson: LessonDraft) -> Iterator[Finding]:
    """Law ends at a border: readers in another country or state must know to look up theirs."""
    if _states_a_rule(lesson) and lesson.can_read("applies_to") and lesson.parsed.applies_to is None:
        yield (), "This lesson states a rule of law. Add `applies_to`: the country or state where it holds, such as US."


def review_is_not_after_source_reviews(lesson: LessonDraft) -> Iterator[Finding]:
    """A lesson can't outlast its sources."""
    due = [work.review_by for work in lesson.cited_sources if work.review_by]
    if lesson.parsed.review_by and due and lesson.parsed.review_by > min(due):
        yield ("review_by",), f"A source is due for review by {min(due)}. Use that date or an earlier one."


def review_is_after_last_check(lesson: LessonDraft) -> Iterator[Finding]:
    """A review that is due before the last check must be a typo."""
    if lesson.parsed.review_by and lesson.parsed.review_by <= lesson.parsed.checked_on:
        yield ("review_by",), f"The review is due before the last check ({lesson.parsed.checked_on}). Fix one of them."


def check_date_is_not_in_the_future(lesson: LessonDraft, today: date) -> Iterator[Finding]:
    """A check can't have happened in the future."""
    if lesson.parsed.checked_on > today:
        yield ("checked_on",), f"{lesson.parsed.checked_on} is in the future. Write the day on which it was checked."


def review_is_not_overdue(lesson: LessonDraft, today: date) -> Iterator[Finding]:
    """A release promises that its rules have been checked. Between releases, an overdue review is only a reminder."""
    if lesson.parsed.review_by and lesson.parsed.review_by < today:
        yield ("review_by",), f"The review was due by {lesson.parsed.review_by}. Check the lesson against its sources."


def _states_a_rule(lesson: LessonDraft) -> bool:
    return lesson.parsed.skill == "compliance" or any(work.kind == "regulation" for work in lesson.cited_sources)
