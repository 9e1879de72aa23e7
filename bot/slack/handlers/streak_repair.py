"""*Repair streak*: asks the missed day's question in a modal, and updates messages when the day is made up."""

from dataclasses import dataclass
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import RepairClosed
from bot.language import gettext as _
from bot.language import mark
from bot.learning import lesson_state, streak_repairs
from bot.learning.message_deliveries import MessageRef
from bot.learning.streak_repairs import RepairResult
from bot.slack.blocks import streak_repair
from bot.slack.form_values import entered
from bot.slack.handler_context import Body, HandlerContext, open_modal, pressed_message, pressed_value
from bot.slack.lesson_messages import update_delivery, update_lesson_messages

NOTHING_CHOSEN = mark("Choose one. Any answer counts.")


@dataclass(frozen=True)
class StreakRepairHandlers:
    """Answers *Repair streak* and its modal."""

    context: HandlerContext

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Repair streak*: show the question. If it was already answered late, make the day up right away."""
        day = streak_repair.read_day(pressed_value(body))
        outcome, message = (
            await self.context.write_for_person(streak_repairs.start_repair, person, day),
            _message_of(body),
        )
        if isinstance(outcome, RepairResult):
            await open_modal(ack, client, body, streak_repair.made_up_modal(outcome))
            await self._refresh(client, person, outcome, message)
        else:
            await open_modal(ack, client, body, streak_repair.repair_modal(outcome, message))

    async def submit_answer(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Send*: record the answer and make the day up, or show what is wrong beside the question."""
        asked = streak_repair.read_metadata(view["private_metadata"])
        choice = entered(view["state"]["values"]).get(streak_repair.INPUT)
        if choice is None:
            await ack(response_action="errors", errors={streak_repair.BLOCK: _(NOTHING_CHOSEN)})
            return
        try:
            made_up = await self.context.write_for_person(streak_repairs.answer_for_repair, person, asked.day, choice)
        except RepairClosed as closed:
            await ack(response_action="errors", errors={streak_repair.BLOCK: str(closed)})
            return
        await ack(response_action="update", view=streak_repair.made_up_modal(made_up))
        await self._refresh(client, person, made_up, asked.message)

    async def _refresh(
        self, client: AsyncWebClient, person: Person, made_up: RepairResult, pressed_in: MessageRef | None
    ) -> None:
        """Update everything that shows the break: the missed lesson, the lesson with the button, and Home."""
        missed = made_up.state.message
        if missed is not None:
            await update_lesson_messages(self.context, client, missed, made_up.state, if_exists=True)
        if pressed_in is not None and (missed is None or pressed_in.ts != missed.ts):
            state = await self.context.read(lesson_state.get_lesson_state, person, pressed_in)
            await update_delivery(self.context, client, pressed_in, state, if_exists=True)
        await self.context.home.refresh(client, person)


def _message_of(body: Body) -> MessageRef | None:
    """Return the lesson message that holds the button. None in Home, a modal, or an ephemeral message."""
    container = body["container"]
    return pressed_message(body) if container["type"] == "message" and not container.get("is_ephemeral") else None
