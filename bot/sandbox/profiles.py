"""Changes people's profiles: time zone, locale, status, and deactivation. Clears a status when it expires."""

import asyncio
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from bot.sandbox.events import EventSender
from bot.sandbox.model import Member
from bot.sandbox.page_updates import PageUpdates
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.serializer import Serializer
from bot.sandbox.workspace import SandboxWorkspace

MAX_STATUS_LENGTH = 100
"""Longest status, in characters, from https://docs.slack.dev/apis/web-api/user-presence-and-status."""

DEFAULT_EMOJI = ":speech_balloon:"
"""The emoji of a status that has text but no emoji."""

LOCALE = re.compile("[a-z]{2,3}-[A-Z]{2}")
"""The locales that Slack has: a language and a country."""

STATUS_CHECK_SECONDS = 0.5
"""How often a status checks the clock, because tests move it."""

EDITABLE_FIELDS: Mapping[str, type] = {
    "tz": str,
    "locale": str,
    "status_text": str,
    "status_emoji": str,
    "status_expiration": int,
    "deleted": bool,
}


class Profiles:
    """Changes people's profiles, and notifies the app and open pages."""

    def __init__(
        self,
        workspace: SandboxWorkspace,
        serializer: Serializer,
        page_updates: PageUpdates,
        events: EventSender,
        clock: Callable[[], float],
    ) -> None:
        self._workspace = workspace
        self._serializer = serializer
        self._page_updates = page_updates
        self._events = events
        self._clock = clock
        self._ending: dict[str, asyncio.Task[None]] = {}

    def change(self, person: Member, fields: Mapping[str, Any]) -> Member:
        """Change the `EDITABLE_FIELDS` that are in `fields`, and return the person.

        Raises RequestRefused for an unknown time zone, a locale that is none, or a status that is too long.
        """
        changes = {name: fields[name] for name in EDITABLE_FIELDS if name in fields}
        for name, value in changes.items():
            if not isinstance(value, EDITABLE_FIELDS[name]):
                raise RequestRefused(
                    "invalid_request", detail=f"{name!r} must have the type {EDITABLE_FIELDS[name].__name__}."
                )
        _must_be_zone(changes.get("tz", person.tz))
        if not LOCALE.fullmatch(changes.get("locale", person.locale)):
            raise RequestRefused("invalid_locale", detail="A locale is a language and a country, such as en-GB.")
        if len(changes.get("status_text", "")) > MAX_STATUS_LENGTH:
            raise RequestRefused("too_long", detail=f"A status can have at most {MAX_STATUS_LENGTH} characters.")
        member = _consistent(replace(person, **changes, updated=int(self._clock())))
        self._save(member)
        return member

    async def stop(self) -> None:
        """Cancel all status-expiry timers."""
        tasks = list(self._ending.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _save(self, member: Member) -> None:
        self._workspace.update_person(member)
        for person in self._workspace.people:
            self._page_updates.notify(person.id, {"kind": "user", "user": member.id})
        now = self._clock()
        user, event_ts = self._serializer.user(member, now, with_locale=True), self._workspace.next_ts(now)
        event = {"type": "user_change", "user": user, "cache_ts": member.updated, "event_ts": event_ts}
        self._events.emit("user_change", event)
        if before := self._ending.pop(member.id, None):
            before.cancel()
        if member.status_expiration:
            self._ending[member.id] = asyncio.create_task(self._end(member.id, member.status_expiration))

    async def _end(self, user_id: str, at: int) -> None:
        while (left := at - self._clock()) > 0:  # noqa: ASYNC110 - a clock has no event to await
            await asyncio.sleep(min(left, STATUS_CHECK_SECONDS))
        del self._ending[user_id]  # otherwise saving the change would cancel this task
        member = self._workspace.members[user_id]
        self._save(replace(member, status_text="", status_emoji="", status_expiration=0, updated=int(self._clock())))


def _consistent(member: Member) -> Member:
    """Return the member with a consistent status: text has an emoji, and an empty status has no expiry."""
    if member.status_text and not member.status_emoji:
        return replace(member, status_emoji=DEFAULT_EMOJI)
    return member if member.status_emoji else replace(member, status_expiration=0)


def _must_be_zone(name: str) -> None:
    try:
        ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise RequestRefused(
            "invalid_tz", detail=f"There is no time zone {name!r}. Use a name like Europe/Berlin."
        ) from None
