"""The `rounds` command: parse, call one thing, print, exit code."""

import asyncio
import contextlib
import json
import sys
from collections.abc import Iterator
from dataclasses import asdict
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from uuid import UUID

import typer

from bot.cli_coach import coach
from bot.cli_doctor import doctor
from bot.cli_keys import keys
from bot.cli_packs import packs
from bot.cli_simulate import simulate
from bot.errors import PackError, RoundsError
from bot.stopping import port_taken, until_stopped

if TYPE_CHECKING:
    from bot.storage.oversight import Listed

app = typer.Typer(
    help="Rounds: one short management lesson each working day, in Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)
db = typer.Typer(help="The database.", no_args_is_help=True)
deliveries = typer.Typer(
    help="What is due, on its way and failed, and why; try one again, or skip it.", invoke_without_command=True
)
app.add_typer(packs, name="packs")
app.add_typer(db, name="db")
app.add_typer(deliveries, name="deliveries")
app.add_typer(keys, name="keys")
app.command()(coach)
app.command()(doctor)
app.command()(simulate)

WAITING = ("due", "sending", "failed")
"""The states of deliveries that are shown where none is named: those that an operator may have to see to."""

DeliveryId = Annotated[UUID, typer.Argument(help="The delivery's id, as `rounds deliveries` shows it.", metavar="ID")]
Port = Annotated[int, typer.Option(help="Port on this machine; 0 takes any free one.")]


def main() -> None:
    """The entry point: an error that Rounds foresaw is one message and exit code 1."""
    try:
        app()
    except PackError as error:
        for problem in error.problems:
            print(problem)
        print("Nothing changed. Fix these and try again.", file=sys.stderr)
        sys.exit(1)
    except RoundsError as error:
        print(error, file=sys.stderr)
        sys.exit(1)


@app.command()
def run() -> None:
    """Run the bot against Slack: all of it, over Socket Mode, with the settings of the environment and .env."""
    _run("RUN")


@app.command()
def web() -> None:
    """Answer Slack over HTTP: one part of many. What is due is sent by `rounds worker`."""
    _run("WEB")


@app.command()
def worker() -> None:
    """Deliver what is due: one part of many. Nothing of Slack's comes to it."""
    _run("WORKER")


@app.command(name="try")
def try_it(
    once: Annotated[bool, typer.Option("--once", help="Deliver, answer as one learner, say what happened.")] = False,
    port: Port = 3890,
) -> None:
    """Open the local Slack with the bot in it. Nothing is kept."""
    from bot import trial

    if once:
        asyncio.run(trial.try_once())
        return
    until_stopped(port, lambda stop: trial.try_rounds(port, stop))


@app.command()
def sandbox(
    port: Port = 3890,
    request_url: Annotated[
        str | None, typer.Option(help="Post to this address of this machine (`rounds web`), in place of Socket Mode.")
    ] = None,
) -> None:
    """The local Slack alone: prints its address and tokens, for a bot of your own start."""
    from bot.bootstrap import shipped_pack
    from bot.sandbox.__main__ import serve
    from bot.slack.manifest import manifest

    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(manifest(shipped_pack().skills), port, request_url))
    except ValueError as error:
        raise RoundsError(str(error)) from error
    except OSError as error:
        raise port_taken(port) from error


@app.command(name="manifest")
def print_manifest(
    url: Annotated[str | None, typer.Option(help="For `rounds web`: the https address that it is reached at.")] = None,
) -> None:
    """Print the Slack app's manifest (YAML), with the reason for each scope."""
    from bot.operations import manifest_text

    print(manifest_text(url), end="")


@db.command()
def upgrade() -> None:
    """Bring the database to this version's tables."""
    from bot.config import read_settings
    from bot.operations import upgrade_database

    changed = upgrade_database(read_settings())
    print("Upgraded." if changed else "Up to date already. Nothing changed.")


@db.command()
def check() -> None:
    """Compare the database with this version's tables; exit 1 if they differ."""
    from bot.config import read_settings
    from bot.operations import database_differences

    differences = database_differences(read_settings())
    for difference in differences:
        print(difference)
    if differences:
        raise typer.Exit(1)
    print("The database has the tables of this version.")


@db.command()
def backup(path: Annotated[Path, typer.Argument(help="A file that does not exist yet.")]) -> None:
    """Copy the database into a file, while Rounds runs (SQLite; PostgreSQL has pg_dump)."""
    from bot.config import read_settings
    from bot.operations import back_up_database

    settings = read_settings()
    size = back_up_database(settings, path)
    print(f"Wrote {path} ({size / 1e6:,.1f} MB). The key that opens reflections is not in it: {settings.key_file}.")


@deliveries.callback()
def list_deliveries(
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
    from bot import operations
    from bot.config import read_settings

    counts, rows = operations.list_deliveries(read_settings(), operations.states(state or WAITING), team, user, limit)
    if as_json:
        print(json.dumps({"counts": counts, "deliveries": [asdict(row) for row in rows]}, default=_plain, indent=1))
        return
    for row in rows:
        print(_line(row))
    print(", ".join(f"{count:,} {name}" for name, count in counts.items()) + ".")


@deliveries.command()
def retry(delivery: DeliveryId) -> None:
    """Try one again: what failed or was skipped is due again; what may have arrived is looked up first."""
    from bot.config import read_settings
    from bot.operations import retry_delivery

    print(retry_delivery(read_settings(), delivery))


@deliveries.command()
def skip(delivery: DeliveryId) -> None:
    """Take one out of the queue for good."""
    from bot.config import read_settings
    from bot.operations import skip_delivery

    print(skip_delivery(read_settings(), delivery))


def _line(row: "Listed") -> str:
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


@contextlib.contextmanager
def _without_rich() -> Iterator[None]:
    """structlog takes `rich` along where it finds it, for tracebacks in colour: 4 MB that a log has no use for."""
    if "rich" in sys.modules:
        yield
        return
    sys.modules["rich"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["rich"]


def _run(name: str) -> None:
    """Run a part of the bot until it is stopped."""
    with _without_rich():
        from bot import bootstrap, process
    from bot.config import Part, read_settings

    part = Part[name]
    settings = read_settings(part)
    process.configure_logging(settings.log_level)
    until_stopped(None, lambda stop: bootstrap.run(settings, part, stop))
