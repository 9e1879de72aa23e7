"""Refreshes rosters: fetches each calendar address once a day, in parallel with the engine."""

import asyncio
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.content.calendar_files import parse_roster
from bot.content.roster_reader import ParsedRoster
from bot.delivery.repeating import RepeatingWork
from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.errors import CalendarUnreachable, RosterError, SendError, SendUncertain
from bot.language import use_language
from bot.learning import calendar_refresh
from bot.learning.calendar_refresh import CalendarNotice, ClaimedCalendar

log = structlog.get_logger(__name__)

CHECK_INTERVAL_SECONDS = 60.0
"""Seconds between two checks for due calendars."""

MAX_CONCURRENT_FETCHES = 8
"""Most calendars fetched at once. 100,000 per day are one or two per second."""


class CalendarFetcher(Protocol):
    """Fetches calendars; `calendar_fetcher.HttpCalendarFetcher` does so over HTTP."""

    def validate_url(self, typed: str) -> str:
        """Return the typed address in the form in which it is fetched. Raises CalendarUnreachable if it isn't valid."""
        ...

    async def fetch(self, address: str) -> bytes:
        """Return the bytes at an address. Raises CalendarUnreachable."""
        ...


class RosterNotifier(Protocol):
    """Sends a learner a notice about their calendar. The Slack room implements it."""

    async def notify(self, news: CalendarNotice) -> None:
        """Send it once. Raises SendError, or SendUncertain if it may have arrived."""
        ...


class RosterReader:
    """Reads calendars, one at a time, because the largest take a second of CPU time."""

    def __init__(self, fetcher: CalendarFetcher) -> None:
        self._fetcher = fetcher
        self._one_at_a_time = asyncio.Lock()

    def validate_url(self, typed: str) -> str:
        """Return the typed address in the form in which it is fetched. Raises CalendarUnreachable if it isn't valid."""
        return self._fetcher.validate_url(typed)

    async def fetch_roster(self, address: str, zone: ZoneInfo, now: datetime) -> ParsedRoster:
        """Return the shifts in the calendar at an address. Raises CalendarUnreachable and RosterError."""
        return await self.read_file(await self._fetcher.fetch(address), zone, now)

    async def read_file(self, content: bytes, zone: ZoneInfo, now: datetime) -> ParsedRoster:
        """Return the shifts in a calendar file. Raises RosterError."""
        async with self._one_at_a_time:
            return await parse_roster(content, zone, now)


class RosterRefresher:
    """Fetches due calendars at an interval."""

    def __init__(
        self,
        transactions: Transactions,
        reader: RosterReader,
        notifier: RosterNotifier,
        clock: Clock,
        interval_seconds: float = CHECK_INTERVAL_SECONDS,
    ) -> None:
        self._transactions = transactions
        self._reader = reader
        self._notifier = notifier
        self._clock = clock
        self._repeating = RepeatingWork(self._refresh_some, interval_seconds, "rosters.round_broke")

    def start(self) -> None:
        """Start refreshing."""
        self._repeating.start()

    async def stop(self) -> None:
        """Finish the current fetches and start no others."""
        await self._repeating.stop()

    async def refresh_due(self) -> int:
        """Refresh some calendars that are due, concurrently. Return how many there were."""
        due = await self._transactions.write_in_background(
            calendar_refresh.claim_due_calendars, self._clock(), MAX_CONCURRENT_FETCHES
        )
        await asyncio.gather(*map(self._refresh, due))
        return len(due)

    async def _refresh_some(self) -> bool:
        return await self.refresh_due() == MAX_CONCURRENT_FETCHES

    async def _refresh(self, claimed: ClaimedCalendar) -> None:
        """Refresh one calendar. A failure affects no other calendar; the claim has already set the next fetch."""
        try:
            with use_language(claimed.language):
                news = await self._fetch_and_save(claimed)
                if news is not None:
                    await self._notify(news)
        except Exception as error:
            log.error("roster.broke", learner=claimed.learner_id, error=type(error).__name__)

    async def _fetch_and_save(self, claimed: ClaimedCalendar) -> CalendarNotice | None:
        """Fetch, read, and save a calendar. Return the notice for its learner, if there is one."""
        try:
            read = await self._read(claimed)
        except (CalendarUnreachable, RosterError) as problem:
            log.info("roster.not_read", error=type(problem).__name__)
            return await self._transactions.write_in_background(
                calendar_refresh.record_fetch_failure, claimed, problem, self._clock()
            )
        return await self._transactions.write_in_background(
            calendar_refresh.refresh_roster, claimed, read, self._clock()
        )

    async def _read(self, claimed: ClaimedCalendar) -> ParsedRoster | None:
        if claimed.address is None:
            return None  # an uploaded file: only check whether its shifts have ended
        return await self._reader.fetch_roster(claimed.address, claimed.zone, self._clock())

    async def _notify(self, news: CalendarNotice) -> None:
        """Notify the learner at most once: record the notice first, and release it only if it surely didn't arrive."""
        try:
            await self._notifier.notify(news)
        except SendUncertain:
            pass
        except SendError as error:
            log.info("roster.untold", error=type(error).__name__)
            await self._transactions.write_in_background(
                calendar_refresh.release_calendar_notice, news.learner_id, self._clock()
            )
