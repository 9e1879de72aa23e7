"""Reads a learner's roster from a calendar, given as an address or a file."""

import asyncio
import secrets
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from typing import Any

from slack_bolt.context.ack.async_ack import AsyncAck
from slack_sdk.errors import SlackApiError
from slack_sdk.models.views import View
from slack_sdk.web.async_client import AsyncWebClient

from bot.content.roster_reader import MAX_CALENDAR_BYTES, ParsedRoster
from bot.delivery.roster_refresh import RosterReader
from bot.domain.learner import Person
from bot.domain.schedule import MessageTiming
from bot.errors import CalendarUnreachable, Refused, RosterError, RoundsError
from bot.language import gettext as _
from bot.language import mark
from bot.learning import roster_settings
from bot.learning.enrollment import LearnerView
from bot.learning.roster_settings import SavedRoster
from bot.slack.api_errors import slack_error_code
from bot.slack.blocks import MessageContent, shift_calendar
from bot.slack.blocks.shift_calendar import (
    ADDRESS,
    DAY_END_BEFORE,
    FILE,
    LESSON_AFTER,
    MAX_OFFSET_MINUTES,
    CalendarInput,
)
from bot.slack.form_values import Values, entered
from bot.slack.handler_context import Body, HandlerContext, open_modal, send_dm, update_modal_if_open
from bot.slack.uploaded_files import download

MODAL_LOOKUP_DELAYS = (0.0, 0.1, 0.3, 0.6, 1.0)
"""Seconds between tries to update a modal that Slack may not have shown yet."""

NAME = mark("Your calendar")
"""How a file that can't be downloaded is called: its own name may contain a person's name."""

STILL_READING = mark(
    "I'm still reading your other calendar, so I haven't read this one. Try again when you have its result."
)


@dataclass(frozen=True, slots=True)
class CalendarForm:
    """What was entered: an address, a file, or neither if someone only changes the minutes."""

    timing: MessageTiming
    address: str = field(repr=False)
    file: dict[str, Any] | None = field(repr=False)

    @property
    def typed(self) -> CalendarInput:
        """What to show again if it didn't work."""
        return CalendarInput(self.address, self.timing)


@dataclass(frozen=True)
class ShiftCalendarHandlers:
    """Imports shifts from a calendar. Anyone may send one for themselves."""

    context: HandlerContext
    reader: RosterReader
    being_read: set[Person] = field(default_factory=set)
    """Whose calendars are being read: one at a time each, so that nobody keeps all name lookups and fetches busy."""

    async def open(self, ack: AsyncAck, body: Body, client: AsyncWebClient, person: Person) -> None:
        """*Roster*: open the modal."""
        await self.context.get_or_register_learner(client, person)
        now = await self.context.read(roster_settings.read_roster, person)
        await open_modal(ack, client, body, shift_calendar.calendar_modal(now))

    async def save(self, ack: AsyncAck, view: dict[str, Any], client: AsyncWebClient, person: Person) -> None:
        """*Read it*: show obvious problems beside their fields. Reading takes longer than Slack waits."""
        learner = await self.context.get_or_register_learner(client, person)
        now = await self.context.read(roster_settings.read_roster, person)
        form, errors = read_form(
            view["state"]["values"], self.reader.validate_url, now.timing, has_roster=now.shifts_ahead > 0
        )
        if form is None:
            await ack(response_action="errors", errors=errors)
        elif form.address or form.file:
            reading = secrets.token_hex(8)
            await ack(response_action="update", view=shift_calendar.reading_modal(reading))
            await self._import(client, learner, form, view, reading)
        else:
            saved = await self.context.write_for_person(roster_settings.change_roster_timing, person, form.timing)
            await ack()
            await self.context.send_result(client, person, shift_calendar.minutes_saved_message(saved))

    async def uploaded(self, file: dict[str, Any], client: AsyncWebClient, person: Person) -> MessageContent:
        """Save the shifts of a calendar file from the DM, or say everything that is wrong with it."""
        learner = await self.context.get_or_register_learner(client, person)
        try:
            saved = await self._save(learner, await self._read_file(client, learner, file), None, None)
        except RosterError as problem:
            return shift_calendar.problem_message(problem, learner.formats)
        await self.context.home.refresh(client, person)
        return shift_calendar.saved_message(saved, by_address=False)

    async def _import(
        self, client: AsyncWebClient, learner: LearnerView, form: CalendarForm, view: dict[str, Any], reading: str
    ) -> None:
        """Read and save the calendar. The result is shown in the modal and, if it worked, in the DM."""
        user = learner.person.user_id
        try:
            read = await self._read(client, learner, form)
            saved = await self._save(learner, read, form.timing, form.address or None)
        except RoundsError as problem:
            now = await self.context.read(roster_settings.read_roster, learner.person)
            if not await _replace(client, reading, shift_calendar.calendar_modal(now, form.typed, problem)):
                await send_dm(client, user, shift_calendar.problem_message(problem, learner.formats))
            return
        await send_dm(client, user, shift_calendar.saved_message(saved, by_address=bool(form.address)))
        await _replace(client, reading, shift_calendar.saved_modal(saved))
        # Saving the settings below would restore the previous schedule, so they are replaced.
        for view_id in {view.get("root_view_id"), view.get("previous_view_id")} - {view["id"]}:
            await update_modal_if_open(client, view_id, shift_calendar.saved_modal(saved))
        await self.context.home.refresh(client, learner.person)

    async def _read(self, client: AsyncWebClient, learner: LearnerView, form: CalendarForm) -> ParsedRoster:
        if form.file:
            return await self._read_file(client, learner, form.file)
        with self._only_one(learner.person):
            return await self.reader.fetch_roster(form.address, learner.preferences.zone, self.context.clock())

    async def _read_file(self, client: AsyncWebClient, learner: LearnerView, file: dict[str, Any]) -> ParsedRoster:
        with self._only_one(learner.person):
            content = await download(self.context.session, client, _(NAME), file, MAX_CALENDAR_BYTES)
            return await self.reader.read_file(content, learner.preferences.zone, self.context.clock())

    @contextmanager
    def _only_one(self, person: Person) -> Iterator[None]:
        """Count this as the one calendar of this person that is being read. Raises Refused if there is one."""
        if person in self.being_read:
            raise Refused(_(STILL_READING))
        self.being_read.add(person)
        try:
            yield
        finally:
            self.being_read.discard(person)

    async def _save(
        self, learner: LearnerView, read: ParsedRoster, timing: MessageTiming | None, address: str | None
    ) -> SavedRoster:
        return await self.context.write_for_person(roster_settings.save_roster, learner.person, read, timing, address)


def is_calendar(file: dict[str, Any]) -> bool:
    """Return whether an uploaded file is a calendar, by its name or MIME type."""
    return str(file.get("name") or "").lower().endswith((".ics", ".ical")) or file.get("mimetype") == "text/calendar"


def read_form(
    values: Values, validate_url: Callable[[str], str], timing: MessageTiming, *, has_roster: bool
) -> tuple[CalendarForm | None, dict[str, str]]:
    """Return what was entered, or every problem by its block. `validate_url` returns the address or raises.

    `timing`: the saved one, with the clock times that stay.
    """
    filled = entered(values)
    errors: dict[str, str] = {}
    minutes = {name: _minutes(filled[name]) for name in (LESSON_AFTER, DAY_END_BEFORE)}
    errors |= {
        name: _("Enter a whole number of minutes from 0 to {most}.", most=MAX_OFFSET_MINUTES)
        for name, number in minutes.items()
        if number is None
    }
    address = (filled[ADDRESS] or "").strip()
    file = next(iter(filled[FILE] or []), None)
    if address and file:
        errors[FILE] = _("Enter an address or choose a file, not both.")
    elif not address and not file and not has_roster:
        errors[ADDRESS] = _("Paste the address of your calendar, or choose a file below.")
    if address:
        try:
            address = validate_url(address)
        except CalendarUnreachable as problem:
            errors[ADDRESS] = str(problem)
    if errors:
        return None, errors
    timing = replace(timing, lesson_after=minutes[LESSON_AFTER] or 0, day_end_before=minutes[DAY_END_BEFORE] or 0)
    return CalendarForm(timing, address, file), {}


def _minutes(text: str | None) -> int | None:
    number = int(text) if text and text.isascii() and text.isdigit() and len(text) < 5 else -1
    return number if 0 <= number <= MAX_OFFSET_MINUTES else None


async def _replace(client: AsyncWebClient, reading: str, view: View) -> bool:
    """Replace the "reading" modal, whose external id is `reading`. False if it was closed.

    Slack shows that modal when it gets the acknowledgement, which may be later than this. It would then cover an update
    by view id for good. With an id of its own, an update fails until the modal is there, and is tried again.
    """
    for pause in MODAL_LOOKUP_DELAYS:
        await asyncio.sleep(pause)
        try:
            await client.views_update(external_id=reading, view=view)
        except SlackApiError as error:
            if slack_error_code(error) != "not_found":
                return False
        else:
            return True
    return False
