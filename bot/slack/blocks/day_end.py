"""Before you go: the reflection prompt of the day's lesson, and whether its step was tried."""

from slack_sdk.models.blocks import Block, ButtonElement

from bot.domain.lesson import Lesson
from bot.learning.practice import LessonState
from bot.slack import actions as ids
from bot.slack.blocks.standing import today_counts
from bot.slack.blocks.surface import Message, actions, button, context, escape, header, section


def unanswered(lesson: Lesson) -> Message:
    """The day's end as it arrives; made once a revision."""
    return Message.of([*_opening(lesson), _step(), _write(reflected=False)])


def delivered(state: LessonState) -> Message:
    """The day's end with what its learner did."""
    blocks: list[Block] = _opening(state.lesson)
    if state.tried is not None:
        blocks.append(context("You tried today's step." if state.tried else "Not this time. The step keeps."))
    if state.reflected:
        blocks.append(context(f"Reflection kept. {today_counts(state.streak, counts=state.counts)}"))
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


def _opening(lesson: Lesson) -> list[Block]:
    return [
        header("Before you go"),
        context(f"{escape(lesson.title)} · about a minute"),
        section(f"*{escape(lesson.reflection)}*"),
        section(f"Today's step: {escape(lesson.try_today)}"),
    ]


def _step() -> Block:
    return actions("step", [button("Tried it", ids.TRIED), button("Not this time", ids.NOT_TRIED)])


def _write(*, reflected: bool) -> Block:
    return actions("write", [_line(reflected=reflected), button("Done for today", ids.DONE)])


def _line(*, reflected: bool) -> ButtonElement:
    return button("Edit reflection" if reflected else "Write a line", ids.REFLECT)
