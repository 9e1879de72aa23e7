"""`rounds manifest`: prints the manifest of the Slack app."""

import sys
from pathlib import Path
from typing import Annotated

import typer


def manifest(
    url: Annotated[str | None, typer.Option(help="For `rounds web`: its public https address.")] = None,
    pack: Annotated[
        list[Path] | None,
        typer.Option(
            help="A pack whose skills get their commands, too (a folder, a .zip, or a spreadsheet). Repeatable."
        ),
    ] = None,
) -> None:
    """Print the manifest of the Slack app (YAML), with the reason for each scope."""
    from bot.cli.operations.manifest import build_manifest
    from bot.errors import PackError

    try:
        print(build_manifest(url, pack or ()), end="")
    except PackError as error:  # not to standard output, which is often a file for Slack
        print(*error.problems, "No manifest was printed. Fix these problems and try again.", sep="\n", file=sys.stderr)
        raise typer.Exit(1) from None
