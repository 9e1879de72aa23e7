"""Verifies that requests are from Slack, unaltered, and fresh. Refuses and counts the others.

How it works: https://docs.slack.dev/authentication/verifying-requests-from-slack.
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
"""Most seconds between a request's timestamp and now: an older request may be a replay."""

_TIMESTAMP = re.compile(r"[0-9]{1,12}")
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}")


class RefusalReason(StrEnum):
    """Why a request is refused. An altered request counts as forged, because its signature doesn't match its body.

    `CUT_OFF`: its connection was lost before its end. `UNREADABLE`: it is signed, and isn't what Slack sends.
    """

    UNSIGNED = "unsigned"
    OLD = "old"
    FORGED = "forged"
    TOO_LARGE = "too_large"
    TOO_SLOW = "too_slow"
    CUT_OFF = "cut_off"
    UNREADABLE = "unreadable"


class RequestVerifier:
    """Verifies requests with the app's signing secret, and counts refused ones by reason."""

    def __init__(self, signing_secret: str, clock: Clock) -> None:
        self._clock = clock
        self._verifier = SignatureVerifier(signing_secret, _ClockAdapter(clock))
        self.refused: Counter[RefusalReason] = Counter(dict.fromkeys(RefusalReason, 0))

    def refusal_before_body(self, headers: Mapping[str, str]) -> RefusalReason | None:
        """Return why this request can't be from Slack whatever its body is; None if the body decides."""
        at, signature = headers.get(TIMESTAMP_HEADER), headers.get(SIGNATURE_HEADER)
        if not at or not signature:
            return RefusalReason.UNSIGNED
        if not _TIMESTAMP.fullmatch(at) or not _SIGNATURE.fullmatch(signature):
            return RefusalReason.FORGED
        if abs(self._clock().timestamp() - int(at)) > MAX_REQUEST_AGE_SECONDS:
            return RefusalReason.OLD
        return None

    def refusal_reason(self, body: bytes, headers: Mapping[str, str]) -> RefusalReason | None:
        """Return why this request must be refused; None if it is from Slack."""
        if refusal := self.refusal_before_body(headers):
            return refusal
        try:
            # compares in constant time
            genuine = self._verifier.is_valid(body, headers[TIMESTAMP_HEADER], headers[SIGNATURE_HEADER])
        except UnicodeDecodeError:
            genuine = False
        return None if genuine else RefusalReason.FORGED

    def count_refusal(self, refusal: RefusalReason) -> None:
        """Count a refusal. Only the 1st, 10th, 100th… of a reason are logged, so forgeries can't fill the disk."""
        self.refused[refusal] += 1
        number = str(self.refused[refusal])
        if number.strip("0") == "1":
            log.warning("request.refused", why=refusal.value, so_far=int(number))


class _ClockAdapter(SlackClock):
    """Our clock in the form that the SDK takes."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock

    def now(self) -> float:
        return self._clock().timestamp()
