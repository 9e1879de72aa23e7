"""Production's times, all divided by one number, so that a campaign of minutes sees what hours would bring."""

from datetime import timedelta

from bot.bootstrap import CLIENT_TIMEOUT
from bot.delivery import reconcile, sender

FASTER = 20
"""How many times faster than in production everything that waits is."""

TIMEOUT = (CLIENT_TIMEOUT.total or 0.0) / FASTER
"""Seconds that the client waits for an answer."""

GRACE = reconcile.GRACE / FASTER
FRESH = sender.FRESH / FASTER
LOOK_AGAIN = reconcile.LOOK_AGAIN / FASTER

LATEST_TO_SHOW = (GRACE - FRESH - timedelta(seconds=TIMEOUT)).total_seconds()
"""Seconds after which the server shows at the latest what it accepted: a post may begin `FRESH` after its claim, and
the grace counts from the claim."""
