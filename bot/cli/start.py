"""What runs until it is stopped: `rounds run`, `web`, `worker`, `try` and `sandbox`."""

import asyncio
import contextlib
import sys
from collections.abc import Iterator
from typing import Annotated

import typer

from bot.cli.stopping import port_taken, until_stopped
from bot.errors import RoundsError

Port = Annotated[int, typer.Option(help="Port on this machine; 0 takes any free one.")]


def add_to(app: typer.Typer) -> None:
    """Add these commands to `rounds`."""
    for command in (run, web, worker, sandbox):
        app.command()(command)
    app.command(name="try")(try_it)


def run() -> None:
    """Run the bot against Slack: all of it, over Socket Mode, with the settings of the environment and .env."""
    _run("RUN")


def web() -> None:
    """Answer Slack over HTTP: one part of many. What is due is sent by `rounds worker`."""
    _run("WEB")


def worker() -> None:
    """Deliver what is due: one part of many. Nothing of Slack's comes to it."""
    _run("WORKER")


def try_it(
    once: Annotated[bool, typer.Option("--once", help="Deliver, answer as one learner, say what happened.")] = False,
    port: Port = 3890,
) -> None:
    """Open the local Slack with the bot in it. Nothing is kept."""
    from bot.cli import trial

    if once:
        asyncio.run(trial.try_once())
        return
    until_stopped(port, lambda stop: trial.try_rounds(port, stop))


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
    from bot.config import ProcessRole, read_settings

    part = ProcessRole[name]
    settings = read_settings(part)
    process.configure_logging(settings.log_level)
    until_stopped(None, lambda stop: bootstrap.run_bot(settings, part, stop))
