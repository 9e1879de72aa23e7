"""The coach in a conversation: a short exchange built from lessons, in a thread under what somebody wrote."""

import json
from collections.abc import Sequence

from slack_sdk.models.blocks import ButtonElement
from slack_sdk.models.views import View

from bot.domain.lesson import Lesson, Skill
from bot.learning.coaching import Advice, Tip
from bot.slack import actions as ids
from bot.slack.blocks.lesson import last_checked, said, source_line
from bot.slack.blocks.surface import Message, actions, button, context, escape, modal, section
from bot.slack.blocks.tips import PARAGRAPH, safety_cards, skill_buttons

NOT_KEPT = "Rounds keeps nothing of this. What you wrote stays in Slack until you delete it."

NO_FIT = (
    "I don't have a lesson for that. Tell me who was involved and what happened, or choose a skill. If anyone is at "
    "risk, use your urgent route first. `/rounds help` shows what else I do; a calendar file (.ics) with your shifts "
    "is welcome."
)


def exchange(advice: Advice, skills: Sequence[Skill]) -> Message:
    """The answer to a situation, or to what came after it: what must come first, then one lesson, and ways to go on."""
    blocks = safety_cards(advice.cards)
    if advice.best is None:
        nothing = [] if advice.cards else [section(NO_FIT), *skill_buttons(skills)]
        return Message.of([*blocks, *nothing, context(NOT_KEPT)])
    lesson = advice.best.lesson
    blocks += [
        *last_checked(lesson, overdue=advice.best.overdue),
        section(f"*{escape(lesson.title)}*\n{escape(lesson.tip)}", most=PARAGRAPH),
        section(f"*Say:* {said(lesson)}", most=PARAGRAPH),
        section(f"*Today:* {escape(lesson.try_today)}", most=PARAGRAPH),
        context(f"Source: {source_line(lesson.sources[0])}"),
        *([context(escape(lesson.notice))] if lesson.notice else []),
        actions("thread", _ways_on(advice.best, advice.offers)),
        context(NOT_KEPT),
    ]
    return Message.of(blocks)


def shorter(tip: Tip) -> Message:
    """The same in two lines."""
    lesson = tip.lesson
    return Message.of(
        [
            section(f"*Say:* {said(lesson)}\n*Today:* {escape(lesson.try_today)}", most=2 * PARAGRAPH),
            actions("thread", [_practise(tip), _save(tip)]),
        ]
    )


def practise_modal(lesson: Lesson) -> View:
    """The words to try out: said by oneself, before they are said to somebody."""
    return modal(
        ids.READ_MODAL,
        "Practise the words",
        [
            section(f"*Say it out loud, once:*\n{said(lesson)}"),
            section("Now say it the way you would. Change what isn't yours, and keep what it asks for."),
            section(f"Then: {escape(lesson.try_today)}"),
            context("Nothing of it is kept."),
        ],
    )


def read_next(value: str) -> list[str]:
    """The lessons (ids) that *What if they refuse?* goes on to, the best first."""
    return [str(each) for each in json.loads(value)]


def _ways_on(tip: Tip, offers: Sequence[Lesson]) -> list[ButtonElement]:
    further = json.dumps([lesson.id for lesson in offers])
    return [
        button("Something shorter", ids.THREAD_SHORTER, value=str(tip.revision_id)),
        *([button("What if they refuse?", ids.THREAD_NEXT, value=further)] if offers else []),
        _practise(tip),
        _save(tip),
    ]


def _practise(tip: Tip) -> ButtonElement:
    return button("Practise the words", ids.THREAD_PRACTISE, value=str(tip.revision_id))


def _save(tip: Tip) -> ButtonElement:
    return button("Save the lesson", ids.TIP_SAVE, value=str(tip.revision_id))
