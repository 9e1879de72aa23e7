"""The coach in the DM: a short exchange built from lessons, in a thread under the learner's message."""

import json
import re
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any, NamedTuple

from slack_sdk.models.blocks import Block, ButtonElement
from slack_sdk.models.views import View

from bot.domain.lesson import Lesson, Skill
from bot.domain.patient_clues import PatientClue
from bot.language import gettext as _
from bot.language import mark
from bot.learning.coaching import Advice, Tip
from bot.learning.reflections import MAX_REFLECTION_LENGTH
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MessageContent, actions, button, context, escape, modal, section, text_message
from bot.slack.blocks.lesson import overdue_notice
from bot.slack.blocks.patient_warning import words_digest
from bot.slack.blocks.reflection import field_label, words_field
from bot.slack.blocks.tips import (
    AT_RISK,
    MAX_PARAGRAPH_LENGTH,
    NO_MATCH,
    choices,
    choose_label,
    is_shown_in_full,
    risk_check,
    safety_cards,
    say_line,
    skill_buttons,
    today_line,
    understood,
    words_and_source,
)

NOT_STORED = mark("Rounds keeps nothing of this. What you wrote stays in Slack until you delete it.")
NOT_STORED_UNLESS_SAVED = mark(
    "Rounds keeps nothing of this unless you save it. What you wrote stays in Slack until you delete it."
)

EXCHANGE = "exchange"

_MENTION = re.compile(r"<@[^>]*>")
_LINK = re.compile(r"<(?:[^|>]*\|)?([^>]*)>")

ELSE = mark(
    "Type `/rounds help` to see what else I can do. You can also send me a calendar file (.ics) with your shifts."
)

# Translators: A button under a lesson. It shows what the other person may say to its words, and how to answer.
IF_THEY_REFUSE = mark("What if they refuse?")


class CoachExchange(NamedTuple):
    """The lesson revision that was shown in a thread: its channel and the `ts` of its first message."""

    revision_id: int
    channel: str
    root: str


def exchange_message(advice: Advice, skills: Sequence[Skill], found_with: str | None = None) -> MessageContent:
    """Build the answer to a message: safety cards first, then one lesson in full, or a question about which one.

    `found_with`: how sure the search for a chosen lesson was; None if it is this advice's.
    """
    confidence = found_with or advice.confidence
    if advice.best_tip is None:
        nothing = [] if advice.cards else [section(f"{_(NO_MATCH)} {_(AT_RISK)} {_(ELSE)}"), *skill_buttons(skills)]
        return MessageContent.of([*safety_cards(advice.cards), *risk_check(advice), *nothing, context(_(NOT_STORED))])
    if not is_shown_in_full(advice):
        chosen = choices(advice, partial(_choose_button, confidence))
        return MessageContent.of([*risk_check(advice), *chosen, context(f"{_(AT_RISK)} {_(NOT_STORED)}")])
    lesson = advice.best_tip.lesson
    blocks = [
        *risk_check(advice),
        *understood(advice),
        *overdue_notice(lesson, advice.best_tip.formats, overdue=advice.best_tip.overdue),
        section(f"*{escape(lesson.title)}*\n{escape(lesson.tip)}", most=MAX_PARAGRAPH_LENGTH),
        *words_and_source(lesson),
        actions("thread", _next_buttons(advice.best_tip, advice.more_lessons, confidence)),
        *_also(advice),
        _helpful_question(lesson, confidence),
        context(f"{_(AT_RISK)} {_(NOT_STORED_UNLESS_SAVED)}"),
    ]
    return MessageContent.of(blocks)


def _also(advice: Advice) -> list[Block]:
    """Build the line that names the other lessons, which *Try another lesson* goes on to."""
    titles = " · ".join(escape(each.title) for each in advice.more_lessons)
    return [context(_("*Also:* {titles}", titles=titles))] if titles else []


def helped_message(*, helped: bool) -> MessageContent:
    """Answer *Yes* or *No* to whether a lesson helped."""
    if helped:
        return text_message(_("Good to know. Tell me how it went, if you like."))
    return text_message(_("Thanks for telling me. Add a sentence about what's different, or type `another lesson`."))


def read_helped(value: str) -> tuple[str, str, bool]:
    """Read from a button which lesson it is about, how sure the search was, and whether it helped."""
    lesson_id, confidence, helped = json.loads(value)
    return str(lesson_id), str(confidence), bool(helped)


def _helpful_question(lesson: Lesson, confidence: str) -> Block:
    def answer(text: str, *, helped: bool) -> ButtonElement:
        value = json.dumps([lesson.id, confidence, helped])
        label = _("Did this help? {answer}", answer=text)
        return button(text, f"{ids.COACH_HELPED}.{'yes' if helped else 'no'}", value=value, label=label)

    return actions("helped", [answer(_("It helped"), helped=True), answer(_("It didn't"), helped=False)])


def short_message(tip: Tip) -> MessageContent:
    """Build the short version: what to say, and today's step."""
    lesson = tip.lesson
    return MessageContent.of(
        [
            section(f"{say_line(lesson)}\n{today_line(lesson)}", most=2 * MAX_PARAGRAPH_LENGTH),
            actions(
                "thread",
                [
                    *([_pushback_button(tip, _(IF_THEY_REFUSE))] if lesson.pushback else []),
                    _practice_button(tip),
                    _save_journal_button(tip),
                ],
            ),
        ]
    )


def pushback_message(tip: Tip) -> MessageContent:
    """Build what the other person may say, each with a button for what to say then."""
    return MessageContent.of(
        [
            section(_("*What do they say?* Choose what comes closest.")),
            *(
                section(
                    in_quotes(each.they),
                    accessory=button(
                        _("And then?"),
                        f"{ids.COACH_REPLY}.{number}",
                        value=str(tip.revision_id),
                        label=_("And then? They say: {line}", line=each.they),
                    ),
                )
                for number, each in enumerate(tip.lesson.pushback)
            ),
            actions("thread", [_shorter_button(tip), _practice_button(tip)]),
        ]
    )


def reply_message(tip: Tip, number: int) -> MessageContent:
    """Build what to say or do when they push back. `number`: which of the lesson's lines, from 0."""
    chosen = tip.lesson.pushback[number]
    others = len(tip.lesson.pushback) > 1
    return MessageContent.of(
        [
            section(f"_{in_quotes(chosen.they)}_\n{escape(chosen.you)}", most=MAX_PARAGRAPH_LENGTH),
            actions(
                "thread",
                [
                    *([_pushback_button(tip, _("They say something else"))] if others else []),
                    _shorter_button(tip),
                    _save_journal_button(tip),
                ],
            ),
        ]
    )


def thanks_message() -> MessageContent:
    """Answer thanks in a thread."""
    return text_message(_("Good luck. Tell me how it went, if you like."))


def in_quotes(line: str) -> str:
    """Return what somebody says in quotation marks. What is only seen stands in parentheses, and has none."""
    return escape(line) if line.startswith("(") else f"“{escape(line)}”"


def save_modal(lesson: Lesson, said: Sequence[str], exchange: CoachExchange) -> View:
    """Show what was said, to edit and save in the journal."""
    words = "\n\n".join(filter(None, map(_as_typed, said)))
    return _save_modal(words[:MAX_REFLECTION_LENGTH], lesson.title, exchange)


def warning_modal(view: Mapping[str, Any], words: str, clues: Sequence[PatientClue]) -> View:
    """Show the modal as submitted, with a warning that it may point to a patient. The next *Save* saves these words."""
    exchange, title, _warned_of = read_exchange(view)
    return _save_modal(words, title, exchange, clues, asked=field_label(view, EXCHANGE))


def save_words_modal(lesson: Lesson, words: str, exchange: CoachExchange) -> View:
    """Show how somebody would say it, to edit and save in the journal."""
    return _save_modal(words, lesson.title, exchange, asked=_("How you would say it"))


def read_exchange(view: Mapping[str, Any]) -> tuple[CoachExchange, str, str]:
    """Read from a modal which exchange it saves, its lesson's title, and the digest of words it has warned about."""
    revision_id, channel, root, title, warned_of = json.loads(view["private_metadata"])
    return CoachExchange(int(revision_id), channel, root), title, str(warned_of)


def saved_message() -> MessageContent:
    """Confirm that an exchange was saved."""
    return text_message(_("Kept in your journal. Only you can read it in Rounds."))


def _as_typed(text: str) -> str:
    """Return a message's mrkdwn as it was typed, with mentions of people replaced."""
    # Translators: Stands for a person's name, anywhere in what somebody wrote.
    plain = _LINK.sub(r"\1", _MENTION.sub(_("somebody"), text))
    return plain.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&").strip()


def _save_modal(
    words: str,
    title: str,
    exchange: CoachExchange,
    clues: Sequence[PatientClue] = (),
    asked: str | None = None,
) -> View:
    warned_of = words_digest(words) if clues else ""
    return modal(
        ids.SAVE_EXCHANGE_MODAL,
        _("Save to journal"),
        [
            *words_field(EXCHANGE, EXCHANGE, asked or _("What happened, in your words"), words or None, clues),
            context(_("It is kept with the lesson “{title}”.", title=escape(title))),
        ],
        submit=_("Save"),
        close=_("Not now"),
        metadata=json.dumps([exchange.revision_id, exchange.channel, exchange.root, title, warned_of]),
    )


def read_next_lessons(value: str) -> tuple[list[str], str]:
    """Read from a button which lessons (ids) it goes on to, best first, and how sure the search for them was."""
    lesson_ids, confidence = json.loads(value)
    return [str(each) for each in lesson_ids], str(confidence)


def _next_lessons(lessons: Sequence[Lesson], confidence: str) -> str:
    return json.dumps([[lesson.id for lesson in lessons], confidence])


def _choose_button(confidence: str, text: str, place: int, lessons: Sequence[Lesson]) -> ButtonElement:
    """Make the button that shows the first of these lessons, and goes on to the others."""
    value, label = _next_lessons(lessons, confidence), choose_label(text, lessons)
    return button(text, f"{ids.COACH_CHOOSE}.{place}", value=value, label=label)


def _next_buttons(tip: Tip, offers: Sequence[Lesson], confidence: str) -> list[ButtonElement]:
    further = _next_lessons(offers, confidence)
    return [
        _shorter_button(tip),
        *([_pushback_button(tip, _(IF_THEY_REFUSE))] if tip.lesson.pushback else []),
        *([button(_("Try another lesson"), ids.COACH_NEXT, value=further)] if offers else []),
        _practice_button(tip),
        _save_lesson_button(tip),
        _save_journal_button(tip),
    ]


def _shorter_button(tip: Tip) -> ButtonElement:
    return button(_("Something shorter"), ids.COACH_SHORTER, value=str(tip.revision_id))


def _pushback_button(tip: Tip, text: str) -> ButtonElement:
    return button(text, ids.COACH_PUSHBACK, value=str(tip.revision_id))


def _practice_button(tip: Tip) -> ButtonElement:
    return button(_("Practice the words"), ids.COACH_PRACTICE, value=str(tip.revision_id))


def _save_journal_button(tip: Tip) -> ButtonElement:
    return button(_("Save to journal"), ids.COACH_SAVE, value=str(tip.revision_id))


def _save_lesson_button(tip: Tip) -> ButtonElement:
    return button(_("Save the lesson"), ids.SAVE_TIP, value=str(tip.revision_id))
