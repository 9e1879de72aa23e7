"""Starting, settings, pausing: buttons and modals."""

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
    """What a learner decides about when and what."""

    context: HandlerContext

    async def start(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Start*: the one press that begins lessons."""
        await self.context.meet(client, person)
        zone = await profile_time_zone(client, person.user_id)
        view = await self.context.write_for_person(enrollment.start_lessons, person, zone)
        await ack()
        await self.context.answer_in_place(client, body, person, enrollment_blocks.started_message(view))

    async def decline(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Not now*: nothing is sent, and no invitation asks again."""
        await self.context.meet(client, person)
        await self.context.write_for_person(enrollment.decline_invitation, person)
        await ack()
        await self.context.answer_in_place(client, body, person, enrollment_blocks.declined_message())

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Settings*, *Change times*, or the command."""
        view = await self.context.meet(client, person)
        skills = await self.context.read(coaching.list_skills, person.team_id)
        await open_modal(ack, client, body, settings_modal(view, skills))

    async def save(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Save*: all problems at once beside their fields, or kept; the result is a message of its own."""
        present = (await self.context.meet(client, person)).preferences
        preferences, errors = read_settings(view["state"]["values"], present)
        if preferences is None:
            await ack(response_action="errors", errors=errors)
            return
        if preferences.follows_zone and not present.follows_zone and preferences.tz == present.tz:
            preferences = replace(preferences, tz=await profile_time_zone(client, person.user_id) or preferences.tz)
        kept = await self.context.write_for_person(enrollment.change_preferences, person, preferences)
        await ack()
        await self.context.tell(client, person, settings_saved_message(kept))

    async def open_pause(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Pause*."""
        view = await self.context.meet(client, person)
        await open_modal(ack, client, body, enrollment_blocks.pause_modal(view))

    async def pause(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Pause* in its modal."""
        chosen = entered(view["state"]["values"])["until"]
        until = date.fromisoformat(chosen) if chosen else None
        now = await self.context.meet(client, person)
        if until is not None and until <= now.today:
            await ack(response_action="errors", errors={"until": "Choose a day after today. Nothing was changed."})
            return
        kept = await self.context.write_for_person(enrollment.pause_lessons, person, until)
        await ack()
        await self.context.tell(client, person, enrollment_blocks.paused_message(kept))

    async def resume(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Resume*."""
        kept = await self.context.write_for_person(enrollment.resume_lessons, person)
        await ack()
        await self.context.answer_in_place(client, body, person, enrollment_blocks.resumed_message(kept))


def read_settings(values: Values, present: Preferences) -> tuple[Preferences | None, dict[str, str]]:
    """What the settings modal holds, or every problem by the block it belongs to. `present`: what holds so far.

    Someone who types another time zone means to stay with it: Slack's is followed no longer, unless that box was
    ticked anew.
    """
    form = entered(values)
    zone = find_time_zone(form["tz"] or "")
    if zone is None:
        return None, {"tz": "I don't know that time zone. Write a place such as Europe/Berlin or America/New_York."}
    return replace(
        present,
        tz=zone,
        focus=frozenset(form.get("focus") or []),
        cadence=Cadence(form.get("cadence") or present.cadence),
        follows_zone=bool(form.get("follows_zone")) and (zone == present.tz or not present.follows_zone),
        follows_status=bool(form.get("follows_status")),
        weekly_summary=bool(form.get("weekly_summary")),
        # As it was, where the form has no such field: it was opened before there was one.
        team_channel=next(iter(form["team"] or []), None) if "team" in form else present.team_channel,
    ), {}
