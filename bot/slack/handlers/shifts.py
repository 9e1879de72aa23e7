"""Changing shifts: the modal, its forms, and what is kept of it."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import coaching, enrollment
from bot.learning.enrollment import LearnerView
from bot.slack.blocks.settings import settings_modal, shifts_saved_message
from bot.slack.blocks.shifts import new_hours_note, shifts_modal
from bot.slack.handler_context import Body, HandlerContext, open_modal, pressed_value, update_modal_if_open
from bot.slack.shift_form import (
    ScheduleKind,
    ShiftForm,
    form_of_schedule,
    hours_shown_in,
    read_schedule,
    read_shift_form,
    with_kind,
    with_pattern,
)


@dataclass(frozen=True)
class ShiftHandlers:
    """When a learner works, entered by themselves."""

    context: HandlerContext

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Change shifts*."""
        learner = await self.context.meet(client, person)
        schedule = learner.preferences.schedule
        await open_modal(ack, client, body, shifts_modal(form_of_schedule(schedule, learner.today), schedule))

    async def choose_pattern(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """One of the patterns was tapped."""
        await self._reshape(
            client, body, person, lambda draft, learner: with_pattern(draft, pressed_value(body), learner.today)
        )
        await ack()

    async def choose_kind(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*The same every week*, *A rotation* or *A calendar*."""
        form = ScheduleKind(body["actions"][0]["selected_option"]["value"])
        await self._reshape(client, body, person, lambda draft, _: with_kind(draft, form))
        await ack()

    async def enter_times_per_day(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Different times on some days*."""
        await self._reshape(client, body, person, lambda draft, _: replace(draft, each_day=True))
        await ack()

    async def enter_same_times(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Same times every day*."""
        await self._reshape(client, body, person, lambda draft, _: replace(draft, each_day=False))
        await ack()

    async def field_changed(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """A day was ticked, or a cycle typed, that asks for hours of its own."""
        await self._reshape(client, body, person, lambda draft, _: draft)
        await ack()

    async def save(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Save shifts*: all problems at once beside their fields, or kept; the answer is a message of its own."""
        learner = await self.context.meet(client, person)
        preferences, draft = learner.preferences, read_shift_form(view)
        if new := [key for key in draft.shown if key not in hours_shown_in(view)]:
            # Days or letters that its form has no times for yet: it asks for them before anything is kept.
            await ack(response_action="update", view=shifts_modal(draft, preferences.schedule, new_hours_note(new)))
            return
        schedule, errors = read_schedule(draft, preferences.schedule, learner.today, preferences.zone)
        if schedule is None:
            await ack(response_action="errors", errors={draft.block(name): words for name, words in errors.items()})
            return
        kept = await self.context.write_for_person(
            enrollment.change_preferences, person, replace(preferences, schedule=schedule)
        )
        await ack()
        await self._show_below(client, view, kept)
        await self.context.tell(client, person, shifts_saved_message(kept))

    async def _reshape(
        self, client: AsyncWebClient, body: Body, person: Person, change: Callable[[ShiftForm, LearnerView], ShiftForm]
    ) -> None:
        """Show the form that a change asks for, with all that was entered."""
        learner = await self.context.meet(client, person)
        draft = change(read_shift_form(body["view"]), learner)
        await client.views_update(view_id=body["view"]["id"], view=shifts_modal(draft, learner.preferences.schedule))

    async def _show_below(self, client: AsyncWebClient, view: dict[str, Any], kept: LearnerView) -> None:
        """Bring the settings under the modal up to date; what was entered there stays."""
        if not view.get("previous_view_id"):
            return
        skills = await self.context.read(coaching.list_skills, kept.person.team_id)
        await update_modal_if_open(client, view["previous_view_id"], settings_modal(kept, skills))
