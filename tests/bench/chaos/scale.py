"""Production's times, all divided by one number, so that a campaign of minutes sees what hours would bring."""

from bot.delivery import outbox, reconcile
from bot.running import CLIENT_TIMEOUT
from bot.storage import workspace_leases

FASTER = 20
"""How many times faster than in production everything that waits is."""

TIMEOUT = (CLIENT_TIMEOUT.total or 0.0) / FASTER
"""Seconds that the client waits for an answer."""

GRACE = reconcile.GRACE_PERIOD / FASTER
LATEST_TO_SHOW = (reconcile.MAX_SLACK_DELAY / FASTER).total_seconds()
"""Seconds after which the server shows at the latest what it accepted."""


def hurry() -> None:
    """Divide the waits that the engine's modules keep as constants. For a process that does nothing else."""
    outbox.MAX_CLAIM_AGE /= FASTER
    reconcile.LOOKUP_RETRY_DELAY /= FASTER
    workspace_leases.LEASE_DURATION /= FASTER
    workspace_leases.RENEW_WITHIN /= FASTER
    workspace_leases.MAX_TIME_AHEAD /= FASTER
