"""The modals about a lesson: why and sources, all answers, a day's lesson to read again, and that it was retracted."""

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.formats import Formats
from bot.domain.lesson import Lesson
from bot.language import gettext as _
from bot.learning.lesson_state import LessonState
from bot.slack import action_ids as ids
from bot.slack.blocks import answers
from bot.slack.blocks.block_kit import context, divider, escape, modal, section
from bot.slack.blocks.lesson import (
    advice_blocks,
    heading_blocks,
    lettered_options,
    quoted_words,
    result_text,
    retracted_blocks,
    source_line,
)
from bot.slack.blocks.streak_text import today_counts_text

TODAY = "Today"
"""The day of today's lesson, for `lesson_modal`."""


def lesson_modal(state: LessonState, address: str | None, day: str) -> View:
    """Show a day's lesson again.

    `address`: the link to its message, where it is answered. `day`: `TODAY`, or a weekday's name.
    """
    if state.retraction is not None:
        return retracted_modal(state)
    lesson = state.lesson
    return modal(
        ids.READ_ONLY_MODAL,
        _("Today's lesson") if day == TODAY else _("{weekday}'s lesson", weekday=day),
        [
            *heading_blocks(lesson, state.formats, overdue=state.is_review_overdue),
            section(_done(state)),
            *([section(_("<{address}|Go to the lesson>", address=escape(address)))] if address else []),
            divider(),
            *advice_blocks(lesson),
            section(_("*Say:* {words}", words=quoted_words(lesson))),
            section(_("*Why it matters:* {reason}", reason=escape(lesson.why))),
            *([context(escape(lesson.notice))] if lesson.notice else []),
        ],
    )


def retracted_modal(state: LessonState) -> View:
    """Say that a lesson was retracted, where its message doesn't show it yet."""
    return modal(ids.READ_ONLY_MODAL, _("Retracted lesson"), retracted_blocks(state))


def why_modal(lesson: Lesson, formats: Formats) -> View:
    """Show why it matters, the sources, and where and when a rule was checked."""
    blocks: list[Block] = [
        section(_("*Why it matters*\n{reason}", reason=escape(lesson.why))),
        section("\n".join([_("*Sources*"), *(f"• {source_line(source)}" for source in lesson.sources)])),
    ]
    if lesson.notice:
        blocks.append(section(_("*Notice*\n{notice}", notice=escape(lesson.notice))))
    if lesson.elsewhere:
        blocks.append(section(_("*Elsewhere*\n{rules}", rules=escape(lesson.elsewhere))))
    applies = [_("Applies in: {place}.", place=escape(lesson.applies_to))] if lesson.applies_to else []
    blocks.append(context(" ".join([*applies, _("Checked on {date}.", date=formats.write_date(lesson.checked_on))])))
    return modal(ids.READ_ONLY_MODAL, _("Why and sources"), blocks)


def answers_modal(state: LessonState) -> View:
    """Show the case and every option with its explanation. The lesson must be answered."""
    if state.chosen_option is None:
        raise ValueError("this lesson has no answer yet")
    return answers.answers_modal(state.lesson.question, lettered_options(state.lesson), state.chosen_option)


def _done(state: LessonState) -> str:
    """Say what the learner did with today's lesson, in sentences."""
    if state.chosen_option:
        sentences = [result_text(state.chosen_option, state.lesson.question.correct_option)]
    else:
        sentences = [_("The question is open. It waits in your messages with Rounds.")]
    if state.reflected:
        sentences.append(_("Your reflection is saved."))
    if state.tried:
        sentences.append(_("You tried today's step."))
    if state.chosen_option or state.reflected:
        sentences.append(today_counts_text(state.streak, counts=state.counts_today))
    return " ".join(sentences)
