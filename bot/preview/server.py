"""The preview server: the local Slack with one message in it, and a page that shows it next to the problems.

The answer buttons and *Why & sources* work, because they need only the lesson. Nothing is stored, and no database is
opened.
"""

import asyncio
import contextlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from aiohttp import web
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot.bootstrap import system_clock
from bot.domain.formats import DEFAULT_FORMATS
from bot.errors import PackProblem
from bot.preview.messages import preview_answers, preview_message, unreadable_message
from bot.preview.reader import PreviewReader, PreviewTarget
from bot.process import silence_libraries
from bot.sandbox import Sandbox
from bot.slack import action_ids as ids
from bot.slack.blocks.lesson_modals import why_modal
from bot.slack.blocks.lesson_preview import NOT_IN_PREVIEW
from bot.slack.manifest import manifest

if TYPE_CHECKING:
    from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler

VIEWER_ID = "U0AMARA"
"""The user of the local Slack whose messages are shown."""

POLL_INTERVAL_SECONDS = 0.4
"""How often to check the files for changes."""

_FILES = {"preview.html": "text/html", "preview.css": "text/css", "preview.js": "text/javascript"}
_PAGE = Path(__file__).parent / "page"
_CONTENT_SECURITY = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; frame-src 'self'"


async def run_preview(path: Path, port: int, pack_folder: Path | None = None) -> None:
    """Show a pack or one of its lessons until canceled. Raises NotFound, or OSError if the port is taken.

    `pack_folder`: the pack that a spreadsheet with only lessons belongs to.
    """
    async with running_preview(path, port, pack_folder) as url:
        print(f"Open {url} in your browser. Press Ctrl+C to stop.", flush=True)  # noqa: T201
        await asyncio.Event().wait()


@contextlib.asynccontextmanager
async def running_preview(path: Path, port: int, pack_folder: Path | None = None) -> AsyncIterator[str]:
    """Run a preview and yield its address."""
    reader = PreviewReader(PreviewTarget.from_path(path, pack_folder), lambda: system_clock().date())
    silence_libraries()
    message = _PreviewMessage(reader)
    sandbox = Sandbox(manifest([]), port=port, routes=message.routes)
    await sandbox.start()
    try:
        await message.begin(sandbox)
        async with _polling_files(message):
            yield f"{sandbox.url}/preview"
    finally:
        await message.end()
        await sandbox.stop()


class _PreviewMessage:
    """The message in the local Slack, updated to show the reader's current lesson."""

    def __init__(self, reader: PreviewReader) -> None:
        self._reader = reader
        self._choice: str | None = None
        self._client = AsyncWebClient()
        self._channel = self._ts = ""
        self._socket: AsyncSocketModeHandler | None = None

    @property
    def routes(self) -> list[web.RouteDef]:
        """The page around Slack, and its requests."""
        return [
            web.get("/preview", self._file),
            web.get("/preview/{name}", self._file),
            web.get("/preview/state/now", self._state),
            web.post("/preview/go", self._go),
        ]

    async def begin(self, sandbox: Sandbox) -> None:
        """Post the message, and listen for clicks in it."""
        from slack_bolt.adapter.socket_mode.async_handler import AsyncSocketModeHandler

        self._client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url)
        posted = await self._client.chat_postMessage(channel=VIEWER_ID, **self._message())
        self._channel, self._ts = posted["channel"], posted["ts"]
        app = AsyncApp(client=self._client, token=sandbox.bot_token, request_verification_enabled=False)
        app.action(ids.starting_with(ids.ANSWER_LESSON))(self._answer)
        app.action(ids.OPEN_WHY)(self._open_why)
        app.action(ids.OPEN_ANSWERS)(self._open_answers)
        app.action(re.compile(""))(_explain_missing_learner)
        self._socket = AsyncSocketModeHandler(app, sandbox.app_token, web_client=self._client)
        await self._socket.connect_async()  # type: ignore[no-untyped-call]

    async def end(self) -> None:
        """Stop listening."""
        if self._socket is not None:
            await self._socket.close_async()  # type: ignore[no-untyped-call]

    async def update_if_changed(self) -> None:
        """Update the message if a file was saved."""
        if await self._reader.reload_if_changed():
            await self._update()

    async def _update(self) -> None:
        await self._client.chat_update(channel=self._channel, ts=self._ts, parse="none", **self._message())

    def _message(self) -> dict[str, Any]:
        if not self._reader.pack.is_readable:
            return unreadable_message().body
        return preview_message(self._reader.current_lesson, self._choice, system_clock().date()).body

    async def _answer(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        self._choice = str(body["actions"][0]["action_id"]).rpartition(".")[2]
        await self._update()

    async def _open_why(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        preview = self._reader.current_lesson
        if preview and preview.lesson:
            await self._client.views_open(
                trigger_id=body["trigger_id"], view=why_modal(preview.lesson, DEFAULT_FORMATS)
            )

    async def _open_answers(self, ack: AsyncAck, body: dict[str, Any]) -> None:
        await ack()
        view = preview_answers(self._reader.current_lesson, self._choice, system_clock().date())
        if view:
            await self._client.views_open(trigger_id=body["trigger_id"], view=view)

    async def _file(self, request: web.Request) -> web.Response:
        name = request.match_info.get("name", "preview.html")
        if name not in _FILES:
            raise web.HTTPNotFound(text="Not found.")
        content = await asyncio.to_thread((_PAGE / name).read_text, encoding="utf-8")
        headers = {"Content-Security-Policy": _CONTENT_SECURITY}
        return web.Response(text=content, content_type=_FILES[name], headers=headers)

    async def _state(self, _: web.Request) -> web.Response:
        return web.json_response(self._page_state())

    async def _go(self, request: web.Request) -> web.Response:
        request_body = await request.json()
        self._choice = None
        if isinstance(request_body.get("path"), str):
            self._reader.go_to(request_body["path"])
        else:
            self._reader.move(-1 if request_body.get("step") == -1 else 1)
        await self._update()
        return web.json_response(self._page_state())

    def _page_state(self) -> dict[str, Any]:
        reader, preview = self._reader, self._reader.current_lesson
        lessons = reader.pack.lessons
        return {
            "version": reader.version,
            "pack": reader.pack.name,
            "place": reader.position if lessons else 0,
            "lessons": [
                {"path": each.path, "title": each.lesson.title if each.lesson else "", "problems": len(each.problems)}
                for each in lessons
            ],
            "path": preview.path if preview else "",
            "problems": [_problem_to_json(each) for each in preview.problems] if preview else [],
            "others": [_problem_to_json(each) for each in reader.pack.problems],
            "slack": f"/?user={VIEWER_ID}&channel=dm",
        }


def _problem_to_json(problem: PackProblem) -> dict[str, object]:
    return {"place": problem.location, "code": problem.code, "message": problem.message, "blocking": problem.blocking}


async def _explain_missing_learner(ack: AsyncAck, respond: Callable[..., Awaitable[Any]]) -> None:
    """Explain that other buttons need a learner."""
    await ack()
    await respond(NOT_IN_PREVIEW, response_type="ephemeral", replace_original=False)


@contextlib.asynccontextmanager
async def _polling_files(message: _PreviewMessage) -> AsyncIterator[None]:
    """Check the files for changes until the block ends."""

    async def poll() -> None:
        while True:
            await asyncio.sleep(POLL_INTERVAL_SECONDS)
            await message.update_if_changed()

    task = asyncio.create_task(poll())
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
