"""Only fresh requests signed by Slack are accepted; all others are refused and counted, and break nothing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier
from structlog.testing import capture_logs

from bot.web.request_verifier import SIGNATURE_HEADER, TIMESTAMP_HEADER, RefusalReason, RequestVerifier
from tests.builders import SetClock, at

SECRET = "8f742231b10e8888abcd99yyyzzz85a5"
BODY = b"command=%2Ftip&text=two+nurses"
NOW = at("2026-03-02 08:00")


def signed(body: bytes = BODY, *, secret: str = SECRET, seconds: float = 0) -> dict[str, str]:
    """The headers that Slack's own SDK would create for this body, some seconds from now."""
    when = str(int(NOW.timestamp() + seconds))
    return {
        TIMESTAMP_HEADER: when,
        SIGNATURE_HEADER: str(SignatureVerifier(secret).generate_signature(timestamp=when, body=body)),
    }


@pytest.fixture
def signatures() -> RequestVerifier:
    return RequestVerifier(SECRET, SetClock(NOW))


def test_what_slack_signed_is_taken(signatures: RequestVerifier) -> None:
    assert signatures.refusal_reason(BODY, signed()) is None


@pytest.mark.parametrize("seconds", [-300, -299, 299, 300])
def test_clocks_may_differ_by_five_minutes(signatures: RequestVerifier, seconds: int) -> None:
    assert signatures.refusal_reason(BODY, signed(seconds=seconds)) is None


@pytest.mark.parametrize("seconds", [-301, 301, -86_400])
def test_a_recording_is_refused(signatures: RequestVerifier, seconds: int) -> None:
    assert signatures.refusal_reason(BODY, signed(seconds=seconds)) is RefusalReason.OLD


def test_another_secret_is_a_forgery(signatures: RequestVerifier) -> None:
    assert signatures.refusal_reason(BODY, signed(secret="guessed")) is RefusalReason.FORGED


def test_an_altered_body_is_a_forgery(signatures: RequestVerifier) -> None:
    assert signatures.refusal_reason(BODY + b"&admin=1", signed()) is RefusalReason.FORGED


def test_a_fresh_timestamp_on_an_old_signature_is_a_forgery(signatures: RequestVerifier) -> None:
    recorded = signed(seconds=-600)

    assert (
        signatures.refusal_reason(BODY, {**recorded, TIMESTAMP_HEADER: signed()[TIMESTAMP_HEADER]})
        is RefusalReason.FORGED
    )


@pytest.mark.parametrize("missing", [TIMESTAMP_HEADER, SIGNATURE_HEADER])
def test_a_request_without_a_signature_is_refused(signatures: RequestVerifier, missing: str) -> None:
    headers = {name: value for name, value in signed().items() if name != missing}

    assert signatures.refusal_reason(BODY, headers) is RefusalReason.UNSIGNED


@given(body=st.binary(), timestamp=st.text(), signature=st.text())
def test_nothing_that_can_be_sent_breaks_the_check_or_passes_it(body: bytes, timestamp: str, signature: str) -> None:
    assert RequestVerifier(SECRET, SetClock(NOW)).refusal_reason(
        body, {TIMESTAMP_HEADER: timestamp, SIGNATURE_HEADER: signature}
    )


@given(body=st.binary(), signature=st.text(min_size=1))
def test_a_fresh_timestamp_alone_opens_nothing(body: bytes, signature: str) -> None:
    headers = {TIMESTAMP_HEADER: str(int(NOW.timestamp())), SIGNATURE_HEADER: f"v0={signature}"}

    assert RequestVerifier(SECRET, SetClock(NOW)).refusal_reason(body, headers) is RefusalReason.FORGED


def test_a_flood_of_forgeries_is_counted_and_logged_ever_more_rarely(signatures: RequestVerifier) -> None:
    with capture_logs() as logged:
        for _ in range(1234):
            signatures.count_refusal(RefusalReason.FORGED)

    assert signatures.refused[RefusalReason.FORGED] == 1234
    assert [each["so_far"] for each in logged] == [1, 10, 100, 1000]
