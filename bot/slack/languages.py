"""Finds the language of whoever acts, so that everything said to them is in it."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable, Mapping
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from bot.domain.clock import Clock
from bot.domain.formats import Formats
from bot.domain.learner import Person
from bot.errors import DatabaseFailed
from bot.language import ENGLISH, speak

if TYPE_CHECKING:  # worker processes run without Bolt
    from slack_bolt.context.async_context import AsyncBoltContext

MEMORY = timedelta(hours=1)
"""How long a person's language is remembered. Another process may have been told of a change."""

MAX_WAIT_SECONDS = 0.3
"""How long a request waits for its person's language. Danger is looked for after this."""

MAX_REMEMBERED = 10_000
"""Most people whose language is remembered: some megabytes."""

ReadFormats = Callable[[Person], Awaitable[Formats]]


class PersonalLanguages:
    """Sets the language of the work at hand to that of the person it is for."""

    def __init__(self, read_formats: ReadFormats, clock: Clock) -> None:
        """`read_formats` returns how a person reads dates and times, which tells their locale."""
        self._read_formats = read_formats
        self._clock = clock
        self._known: OrderedDict[Person, tuple[str, datetime]] = OrderedDict()

    async def before_request(
        self,
        body: Mapping[str, Any],
        context: "AsyncBoltContext",
        next: Callable[[], Awaitable[None]],  # noqa: A002  (Bolt's name)
    ) -> None:
        """Middleware after the person is known. `user_change` is left out, as Slack sends it for everybody."""
        speak(ENGLISH)
        if context.user_id and (body.get("event") or {}).get("type") != "user_change":
            await self.speak_to(context["person"])
        await next()

    async def speak_to(self, person: Person) -> None:
        """Speak this person's language until the end of the present task.

        If the database can't be read soon, speak the language they had before, or English: an answer is worth more.
        """
        known = self._known.get(person)
        if known is None or known[1] <= self._clock():
            try:
                async with asyncio.timeout(MAX_WAIT_SECONDS):
                    formats = await self._read_formats(person)
            except (DatabaseFailed, TimeoutError):
                speak(known[0] if known else ENGLISH)
                return
            self.learn(person, formats)
        else:
            speak(known[0])

    def learn(self, person: Person, formats: Formats) -> None:
        """Speak this person's language until the end of the present task, and remember it if it is known."""
        speak(formats.language)
        if formats.locale is None:
            return
        self._known[person] = (formats.language, self._clock() + MEMORY)
        self._known.move_to_end(person)
        if len(self._known) > MAX_REMEMBERED:
            self._known.popitem(last=False)

    def forget(self, person: Person) -> None:
        """Ask the database again, as the person's locale changed or everything of theirs was deleted."""
        self._known.pop(person, None)
