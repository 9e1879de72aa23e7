"""The engine's parts, joined to a stand-in for Slack."""

from collections.abc import Iterator

import pytest
import structlog
from structlog.testing import LogCapture

from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.reconcile import Reconciler
from bot.delivery.sender import Sender
from bot.delivery.transactions import Transactions
from bot.kinds import KINDS
from bot.learning.library import Library
from bot.storage import Store
from tests.builders import SetClock
from tests.delivery.slack_stand_in import SlackStandIn


@pytest.fixture
def slack(clock: SetClock) -> SlackStandIn:
    """Slack, so to speak, without faults until the test asks for some."""
    return SlackStandIn(clock)


@pytest.fixture
def transactions(store: Store) -> Transactions:
    """The way into the database."""
    return Transactions(store)


@pytest.fixture
def rate_limiter(clock: SetClock) -> RateLimiter:
    """Slack's pace by the test's clock; waiting moves it."""
    return pace_by(clock)


@pytest.fixture
def sender(
    transactions: Transactions, library: Library, slack: SlackStandIn, rate_limiter: RateLimiter, clock: SetClock
) -> Sender:
    """The worker `w1`."""
    return Sender(transactions, library, KINDS, slack, rate_limiter, clock, "w1")


@pytest.fixture
def reconciler(transactions: Transactions, slack: SlackStandIn, clock: SetClock) -> Reconciler:
    """Looks up what is uncertain."""
    return Reconciler(transactions, slack, clock)


@pytest.fixture(autouse=True)
def logged() -> Iterator[LogCapture]:
    """What is logged, as values; nothing is printed, for printing a traceback in colour takes longer than a test."""
    capture = LogCapture()
    before = structlog.get_config()["processors"]
    structlog.configure(processors=[capture])
    yield capture
    structlog.configure(processors=before)


async def send_batch(sender: Sender) -> int:
    """Send one batch of what is due, the longest due first; how many rows left the queue."""
    return await sender._send_batches(1, lambda: True)


def pace_by(clock: SetClock, per_minute: float = 300, burst: int = 20) -> RateLimiter:
    """A pace whose waiting moves the test's clock."""

    async def sleep(seconds: float) -> None:
        clock.advance(seconds=seconds)

    return RateLimiter(lambda: clock().timestamp(), per_minute, burst, sleep)
