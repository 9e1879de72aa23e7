"""How an operator sees the delivery queue and changes it by hand."""

import contextlib
from collections.abc import Iterable, Sequence
from uuid import UUID

from bot.bootstrap import open_store, system_clock
from bot.config import Settings
from bot.delivery import manual_actions
from bot.errors import Refused
from bot.storage import delivery_status
from bot.storage.delivery_status import ListedDelivery
from bot.storage.looking import looking_into
from bot.storage.tables import SendState


def parse_states(names: Iterable[str]) -> list[SendState]:
    """Convert names of delivery states. Raises Refused that lists unknown names."""
    lower_names = [name.lower() for name in names]
    if unknown := [name for name in lower_names if name not in set(SendState)]:
        raise Refused(f"Unknown state: {', '.join(unknown)}. Nothing was changed. Choose from: {', '.join(SendState)}.")
    return [SendState(name) for name in dict.fromkeys(lower_names)]


def list_deliveries(
    settings: Settings, states: Sequence[SendState], team_id: str | None, user_id: str | None, limit: int
) -> tuple[dict[SendState, int], list[ListedDelivery]]:
    """Return how many deliveries have each of these states, and at most `limit` deliveries of each."""
    now = system_clock()
    with looking_into(settings.database_url) as session:
        rows = [delivery_status.list_deliveries(session, state, now, limit, team_id, user_id) for state in states]
        counts = delivery_status.count_by_state(session, states, team_id, user_id)
    return counts, [row for each in rows for row in each]


def retry_delivery(settings: Settings, delivery_id: UUID) -> str:
    """Retry a delivery, and return a sentence about what happens next."""
    with contextlib.closing(open_store(settings)) as store:
        return store.run(manual_actions.retry_delivery, delivery_id, system_clock())


def skip_delivery(settings: Settings, delivery_id: UUID) -> str:
    """Remove a delivery from the queue, and return a sentence about what that means."""
    with contextlib.closing(open_store(settings)) as store:
        return store.run(manual_actions.skip_delivery, delivery_id, system_clock())
