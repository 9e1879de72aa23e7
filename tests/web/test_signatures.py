"""Only what Slack just signed is taken; whatever else comes is refused and counted, and breaks nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier
from structlog.testing import capture_logs

from bot.web.signatures import SIGNATURE, TIMESTAMP, Refusal, Signatures
from tests.builders import SetClock, at

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BODY = b"command=%2Ftip&text=two+nurses"
NOW = at("2026-03-02 08:00")


def signed(body: bytes = BODY, *, secret: str = SECRET, seconds: float = 0) -> dict[str, str]:
    """The headers that Slack's own SDK would make for this body, some seconds from now."""
    when = str(int(NOW.timestamp() + seconds))
    return {TIMESTAMP: when, SIGNATURE: str(SignatureVerifier(secret).generate_signature(timestamp=when, body=body))}


@pytest.fixture
def signatures() -> Signatures:
    return Signatures(SECRET, SetClock(NOW))


def test_what_slack_signed_is_taken(signatures: Signatures) -> None:
    assert signatures.refusal(BODY, signed()) is None


@pytest.mark.parametrize("seconds", [-300, -299, 299, 300])
def test_clocks_may_differ_by_five_minutes(signatures: Signatures, seconds: int) -> None:
    assert signatures.refusal(BODY, signed(seconds=seconds)) is None


@pytest.mark.parametrize("seconds", [-301, 301, -86_400])
def test_a_recording_is_refused(signatures: Signatures, seconds: int) -> None:
    assert signatures.refusal(BODY, signed(seconds=seconds)) is Refusal.OLD


def test_another_secret_is_a_forgery(signatures: Signatures) -> None:
    assert signatures.refusal(BODY, signed(secret="guessed")) is Refusal.FORGED


def test_an_altered_body_is_a_forgery(signatures: Signatures) -> None:
    assert signatures.refusal(BODY + b"&admin=1", signed()) is Refusal.FORGED


def test_a_fresh_timestamp_on_an_old_signature_is_a_forgery(signatures: Signatures) -> None:
    recorded = signed(seconds=-600)

    assert signatures.refusal(BODY, {**recorded, TIMESTAMP: signed()[TIMESTAMP]}) is Refusal.FORGED


@pytest.mark.parametrize("missing", [TIMESTAMP, SIGNATURE])
def test_a_request_without_a_signature_is_refused(signatures: Signatures, missing: str) -> None:
    headers = {name: value for name, value in signed().items() if name != missing}

    assert signatures.refusal(BODY, headers) is Refusal.UNSIGNED


@given(body=st.binary(), timestamp=st.text(), signature=st.text())
def test_nothing_that_can_be_sent_breaks_the_check_or_passes_it(body: bytes, timestamp: str, signature: str) -> None:
    assert Signatures(SECRET, SetClock(NOW)).refusal(body, {TIMESTAMP: timestamp, SIGNATURE: signature})


@given(body=st.binary(), signature=st.text(min_size=1))
def test_a_fresh_timestamp_alone_opens_nothing(body: bytes, signature: str) -> None:
    headers = {TIMESTAMP: str(int(NOW.timestamp())), SIGNATURE: f"v0={signature}"}

    assert Signatures(SECRET, SetClock(NOW)).refusal(body, headers) is Refusal.FORGED


def test_a_flood_of_forgeries_is_counted_and_logged_ever_more_rarely(signatures: Signatures) -> None:
    with capture_logs() as logged:
        for _ in range(1234):
            signatures.count(Refusal.FORGED)

    assert signatures.refused[Refusal.FORGED] == 1234
    assert [each["so_far"] for each in logged] == [1, 10, 100, 1000]
