"""The server: who may reach it, what it says to browsers, how it starts and stops."""

import asyncio
import json
import sys
from pathlib import Path

import aiohttp
import pytest

from bot.sandbox import Sandbox, SandboxUser
from bot.sandbox.manifest import read_manifest
from tests.processes import child
from tests.sandbox.builders import manifest
from tests.sandbox.conftest import client_of
from tests.waits import LONGEST


async def status_of(sandbox: Sandbox, path: str, method: str = "GET", **headers: str) -> int:
    async with (
        aiohttp.ClientSession() as session,
        session.request(method, f"{sandbox.url}{path}", headers=headers) as reply,
    ):
        return reply.status


def test_sandbox_listens_on_this_machine_only():
    with pytest.raises(ValueError, match="only on this machine"):
        Sandbox(manifest(), host="0.0.0.0")  # noqa: S104 - that it is refused is the point


def test_manifest_that_lacks_its_scopes_is_refused_by_name():
    with pytest.raises(ValueError, match=r"lacks oauth_config\.scopes\.bot"):
        Sandbox({"display_information": {"name": "Rounds"}})


def test_commands_need_their_scope():
    assert read_manifest(manifest()).find_command("/tip") is not None
    assert read_manifest(manifest(scopes=("chat:write",))).find_command("/tip") is None


async def test_pages_from_elsewhere_are_refused(sandbox: Sandbox):
    own = sandbox.url.removeprefix("http://")

    assert await status_of(sandbox, "/sandbox/state", Origin=sandbox.url) == 200
    assert await status_of(sandbox, "/sandbox/state", Origin="https://example.com") == 403
    assert await status_of(sandbox, "/sandbox/state", Origin="null") == 403
    assert await status_of(sandbox, "/sandbox/state", Host="rebound.example.com") == 403
    assert await status_of(sandbox, "/sandbox/state", Host=own.replace("127.0.0.1", "localhost")) == 200


async def test_a_browser_that_says_another_sites_page_asks_gets_nothing_even_without_an_origin(sandbox: Sandbox):
    link = {"Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    for site in ("cross-site", "same-site"):
        assert await status_of(sandbox, "/sandbox/state", **{"Sec-Fetch-Site": site}) == 403
        assert await status_of(sandbox, "/sandbox/state", **{"Sec-Fetch-Site": site, **link}) == 403
        assert await status_of(sandbox, "/api/auth.test", **{"Sec-Fetch-Site": site, **link}) == 403
        assert await status_of(sandbox, "/static/app.js", **{"Sec-Fetch-Site": site}) == 403
        assert await status_of(sandbox, "/", **{"Sec-Fetch-Site": site, **link}) == 200, "a link may be followed"
    for own in ("same-origin", "none"):
        assert await status_of(sandbox, "/sandbox/state", **{"Sec-Fetch-Site": own}) == 200


def test_tokens_and_secret_are_new_in_each_run():
    one, other = Sandbox(manifest()), Sandbox(manifest())

    assert one.bot_token != other.bot_token
    assert one.app_token != other.app_token
    assert one.signing_secret != other.signing_secret


async def test_page_and_its_files_are_served_with_their_types_and_a_strict_policy(sandbox: Sandbox):
    async with aiohttp.ClientSession() as session:
        for path, kind in (
            ("/", "text/html"),
            ("/static/app.js", "text/javascript"),
            ("/static/style.css", "text/css"),
        ):
            async with session.get(f"{sandbox.url}{path}") as reply:
                assert (reply.status, reply.content_type, reply.charset) == (200, kind, "utf-8")
                policy = reply.headers["Content-Security-Policy"]
                assert "default-src 'none'" in policy
                assert "unsafe" not in policy
                assert reply.headers["Cache-Control"] == "no-store"
                assert reply.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize("path", ["/static/../server.py", "/static/%2e%2e/server.py", "/static/none.js", "/static/"])
async def test_nothing_but_the_page_is_served(sandbox: Sandbox, path: str):
    assert await status_of(sandbox, path) == 404


async def test_workspace_lasts_over_a_stop_and_a_start():
    sandbox = Sandbox(manifest())
    await sandbox.start()
    await client_of(sandbox).chat_postMessage(channel="U0AMARA", text="Before")
    await sandbox.stop()
    await sandbox.stop()
    await sandbox.start()
    try:
        async with SandboxUser(sandbox.url, "U0AMARA", LONGEST) as amara:
            assert [message["text"] for message in await amara.messages()] == ["Before"]
    finally:
        await sandbox.stop()


async def test_stopping_ends_open_streams(sandbox: Sandbox):
    async with (
        aiohttp.ClientSession() as session,
        session.get(f"{sandbox.url}/sandbox/people/U0AMARA/stream") as stream,
    ):
        await stream.content.readline()
        await sandbox.stop()

        assert await stream.content.read() == b"\n"


async def test_port_that_is_taken_is_an_error(sandbox: Sandbox):
    port = int(sandbox.url.rpartition(":")[2])

    with pytest.raises(OSError, match="address already in use"):
        await Sandbox(manifest(), port=port).start()


async def test_module_runs_by_itself_and_says_how_to_reach_it(tmp_path: Path):
    file = tmp_path / "manifest.json"
    file.write_text(json.dumps(manifest()), encoding="utf-8")
    command = (sys.executable, "-m", "bot.sandbox", "--manifest", str(file), "--port", "0")
    async with child(*command, stdout=asyncio.subprocess.PIPE) as process:
        assert process.stdout is not None
        lines = [(await asyncio.wait_for(process.stdout.readline(), LONGEST)).decode().strip() for _ in range(4)]

    assert lines[0].startswith("Riverside Health is open at http://127.0.0.1:")
    assert lines[1].startswith("SLACK_API_URL=http://127.0.0.1:")
    assert lines[2].startswith("SLACK_BOT_TOKEN=xoxb-sandbox-")
    assert lines[3].startswith("SLACK_APP_TOKEN=xapp-sandbox-")


async def test_module_says_what_is_wrong_with_a_manifest(tmp_path: Path):
    file = tmp_path / "manifest.yaml"
    file.write_text("display_information: {name: Rounds}\n", encoding="utf-8")
    command = (sys.executable, "-m", "bot.sandbox", "--manifest", str(file))
    async with child(*command, stderr=asyncio.subprocess.PIPE) as process:
        _, said = await asyncio.wait_for(process.communicate(), LONGEST)

    assert process.returncode == 2
    assert said.decode().startswith("The sandbox didn't start: The app manifest lacks oauth_config.scopes.bot.")
