"""What an answered question shows: its case again, every option, and what each is good for."""

from collections.abc import Sequence

from slack_sdk.models.blocks import Block
from slack_sdk.models.views import View

from bot.domain.lesson import Option, Question
from bot.language import gettext as _
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import MAX_SECTION, button, divider, escape, modal, section

MAX_CASE, MAX_OPTIONS = 1_200, 900
"""Characters of the case and of its options in a message that also has the explanations: more than packs allow, but not
much more if every character has to be escaped."""


def open_options(shown: Sequence[tuple[str, Option]], action: str, value: str | None = None) -> list[Block]:
    """Build each option of an open question on a line of its own, with the button that chooses it beside it.

    `shown`: the options under their letters. `action`: the buttons' action id, without the letter.
    """
    return [
        section(
            f"*{letter}*  {escape(option.text)}",
            accessory=button(letter, f"{action}.{letter}", value=value, label=f"{letter}: {option.text}"),
        )
        for letter, option in shown
    ]


def answered_case(question: Question, shown: Sequence[tuple[str, Option]], choice: Option) -> list[Block]:
    """Build the case with its options. `shown`: the options under the letters that were shown, in their order."""
    options = "\n".join(f"*{letter}*  {escape(option.text)}{_mark(option, choice)}" for letter, option in shown)
    return [_case(question, most=MAX_CASE), section(options, most=MAX_OPTIONS)]


def explanation_blocks(shown: Sequence[tuple[str, Option]], choice: Option | None) -> list[Block]:
    """Build each option with its explanation: what it is good for, and what it costs in this case.

    `choice`: None if nobody has chosen.
    """
    return [
        section(f"*{letter}*  _{escape(option.text)}_{_mark(option, choice)}\n{escape(option.explanation)}")
        for letter, option in shown
    ]


def answers_modal(question: Question, shown: Sequence[tuple[str, Option]], choice: Option) -> View:
    """Show the case, and every option with its explanation."""
    blocks = [_case(question), divider(), *explanation_blocks(shown, choice)]
    return modal(ids.READ_ONLY_MODAL, _("All answers"), blocks)


def _case(question: Question, *, most: int = MAX_SECTION) -> Block:
    case = _("*The case.* {case}", case=escape(question.scenario))
    return section(f"{case}\n\n*{escape(question.stem)}*", most=most)


def _mark(option: Option, choice: Option | None) -> str:
    marks = [*([_("your choice")] if option == choice else []), *([_("best fit")] if option.correct else [])]
    return f" *({', '.join(marks)})*" if marks else ""
