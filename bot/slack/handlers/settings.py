"""Answers the buttons and modals for starting, settings, and pausing."""

from dataclasses import dataclass, replace
from datetime import date
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Cadence, Person, Preferences, find_time_zone
from bot.learning import coaching, enrollment
from bot.slack.blocks import enrollment as enrollment_blocks
from bot.slack.blocks.settings import settings_modal, settings_saved_message
from bot.slack.form_values import Values, entered
from bot.slack.handler_context import Body, HandlerContext, open_modal, profile_time_zone


@dataclass(frozen=True)
class SettingsHandlers:
    """Handles what a learner decides about when lessons come and what they are about."""

    context: HandlerContext

    async def start(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Start*: start lessons."""
        await self.context.get_or_register_learner(client, person)
        zone = await profile_time_zone(client, person.user_id)
        view = await self.context.write_for_person(enrollment.start_lessons, person, zone)
        await ack()
        await self.context.answer_in_place(client, body, person, enrollment_blocks.started_message(view))

    async def decline(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Not now*: nothing is sent, and nobody can invite them again."""
        await self.context.get_or_register_learner(client, person)
        await self.context.write_for_person(enrollment.decline_invitation, person)
        await ack()
        await self.context.answer_in_place(client, body, person, enrollment_blocks.declined_message())

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Settings*, *Change times*, or the command: open the modal."""
        view = await self.context.get_or_register_learner(client, person)
        skills = await self.context.read(coaching.list_skills, person.team_id)
        await open_modal(ack, client, body, settings_modal(view, skills))

    async def save(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Save*: show all problems beside their fields, or save and confirm in a new message."""
        present = (await self.context.get_or_register_learner(client, person)).preferences
        preferences, errors = read_settings(view["state"]["values"], present)
        if preferences is None:
            await ack(response_action="errors", errors=errors)
            return
        if preferences.follows_zone and not present.follows_zone and preferences.tz == present.tz:
            preferences = replace(preferences, tz=await profile_time_zone(client, person.user_id) or preferences.tz)
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
            await ack(response_action="errors", errors={"until": "Nothing changed yet. Choose a day after today."})
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

    Someone who types another time zone wants to stay in it, so Slack's is no longer followed, unless they also tick
    that box again.
    """
    form = entered(values)
    zone = find_time_zone(form["tz"] or "")
    if zone is None:
        return None, {"tz": "I don't know that time zone. Type a place such as Europe/Berlin or America/New_York."}
    return replace(
        present,
        tz=zone,
        focus=frozenset(form.get("focus") or []),
        cadence=Cadence(form.get("cadence") or present.cadence),
        follows_zone=bool(form.get("follows_zone")) and (zone == present.tz or not present.follows_zone),
        follows_status=bool(form.get("follows_status")),
        weekly_summary=bool(form.get("weekly_summary")),
        # Unchanged if the form has no such field: it was opened before an update added it.
        team_channel=next(iter(form["team"] or []), None) if "team" in form else present.team_channel,
    ), {}
