"""Answers the buttons and modals for starting, settings, and pausing."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.absence import MAX_PAUSE
from bot.domain.learner import Cadence, Person, Preferences, find_time_zone
from bot.domain.message_times import is_made_of_messages
from bot.language import gettext as _
from bot.learning import coaching, cohorts, enrollment
from bot.slack.blocks import enrollment as enrollment_blocks
from bot.slack.blocks.programs import begun_blocks
from bot.slack.blocks.settings import (
    confirm_overnight_modal,
    more_settings_modal,
    settings_modal,
    settings_saved_message,
)
from bot.slack.blocks.trials import notice_message
from bot.slack.form_values import Values, entered
from bot.slack.handler_context import Body, HandlerContext, open_modal, read_slack_profile, send_dm
from bot.slack.handlers.first_contact import ask_where_to_begin
from bot.slack.times_form import change_times, read_entered_times, read_shown_times


@dataclass(frozen=True)
class SettingsHandlers:
    """Handles what a learner decides about when lessons come and what they are about."""

    context: HandlerContext

    async def start(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Start*: start lessons, and ask where to begin."""
        before = await self.context.get_or_register_learner(client, person)
        profile = await read_slack_profile(client, person)
        started = await self.context.write_for_person(cohorts.start_lessons, person, profile)
        await ack()
        if not before.has_started:
            await ask_where_to_begin(self.context, client, body, person)
        program = begun_blocks(started.program, _("Your first lesson is the program's.")) if started.program else []
        if started.in_trial:  # in a message of its own, which stays: an answer in a channel is gone soon
            await send_dm(client, person.user_id, notice_message())
        said = enrollment_blocks.started_message(started.learner, program)
        await self.context.answer_in_place(client, body, person, said)

    async def decline(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Not now*: nothing is sent, and nobody can invite them again."""
        await self.context.get_or_register_learner(client, person)
        await self.context.write_for_person(enrollment.decline_invitation, person)
        await ack()
        await self.context.answer_in_place(client, body, person, enrollment_blocks.declined_message())

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Settings*, *Change times*, or the command: open the modal."""
        view = await self.context.get_or_register_learner(client, person)
        await open_modal(ack, client, body, settings_modal(view))

    async def open_more(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*More*: open the modal with the other settings."""
        view = await self.context.get_or_register_learner(client, person)
        skills = await self.context.read(coaching.list_skills, person)
        await open_modal(ack, client, body, more_settings_modal(view, skills, self.context.lms_host))

    async def save(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Save* in one of both modals: show all problems beside their fields, or save and confirm in a new message."""
        learner = await self.context.get_or_register_learner(client, person)
        present = learner.preferences
        preferences, errors = read_settings(view["state"]["values"], present)
        if (shown := read_shown_times(view)) is not None:
            typed = read_entered_times(view, shown)
            schedule, problems = change_times(
                present.schedule, shown, typed, (preferences or present).zone, learner.formats
            )
            errors |= {shown.block(name): words for name, words in problems.items()}
            if not errors and typed.is_unconfirmed and is_made_of_messages(present.schedule):
                await ack(response_action="update", view=confirm_overnight_modal(learner, typed))
                return
            preferences = replace(preferences, schedule=schedule) if preferences and schedule else None
        if preferences is None:
            await ack(response_action="errors", errors=errors)
            return
        if preferences.follows_zone and not present.follows_zone and preferences.tz == present.tz:
            profile = await read_slack_profile(client, person)
            preferences = replace(preferences, tz=profile.tz or preferences.tz)
        saved = await self.context.write_for_person(enrollment.change_preferences, person, preferences)
        await ack()
        await self.context.send_result(client, person, settings_saved_message(saved))

    async def open_pause(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Pause*: open the modal."""
        view = await self.context.get_or_register_learner(client, person)
        await open_modal(ack, client, body, enrollment_blocks.pause_modal(view))

    async def pause(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Pause* in its modal: pause lessons."""
        chosen = entered(view["state"]["values"])["until"]
        until = date.fromisoformat(chosen) if chosen else None
        now = await self.context.get_or_register_learner(client, person)
        if until is not None and until <= now.today:
            await ack(response_action="errors", errors={"until": _("Nothing changed yet. Choose a day after today.")})
            return
        if until is not None and until - now.today > MAX_PAUSE:
            message = _("Nothing changed yet. Choose a day within two years, or none to pause without an end.")
            await ack(response_action="errors", errors={"until": message})
            return
        saved = await self.context.write_for_person(enrollment.pause_lessons, person, until)
        await ack()
        await self.context.send_result(client, person, enrollment_blocks.paused_message(saved))

    async def resume(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Resume*: resume lessons."""
        saved = await self.context.write_for_person(enrollment.resume_lessons, person)
        await ack()
        await self.context.answer_in_place(client, body, person, enrollment_blocks.resumed_message(saved))


def read_settings(values: Values, present: Preferences) -> tuple[Preferences | None, dict[str, str]]:
    """Return the entered preferences, or every problem by its block. `present`: the preferences so far.

    What a form has no field for stays as it is. Someone who types another time zone wants to stay in it, so Slack's is
    no longer followed, unless they also tick that box again.
    """
    form = entered(values)
    chosen = present
    if "tz" in form:
        zone = find_time_zone(form["tz"] or "")
        if zone is None:
            unknown = _("I don't know that time zone. Type a place such as Europe/Berlin or America/New_York.")
            return None, {"tz": unknown}
        follows = bool(form.get("follows_zone")) and (zone == present.tz or not present.follows_zone)
        chosen = replace(chosen, tz=zone, follows_zone=follows)
    if "cadence" in form:
        chosen = replace(chosen, cadence=Cadence(form["cadence"] or present.cadence))
    if "follows_status" in form:
        chosen = replace(chosen, follows_status=bool(form["follows_status"]))
    if "weekly_summary" in form:
        chosen = replace(chosen, weekly_summary=bool(form["weekly_summary"]))
    if "team" in form:
        chosen = replace(chosen, team_channel=next(iter(form["team"] or []), None))
    if "focus" in form:
        chosen = replace(chosen, focus=frozenset(form["focus"] or []))
    return chosen, {}
