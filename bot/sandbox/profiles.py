"""What people change of themselves: zone, status, whether they are here. A status is cleared when it ends."""

import asyncio
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
"""Characters, from https://docs.slack.dev/apis/web-api/user-presence-and-status."""

DEFAULT_EMOJI = ":speech_balloon:"
"""What stands beside a status that has words and no emoji of its own."""

STATUS_CHECK_SECONDS = 0.5
"""How often a status looks at the clock, which tests move."""

EDITABLE_FIELDS: Mapping[str, type] = {
    "tz": str,
    "status_text": str,
    "status_emoji": str,
    "status_expiration": int,
    "deleted": bool,
}


class Profiles:
    """Changes people, and tells the app and whoever looks at the page."""

    def __init__(
        self,
        workspace: SandboxWorkspace,
        shapes: Serializer,
        watchers: PageUpdates,
        events: EventSender,
        clock: Callable[[], float],
    ) -> None:
        self._workspace = workspace
        self._shapes = shapes
        self._watchers = watchers
        self._events = events
        self._clock = clock
        self._ending: dict[str, asyncio.Task[None]] = {}

    def change(self, person: Member, wanted: Mapping[str, Any]) -> Member:
        """The person with what is wanted of `EDITABLE_FIELDS`. RequestRefused for a zone that is none, or a status too
        long."""
        changes = {name: wanted[name] for name in EDITABLE_FIELDS if name in wanted}
        for name, value in changes.items():
            if not isinstance(value, EDITABLE_FIELDS[name]):
                raise RequestRefused(
                    "invalid_request", detail=f"{name!r} is of the type {EDITABLE_FIELDS[name].__name__}."
                )
        _must_be_zone(changes.get("tz", person.tz))
        if len(changes.get("status_text", "")) > MAX_STATUS_LENGTH:
            raise RequestRefused("too_long", detail=f"A status has at most {MAX_STATUS_LENGTH} characters.")
        member = _consistent(replace(person, **changes, updated=int(self._clock())))
        self._keep(member)
        return member

    async def stop(self) -> None:
        """Let no status end any more."""
        tasks = list(self._ending.values())
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    def _keep(self, member: Member) -> None:
        self._workspace.update_person(member)
        for person in self._workspace.people:
            self._watchers.notify(person.id, {"kind": "user", "user": member.id})
        now = self._clock()
        user, event_ts = self._shapes.user(member, now), self._workspace.next_ts(now)
        event = {"type": "user_change", "user": user, "cache_ts": member.updated, "event_ts": event_ts}
        self._events.emit("user_change", event)
        if before := self._ending.pop(member.id, None):
            before.cancel()
        if member.status_expiration:
            self._ending[member.id] = asyncio.create_task(self._end(member.id, member.status_expiration))

    async def _end(self, user_id: str, at: int) -> None:
        while (left := at - self._clock()) > 0:  # noqa: ASYNC110 - a clock sends no word
            await asyncio.sleep(min(left, STATUS_CHECK_SECONDS))
        del self._ending[user_id]  # or else keeping the change would cancel it
        member = self._workspace.members[user_id]
        self._keep(replace(member, status_text="", status_emoji="", status_expiration=0, updated=int(self._clock())))


def _consistent(member: Member) -> Member:
    """A status as Slack keeps it: words bring an emoji, and nothing has no end."""
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
