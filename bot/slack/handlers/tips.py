"""Answers buttons that show a tip: another one, the one before, or one of those offered."""

from dataclasses import dataclass

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.errors import NotFound
from bot.learning import coaching
from bot.learning.coaching import Tip
from bot.slack.blocks import tips
from bot.slack.handler_context import Body, HandlerContext, open_modal, pressed_value, read_id, update_modal_if_open

ANY_SKILL = "any"


@dataclass(frozen=True)
class TipHandlers:
    """Answers the buttons under a tip."""

    context: HandlerContext

    async def another(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Another*, or a skill: replace this tip with one not shown lately."""
        named, earlier = _read_way_back(body)
        skill = None if named == ANY_SKILL else named
        learner = await self.context.get_or_register_learner(client, person)
        tip = await self.context.read(coaching.choose_tip, person, skill, self.context.shown_tips.unwritten)
        self.context.shown_tips.record(learner.id, tip.lesson.id)
        await self._show(ack, client, body, tip, earlier)

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """One of the other lessons that were offered."""
        lesson_id, earlier = _read_way_back(body)
        learner = await self.context.get_or_register_learner(client, person)
        tip = await self.context.read(coaching.show_lesson_as_tip, person, lesson_id)
        self.context.shown_tips.record(learner.id, tip.lesson.id)
        await self._show(ack, client, body, tip, earlier)

    async def previous(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Back*: show the tip before, as it read then."""
        revision, earlier = _read_way_back(body)
        tip = await self.context.read(coaching.build_tip_of_revision, person, read_id(revision))
        await self._show(ack, client, body, tip, earlier)

    async def open_safety_card(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """One of the safety cards that were offered in case somebody is at risk."""
        card = await self.context.read(coaching.get_safety_card, person, pressed_value(body))
        await open_modal(ack, client, body, tips.safety_card_modal(card))

    async def _show(
        self, ack: AsyncAck, client: AsyncWebClient, body: Body, tip: Tip, earlier: tuple[int, ...]
    ) -> None:
        """Replace the tip they see. From Home, open a modal; its buttons replace the tip in it."""
        view = body.get("view") or {}
        if body.get("response_url"):
            await ack()
            await self.context.replies.send(body["response_url"], tips.tip_message(tip, earlier), replace=True)
        elif view.get("type") == "modal":
            await update_modal_if_open(client, view["id"], tips.tip_modal(tip, earlier))
            await ack()
        else:
            await open_modal(ack, client, body, tips.tip_modal(tip, earlier))


def _read_way_back(body: Body) -> tuple[str, tuple[int, ...]]:
    """Return what the pressed button names, and the revisions of the tips shown before, the newest first.

    Buttons of older messages carry no way back. NotFound if the value holds anything else, which Rounds never sends.
    """
    named, *earlier = pressed_value(body).split(" ")
    if len(earlier) > tips.MAX_TIPS_BACK:
        raise NotFound
    return named, tuple(map(read_id, earlier))
