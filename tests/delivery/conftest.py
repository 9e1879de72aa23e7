"""The engine's parts, joined to a stand-in for Slack."""

from collections.abc import Iterator

import pytest
import structlog
from structlog.testing import LogCapture

from bot.delivery.hop import Hop
from bot.delivery.pace import Pace
from bot.delivery.reconcile import Reconciler
from bot.delivery.sender import Sender
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
def hop(store: Store) -> Hop:
    """The way into the database."""
    return Hop(store)


@pytest.fixture
def pace(clock: SetClock) -> Pace:
    """Slack's pace by the test's clock; waiting moves it."""
    return pace_by(clock)


@pytest.fixture
def sender(hop: Hop, library: Library, slack: SlackStandIn, pace: Pace, clock: SetClock) -> Sender:
    """The worker `w1`."""
    return Sender(hop, library, KINDS, slack, pace, clock, "w1")


@pytest.fixture
def reconciler(hop: Hop, slack: SlackStandIn, clock: SetClock) -> Reconciler:
    """Looks up what is uncertain."""
    return Reconciler(hop, slack, clock)


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
    return await sender._send(1, lambda: True)


def pace_by(clock: SetClock, per_minute: float = 300, burst: int = 20) -> Pace:
    """A pace whose waiting moves the test's clock."""

    async def sleep(seconds: float) -> None:
        clock.advance(seconds=seconds)

    return Pace(lambda: clock().timestamp(), per_minute, burst, sleep)
