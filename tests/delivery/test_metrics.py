"""What Prometheus shows: counts, lateness, and the queue, but no names."""

import pytest
from prometheus_client import generate_latest

from bot.delivery import metrics
from bot.delivery.engine import Engine
from bot.delivery.reconcile import GRACE_PERIOD, Reconciler
from bot.delivery.sender import Sender
from bot.delivery.transactions import Transactions
from bot.domain.learner import Person
from bot.domain.schedule import DeliveryKindName
from tests.builders import NURSE, TEAM
from tests.delivery.conftest import send_batch
from tests.delivery.slack_stand_in import Fault, SlackStandIn
from tests.engine_kinds import KINDS
from tests.ward import Ward


def figures() -> dict[str, float]:
    """Every sample by its name and labels."""
    lines = generate_latest(metrics.registry).decode().splitlines()
    return {name: float(value) for name, value in (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))}


@pytest.fixture
def since() -> dict[str, float]:
    """The samples before the test, because they count for the whole process."""
    return figures()


def more(name: str, since: dict[str, float]) -> float:
    return figures().get(name, 0.0) - since.get(name, 0.0)


async def test_each_delivery_counts_with_its_lateness(
    ward: Ward, sender: Sender, slack: SlackStandIn, since: dict[str, float]
) -> None:
    ward.enrol(NURSE)
    ward.clock.set("2026-03-02 09:01")
    ward.plan()

    await send_batch(sender)

    lateness = "rounds_delivery_lateness_seconds"
    assert more(f'{lateness}_count{{kind="lesson"}}', since) == 1
    assert more(f'{lateness}_sum{{kind="lesson"}}', since) == 60
    assert more(f'{lateness}_bucket{{kind="lesson",le="30.0"}}', since) == 0
    assert more(f'{lateness}_bucket{{kind="lesson",le="60.0"}}', since) == 1
    assert more('rounds_delivery_outcomes_total{outcome="sent",reason=""}', since) == 1


async def test_what_went_wrong_counts_with_slacks_word_for_it(
    ward: Ward, sender: Sender, reconciler: Reconciler, slack: SlackStandIn, since: dict[str, float]
) -> None:
    for number in range(4):
        ward.enrol(Person(TEAM, f"U{number}"))
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    slack.faults = [Fault.DELAY, Fault.REFUSE, Fault.REPLY_LOST, Fault.REQUEST_LOST]
    await send_batch(sender)
    ward.clock.now += GRACE_PERIOD * 2

    await reconciler.run()

    outcomes = "rounds_delivery_outcomes_total"
    assert more(f'{outcomes}{{outcome="delayed",reason=""}}', since) == 1
    assert more(f'{outcomes}{{outcome="failed",reason="channel_not_found"}}', since) == 1
    assert more(f'{outcomes}{{outcome="uncertain",reason=""}}', since) == 2
    assert more(f'{outcomes}{{outcome="arrived",reason=""}}', since) == 1
    assert more(f'{outcomes}{{outcome="absent",reason=""}}', since) == 1


async def test_the_queue_is_measured_once_a_minute(
    ward: Ward, transactions: Transactions, sender: Sender, reconciler: Reconciler, slack: SlackStandIn
) -> None:
    ward.enrol(NURSE)
    engine = Engine(transactions, KINDS, sender, reconciler, ward.clock)
    ward.clock.set("2026-03-02 09:00")
    ward.plan()
    ward.clock.advance(seconds=90)

    await engine.beat()
    waited = figures()
    ward.clock.advance(minutes=1)
    await engine.beat()

    assert (waited['rounds_deliveries{state="due"}'], waited["rounds_delivery_oldest_due_seconds"]) == (1, 90)
    assert figures()['rounds_deliveries{state="due"}'] == figures()["rounds_delivery_oldest_due_seconds"] == 0


def test_a_clock_that_jumped_back_makes_nothing_early(since: dict[str, float]) -> None:
    metrics.observe_sent(DeliveryKindName.DAY_END, -5.0)

    assert more('rounds_delivery_lateness_seconds_sum{kind="day_end"}', since) == 0


def test_only_our_own_figures_are_exposed_and_nobody_is_named() -> None:
    metrics.count_outcome("failed", "channel_not_found")

    assert all(name.startswith("rounds_") for name in figures())
    assert not any("U0" in name for name in figures())
