"""Streak repair: the missed day's lesson to answer, and the result."""

import json
from dataclasses import dataclass
from datetime import date

from slack_sdk.models.blocks import Block, Option, RadioButtonsElement
from slack_sdk.models.views import View

from bot.domain.lesson import Question
from bot.domain.lesson_review import is_review_overdue
from bot.language import gettext as _
from bot.language import ngettext
from bot.learning.message_deliveries import MessageRef
from bot.learning.streak_repairs import RepairOffer, RepairResult
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import divider, form_field, modal, option, section
from bot.slack.blocks.lesson import question_blocks, result_blocks
from bot.slack.blocks.streak_text import milestone_text, streak_and_freezes_text

BLOCK = "answer"
INPUT = "choice"


@dataclass(frozen=True, slots=True)
class RepairTarget:
    """The day that the modal makes up, and the lesson message it was opened from, if any."""

    day: date
    message: MessageRef | None


def repair_modal(offer: RepairOffer, message: MessageRef | None) -> View:
    """Show the missed day's lesson and question."""
    day = offer.formats.write_day(offer.repair.day, offer.repair.today)
    if offer.counts_today:
        asked = ngettext(
            "Answer the lesson of {day}, and your streak is {count} working day, today included. Any answer counts.",
            "Answer the lesson of {day}, and your streak is {count} working days, today included. Any answer counts.",
            offer.streak_after_answer,
            day=day,
        )
    else:
        asked = ngettext(
            "Answer the lesson of {day}, and your streak is {count} working day. Any answer counts.",
            "Answer the lesson of {day}, and your streak is {count} working days. Any answer counts.",
            offer.streak_after_answer,
            day=day,
        )
    return modal(
        ids.REPAIR_MODAL,
        _("Repair streak"),
        [
            section(asked),
            divider(),
            *question_blocks(offer.lesson, offer.formats, overdue=is_review_overdue(offer.lesson, offer.repair.today)),
            form_field(
                BLOCK, _("Your answer"), RadioButtonsElement(action_id=INPUT, options=_options(offer.lesson.question))
            ),
        ],
        submit=_("Send"),
        close=_("Not now"),
        metadata=_metadata(offer.repair.day, message),
    )


def made_up_modal(made_up: RepairResult) -> View:
    """Say that the day is made up, with the result of the answer."""
    state = made_up.state
    right = state.lesson.question.correct_option
    blocks: list[Block] = [section(made_up_text(made_up))]
    if state.chosen_option is not None:
        blocks += [divider(), *result_blocks(state.chosen_option, right)]
    return modal(ids.READ_ONLY_MODAL, _("Day made up"), blocks)


def made_up_text(made_up: RepairResult) -> str:
    """Say which day is made up, the streak now, and the milestone that the repair reached, if any."""
    day = made_up.state.formats.write_day(made_up.day)
    done = _("*You made up {day}.*", day=day) if made_up.is_first else _("*You already made up {day}.*", day=day)
    streak = _("Streak: {streak}.", streak=streak_and_freezes_text(made_up.state.streak))
    return f"{done} {streak}{milestone_text(made_up.milestone)}"


def read_day(value: str) -> date:
    """Read the missed day from a button's value."""
    return date.fromisoformat(value)


def read_metadata(text: str) -> RepairTarget:
    """Read what `repair_modal` stored in the view."""
    day, channel, ts = json.loads(text)
    return RepairTarget(date.fromisoformat(day), MessageRef(channel, ts) if ts else None)


def _metadata(day: date, message: MessageRef | None) -> str:
    return json.dumps([day.isoformat(), message.channel if message else "", message.ts if message else ""])


def _options(asked: Question) -> list[Option]:
    return [option(f"{each.key}: {each.text}", each.key) for each in asked.options]
