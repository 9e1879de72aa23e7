"""Issues trigger IDs and response URLs, the short-lived permissions that come with an interaction."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass

from bot.sandbox.base_url import BaseUrl
from bot.sandbox.refusal import RequestRefused

TRIGGER_SECONDS = 3.0
"""How long a trigger_id is valid, from https://docs.slack.dev/interactivity/handling-user-interaction."""

RESPONSE_URL_USES = 5
RESPONSE_URL_SECONDS = 30 * 60.0
"""How often and how long a response URL works, from the same documentation page."""


@dataclass(slots=True)
class Trigger:
    """Lets the app open one modal for the person who acted."""

    user: str
    expires: float
    used: bool = False


class Triggers:
    """The issued trigger IDs."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._issued: dict[str, Trigger] = {}

    def issue(self, user: str) -> str:
        """Return a new trigger ID for what this person just did."""
        now = self._clock()
        trigger_id = f"{len(self._issued) + 1}.{int(now)}.{secrets.token_hex(16)}"
        self._issued[trigger_id] = Trigger(user, now + TRIGGER_SECONDS)
        return trigger_id

    def exchange(self, trigger_id: str) -> str:
        """Use up a trigger ID, and return the person who may see a modal.

        Raises RequestRefused if the ID is unknown, used, or expired.
        """
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
    """Lets the app respond where a person acted. `original` is the `ts` of the message they acted on, if any."""

    user: str
    channel: str
    thread_ts: str | None
    original: str | None
    expires: float
    uses_left: int = RESPONSE_URL_USES


class ResponseUrls:
    """The issued response URLs."""

    def __init__(self, clock: Callable[[], float], base_url: BaseUrl) -> None:
        self._clock = clock
        self._base_url = base_url
        self._issued: dict[str, ResponseUrl] = {}

    def issue(self, user: str, channel: str, *, thread_ts: str | None = None, original: str | None = None) -> str:
        """Return a new response URL."""
        token = secrets.token_urlsafe(18)
        expires = self._clock() + RESPONSE_URL_SECONDS
        self._issued[token] = ResponseUrl(user, channel, thread_ts, original, expires)
        return f"{self._base_url.url}/respond/{token}"

    def use(self, token: str) -> ResponseUrl:
        """Use the URL with this token once. Raises RequestRefused if it is unknown, used up, or expired."""
        response_url = self._issued.get(token)
        if response_url is None:
            raise RequestRefused("no_such_url")
        if response_url.uses_left < 1:
            raise RequestRefused("used_url")
        if self._clock() > response_url.expires:
            raise RequestRefused("expired_url")
        response_url.uses_left -= 1
        return response_url
