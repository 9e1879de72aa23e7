"""`rounds manifest`: the Slack app's manifest."""

from typing import Annotated

import typer


def manifest(
    url: Annotated[str | None, typer.Option(help="For `rounds web`: the https address that it is reached at.")] = None,
) -> None:
    """Print the Slack app's manifest (YAML), with the reason for each scope."""
    from bot.cli.operations.manifest import build_manifest

    print(build_manifest(url), end="")
