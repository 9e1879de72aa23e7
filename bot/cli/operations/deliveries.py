"""The queue of deliveries, as an operator looks at it and changes it by hand."""

import contextlib
from collections.abc import Iterable, Sequence
from uuid import UUID

from bot.bootstrap import open_store, system_clock
from bot.config import Settings
from bot.delivery import manual_actions
from bot.errors import Refused
from bot.storage import delivery_status
from bot.storage.delivery_status import ListedDelivery
from bot.storage.tables import SendState


def parse_states(names: Iterable[str]) -> list[SendState]:
    """States of deliveries by their names. Refused, with all that are none."""
    wanted = [name.lower() for name in names]
    if unknown := [name for name in wanted if name not in set(SendState)]:
        raise Refused(
            f"There is no state {', '.join(unknown)}. There are: {', '.join(SendState)}. Nothing was changed."
        )
    return [SendState(name) for name in dict.fromkeys(wanted)]


def list_deliveries(
    settings: Settings, states: Sequence[SendState], team_id: str | None, user_id: str | None, limit: int
) -> tuple[dict[SendState, int], list[ListedDelivery]]:
    """How many deliveries stand in these states, and at most `limit` of each."""
    now = system_clock()
    with contextlib.closing(open_store(settings)) as store:
        rows = [
            store.read(delivery_status.list_deliveries, state, now, limit, team_id, user_id).result()
            for state in states
        ]
        return store.read(delivery_status.count_by_state, states, team_id, user_id).result(), [
            row for each in rows for row in each
        ]


def retry_delivery(settings: Settings, delivery_id: UUID) -> str:
    """Try a delivery again; what happens now, in words."""
    with contextlib.closing(open_store(settings)) as store:
        return store.run(manual_actions.retry_delivery, delivery_id, system_clock())


def skip_delivery(settings: Settings, delivery_id: UUID) -> str:
    """Take a delivery out of the queue; what that means, in words."""
    with contextlib.closing(open_store(settings)) as store:
        return store.run(manual_actions.skip_delivery, delivery_id, system_clock())
