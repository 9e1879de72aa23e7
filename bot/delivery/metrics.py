"""What a process counts for Prometheus: above all deliveries, how late they are, what failed. No names, no messages.

The metrics have a registry of their own, because the default one adds metrics about Python. `/metrics` shows it in
every process, whatever its role.
"""

from datetime import datetime

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

LATENESS_BUCKETS_SECONDS = (1, 2, 5, 10, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400)
"""Upper bounds in seconds. After more than four hours a shift is nearly over, and a lesson waits for the next one."""

registry = CollectorRegistry()
"""All metrics of this module."""

_lateness = Histogram(
    "rounds_delivery_lateness_seconds",
    "Seconds from when a message was due until Slack accepted it.",
    ["kind"],
    buckets=LATENESS_BUCKETS_SECONDS,
    registry=registry,
)
_outcomes = Counter(
    "rounds_delivery_outcomes",
    "Results of send attempts and look-ups, with Slack's error code if there is one.",
    ["outcome", "reason"],
    registry=registry,
)
_queue = Gauge(
    "rounds_deliveries",
    "Unsent deliveries that are due, by state. The same in every process: don't add them up.",
    ["state"],
    registry=registry,
)
_oldest = Gauge(
    "rounds_delivery_oldest_due_seconds",
    "Seconds that the longest due delivery has waited. The same in every process: don't add them up.",
    registry=registry,
)
_write_failures = Counter(
    "rounds_db_write_failures",
    "Transactions that the database didn't take, by reason: busy, or what an operator must mend, such as disk_full.",
    ["reason"],
    registry=registry,
)
_handler_errors = Counter(
    "rounds_handler_errors",
    "Things that people did in Slack and that failed on our side, by the kind of error.",
    ["error"],
    registry=registry,
)
_events_limited = Counter(
    "rounds_slack_events_limited",
    "Minutes in which Slack held back events, as there were too many (app_rate_limited).",
    registry=registry,
)
_last_beat = Gauge(
    "rounds_last_beat_timestamp_seconds",
    "When this process last looked for due deliveries and could do what was to be done (Unix time).",
    registry=registry,
)

_coaching_feedback = Counter(
    "rounds_coaching_feedback",
    "Presses of It helped and It didn't under a lesson of the coach, by lesson and how sure the search was.",
    ["lesson", "confidence", "helped"],
    registry=registry,
)

_statements = Counter(
    "rounds_lms_statements",
    "Statements for the LMS: sent, delayed (refused, tried again later), refused or expired (given up).",
    ["outcome"],
    registry=registry,
)
_statement_failures = Counter(
    "rounds_lms_failures",
    "Batches that the LMS's record store failed, or refused one statement after another. Their statements wait.",
    registry=registry,
)
_statements_waiting = Gauge(
    "rounds_lms_statements_waiting",
    "Statements that the LMS hasn't taken yet. The same in every process: don't add them up.",
    registry=registry,
)


def observe_sent(kind: str, lateness_seconds: float) -> None:
    """Count a message of this kind that Slack accepted, with its lateness."""
    _lateness.labels(kind).observe(max(lateness_seconds, 0.0))
    count_outcome("sent")


def count_outcome(outcome: str, reason: str = "") -> None:
    """Count an outcome.

    Attempts: `sent`, `delayed`, `failed` and `held` (with Slack's code), `uncertain`. Look-ups: `arrived`, `absent`,
    `unreadable`.
    """
    _outcomes.labels(outcome, reason).inc()


def count_coaching_feedback(lesson_id: str, confidence: str, *, helped: bool) -> None:
    """Count that somebody said whether a lesson of the coach helped. Nothing else of them or their words is kept."""
    _coaching_feedback.labels(lesson_id, confidence, "yes" if helped else "no").inc()


def count_statements(outcome: str, count: int) -> None:
    """Count statements for the LMS: `sent`, `delayed`, `refused`, or `expired`."""
    _statements.labels(outcome).inc(count)


def count_statement_failure() -> None:
    """Count a request to the LMS's record store that failed as a whole."""
    _statement_failures.inc()


def set_statements_waiting(count: int) -> None:
    """Set how many statements the LMS hasn't taken yet."""
    _statements_waiting.set(count)


def count_events_limited() -> None:
    """Count a minute in which Slack held back events."""
    _events_limited.inc()


def count_write_failure(reason: str) -> None:
    """Count a transaction that the database didn't take."""
    _write_failures.labels(reason).inc()


def count_handler_error(error: str) -> None:
    """Count something that a person did and that failed on our side. `error`: the name of its class."""
    _handler_errors.labels(error).inc()


def set_last_beat(at: datetime) -> None:
    """Set when the engine last did all there was to do."""
    _last_beat.set(at.timestamp())


def set_queue_size(due: int, sending: int, oldest_seconds: float) -> None:
    """Set how many deliveries are due, how many are being sent, and how long the oldest due one has waited."""
    _queue.labels("due").set(due)
    _queue.labels("sending").set(sending)
    _oldest.set(oldest_seconds)
