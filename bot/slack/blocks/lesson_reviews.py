"""Lessons due for review, as admins see them."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.formats import Formats
from bot.domain.lesson import Lesson
from bot.domain.lesson_review import DUE_SOON_WITHIN, WITHDRAWN_AFTER, LessonsToReview
from bot.slack.blocks.block_kit import MessageContent, context, escape, fit_lines, header, section

MAX_LISTED = 15
"""Most lessons in one list. The rest are counted."""

MAX_LIST_LENGTH = 1500
"""Characters of a list. Three lists leave room in a message (13,000 characters) for the packs listed below them."""


def lesson_reviews_message(reviews: LessonsToReview, formats: Formats) -> MessageContent:
    """Build the weekly message to admins."""
    return MessageContent.of([header("Lessons to review"), *lesson_reviews_blocks(reviews, formats)])


def lesson_reviews_blocks(reviews: LessonsToReview, formats: Formats) -> list[Block]:
    """List the lessons, most urgent first, and say what to do. Empty if there are none."""
    if not reviews.all:
        return []
    return [
        *_part(f"Withdrawn, as their review was due over {WITHDRAWN_AFTER.days} days ago", reviews.withdrawn, formats),
        *_part("Overdue, and they say when their rule was last checked", reviews.overdue, formats),
        *_part(f"Due within {DUE_SOON_WITHIN.days} days", reviews.due_soon, formats),
        context(
            "Compare each lesson with its sources, enter the new dates (Checked on, Review by), and upload the pack's "
            "next version. For lessons that come with Rounds, ask whoever runs it to update Rounds."
        ),
    ]


def _part(title: str, lessons: Sequence[Lesson], formats: Formats) -> list[Block]:
    lines = [
        f"• {escape(each.title)} (`{escape(each.id)}`), {formats.write_date(each.review_by)}"
        for each in lessons
        if each.review_by
    ]
    return [section(f"*{title}*\n{fit_lines(lines, MAX_LIST_LENGTH, MAX_LISTED)}")] if lines else []
