"""Fixtures: the engine's parts, connected to a stand-in for Slack."""

from collections.abc import Iterator

import pytest
import structlog
from structlog.testing import LogCapture

from bot.delivery.rate_limiter import RateLimiter
from bot.delivery.reconcile import Reconciler
from bot.delivery.sender import Sender
from bot.delivery.transactions import Transactions
from bot.learning.library import Library
from bot.storage import Store
from tests.builders import SetClock
from tests.delivery.slack_stand_in import SlackStandIn
from tests.engine_kinds import KINDS


@pytest.fixture
def slack(clock: SetClock) -> SlackStandIn:
    """The stand-in for Slack; it works without faults until a test asks for some."""
    return SlackStandIn(clock)


@pytest.fixture
def transactions(store: Store) -> Transactions:
    """Runs work on the test's database."""
    return Transactions(store)


@pytest.fixture
def rate_limiter(clock: SetClock) -> RateLimiter:
    """A rate limiter on the test's clock; waiting moves the clock."""
    return pace_by(clock)


@pytest.fixture
def sender(
    transactions: Transactions, library: Library, slack: SlackStandIn, rate_limiter: RateLimiter, clock: SetClock
) -> Sender:
    """The worker `w1`."""
    return Sender(transactions, library, KINDS, slack, rate_limiter, clock, "w1")


@pytest.fixture
def reconciler(transactions: Transactions, slack: SlackStandIn, clock: SetClock) -> Reconciler:
    """Looks up uncertain deliveries."""
    return Reconciler(transactions, slack, clock)


@pytest.fixture(autouse=True)
def logged() -> Iterator[LogCapture]:
    """Captures log entries as values. Nothing is printed: printing a colored traceback takes longer than a test."""
    capture = LogCapture()
    before = structlog.get_config()["processors"]
    structlog.configure(processors=[capture])
    yield capture
    structlog.configure(processors=before)


async def send_batch(sender: Sender) -> int:
    """Send one batch of due deliveries, longest due first. Return how many rows left the queue."""
    return await sender._send_batches(1, lambda: True)


def pace_by(clock: SetClock, per_minute: float = 300, burst: int = 20) -> RateLimiter:
    """Create a rate limiter that moves the test's clock when it waits."""

    async def sleep(seconds: float) -> None:
        clock.advance(seconds=seconds)

    return RateLimiter(lambda: clock().timestamp(), per_minute, burst, sleep)
