"""Starting, settings, pausing: buttons and modals."""

from dataclasses import replace
from datetime import date
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Cadence, Person, Preferences, find_zone
from bot.learning import coaching, enrolment
from bot.slack.blocks import Message, learner
from bot.slack.blocks.settings import settings_modal, settings_saved
from bot.slack.desk import Body, Desk, person_of, send_dm, show, zone_of
from bot.slack.home import HomeTab

Values = dict[str, dict[str, dict[str, Any]]]


class SettingsActions:
    """What a learner decides about when and what."""

    def __init__(self, desk: Desk, home: HomeTab) -> None:
        self._desk = desk
        self._home = home

    async def start(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Start*: the one press that begins lessons."""
        desk, person = self._desk, person_of(context)
        await desk.meet(client, person)
        zone = await zone_of(client, person.user_id)
        view = await desk.hop.person(enrolment.start, person, zone, desk.clock())
        await ack()
        await self._answer(client, body, person, learner.started(view))

    async def not_now(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Not now*: nothing is sent, and no invitation asks again."""
        person = person_of(context)
        await self._desk.meet(client, person)
        await self._desk.hop.person(enrolment.decline, person, self._desk.clock())
        await ack()
        await self._answer(client, body, person, learner.not_now())

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Settings*, or *Change times*."""
        await self.show(client, body, person_of(context))
        await ack()

    async def show(self, client: AsyncWebClient, body: Body, person: Person) -> None:
        """Open the settings modal; `body` needs a `trigger_id`."""
        view = await self._desk.meet(client, person)
        skills = await self._desk.hop.read(coaching.skills, self._desk.library, person.team_id)
        await show(client, body, settings_modal(view, skills))

    async def keep(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """*Save*: all problems at once beside their fields, or kept; the result is a message of its own."""
        person = person_of(context)
        present = (await self._desk.meet(client, person)).preferences
        preferences, errors = read_settings(view["state"]["values"], present)
        if preferences is None:
            await ack(response_action="errors", errors=errors)
            return
        if preferences.follows_zone and not present.follows_zone and preferences.tz == present.tz:
            preferences = replace(preferences, tz=await zone_of(client, person.user_id) or preferences.tz)
        kept = await self._desk.hop.person(enrolment.change, person, preferences, self._desk.clock())
        await ack()
        await send_dm(client, person.user_id, settings_saved(kept))
        await self._home.refresh(client, person)

    async def open_pause(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Pause*."""
        view = await self._desk.meet(client, person_of(context))
        await show(client, body, learner.pause_modal(view))
        await ack()

    async def keep_pause(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """*Pause* in its modal."""
        person = person_of(context)
        chosen = view["state"]["values"]["until"]["until"].get("selected_date")
        until = date.fromisoformat(chosen) if chosen else None
        now = await self._desk.meet(client, person)
        if until is not None and until <= now.today:
            await ack(response_action="errors", errors={"until": "Choose a day after today. Nothing was changed."})
            return
        kept = await self._desk.hop.person(enrolment.pause, person, until, self._desk.clock())
        await ack()
        await send_dm(client, person.user_id, learner.paused(kept))
        await self._home.refresh(client, person)

    async def resume(self, ack: AsyncAck, body: Body, client: AsyncWebClient, context: AsyncBoltContext) -> None:
        """*Resume*."""
        person = person_of(context)
        kept = await self._desk.hop.person(enrolment.resume, person, self._desk.clock())
        await ack()
        await self._answer(client, body, person, learner.resumed(kept))

    async def _answer(self, client: AsyncWebClient, body: Body, person: Person, message: Message) -> None:
        """In place of the message with the button; from Home, as a message of its own."""
        if body.get("response_url"):
            await self._desk.replies.send(body["response_url"], message, replace=True)
        else:
            await send_dm(client, person.user_id, message)
        await self._home.refresh(client, person)


def read_settings(values: Values, present: Preferences) -> tuple[Preferences | None, dict[str, str]]:
    """What the settings modal holds, or every problem by the block it belongs to. `present`: what holds so far.

    Someone who types another time zone means to stay with it: Slack's is followed no longer, unless that box was
    ticked anew.
    """
    zone = find_zone(values["tz"]["tz"].get("value") or "")
    if zone is None:
        return None, {"tz": "I don't know that time zone. Write a place such as Europe/Berlin or America/New_York."}
    cadence = values["cadence"]["cadence"].get("selected_option") or {}
    follows = _ticked(values, "follows_zone") and (zone == present.tz or not present.follows_zone)
    return replace(
        present,
        tz=zone,
        focus=_chosen(values, "focus"),
        cadence=Cadence(cadence.get("value", present.cadence)),
        follows_zone=follows,
        follows_status=_ticked(values, "follows_status"),
        weekly_summary=_ticked(values, "weekly_summary"),
        team=_team(values, present),
    ), {}


def _chosen(values: Values, name: str) -> frozenset[str]:
    options = values.get(name, {}).get(name, {}).get("selected_options") or []
    return frozenset(option["value"] for option in options)


def _team(values: Values, present: Preferences) -> str | None:
    """The team's channel; as it was, where the form has no such field: it was opened before there was one."""
    if "team" not in values:
        return present.team
    return next(iter(values["team"]["team"].get("selected_conversations") or []), None)


def _ticked(values: Values, name: str) -> bool:
    return bool(_chosen(values, name))
