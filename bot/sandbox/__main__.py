"""`python -m bot.sandbox --manifest FILE --port N`: runs a local Slack with the app in a manifest (YAML or JSON)."""

import argparse
import asyncio
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from bot.sandbox.server import Sandbox


async def serve(manifest: Mapping[str, Any], port: int, request_url: str | None = None) -> None:
    """Run a sandbox until it is interrupted. Print its address and its tokens first.

    `request_url` is the app's address on this machine for HTTP requests, or None for Socket Mode. Raises ValueError for
    an address on another machine.
    """
    sandbox = Sandbox(manifest, port=port)
    sandbox.request_url.url = request_url
    await sandbox.start()
    print(f"Riverside Health is open at {sandbox.url}", flush=True)  # noqa: T201
    print(f"SLACK_API_URL={sandbox.api_url}", flush=True)  # noqa: T201
    print(f"SLACK_BOT_TOKEN={sandbox.bot_token}", flush=True)  # noqa: T201
    print(f"SLACK_APP_TOKEN={sandbox.app_token}", flush=True)  # noqa: T201
    print(f"SLACK_SIGNING_SECRET={sandbox.signing_secret}", flush=True)  # noqa: T201
    try:
        await asyncio.Event().wait()
    finally:
        await sandbox.stop()


def main() -> int:
    """Read the arguments, serve, and return the exit code: 0 if interrupted, 2 if it couldn't start."""
    parser = argparse.ArgumentParser(prog="python -m bot.sandbox", description="A small local Slack.")
    parser.add_argument("--manifest", type=Path, required=True, help="the app's manifest, YAML or JSON")
    parser.add_argument("--port", type=int, default=3890, help="the port to listen on (default: 3890)")
    parser.add_argument("--request-url", help="post to this address on this machine instead of using Socket Mode")
    arguments = parser.parse_args()
    try:
        manifest = yaml.safe_load(arguments.manifest.read_text(encoding="utf-8"))
        asyncio.run(serve(manifest, arguments.port, arguments.request_url))
    except KeyboardInterrupt:
        return 0
    except (OSError, ValueError, yaml.YAMLError) as error:
        print(f"The sandbox didn't start: {error}", file=sys.stderr)  # noqa: T201
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
