"""Lessons due for review, as admins see them."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block

from bot.domain.formats import Formats
from bot.domain.lesson import Lesson
from bot.domain.lesson_review import DUE_SOON_WITHIN, WITHDRAWN_AFTER, LessonsToReview
from bot.language import gettext as _
from bot.slack.blocks.block_kit import MessageContent, context, escape, fit_lines, header, section

MAX_LISTED = 15
"""Most lessons in one list. The rest are counted."""

MAX_LIST_LENGTH = 1500
"""Characters of a list. Three lists leave room in a message (13,000 characters) for the packs listed below them."""


def lesson_reviews_message(reviews: LessonsToReview, formats: Formats) -> MessageContent:
    """Build the weekly message to admins."""
    return MessageContent.of([header(_("Lessons to review")), *lesson_reviews_blocks(reviews, formats)])


def lesson_reviews_blocks(reviews: LessonsToReview, formats: Formats) -> list[Block]:
    """List the lessons, most urgent first, and say what to do. Empty if there are none."""
    if not reviews.all:
        return []
    withdrawn = _("*Withdrawn, as their review was due over {days} days ago*", days=WITHDRAWN_AFTER.days)
    overdue = _("*Overdue, and they say when their rule was last checked*")
    due_soon = _("*Due within {days} days*", days=DUE_SOON_WITHIN.days)
    return [
        *_part(withdrawn, reviews.withdrawn, formats),
        *_part(overdue, reviews.overdue, formats),
        *_part(due_soon, reviews.due_soon, formats),
        context(
            _(
                "Compare each lesson with its sources, enter the new dates (Checked on, Review by), and upload the "
                "pack's next version. For lessons that come with Rounds, ask whoever runs it to update Rounds."
            )
        ),
    ]


def _part(title: str, lessons: Sequence[Lesson], formats: Formats) -> list[Block]:
    lines = [
        f"• {escape(each.title)} (`{escape(each.id)}`), {formats.write_date(each.review_by)}"
        for each in lessons
        if each.review_by
    ]
    return [section(f"{title}\n{fit_lines(lines, MAX_LIST_LENGTH, MAX_LISTED)}")] if lines else []
