"""The calendar modal: problems seen right away, reading after the acknowledgement, and the result."""

import asyncio
import json
from datetime import time
from typing import Any

import aiohttp
import pytest
from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.web.async_client import AsyncWebClient

from bot.delivery.calendar_fetcher import HttpCalendarFetcher
from bot.delivery.roster_refresh import RosterReader
from bot.delivery.transactions import Transactions
from bot.domain.learner import Preferences
from bot.domain.schedule import MessageTiming
from bot.domain.schedule_kinds import WORKDAY_SCHEDULE, Roster, ShiftHours, WeeklySchedule
from bot.errors import CalendarUnreachable, SendDelayed
from bot.learning import enrollment
from bot.learning.calendar_refresh import CalendarTrouble
from bot.slack.blocks.shift_calendar import calendar_news_message
from bot.slack.handler_context import HandlerContext
from bot.slack.handlers.shift_calendar import (
    MODAL_LOOKUP_DELAYS,
    STILL_READING,
    ShiftCalendarHandlers,
    is_calendar,
    read_form,
)
from bot.slack.notices import NoticeSender
from tests.builders import NURSE
from tests.content.calendars import calendar, shift
from tests.engine_kinds import KINDS
from tests.slack.builders import roster_news
from tests.slack.conftest import ScriptedSlack
from tests.ward import Ward

ADDRESS = "https://rota.example/feeds/9d1f-secret.ics"
GOOD = calendar(shift("20260303T070000", "20260303T190000"), shift("20260309T070000", "20260309T190000"))
BAD = calendar(shift("20260303T190000", "20260303T070000", "SUMMARY:Mrs Abernathy"))
PARTLY_BAD = calendar(
    shift("20260303T070000", "20260303T190000", "SUMMARY:Mrs Abernathy"),
    shift("20260304T190000", "20260304T070000", "SUMMARY:Mrs Abernathy"),
    shift("20260306T170000", "20260309T070000", "SUMMARY:Mrs Abernathy"),
)


class Shelf(HttpCalendarFetcher):
    """Serves one calendar instead of the internet."""

    holds: bytes | Exception = GOOD

    async def fetch(self, address: str) -> bytes:
        assert address == ADDRESS
        if isinstance(self.holds, Exception):
            raise self.holds
        return self.holds


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def actions(ward: Ward, session: aiohttp.ClientSession, shelf: Shelf) -> ShiftCalendarHandlers:
    ward.enrol(NURSE)
    context = HandlerContext(Transactions(ward.store), ward.library, ward.clock, lambda: None, session, KINDS)
    return ShiftCalendarHandlers(context, RosterReader(shelf))


def values(
    address: str | None = None, files: list[dict[str, Any]] | None = None, after: str | None = "20", before: str = "25"
) -> dict[str, dict[str, dict[str, Any]]]:
    return {
        "address": {"address": {"type": "plain_text_input", "value": address}},
        "file": {"file": {"type": "file_input", "files": files or []}},
        "lesson_after": {"lesson_after": {"type": "number_input", "value": after}},
        "day_end_before": {"day_end_before": {"type": "number_input", "value": before}},
    }


async def submit(actions: ShiftCalendarHandlers, client: AsyncWebClient, **entered: Any) -> dict[str, Any]:
    """Press *Read it* in a modal on top of shifts and settings, and return the acknowledgement."""
    ack = AsyncAck()
    around = {"id": "V3", "previous_view_id": "V2", "root_view_id": "V1"}
    view = {**around, "state": {"values": values(**entered)}}
    await actions.save(ack, view, client, NURSE)
    assert ack.response is not None
    return dict(json.loads(ack.response.body or "{}"))


def shown(slack: ScriptedSlack) -> dict[str, str]:
    """What each open modal was updated to, by view id; the one on top as `top`."""
    return {call.get("view_id", "top"): str(call["view"]) for call in slack.calls("views.update")}


def said(slack: ScriptedSlack) -> str:
    return "\n".join(str(call["text"]) for call in slack.calls("chat.postMessage"))


async def test_an_address_is_acknowledged_first_and_read_then(
    slack: ScriptedSlack, client: AsyncWebClient, actions: ShiftCalendarHandlers, ward: Ward
):
    acknowledged = await submit(actions, client, address=ADDRESS.replace("https", "webcal"), after="45")

    assert acknowledged["response_action"] == "update"
    assert "Reading your calendar" in str(acknowledged["view"])
    assert "2 shifts until Monday 9 March" in shown(slack)["top"]
    assert "2 shifts until Monday 9 March. Your next lesson comes tomorrow at 07:45." in said(slack)
    assert "I read it again each day." in said(slack)
    schedule = ward.find(NURSE).preferences.schedule
    assert isinstance(schedule, Roster)
    assert schedule.timing == MessageTiming(45, 25)


async def test_a_second_calendar_is_not_fetched_while_the_first_is_read(
    slack: ScriptedSlack, client: AsyncWebClient, actions: ShiftCalendarHandlers, shelf: Shelf
):
    begun, gate = asyncio.Event(), asyncio.Event()
    fetched: list[str] = []

    async def slow(address: str) -> bytes:
        fetched.append(address)
        begun.set()
        await gate.wait()
        return GOOD

    shelf.fetch = slow  # type: ignore[method-assign]
    first = asyncio.create_task(submit(actions, client, address=ADDRESS))
    await begun.wait()

    await submit(actions, client, address=ADDRESS)

    assert len(fetched) == 1
    assert STILL_READING in shown(slack)["top"]
    gate.set()
    await first
    assert "2 shifts until Monday 9 March" in said(slack)
    await submit(actions, client, address=ADDRESS)
    assert len(fetched) == 2


async def test_the_settings_below_cant_put_back_the_schedule_from_before(
    slack: ScriptedSlack, client: AsyncWebClient, actions: ShiftCalendarHandlers
):
    await submit(actions, client, address=ADDRESS)

    assert shown(slack)["V1"] == shown(slack)["V2"] == shown(slack)["top"]


async def test_a_problem_is_shown_above_the_field_and_what_was_typed_stays(
    slack: ScriptedSlack, client: AsyncWebClient, actions: ShiftCalendarHandlers, shelf: Shelf, ward: Ward
):
    shelf.holds = BAD

    await submit(actions, client, address=ADDRESS, after="45")

    (call,) = slack.calls("views.update")
    view = json.loads(call["view"]) if isinstance(call["view"], str) else call["view"]
    blocks = {block.get("block_id"): block for block in view["blocks"]}
    assert "Tuesday 3 March 2026: it ends before its start" in str(view["blocks"][1])
    assert blocks["address"]["element"]["initial_value"] == ADDRESS
    assert blocks["lesson_after"]["element"]["initial_value"] == "45"
    assert not view.get("private_metadata")
    assert "Abernathy" not in str(slack.asked)
    assert ward.find(NURSE).preferences.schedule == WORKDAY_SCHEDULE


async def test_an_entry_that_cant_be_read_is_named_beside_the_roster(
    slack: ScriptedSlack, client: AsyncWebClient, actions: ShiftCalendarHandlers, shelf: Shelf
):
    shelf.holds = PARTLY_BAD

    await submit(actions, client, address=ADDRESS)

    (message,) = slack.calls("chat.postMessage")
    for shown_there in (str(message["blocks"]), shown(slack)["top"]):
        assert "1 shift until" in shown_there
        assert "1 entry was left out: over 24 hours long, without an end, or marked as free." in shown_there
        assert "Wednesday 4 March 2026: it ends before its start." in shown_there
        assert "Abernathy" not in shown_there


async def test_a_calendar_that_cant_be_fetched_is_reported_without_its_address(
    slack: ScriptedSlack, client: AsyncWebClient, actions: ShiftCalendarHandlers, shelf: Shelf
):
    shelf.holds = CalendarUnreachable("The calendar's server can't be reached.")
    slack.answers("views.update", *[{"ok": False, "error": "not_found"}] * len(MODAL_LOOKUP_DELAYS))

    await submit(actions, client, address=ADDRESS)

    assert "The calendar's server can't be reached." in said(slack)
    assert "nothing changed" in said(slack)
    assert "rota.example" not in said(slack)


async def test_an_answer_that_is_ready_before_slack_shows_the_modal_waits_for_it(
    slack: ScriptedSlack, client: AsyncWebClient, actions: ShiftCalendarHandlers
):
    slack.answers("views.update", {"ok": False, "error": "not_found"})

    acknowledged = await submit(actions, client, address=ADDRESS)

    first, second, *_ = slack.calls("views.update")
    assert first["external_id"] == second["external_id"] == acknowledged["view"]["external_id"]


async def test_a_calendar_without_future_shifts_is_reported(
    slack: ScriptedSlack, client: AsyncWebClient, actions: ShiftCalendarHandlers, shelf: Shelf
):
    shelf.holds = calendar(shift("20260301T070000", "20260301T190000"))

    await submit(actions, client, address=ADDRESS)

    assert "There are no shifts in this calendar from now on." in shown(slack)["top"]


async def test_a_file_in_the_modal_is_read_as_well(
    slack: ScriptedSlack, client: AsyncWebClient, actions: ShiftCalendarHandlers, ward: Ward
):
    slack.answers("download", aiohttp.web.Response(body=GOOD))
    file = {"id": "F1", "name": "rota.ics", "url_private_download": f"{slack.url}download"}

    await submit(actions, client, files=[file])

    assert "2 shifts until Monday 9 March" in said(slack)
    assert "When you get your next roster, send it to me the same way." in said(slack)


async def test_with_a_roster_the_minutes_alone_can_be_changed(
    slack: ScriptedSlack, client: AsyncWebClient, actions: ShiftCalendarHandlers, ward: Ward
):
    await submit(actions, client, address=ADDRESS)

    assert await submit(actions, client, after="1", before="0") == {}

    assert "Lesson 1 minute after the start, quick check-in at the end." in said(slack)
    assert ward.find(NURSE).preferences.schedule.timing == MessageTiming(1, 0)


async def test_a_calendar_keeps_the_clock_times_that_were_chosen_before(
    client: AsyncWebClient, actions: ShiftCalendarHandlers, ward: Ward
):
    shifts = WeeklySchedule({0: ShiftHours(time(7), time(19))}, MessageTiming(lesson_at=time(12, 30)))
    ward.run(enrollment.change_preferences, NURSE, Preferences("Europe/London", shifts), ward.clock())

    await submit(actions, client, address=ADDRESS)
    await submit(actions, client, after="5", before="25")

    assert ward.find(NURSE).preferences.schedule.timing == MessageTiming(5, 25, lesson_at=time(12, 30))


async def test_an_obvious_problem_is_shown_beside_its_field(
    slack: ScriptedSlack, client: AsyncWebClient, actions: ShiftCalendarHandlers
):
    refused = await submit(actions, client, address="http://rota.example", after="20.5", before="181")

    assert refused["response_action"] == "errors"
    assert refused["errors"].keys() == {"address", "lesson_after", "day_end_before"}
    assert "https://" in refused["errors"]["address"]
    assert slack.calls("views.update") == []


async def test_a_private_address_is_refused_beside_the_field(
    slack: ScriptedSlack, client: AsyncWebClient, actions: ShiftCalendarHandlers
):
    refused = await submit(actions, client, address="https://127.0.0.1/rota.ics")

    assert "private network" in refused["errors"]["address"]


async def test_an_empty_form_asks_for_a_calendar(
    slack: ScriptedSlack, client: AsyncWebClient, actions: ShiftCalendarHandlers
):
    refused = await submit(actions, client)

    assert refused["errors"] == {"address": "Paste the address of your calendar, or choose a file below."}


def test_an_address_and_a_file_together_are_refused() -> None:
    form, errors = read_form(
        values(ADDRESS, [{"id": "F1"}]), HttpCalendarFetcher().validate_url, MessageTiming(), has_roster=False
    )

    assert form is None
    assert errors == {"file": "Enter an address or choose a file, not both."}


def test_a_form_shows_no_secret() -> None:
    form, _ = read_form(values(ADDRESS), HttpCalendarFetcher().validate_url, MessageTiming(), has_roster=False)

    assert "secret" not in repr(form)


@pytest.mark.parametrize(
    ("name", "kind", "calendar"),
    [
        ("rota.ics", "", True),
        ("ROTA.ICS", "text/calendar", True),
        ("rota", "text/calendar", True),
        ("ward.zip", "", False),
        ("", "", False),
    ],
)
def test_a_calendar_is_recognized_by_its_name_or_mime_type(name: str, kind: str, calendar: bool) -> None:
    assert is_calendar({"name": name, "mimetype": kind}) == calendar


@pytest.mark.parametrize("trouble", CalendarTrouble)
async def test_a_notice_is_posted_once_to_its_learner(
    slack: ScriptedSlack, client: AsyncWebClient, trouble: CalendarTrouble
):
    await NoticeSender(lambda _team_id: client, calendar_news_message).notify(roster_news(trouble))

    (message,) = slack.calls("chat.postMessage")
    assert message["channel"] == "U0AMARA"
    assert "calendar" in message["text"]


async def test_a_rate_limited_notice_is_known_not_to_have_arrived(slack: ScriptedSlack, client: AsyncWebClient):
    slack.answers("chat.postMessage", {"ok": False, "error": "ratelimited"})

    with pytest.raises(SendDelayed):
        await NoticeSender(lambda _team_id: client, calendar_news_message).notify(
            roster_news(CalendarTrouble.NO_SHIFTS_LEFT)
        )
