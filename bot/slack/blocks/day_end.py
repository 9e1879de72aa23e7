"""Before you go: a question that comes back, the day's reflection prompt, and whether the day's step was tried."""

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.lesson import Lesson
from bot.learning.memory import RecallQuestion
from bot.learning.practice import LessonState
from bot.slack import actions as ids
from bot.slack.blocks import recall
from bot.slack.blocks.standing import today_counts
from bot.slack.blocks.surface import Message, actions, button, context, divider, escape, header, section


def unanswered(lesson: Lesson) -> Message:
    """The day's end as it arrives; made once a revision."""
    return Message.of([*_opening(lesson), *_prompt(lesson), _step(), _write(reflected=False)])


def with_recall(lesson: Lesson, asked: RecallQuestion, *, reflected: bool) -> Message:
    """The day's end that asks a question again; without the prompt, if its reader has looked back already."""
    return _asking(lesson, recall.question(asked), reflected=reflected, tried=None)


def delivered(state: LessonState) -> Message:
    """The day's end with what its learner did."""
    kept = [context(f"Reflection kept. {today_counts(state.streak, counts=state.counts)}")] if state.reflected else []
    if state.recall is not None:
        counts: list[Block] = list(kept)
        if not kept and state.recall.choice is not None:
            counts = [context(today_counts(state.streak, counts=state.counts))]
        asked = [*recall.recall(state.recall), *counts]
        return _asking(state.lesson, asked, reflected=state.reflected, tried=state.tried)
    blocks: list[Block] = [*_opening(state.lesson), *_prompt(state.lesson), *_tried(state.tried), *kept]
    if state.tried is None:
        blocks.append(_step())
    blocks.append(_write(reflected=state.reflected))
    return Message.of(blocks)


def done(state: LessonState) -> Message:
    """The day's end, put away; it says so if today doesn't count yet, for it still can."""
    tried = " You tried today's step." if state.tried else ""
    open_still = " Today's question is still open: an answer or a line makes today count." if not state.counts else ""
    return Message.of(
        [
            section(f"*Done for today.*{tried}{open_still} See you at your next lesson."),
            actions("write", [_line(reflected=state.reflected)]),
        ]
    )


def _asking(lesson: Lesson, asked: list[Block], *, reflected: bool, tried: bool | None) -> Message:
    prompt = [] if reflected else _prompt(lesson)
    return Message.of(
        [
            header("Before you go"),
            context("About a minute"),
            *asked,
            divider(),
            context(f"Today: {escape(lesson.title)}"),
            *(prompt or [section(f"Today's step: {escape(lesson.try_today)}")]),
            *_tried(tried),
            *([_step()] if tried is None else []),
            _write(reflected=reflected),
        ]
    )


def _opening(lesson: Lesson) -> list[Block]:
    return [header("Before you go"), context(f"{escape(lesson.title)} · about a minute")]


def _prompt(lesson: Lesson) -> list[Block]:
    return [section(f"*{escape(lesson.reflection)}*"), section(f"Today's step: {escape(lesson.try_today)}")]


def _tried(tried: bool | None) -> list[Block]:
    if tried is None:
        return []
    return [context("You tried today's step." if tried else "Not this time. The step keeps.")]


def _step() -> Block:
    return actions("step", [button("Tried it", ids.TRIED), button("Not this time", ids.NOT_TRIED)])


def _write(*, reflected: bool) -> Block:
    return actions("write", [_line(reflected=reflected), button("Done for today", ids.DONE)])


def _line(*, reflected: bool) -> ButtonElement:
    return button("Edit reflection" if reflected else "Write a line", ids.REFLECT)
