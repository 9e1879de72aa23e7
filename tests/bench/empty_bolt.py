"""`python -m tests.bench.empty_bolt SECRET API`: a Bolt app as its guide says, with one command that does nothing.

It prints the port that it listens on.
"""

import asyncio
import sys
from typing import Any

from aiohttp import web
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient


async def authorize() -> AuthorizeResult:
    """Without asking Slack, as ours."""
    return AuthorizeResult(enterprise_id=None, team_id="T0RIVER", bot_user_id="U0", bot_token="xoxb-1")


async def command(ack: Any) -> None:
    """Nothing."""
    await ack()


async def serve(secret: str, api: str) -> None:
    """Until it is interrupted."""
    app = AsyncApp(client=AsyncWebClient(base_url=api), authorize=authorize, signing_secret=secret)
    app.command("/conflict-tip")(command)
    runner = web.AppRunner(app.web_app("/slack/events"), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    print(f"port={runner.addresses[0][1]}", flush=True)
    await asyncio.Event().wait()


if __name__ == "__main__":
    try:
        asyncio.run(serve(sys.argv[1], sys.argv[2]))
    except KeyboardInterrupt:
        sys.exit(0)
