"""`rounds deliveries`: the queue, and one delivery of it by hand."""

import json
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

if TYPE_CHECKING:
    from bot.storage.delivery_status import ListedDelivery

deliveries = typer.Typer(
    help="What is due, on its way and failed, and why; try one again, or skip it.", invoke_without_command=True
)

WAITING = ("due", "sending", "failed")
"""The states of deliveries that are shown where none is named: those that an operator may have to see to."""

DeliveryId = Annotated[UUID, typer.Argument(help="The delivery's id, as `rounds deliveries` shows it.", metavar="ID")]


@deliveries.callback()
def show(
    context: typer.Context,
    state: Annotated[
        list[str], typer.Option(help="due, sending, failed, sent or skipped; more than one is fine.")
    ] = [],  # noqa: B006  (typer's way)
    team: Annotated[str | None, typer.Option(help="Of one workspace: its id, T….")] = None,
    user: Annotated[str | None, typer.Option(help="Of one user: their id, U….")] = None,
    limit: Annotated[int, typer.Option(min=1, help="So many of each state at most.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="As JSON, for other programs.")] = False,
) -> None:
    """Show what is due, on its way and failed, and why: ids alone, nothing that people wrote."""
    if context.invoked_subcommand is not None:
        return
    from bot.cli.operations.deliveries import list_deliveries, parse_states
    from bot.config import read_settings

    counts, rows = list_deliveries(read_settings(), parse_states(state or WAITING), team, user, limit)
    if as_json:
        print(json.dumps({"counts": counts, "deliveries": [asdict(row) for row in rows]}, default=_plain, indent=1))
        return
    for row in rows:
        print(_line(row))
    print(", ".join(f"{count:,} {name}" for name, count in counts.items()) + ".")


@deliveries.command()
def retry(delivery: DeliveryId) -> None:
    """Try one again: what failed or was skipped is due again; what may have arrived is looked up first."""
    from bot.cli.operations.deliveries import retry_delivery
    from bot.config import read_settings

    print(retry_delivery(read_settings(), delivery))


@deliveries.command()
def skip(delivery: DeliveryId) -> None:
    """Take one out of the queue for good."""
    from bot.cli.operations.deliveries import skip_delivery
    from bot.config import read_settings

    print(skip_delivery(read_settings(), delivery))


def _line(row: "ListedDelivery") -> str:
    """A delivery in a line: when it was due, where it stands, how late, and why."""
    late = "" if row.late_seconds is None else f" late {timedelta(seconds=round(row.late_seconds))}"
    why = f" ({row.reason})" if row.reason else ""
    if row.state == "due" and row.not_before:
        why = f" (waits until {row.not_before:%H:%M:%S})"
    elif row.state == "sending":
        again = f", looked up again from {row.not_before:%H:%M:%S}" if row.not_before else ""
        why = f" (attempt {row.attempt} of {row.claimed_at:%H:%M:%S}, not heard of yet{again})"
    return f"{row.due_at:%Y-%m-%d %H:%M} {row.state}{late}{why} {row.kind} {row.team_id} {row.user_id} {row.id}"


def _plain(value: object) -> str:
    """What JSON has no form for: instants and dates as ISO 8601, ids as text."""
    return value.isoformat() if isinstance(value, date) else str(value)
