"""The day end: a recall question, the reflection prompt, whether the step was tried, the weekly summary, and now and
then how ready somebody feels."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.formats import Formats
from bot.domain.lesson import Lesson
from bot.language import gettext as _
from bot.learning.lesson_state import LessonState
from bot.learning.recall_questions import RecallQuestion
from bot.learning.self_ratings import SelfRatingForm
from bot.learning.weekly_summaries import WeeklySummary
from bot.slack import action_ids as ids
from bot.slack.blocks import recall_question, week_summary
from bot.slack.blocks.block_kit import MessageContent, actions, button, context, divider, escape, header, section
from bot.slack.blocks.lesson import retraction_text
from bot.slack.blocks.self_ratings import self_rating_blocks
from bot.slack.blocks.streak_text import today_counts_text


def personal_message(
    lesson: Lesson,
    asked: RecallQuestion | None,
    ended: WeeklySummary | None,
    formats: Formats,
    *,
    reflected: bool = False,
    answered: bool = False,
    self_rating: SelfRatingForm | None = None,
) -> MessageContent:
    """Build a day end with a recall question, a weekly summary, or questions about how ready they feel.

    It has no prompt if they have reflected, and no link to the day's question if they have answered it.
    """
    write = _write(reflected=reflected, answered=answered)
    more = [*_week(ended, formats), *self_rating_blocks(self_rating)]
    if asked is None:
        return _plain(lesson, [], more, write, reflected=reflected, tried=None)
    return _asking(lesson, recall_question.question_blocks(asked), more, write, reflected=reflected, tried=None)


def current_message(state: LessonState) -> MessageContent:
    """Build the day end with what its learner did, or without its lesson if that was retracted."""
    if state.retraction is not None:
        return MessageContent.of(
            [
                section(retraction_text(state.lesson.title, state.retraction, state.formats)),
                *(recall_question.recall_blocks(state.recall) if state.recall else []),
                *_week(state.week, state.formats),
                *self_rating_blocks(state.self_rating),
            ]
        )
    today_counts = today_counts_text(state.streak, counts=state.counts_today, milestone=state.milestone)
    saved_note = [context(" ".join([_("Reflection saved."), today_counts]))] if state.reflected else []
    write = _write(reflected=state.reflected, answered=state.chosen_option is not None)
    more = [*_week(state.week, state.formats), *self_rating_blocks(state.self_rating)]
    if state.recall is not None:
        counts: list[Block] = list(saved_note)
        if not saved_note and state.recall.choice is not None:
            counts = [context(today_counts)]
        asked = [*recall_question.recall_blocks(state.recall), *counts]
        return _asking(state.lesson, asked, more, write, reflected=state.reflected, tried=state.tried)
    return _plain(state.lesson, saved_note, more, write, reflected=state.reflected, tried=state.tried)


def finished_message(state: LessonState) -> MessageContent:
    """Build the day end after *Done for today*. If nothing was done yet, it says that it still can be.

    An answered recall with its explanation stays, and so do the week's summary, and how ready they feel if they said
    so: they may change it until the day is over. Other questions go.
    """
    if state.retraction is not None:
        return current_message(state)
    recalled = state.recall if state.recall is not None and state.recall.choice is not None else None
    done = state.counts_today or state.chosen_option is not None or state.reflected or recalled is not None
    said = [_("*Done for today.*")]
    if state.tried:
        said.append(_("You tried today's step."))
    if not done:
        said.append(_("Today's question is still open: an answer or a line makes today count."))
    return MessageContent.of(
        [
            section(" ".join([*said, _("See you at your next lesson.")])),
            *(recall_question.recall_blocks(recalled) if recalled else []),
            actions("write", [_line(reflected=state.reflected), *_question(answered=state.chosen_option is not None)]),
            *_week(state.week, state.formats),
            *(self_rating_blocks(state.self_rating) if state.self_rating and state.self_rating.answers else []),
        ]
    )


def _plain(
    lesson: Lesson,
    saved_note: Sequence[Block],
    more: Sequence[Block],
    write: Block,
    *,
    reflected: bool,
    tried: bool | None,
) -> MessageContent:
    return MessageContent.of(
        [
            header(_("Before you go")),
            context(" · ".join([escape(lesson.title), _("about a minute")])),
            *_prompt(lesson, reflected=reflected),
            *_tried(tried),
            *saved_note,
            *([_step()] if tried is None else []),
            write,
            *more,
        ]
    )


def _asking(
    lesson: Lesson,
    asked: Sequence[Block],
    more: Sequence[Block],
    write: Block,
    *,
    reflected: bool,
    tried: bool | None,
) -> MessageContent:
    return MessageContent.of(
        [
            header(_("Before you go")),
            context(_("About a minute")),
            *asked,
            divider(),
            context(_("Today: {title}", title=escape(lesson.title))),
            *_prompt(lesson, reflected=reflected),
            *_tried(tried),
            *([_step()] if tried is None else []),
            write,
            *more,
        ]
    )


def _week(ended: WeeklySummary | None, formats: Formats) -> list[Block]:
    return [] if ended is None else week_summary.week_summary_blocks(ended, formats)


def _prompt(lesson: Lesson, *, reflected: bool) -> list[Block]:
    step = section(_("Today's step: {step}", step=escape(lesson.try_today)))
    return [step] if reflected else [section(f"*{escape(lesson.reflection)}*"), step]


def _tried(tried: bool | None) -> list[Block]:
    if tried is None:
        return []
    return [context(_("You tried today's step.") if tried else _("No problem. It'll keep for another day."))]


def _step() -> Block:
    return actions(
        "step", [button(_("Tried it"), ids.MARK_STEP_TRIED), button(_("Not this time"), ids.MARK_STEP_NOT_TRIED)]
    )


def _write(*, reflected: bool, answered: bool) -> Block:
    done = button(_("Done for today"), ids.FINISH_DAY)
    return actions("write", [_line(reflected=reflected), *_question(answered=answered), done])


def _question(*, answered: bool) -> list[ButtonElement]:
    return [] if answered else [button(_("Open today's question"), ids.OPEN_QUESTION)]


def _line(*, reflected: bool) -> ButtonElement:
    return button(_("Edit reflection") if reflected else _("Write a line"), ids.OPEN_REFLECTION)
