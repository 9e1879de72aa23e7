"""The `rounds` command: its subcommands and its exit code."""

import sys
from typing import Annotated

import typer

from bot.cli import start
from bot.cli.audit import audit
from bot.cli.coach import coach
from bot.cli.database import db
from bot.cli.deliveries import deliveries
from bot.cli.doctor import doctor
from bot.cli.keys import keys
from bot.cli.manifest import manifest
from bot.cli.packs import packs
from bot.cli.report import report
from bot.cli.simulate import simulate
from bot.cli.verify import verify
from bot.errors import PackError, RoundsError

app = typer.Typer(
    help="Rounds: one short management lesson each working day, in Slack.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
)


def _print_version(asked: bool) -> None:
    if asked:
        from bot.process import program_version

        print(f"rounds {program_version()}")
        raise typer.Exit


Version = Annotated[bool, typer.Option("--version", is_eager=True, callback=_print_version, help="Print the version.")]


@app.callback()
def rounds(version: Version = False) -> None:
    """Rounds: one short management lesson each working day, in Slack."""


start.add_to(app)
app.add_typer(packs, name="packs")
app.add_typer(db, name="db")
app.add_typer(deliveries, name="deliveries")
app.add_typer(keys, name="keys")
for command in (audit, coach, doctor, manifest, report, simulate, verify):
    app.command()(command)


def main() -> None:
    """Run the command. Expected errors print a message without a traceback and exit with 1."""
    try:
        app()
    except PackError as error:
        for problem in error.problems:
            print(problem)
        print("Nothing changed. Fix these problems and try again.", file=sys.stderr)
        sys.exit(1)
    except RoundsError as error:
        print(error, file=sys.stderr)
        sys.exit(1)
