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

TIMESTAMP_HEADER, SIGNATURE_HEADER = "X-Slack-Request-Timestamp", "X-Slack-Signature"

MAX_REQUEST_AGE_SECONDS = 5 * 60
"""Seconds that a request's timestamp may lie away from now: what is older may be a recording."""

_SECONDS = re.compile(r"[0-9]{1,12}")


class RefusalReason(StrEnum):
    """Why a request is not taken. An altered request looks like a forged one: its signature is not of its body."""

    UNSIGNED = "unsigned"
    OLD = "old"
    FORGED = "forged"
    TOO_LARGE = "too_large"


class RequestVerifier:
    """Checks requests with the app's signing secret, and counts those that were refused, by reason."""

    def __init__(self, signing_secret: str, clock: Clock) -> None:
        self._clock = clock
        self._verifier = SignatureVerifier(signing_secret, _Seconds(clock))
        self.refused: Counter[RefusalReason] = Counter(dict.fromkeys(RefusalReason, 0))

    def refusal_reason(self, body: bytes, headers: Mapping[str, str]) -> RefusalReason | None:
        """Why this request must not be taken; None if it is Slack's."""
        at, signature = headers.get(TIMESTAMP_HEADER), headers.get(SIGNATURE_HEADER)
        if not at or not signature:
            return RefusalReason.UNSIGNED
        if not _SECONDS.fullmatch(at) or not signature.isascii():
            return RefusalReason.FORGED
        if abs(self._clock().timestamp() - int(at)) > MAX_REQUEST_AGE_SECONDS:
            return RefusalReason.OLD
        try:
            genuine = self._verifier.is_valid(body, at, signature)  # compares in constant time
        except UnicodeDecodeError:
            genuine = False
        return None if genuine else RefusalReason.FORGED

    def count_refusal(self, refusal: RefusalReason) -> None:
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
