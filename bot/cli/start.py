"""The commands that run until they are stopped: `rounds run`, `web`, `worker`, `try`, and `sandbox`."""

import asyncio
import contextlib
import gc
import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from bot.cli.progress import print_line
from bot.cli.stopping import port_taken, until_stopped
from bot.errors import RoundsError

OBJECTS_BEFORE_COLLECTION = 200_000
"""Objects made before garbage is looked for during a start, instead of 700: hardly anything of what is imported is
garbage, and looking for it takes a tenth of the time."""

Port = Annotated[int, typer.Option(min=0, max=65535, help="Port on this machine; 0 picks a free one.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to `rounds`."""
    for command in (run, web, worker, sandbox):
        app.command()(command)
    app.command(name="try")(try_it)


def run() -> None:
    """Run the whole bot over Socket Mode, with settings from the environment and .env."""
    _run("RUN")


def web() -> None:
    """Answer Slack over HTTP. Runs beside other processes; `rounds worker` sends what is due."""
    _run("WEB")


def worker() -> None:
    """Send what is due. Runs beside other processes; receives nothing from Slack."""
    _run("WORKER")


def try_it(
    once: Annotated[
        bool, typer.Option("--once", help="Deliver a lesson, answer it as a learner, print what happened, and exit.")
    ] = False,
    port: Port = 3890,
) -> None:
    """Open a local Slack with the bot in it. Nothing is stored afterward."""
    print_line("Loading Rounds.")
    from bot.cli import try_out  # takes seconds

    if once:
        asyncio.run(try_out.try_once())
        return
    until_stopped(port, lambda: try_out.try_rounds(port))


def sandbox(
    port: Port = 3890,
    request_url: Annotated[
        str | None,
        typer.Option(help="Send events to this URL on this machine (`rounds web`) instead of using Socket Mode."),
    ] = None,
) -> None:
    """Run only the local Slack, and print its address and tokens for a bot you start yourself."""
    from bot.content.shipped_pack import shipped_pack
    from bot.sandbox.__main__ import serve
    from bot.slack.manifest import manifest

    try:
        with contextlib.suppress(KeyboardInterrupt):
            asyncio.run(serve(manifest(shipped_pack().skills), port, request_url))
    except ValueError as error:
        raise RoundsError(str(error)) from error
    except OSError as error:
        raise port_taken(port) from error


@contextlib.contextmanager
def _without_rich() -> Iterator[None]:
    """Keep structlog from importing `rich`, which would add 4 MB for colored tracebacks that a log doesn't need."""
    if "rich" in sys.modules:
        yield
        return
    sys.modules["rich"] = None  # type: ignore[assignment]
    try:
        yield
    finally:
        del sys.modules["rich"]


def _run(role_name: str) -> None:
    """Run the bot in this role until it is stopped."""
    gc.set_threshold(OBJECTS_BEFORE_COLLECTION)  # until it is ready (`running.run_bot`)
    with _without_rich():
        from bot import process, running
    from bot.config import ProcessRole, find_unknown_variables, read_settings

    role = ProcessRole[role_name]
    settings = read_settings(role)
    process.configure_logging(settings.log_level, settings.log_format)
    for sentence in find_unknown_variables():
        process.log.warning("settings.unknown", reason=sentence)
    until_stopped(None, lambda: running.run_bot(settings, role))
