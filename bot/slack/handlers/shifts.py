"""Answers the modal in which learners change their shifts."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person
from bot.learning import enrollment
from bot.learning.enrollment import LearnerView
from bot.slack.blocks.settings import settings_modal, shifts_saved_message
from bot.slack.blocks.shifts import confirm_24_hours_modal, new_hours_note, shifts_modal
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
    """Shows the shift form, changes it as it is filled in, and saves it."""

    context: HandlerContext

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Change shifts*: open the modal."""
        learner = await self.context.get_or_register_learner(client, person)
        schedule = learner.preferences.schedule
        await open_modal(
            ack, client, body, shifts_modal(form_of_schedule(schedule, learner.today), schedule, learner.formats)
        )

    async def choose_pattern(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """A pattern: fill in the form with it."""
        await self._update_form(
            client, body, person, lambda draft, learner: with_pattern(draft, pressed_value(body), learner.today)
        )
        await ack()

    async def choose_kind(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*The same every week*, *A rotation*, or *A calendar*: switch to that form."""
        form = ScheduleKind(body["actions"][0]["selected_option"]["value"])
        await self._update_form(client, body, person, lambda draft, _: with_kind(draft, form))
        await ack()

    async def enter_times_per_day(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Different times on some days*: ask for the hours of each day."""
        await self._update_form(client, body, person, lambda draft, _: replace(draft, each_day=True))
        await ack()

    async def enter_same_times(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Same times every day*: ask for the hours once."""
        await self._update_form(client, body, person, lambda draft, _: replace(draft, each_day=False))
        await ack()

    async def field_changed(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """A day was ticked or a cycle typed: show fields for the new hours."""
        await self._update_form(client, body, person, lambda draft, _: draft)
        await ack()

    async def save(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Save shifts*: show all problems beside their fields, ask about 24-hour shifts, or save and confirm."""
        learner = await self.context.get_or_register_learner(client, person)
        preferences, draft = learner.preferences, read_shift_form(view)
        if new := [key for key in draft.shown if key not in hours_shown_in(view)]:
            # The form has no times for these days or letters yet, so it asks for them before saving.
            await ack(
                response_action="update",
                view=shifts_modal(draft, preferences.schedule, learner.formats, new_hours_note(new)),
            )
            return
        schedule, errors = read_schedule(draft, preferences.schedule, learner.today, preferences.zone, learner.formats)
        if schedule is None:
            await ack(response_action="errors", errors={draft.block(name): words for name, words in errors.items()})
            return
        if draft.keys_to_confirm:  # most often a slip: 07:00 to 07:00 instead of 19:00
            await ack(
                response_action="update", view=confirm_24_hours_modal(draft, preferences.schedule, learner.formats)
            )
            return
        saved = await self.context.write_for_person(
            enrollment.change_preferences, person, replace(preferences, schedule=schedule)
        )
        await ack()
        await self._show_below(client, view, saved)
        await self.context.send_result(client, person, shifts_saved_message(saved))

    async def _update_form(
        self, client: AsyncWebClient, body: Body, person: Person, change: Callable[[ShiftForm, LearnerView], ShiftForm]
    ) -> None:
        """Change the form, and show it with everything that was entered."""
        learner = await self.context.get_or_register_learner(client, person)
        draft = change(read_shift_form(body["view"]), learner)
        form = shifts_modal(draft, learner.preferences.schedule, learner.formats)
        await client.views_update(view_id=body["view"]["id"], view=form)

    async def _show_below(self, client: AsyncWebClient, view: dict[str, Any], saved: LearnerView) -> None:
        """Update the settings under the modal. What was entered there stays."""
        if not view.get("previous_view_id"):
            return
        await update_modal_if_open(client, view["previous_view_id"], settings_modal(saved))
