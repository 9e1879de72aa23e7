"""Starting, settings, pausing: buttons and modals."""

from datetime import date, time
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_bolt.context.async_context import AsyncBoltContext
from slack_sdk.web.async_client import AsyncWebClient

from bot.domain.learner import Person, Preferences, find_zone
from bot.domain.shifts import around
from bot.learning import coaching, enrolment
from bot.slack.blocks import Message, learner
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
        await show(client, body, learner.settings_modal(view, skills))

    async def keep(
        self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, context: AsyncBoltContext
    ) -> None:
        """*Save*: all problems at once beside their fields, or kept; the result is a message of its own."""
        preferences, errors = read_settings(view["state"]["values"])
        if preferences is None:
            await ack(response_action="errors", errors=errors)
            return
        person = person_of(context)
        kept = await self._desk.hop.person(enrolment.change, person, preferences, self._desk.clock())
        await ack()
        await send_dm(client, person.user_id, learner.settings_saved(kept))
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


def read_settings(values: Values) -> tuple[Preferences | None, dict[str, str]]:
    """What the settings modal holds, or every problem by the block it belongs to."""
    errors: dict[str, str] = {}
    days = frozenset(int(option["value"]) for option in values["days"]["days"].get("selected_options") or [])
    if not days:
        errors["days"] = "Choose at least one day. To stop for a while, pause instead."
    times = {name: values[name][name].get("selected_time") or "" for name in ("lesson_at", "day_end_at")}
    errors |= {name: "Choose a time." for name, chosen in times.items() if not chosen}
    if times["lesson_at"] and times["lesson_at"] == times["day_end_at"]:
        errors["day_end_at"] = "Choose another time than the lesson's."
    zone = find_zone(values["tz"]["tz"].get("value") or "")
    if zone is None:
        errors["tz"] = "I don't know that time zone. Write a place such as Europe/Berlin or America/New_York."
    if errors or zone is None:
        return None, errors
    focus = frozenset(
        option["value"] for option in values.get("focus", {}).get("focus", {}).get("selected_options") or []
    )
    schedule = around(days, *(time.fromisoformat(at) for at in times.values()))
    return Preferences(zone, schedule, focus), {}
