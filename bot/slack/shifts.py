"""Changing shifts: the modal, its forms, and what is kept of it."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import coaching, enrolment
from bot.learning.enrolment import LearnerView
from bot.slack.blocks.settings import settings_modal, shifts_saved
from bot.slack.blocks.shifts import hours_wanted, shifts_modal
from bot.slack.desk import Body, Desk, person_of, send_dm, show, value_of
from bot.slack.home import HomeTab
from bot.slack.shift_draft import Draft, Form, asked_for, draft_of, read_draft, read_schedule, with_form, with_pattern


class ShiftActions:
    """When a learner works, entered by themselves."""

    def __init__(self, desk: Desk, home: HomeTab) -> None:
        self._desk = desk
        self._home = home

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Change shifts*."""
        learner = await self._desk.meet(client, person_of(context))
        schedule = learner.preferences.schedule
        await show(client, body, shifts_modal(draft_of(schedule, learner.today), schedule))
        await ack()

    async def choose_pattern(
        self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """One of the patterns was tapped."""
        await self._reshape(
            client, body, person_of(context), lambda draft, learner: with_pattern(draft, value_of(body), learner.today)
        )
        await ack()

    async def choose_form(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*The same every week*, *A rotation* or *A calendar*."""
        form = Form(body["actions"][0]["selected_option"]["value"])
        await self._reshape(client, body, person_of(context), lambda draft, _: with_form(draft, form))
        await ack()

    async def each_day(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Different times on some days*."""
        await self._reshape(client, body, person_of(context), lambda draft, _: replace(draft, each_day=True))
        await ack()

    async def same_times(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Same times every day*."""
        await self._reshape(client, body, person_of(context), lambda draft, _: replace(draft, each_day=False))
        await ack()

    async def entered(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """A day was ticked, or a cycle typed, that asks for hours of its own."""
        await self._reshape(client, body, person_of(context), lambda draft, _: draft)
        await ack()

    async def keep(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """*Save shifts*: all problems at once beside their fields, or kept; the answer is a message of its own."""
        person = person_of(context)
        learner = await self._desk.meet(client, person)
        preferences, draft = learner.preferences, read_draft(view)
        if new := [key for key in draft.shown if key not in asked_for(view)]:
            # Days or letters that its form has no times for yet: it asks for them before anything is kept.
            await ack(response_action="update", view=shifts_modal(draft, preferences.schedule, hours_wanted(new)))
            return
        schedule, errors = read_schedule(draft, preferences.schedule, learner.today, preferences.zone)
        if schedule is None:
            await ack(response_action="errors", errors={draft.block(name): words for name, words in errors.items()})
            return
        changed = replace(preferences, schedule=schedule)
        kept = await self._desk.hop.person(enrolment.change, person, changed, self._desk.clock())
        await ack()
        await self._show_below(client, view, kept)
        await send_dm(client, person.user_id, shifts_saved(kept))
        await self._home.refresh(client, person)

    async def _reshape(
        self, client: AsyncWebClient, body: Body, person: Person, change: Callable[[Draft, LearnerView], Draft]
    ) -> None:
        """Show the form that a change asks for, with all that was entered."""
        learner = await self._desk.meet(client, person)
        draft = change(read_draft(body["view"]), learner)
        await client.views_update(view_id=body["view"]["id"], view=shifts_modal(draft, learner.preferences.schedule))

    async def _show_below(self, client: AsyncWebClient, view: dict[str, Any], kept: LearnerView) -> None:
        """Bring the settings under the modal up to date; what was entered there stays."""
        if not view.get("previous_view_id"):
            return
        skills = await self._desk.hop.read(coaching.skills, self._desk.library, kept.person.team_id)
        try:
            await client.views_update(view_id=view["previous_view_id"], view=settings_modal(kept, skills))
        except SlackApiError as error:
            if error.response["error"] != "not_found":  # closed meanwhile: the message says what was kept
                raise
