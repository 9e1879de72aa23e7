"""Whether a request is Slack's, unaltered and fresh; what is not is refused and counted.

The scheme: https://docs.slack.dev/authentication/verifying-requests-from-slack.
"""

import re
from collections import Counter
from collections.abc import Mapping
from enum import StrEnum

import structlog
from slack_sdk.signature import Clock as SlackClock
from slack_sdk.signature import SignatureVerifier

from bot.domain.clock import Clock

log = structlog.get_logger(__name__)

TIMESTAMP, SIGNATURE = "X-Slack-Request-Timestamp", "X-Slack-Signature"

FRESH = 5 * 60
"""Seconds that a request's timestamp may lie away from now: what is older may be a recording."""

_SECONDS = re.compile(r"[0-9]{1,12}")


class Refusal(StrEnum):
    """Why a request is not taken. An altered request looks like a forged one: its signature is not of its body."""

    UNSIGNED = "unsigned"
    OLD = "old"
    FORGED = "forged"
    TOO_LARGE = "too_large"


class Signatures:
    """Checks requests with the app's signing secret, and counts those that were refused, by reason."""

    def __init__(self, signing_secret: str, clock: Clock) -> None:
        self._clock = clock
        self._verifier = SignatureVerifier(signing_secret, _Seconds(clock))
        self.refused: Counter[Refusal] = Counter(dict.fromkeys(Refusal, 0))

    def refusal(self, body: bytes, headers: Mapping[str, str]) -> Refusal | None:
        """Why this request must not be taken; None if it is Slack's."""
        at, signature = headers.get(TIMESTAMP), headers.get(SIGNATURE)
        if not at or not signature:
            return Refusal.UNSIGNED
        if not _SECONDS.fullmatch(at) or not signature.isascii():
            return Refusal.FORGED
        if abs(self._clock().timestamp() - int(at)) > FRESH:
            return Refusal.OLD
        try:
            genuine = self._verifier.is_valid(body, at, signature)  # compares in constant time
        except UnicodeDecodeError:
            genuine = False
        return None if genuine else Refusal.FORGED

    def count(self, refusal: Refusal) -> None:
        """One more. The first, tenth, hundredth… of a kind are logged: whoever forges must not fill the disk."""
        self.refused[refusal] += 1
        number = str(self.refused[refusal])
        if number.strip("0") == "1":
            log.warning("request.refused", why=refusal.value, so_far=int(number))


class _Seconds(SlackClock):
    """Our clock as the SDK takes one."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()
