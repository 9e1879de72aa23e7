"""The day end: a recall question, the reflection prompt, whether the step was tried, and the weekly summary."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.lesson import Lesson
from bot.learning.lesson_state import LessonState
from bot.learning.recall_questions import RecallQuestion
from bot.learning.weekly_summaries import WeeklySummary
from bot.slack import action_ids as ids
from bot.slack.blocks import recall_question, week_summary
from bot.slack.blocks.block_kit import MessageContent, actions, button, context, divider, escape, header, section
from bot.slack.blocks.streak_text import today_counts_text


def personal_message(
    lesson: Lesson, asked: RecallQuestion | None, ended: WeeklySummary | None, *, reflected: bool
) -> MessageContent:
    """Build a day end with a recall question or weekly summary, without the prompt if they have reflected."""
    if asked is None:
        return _plain(lesson, [], ended, reflected=reflected, tried=None)
    return _asking(lesson, recall_question.question_blocks(asked), ended, reflected=reflected, tried=None)


def current_message(state: LessonState) -> MessageContent:
    """Build the day end with what its learner did."""
    saved_note = (
        [context(f"Reflection saved. {today_counts_text(state.streak, counts=state.counts_today)}")]
        if state.reflected
        else []
    )
    if state.recall is not None:
        counts: list[Block] = list(saved_note)
        if not saved_note and state.recall.choice is not None:
            counts = [context(today_counts_text(state.streak, counts=state.counts_today))]
        asked = [*recall_question.recall_blocks(state.recall), *counts]
        return _asking(state.lesson, asked, state.week, reflected=state.reflected, tried=state.tried)
    return _plain(state.lesson, saved_note, state.week, reflected=state.reflected, tried=state.tried)


def finished_message(state: LessonState) -> MessageContent:
    """Build the day end after *Done for today*. If today doesn't count yet, it says that it still can."""
    tried = " You tried today's step." if state.tried else ""
    open_still = (
        " Today's question is still open: an answer or a line makes today count." if not state.counts_today else ""
    )
    return MessageContent.of(
        [
            section(f"*Done for today.*{tried}{open_still} See you at your next lesson."),
            actions("write", [_line(reflected=state.reflected)]),
        ]
    )


def _plain(
    lesson: Lesson, saved_note: Sequence[Block], ended: WeeklySummary | None, *, reflected: bool, tried: bool | None
) -> MessageContent:
    return MessageContent.of(
        [
            header("Before you go"),
            context(f"{escape(lesson.title)} · about a minute"),
            *_prompt(lesson, reflected=reflected),
            *_tried(tried),
            *saved_note,
            *([_step()] if tried is None else []),
            _write(reflected=reflected),
            *_week(ended),
        ]
    )


def _asking(
    lesson: Lesson, asked: Sequence[Block], ended: WeeklySummary | None, *, reflected: bool, tried: bool | None
) -> MessageContent:
    return MessageContent.of(
        [
            header("Before you go"),
            context("About a minute"),
            *asked,
            divider(),
            context(f"Today: {escape(lesson.title)}"),
            *_prompt(lesson, reflected=reflected),
            *_tried(tried),
            *([_step()] if tried is None else []),
            _write(reflected=reflected),
            *_week(ended),
        ]
    )


def _week(ended: WeeklySummary | None) -> list[Block]:
    return [] if ended is None else week_summary.week_summary_blocks(ended)


def _prompt(lesson: Lesson, *, reflected: bool) -> list[Block]:
    step = section(f"Today's step: {escape(lesson.try_today)}")
    return [step] if reflected else [section(f"*{escape(lesson.reflection)}*"), step]


def _tried(tried: bool | None) -> list[Block]:
    if tried is None:
        return []
    return [context("You tried today's step." if tried else "No problem. It'll keep for another day.")]


def _step() -> Block:
    return actions("step", [button("Tried it", ids.MARK_STEP_TRIED), button("Not this time", ids.MARK_STEP_NOT_TRIED)])


def _write(*, reflected: bool) -> Block:
    return actions("write", [_line(reflected=reflected), button("Done for today", ids.FINISH_DAY)])


def _line(*, reflected: bool) -> ButtonElement:
    return button("Edit reflection" if reflected else "Write a line", ids.OPEN_REFLECTION)
