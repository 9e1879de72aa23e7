"""What an operator's Prometheus sees of deliveries: how many, how late, what went wrong. No names, no words.

A registry of its own: the library's default one would bring figures of the process that nobody asked for.
"""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

LATENESS_BUCKETS_SECONDS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400)
"""Upper bounds in seconds. Later than four hours is later than a shift's end, where a lesson waits for the next."""

registry = CollectorRegistry()
"""What is counted here, for `/metrics`."""

_lateness = Histogram(
    "rounds_delivery_lateness_seconds",
    "From when a message was due to when Slack took it.",
    ["kind"],
    buckets=LATENESS_BUCKETS_SECONDS,
    registry=registry,
)
_outcomes = Counter(
    "rounds_delivery_outcomes",
    "What became of attempts and look-ups, with Slack's word for why where it gave one.",
    ["outcome", "reason"],
    registry=registry,
)
_queue = Gauge("rounds_deliveries", "Deliveries that have come due and wait, by state.", ["state"], registry=registry)
_oldest = Gauge(
    "rounds_delivery_oldest_due_seconds", "How long the one that waits longest has been due.", registry=registry
)


def observe_sent(kind: str, lateness_seconds: float) -> None:
    """A message of this kind was taken by Slack, so late."""
    _lateness.labels(kind).observe(max(lateness_seconds, 0.0))
    count_outcome("sent")


def count_outcome(outcome: str, reason: str = "") -> None:
    """One more of an outcome: `delayed`, `failed` (with Slack's word), `uncertain`; of a look-up: `arrived`, `absent`,
    `unreadable`."""
    _outcomes.labels(outcome, reason).inc()


def set_queue_size(due: int, sending: int, oldest_seconds: float) -> None:
    """How many have come due and wait, how many are on their way, and how late the latest of those that wait is."""
    _queue.labels("due").set(due)
    _queue.labels("sending").set(sending)
    _oldest.set(oldest_seconds)
