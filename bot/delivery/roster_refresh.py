"""Brings rosters up to date: each calendar address is fetched once a day, beside the engine and out of its way."""

import asyncio
import contextlib
from datetime import datetime
from typing import Protocol
from zoneinfo import ZoneInfo

import structlog

from bot.content.roster_reader import ParsedRoster, read_roster
from bot.delivery.transactions import Transactions
from bot.domain.clock import Clock
from bot.errors import CalendarUnreachable, RosterError, SendError, SendUncertain
from bot.learning import calendar_refresh
from bot.learning.calendar_refresh import CalendarNotice, ClaimedCalendar

log = structlog.get_logger(__name__)

CHECK_INTERVAL_SECONDS = 60.0
"""Seconds between two looks at what is due."""

MAX_CONCURRENT_FETCHES = 8
"""Calendars fetched at once; 100,000 a day are one or two a second."""


class CalendarFetcher(Protocol):
    """Where calendars come from; `calendar_fetcher.HttpCalendarFetcher` is the one that speaks HTTP."""

    def validate_url(self, typed: str) -> str:
        """The address that somebody typed, as it is fetched. CalendarUnreachable if it can't be one."""
        ...

    async def fetch(self, address: str) -> bytes:
        """The bytes at an address. CalendarUnreachable."""
        ...


class RosterNotifier(Protocol):
    """How a learner is told something about their calendar; the Slack room implements it."""

    async def notify(self, news: CalendarNotice) -> None:
        """Send it, once. SendError; SendUncertain if it may have arrived."""
        ...


class RosterReader:
    """Reads calendars in a thread, one at a time: the largest keep the processor busy for a second."""

    def __init__(self, fetcher: CalendarFetcher) -> None:
        self._calendars = fetcher
        self._one_at_a_time = asyncio.Lock()

    def validate_url(self, typed: str) -> str:
        """The address that somebody typed, as it is fetched. CalendarUnreachable if it can't be one."""
        return self._calendars.validate_url(typed)

    async def fetch_roster(self, address: str, zone: ZoneInfo, now: datetime) -> ParsedRoster:
        """The shifts in the calendar at an address. CalendarUnreachable, RosterError."""
        return await self.read_file(await self._calendars.fetch(address), zone, now)

    async def read_file(self, content: bytes, zone: ZoneInfo, now: datetime) -> ParsedRoster:
        """The shifts in a calendar. RosterError."""
        async with self._one_at_a_time:
            return await asyncio.to_thread(read_roster, content, zone, now)


class RosterRefresher:
    """Fetches what is due, again and again."""

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
        self._tells = notifier
        self._clock = clock
        self._every = interval_seconds
        self._stop = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._task = asyncio.create_task(self._run())

    async def stop(self) -> None:
        """Finish the fetches under way, and begin no others."""
        self._stop.set()
        if self._task is not None:
            await self._task

    async def refresh_due(self) -> int:
        """Fetch those whose turn it is, a few at once; how many that were."""
        due = await self._transactions.write_in_background(
            calendar_refresh.claim_due_calendars, self._clock(), MAX_CONCURRENT_FETCHES
        )
        await asyncio.gather(*map(self._refresh, due))
        return len(due)

    async def _run(self) -> None:
        while not self._stop.is_set():
            try:
                more = await self.refresh_due() == MAX_CONCURRENT_FETCHES
            except Exception:
                log.exception("rosters.round_broke")
                more = False
            if not more:
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stop.wait(), self._every)

    async def _refresh(self, claimed: ClaimedCalendar) -> None:
        """One calendar. Whatever is wrong with it holds up no other: it was put off when it was claimed."""
        try:
            news = await self._fetched(claimed)
            if news is not None:
                await self._tell(news)
        except Exception as error:
            log.error("roster.broke", learner=claimed.learner_id, error=type(error).__name__)

    async def _fetched(self, claimed: ClaimedCalendar) -> CalendarNotice | None:
        """Fetch, read and keep; what its learner has to be told of it."""
        try:
            read = await self._read(claimed)
        except (CalendarUnreachable, RosterError) as problem:
            log.info("roster.not_read", learner=claimed.learner_id, error=type(problem).__name__)
            return await self._transactions.write_in_background(
                calendar_refresh.record_fetch_failure, claimed, problem, self._clock()
            )
        return await self._transactions.write_in_background(
            calendar_refresh.refresh_roster, claimed, read, self._clock()
        )

    async def _read(self, claimed: ClaimedCalendar) -> ParsedRoster | None:
        if claimed.address is None:
            return None  # a file: there is only to look whether its shifts have ended
        return await self._reader.fetch_roster(claimed.address, claimed.zone, self._clock())

    async def _tell(self, news: CalendarNotice) -> None:
        """At most once: that they were told is written down before. Only what surely didn't arrive is told again."""
        try:
            await self._tells.notify(news)
        except SendUncertain:
            pass
        except SendError as error:
            log.info("roster.untold", learner=news.learner_id, error=type(error).__name__)
            await self._transactions.write_in_background(
                calendar_refresh.release_calendar_notice, news.learner_id, self._clock()
            )
