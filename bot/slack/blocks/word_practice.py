"""Practicing a lesson's words: how somebody would say it, then beside the lesson's words."""

import json
from collections.abc import Mapping, Sequence
from typing import Any

from slack_sdk.models.blocks import PlainTextInputElement
from slack_sdk.models.views import View

from bot.domain.lesson import Lesson
from bot.domain.safety import SafetyCard
from bot.language import gettext as _
from bot.language import mark
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import context, escape, form_field, modal, section, verbatim_section
from bot.slack.blocks.coach_thread import CoachExchange
from bot.slack.blocks.lesson import quoted_words
from bot.slack.blocks.tips import MAX_PARAGRAPH_LENGTH, safety_cards

INPUT = "line"

MAX_LINE_LENGTH = 500
"""Characters of a line: it is carried in the modal's metadata, where Slack keeps at most 3,000."""

HINT = mark("I don't store what you type. Leave out patient and staff details.")


def practice_modal(lesson: Lesson, exchange: CoachExchange) -> View:
    """Ask how somebody would say it, before the lesson's words are shown."""
    return modal(
        ids.PRACTICE_MODAL,
        _("Practice the words"),
        [
            section(f"*{escape(lesson.title)}*\n{escape(lesson.tip)}", most=MAX_PARAGRAPH_LENGTH),
            form_field(
                INPUT,
                _("How would you say it?"),
                PlainTextInputElement(action_id=INPUT, multiline=True, max_length=MAX_LINE_LENGTH, focus_on_load=True),
                hint=_(HINT),
                optional=True,
            ),
        ],
        submit=_("Compare"),
        metadata=json.dumps([*exchange, ""]),
    )


def compared_modal(lesson: Lesson, line: str, cards: Sequence[SafetyCard], exchange: CoachExchange) -> View:
    """Show what somebody typed beside the lesson's words; the lesson's words alone if they typed nothing.

    `cards`: for danger in what they typed.
    """
    theirs = [section(_("*You*")), verbatim_section(line)] if line else []
    advice = (
        _("Keep what sounds like you, and check that it asks for the same thing. Then say it out loud, once.")
        if line
        else _("Say it out loud, once, the way you would. Change what isn't yours, and keep what it asks for.")
    )
    return modal(
        ids.COMPARED_WORDS_MODAL,
        _("Practice the words"),
        [
            *safety_cards(cards),
            *theirs,
            section("\n".join([_("*The lesson*"), quoted_words(lesson)])),
            section(advice),
            section(_("Then: {step}", step=escape(lesson.try_today))),
            *([context(_("Rounds keeps nothing of this unless you save it."))] if line else []),
        ],
        submit=_("Save to journal") if line else None,
        metadata=json.dumps([*exchange, line], ensure_ascii=False),
    )


def read_practice(view: Mapping[str, Any]) -> tuple[CoachExchange, str]:
    """Read from a modal which lesson is practiced, and what was typed before; empty in the first modal."""
    revision_id, channel, root, line = json.loads(view["private_metadata"])
    return CoachExchange(int(revision_id), channel, root), str(line)
