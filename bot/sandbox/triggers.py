"""Trigger ids and response URLs: the short-lived permissions that come with an interaction."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.base_url import BaseUrl
from bot.sandbox.refusal import RequestRefused

TRIGGER_SECONDS = 3.0
"""How long a trigger_id lives, from https://docs.slack.dev/interactivity/handling-user-interaction."""

RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 30 * 60.0
"""How often and how long a response URL works, from the same page."""


@dataclass(slots=True)
class Trigger:
    """Lets the app open one modal for the person who acted."""

    user: str
    expires: float
    used: bool = False


class Triggers:
    """The trigger ids given out."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str) -> str:
        """A new trigger id for what this person just did."""
        now = self._clock()
        trigger_id = f"{len(self._issued) + 1}.{int(now)}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = Trigger(user, now + TRIGGER_SECONDS)
        return trigger_id

    def exchange(self, trigger_id: str) -> str:
        """The person whom a modal may be shown to; the trigger is used up. RequestRefused when it is unknown, used or
        old."""
        trigger = self._issued.get(trigger_id)
        if trigger is None:
            raise RequestRefused("invalid_trigger_id")
        if trigger.used:
            raise RequestRefused("exchanged_trigger_id")
        if self._clock() > trigger.expires:
            raise RequestRefused("expired_trigger_id")
        trigger.used = True
        return trigger.user


@dataclass(slots=True)
class ResponseUrl:
    """Lets the app answer in the place where a person acted. `original`: the message acted upon, if there was one."""

    user: str
    channel: str
    thread_ts: str | None
    original: str | None
    expires: float
    uses_left: int = RESPONSE_URL_USES


class ResponseUrls:
    """The response URLs given out."""

    def __init__(self, clock: Callable[[], float], served_at: BaseUrl) -> None:
        self._clock = clock
        self._served_at = served_at
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, user: str, channel: str, *, thread_ts: str | None = None, original: str | None = None) -> str:
        """A new response URL."""
        token = secrets.token_urlsafe(18)
        expires = self._clock() + RESPONSE_URL_SECONDS
        self._issued[token] = ResponseUrl(user, channel, thread_ts, original, expires)
        return f"{self._served_at.url}/respond/{token}"

    def use(self, token: str) -> ResponseUrl:
        """What the URL with this token stands for; one use fewer is left. RequestRefused when it is unknown, used or
        old."""
        response_url = self._issued.get(token)
        if response_url is None:
            raise RequestRefused("no_such_url")
        if response_url.uses_left < 1:
            raise RequestRefused("used_url")
        if self._clock() > response_url.expires:
            raise RequestRefused("expired_url")
        response_url.uses_left -= 1
        return response_url
