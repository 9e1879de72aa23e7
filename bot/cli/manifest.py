"""`rounds manifest`: prints the manifest of the Slack app."""

from typing import Annotated

import typer


def manifest(
    url: Annotated[str | None, typer.Option(help="For `rounds web`: its public https address.")] = None,
) -> None:
    """Print the manifest of the Slack app (YAML), with the reason for each scope."""
    from bot.cli.operations.manifest import build_manifest

    print(build_manifest(url), end="")
