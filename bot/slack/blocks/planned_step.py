"""The line in a lesson about the step that was planned after the lesson before: how did it go?"""

from slack_sdk.models.blocks import Block

from bot.language import gettext as _
from bot.language import mark
from bot.learning.planned_steps import PlannedStep, StepOutcome
from bot.slack import action_ids as ids
from bot.slack.blocks.block_kit import actions, button, context, escape, shorten

MAX_STEP_LENGTH = 80
"""Characters of the step: enough to remember it by."""

MAX_LINE_LENGTH = 150
"""Characters of the line. It only gets this long if most of the step's characters have to be escaped."""

_BUTTONS = {
    StepOutcome.TRIED: mark("I did it"),
    StepOutcome.NOT_YET: mark("Not yet"),
    StepOutcome.DID_NOT_FIT: mark("It didn't fit"),
}

_ANSWERS = {
    StepOutcome.TRIED: mark("You did the step you planned. That's how a lesson becomes a habit."),
    StepOutcome.NOT_YET: mark("No problem. The step you planned will keep for another day."),
    StepOutcome.DID_NOT_FIT: mark("Thanks for saying so. Not every step fits every situation."),
}


def planned_step_blocks(planned: PlannedStep | None) -> list[Block]:
    """Build the question with its buttons, or the answer to what was said. Nothing without a planned step."""
    if planned is None:
        return []
    if planned.outcome is not None:
        return [context(_(_ANSWERS[planned.outcome]))]
    value = str(planned.delivery_id)
    buttons = [button(_(name), f"{ids.REPORT_PLANNED_STEP}.{each}", value=value) for each, name in _BUTTONS.items()]
    return [
        context(
            _("You planned: “{step}”", step=escape(shorten(planned.text, MAX_STEP_LENGTH))),
            _("*How did it go?*"),
            most=MAX_LINE_LENGTH,
        ),
        actions("planned", buttons),
    ]
