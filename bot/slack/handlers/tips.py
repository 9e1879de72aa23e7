"""Answers buttons that show a tip: another one, or one of those offered."""

from dataclasses import dataclass

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import coaching
from bot.learning.coaching import Tip
from bot.learning.enrollment import LearnerView
from bot.slack.blocks import tips
from bot.slack.handler_context import Body, HandlerContext, open_modal, pressed_value

ANY_SKILL = "any"


@dataclass(frozen=True)
class TipHandlers:
    """Answers the buttons under a tip."""

    context: HandlerContext

    async def another(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Another*, or a skill: replace this tip with one not shown lately."""
        skill = None if pressed_value(body) == ANY_SKILL else pressed_value(body)
        learner = await self.context.get_or_register_learner(client, person)
        tip = await self.context.read(coaching.choose_tip, person, skill, self.context.shown_tips.unwritten)
        await self._show(ack, client, body, learner, tip)

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """One of the other lessons that were offered."""
        learner = await self.context.get_or_register_learner(client, person)
        tip = await self.context.read(coaching.show_lesson_as_tip, person, pressed_value(body))
        await self._show(ack, client, body, learner, tip)

    async def open_safety_card(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """One of the safety cards that were offered in case somebody is at risk."""
        card = await self.context.read(coaching.get_safety_card, person, pressed_value(body))
        await open_modal(ack, client, body, tips.safety_card_modal(card))

    async def _show(self, ack: AsyncAck, client: AsyncWebClient, body: Body, learner: LearnerView, tip: Tip) -> None:
        """Replace the tip they see. In Home nothing can be replaced, so open a modal."""
        self.context.shown_tips.record(learner.id, tip.lesson.id)
        if body.get("response_url"):
            await ack()
            await self.context.replies.send(body["response_url"], tips.tip_message(tip), replace=True)
        else:
            await open_modal(ack, client, body, tips.tip_modal(tip))
