"""Tips and advice on demand. They never repeat what was asked."""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.domain.lesson import Lesson, Skill
from bot.domain.lesson_review import is_review_overdue
from bot.domain.safety import SafetyCard
from bot.learning.coaching import Advice, Tip
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, actions, button, context, divider, escape, header, modal, section
from bot.slack.blocks.lesson import overdue_notice, quoted_words, source_line

NOT_STORED = "I don't store what you type."

MAX_PARAGRAPH_LENGTH = 1200
"""Characters of a tip's paragraph: twice what packs allow, as `&` takes five. All safety cards fit above it."""

MAX_SAVED_LISTED = 30
"""Most saved lessons in the modal, as a view takes 100 blocks."""


def tip_message(tip: Tip) -> MessageContent:
    """Build a tip, seen only by its reader."""
    return _tip_message(tip)


@lru_cache(maxsize=1024)
def _tip_message(tip: Tip) -> MessageContent:
    """Cached: building the message takes longer than choosing the tip."""
    return MessageContent.of([*tip_card(tip), actions("tip", _buttons(tip))])


def tip_modal(tip: Tip) -> View:
    """Show a tip from App Home, where there is no message to replace."""
    return modal(ids.READ_ONLY_MODAL, "A tip", tip_card(tip))


def advice_message(advice: Advice, skills: Sequence[Skill]) -> MessageContent:
    """Build the answer to a situation: safety cards first, then the best lesson and buttons for more."""
    blocks = safety_cards(advice.cards)
    if advice.best_tip is None:
        return MessageContent.of([*blocks, *([context(NOT_STORED)] if advice.cards else _no_match(skills))])
    blocks += tip_card(advice.best_tip)
    if advice.more_lessons:
        blocks += [
            context("Also:"),
            actions("offers", [_offer(lesson, n) for n, lesson in enumerate(advice.more_lessons)]),
        ]
    blocks += [actions("tip", _buttons(advice.best_tip)), context(NOT_STORED)]
    return MessageContent.of(blocks)


def skill_buttons(skills: Sequence[Skill]) -> list[Block]:
    """Make a button for each skill, in rows that fit on a phone."""
    buttons = [button(skill.name, f"{ids.SHOW_TIP_OF_SKILL}.{skill.slug}", value=skill.slug) for skill in skills[:50]]
    return [actions(f"skills.{start}", buttons[start : start + 5]) for start in range(0, len(buttons), 5)]


def saved_modal(lessons: Sequence[Lesson], today: date) -> View:
    """Show a learner's saved lessons with tip and words, marked if their review is overdue."""
    if not lessons:
        return modal(ids.READ_ONLY_MODAL, "Saved lessons", [section("Nothing saved yet. Press *Save* under a lesson.")])
    blocks: list[Block] = []
    for lesson in lessons[:MAX_SAVED_LISTED]:
        blocks.append(section(f"*{escape(lesson.title)}*\n{escape(lesson.tip)}\n*Say:* {quoted_words(lesson)}"))
        blocks += [*overdue_notice(lesson, overdue=is_review_overdue(lesson, today)), divider()]
    more = len(lessons) - MAX_SAVED_LISTED
    last = [context(f"The newest {MAX_SAVED_LISTED} are here. {more} older ones stay saved.")] if more > 0 else []
    return modal(ids.READ_ONLY_MODAL, "Saved lessons", [*blocks[:-1], *last])


def tip_card(tip: Tip) -> list[Block]:
    """Build a tip without its buttons."""
    lesson = tip.lesson
    return [
        header(lesson.title),
        *overdue_notice(lesson, overdue=tip.overdue),
        section(escape(lesson.tip), most=MAX_PARAGRAPH_LENGTH),
        *words_and_source(lesson),
    ]


def words_and_source(lesson: Lesson) -> list[Block]:
    """Build what to say, what to do today, and the source."""
    return [
        section(f"*Say:* {quoted_words(lesson)}", most=MAX_PARAGRAPH_LENGTH),
        section(f"*Today:* {escape(lesson.try_today)}", most=MAX_PARAGRAPH_LENGTH),
        context(f"Source: {source_line(lesson.sources[0])}"),
        *([context(escape(lesson.notice))] if lesson.notice else []),
    ]


def _buttons(tip: Tip) -> list[ButtonElement]:
    revision = str(tip.revision_id)
    return [
        button(
            "Another", ids.SHOW_ANOTHER_TIP, value=tip.lesson.skill.slug, label=f"Another tip: {tip.lesson.skill.name}"
        ),
        button("Save", ids.SAVE_TIP, value=revision, label="Save this tip"),
        button("Share with my team", ids.OPEN_SHARE_TIP, value=revision, label="Share this tip with my team"),
    ]


def _offer(lesson: Lesson, place: int) -> ButtonElement:
    return button(lesson.title, f"{ids.OPEN_TIP}.{place}", value=lesson.id)


def safety_cards(cards: Sequence[SafetyCard]) -> list[Block]:
    """Build the safety cards that come before any lesson."""
    return [
        block
        for card in cards
        for block in (header(card.title), *(section(escape(line)) for line in card.lines), divider())
    ]


def _no_match(skills: Sequence[Skill]) -> list[Block]:
    return [
        section(
            "I couldn't match that. Try one sentence: who was involved, and what happened? Or choose a skill. "
            f"{NOT_STORED} If anyone is at risk, use your urgent route first."
        ),
        *skill_buttons(skills),
    ]
