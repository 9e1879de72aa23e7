"""`rounds deliveries`: shows the queue, and retries or skips a delivery by hand."""

import json
from dataclasses import asdict
from datetime import date, timedelta
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

if TYPE_CHECKING:
    from bot.storage.delivery_status import ListedDelivery

deliveries = typer.Typer(
    help="See which deliveries are due, being sent, or failed, and why. Retry or skip one.",
    invoke_without_command=True,
)

DEFAULT_STATES = ("due", "sending", "failed")
"""The states that are shown by default: those that may need an operator."""

DeliveryId = Annotated[UUID, typer.Argument(help="The delivery's id, as shown by `rounds deliveries`.", metavar="ID")]


@deliveries.callback()
def show(
    context: typer.Context,
    state: Annotated[list[str], typer.Option(help="due, sending, failed, sent, or skipped. Can be repeated.")] = [],  # noqa: B006  (typer needs a list)
    team: Annotated[str | None, typer.Option(help="Only this workspace: its id, T….")] = None,
    user: Annotated[str | None, typer.Option(help="Only this user: their id, U….")] = None,
    limit: Annotated[int, typer.Option(min=1, help="Maximum rows per state.")] = 50,
    as_json: Annotated[bool, typer.Option("--json", help="Print JSON, for other programs.")] = False,
) -> None:
    """Show which deliveries are due, being sent, or failed, and why. Shows ids only, nothing that people wrote."""
    if context.invoked_subcommand is not None:
        return
    from bot.cli.operations.deliveries import list_deliveries, parse_states
    from bot.config import read_settings

    counts, rows = list_deliveries(read_settings(), parse_states(state or DEFAULT_STATES), team, user, limit)
    if as_json:
        print(
            json.dumps(
                {"counts": counts, "deliveries": [asdict(row) for row in rows]}, default=_to_json_value, indent=1
            )
        )
        return
    for row in rows:
        print(_format_row(row))
    print(", ".join(f"{count:,} {name}" for name, count in counts.items()) + ".")


@deliveries.command()
def retry(delivery: DeliveryId) -> None:
    """Retry a delivery. A failed or skipped one is due again; one that may have arrived is looked up in Slack first."""
    from bot.cli.operations.deliveries import retry_delivery
    from bot.config import read_settings

    print(retry_delivery(read_settings(), delivery))


@deliveries.command()
def skip(delivery: DeliveryId) -> None:
    """Remove a delivery from the queue for good."""
    from bot.cli.operations.deliveries import skip_delivery
    from bot.config import read_settings

    print(skip_delivery(read_settings(), delivery))


def _format_row(row: "ListedDelivery") -> str:
    """Format a delivery as one line: when it was due, its state, how late it is, and why."""
    late = "" if row.late_seconds is None else f" late {timedelta(seconds=round(row.late_seconds))}"
    why = f" ({row.reason})" if row.reason else ""
    if row.state == "due" and row.not_before:
        why = f" (waits until {row.not_before:%H:%M:%S})"
    elif row.state == "sending":
        lookup = f", next lookup at {row.not_before:%H:%M:%S}" if row.not_before else ""
        why = f" (attempt {row.attempt} at {row.claimed_at:%H:%M:%S}, outcome not known yet{lookup})"
    return f"{row.due_at:%Y-%m-%d %H:%M} {row.state}{late}{why} {row.kind} {row.team_id} {row.user_id} {row.id}"


def _to_json_value(value: object) -> str:
    """Convert dates and instants to ISO 8601 and ids to text, for JSON."""
    return value.isoformat() if isinstance(value, date) else str(value)
