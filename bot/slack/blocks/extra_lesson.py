"""Answers to a request for one more lesson."""

from bot.language import gettext as _
from bot.learning.enrollment import LearnerView
from bot.learning.extra_lessons import ExtraLessonOutcome, ExtraLessonResult
from bot.slack.blocks.block_kit import MessageContent, escape, text_message
from bot.slack.blocks.enrollment import next_lesson_text, pause_text


def request_message(result: ExtraLessonResult, address: str | None) -> MessageContent:
    """Say what becomes of the request. `address`: the link to the lesson that is open, if any."""
    there = [_("<{address}|Go to it>.", address=escape(address))] if address else []
    match result.outcome:
        case ExtraLessonOutcome.QUEUED:
            return text_message(_("One more lesson is on its way."))
        case ExtraLessonOutcome.ALREADY_SENT:
            had = _("That's two for today.") if result.had_both else _("You've had your extra lesson for today.")
            open_still = [_("Its question is still open."), *there] if result.open_lesson else []
            return text_message(" ".join([had, *open_still, _next_lesson_text(result.learner)]))
        case ExtraLessonOutcome.LESSON_OPEN:
            said = (
                _("*{title}* is still open.", title=escape(result.open_lesson.lesson.title))
                if result.open_lesson
                else _("Your last lesson is still open.")
            )
            then = _("Answer its question, and then I can send you one more.")
            return text_message(" ".join([said, then, *there]))
        case ExtraLessonOutcome.LESSON_COMING | ExtraLessonOutcome.NO_LESSON_YET:
            return text_message(_("Today's lesson is on its way."))


def _next_lesson_text(view: LearnerView) -> str:
    return f"{pause_text(view)}." if view.is_paused else next_lesson_text(view)
