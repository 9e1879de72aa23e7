"""Lets tests and scripts act as a person in the sandbox, through the same API as the page."""

import asyncio
from collections.abc import Awaitable, Callable, Iterable, Mapping
from types import TracebackType
from typing import Any, Self, TypeVar

import aiohttp

from bot.sandbox.element_states import interactive_elements

Json = dict[str, Any]
Result = TypeVar("Result")

WAIT_SECONDS = 10.0
POLL_INTERVAL_SECONDS = 0.5
"""How long a wait without any notice takes before it looks again."""


class RefusedBySandbox(Exception):
    """The sandbox refused a person's request. `error` is the name of the reason."""

    def __init__(self, answer: Json) -> None:
        super().__init__(f"{answer.get('error')}: {answer.get('detail', answer)}")
        self.error = str(answer.get("error"))
        self.answer = answer


class SandboxUser:
    """One person in the sandbox at `base_url`. Use `async with SandboxUser(url, "U0AMARA") as amara`, or `close` it.

    Channels are IDs; `dm` is the direct message with the app. Refusals raise RefusedBySandbox. `patience` is the
    default timeout of waits, in seconds.
    """

    def __init__(self, base_url: str, user_id: str, patience: float = WAIT_SECONDS) -> None:
        self.user_id = user_id
        self._patience = patience
        self._base = f"{base_url.rstrip('/')}/sandbox"
        self._session: aiohttp.ClientSession | None = None

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection."""
        if self._session is not None:
            await self._session.close()
            self._session = None

    async def channels(self) -> list[Json]:
        """Return this person's channels with their unread counts, starting with the app's direct message."""
        found: list[Json] = await self._get("/channels")
        return found

    async def messages(self, channel: str = "dm", *, thread_ts: str | None = None) -> list[Json]:
        """Return the messages in a channel or thread, oldest first, including this person's ephemeral ones."""
        query = f"?thread_ts={thread_ts}" if thread_ts else ""
        found: list[Json] = (await self._get(f"/channels/{channel}/messages{query}"))["messages"]
        return found

    async def send_message(self, text: str, channel: str = "dm", *, thread_ts: str | None = None) -> str:
        """Send a message, and return its ts, or an empty string for a slash command."""
        thread = {"thread_ts": thread_ts} if thread_ts else {}
        answer = await self._post("/messages", {"channel": channel, "text": text, **thread})
        return str(answer.get("ts", ""))

    async def run_command(self, command: str, text: str = "", *, channel: str = "dm") -> None:
        """Run a slash command, and wait for its acknowledgment."""
        await self._post("/commands", {"channel": channel, "command": command, "text": text})

    async def send_file(self, name: str, content: bytes, text: str = "", *, channel: str = "dm") -> list[str]:
        """Send a file, and return its ID in a list."""
        form = _form_with(name, content)
        form.add_fields(("channel", channel), ("text", text))
        return list((await self._post("/files", form))["file_ids"])

    async def upload_file(self, name: str, content: bytes) -> str:
        """Upload a file for a file input, and return the ID to enter there."""
        return str((await self._post("/uploads", _form_with(name, content)))["file_ids"][0])

    async def download(self, url: str) -> bytes:
        """Return the bytes of a file at the `url` from `messages`."""
        async with self._open().get(f"{self._base.removesuffix('/sandbox')}{url}") as reply:
            reply.raise_for_status()
            return await reply.read()

    async def views(self) -> list[Json]:
        """Return the open modals, the top one last."""
        found: list[Json] = await self._get("/views")
        return found

    async def modal(self) -> Json | None:
        """Return the top modal, or None if none is open."""
        found = await self.views()
        return found[-1] if found else None

    async def open_home(self, *, tab: str = "home") -> None:
        """Open the App Home. `home` returns what the app publishes then."""
        await self._post("/home", {"tab": tab})

    async def home(self) -> Json | None:
        """Return the published App Home, or None if there is none yet."""
        found: Json | None = (await self._get("/home"))["view"]
        return found

    async def click(
        self,
        action_id: str,
        *,
        block_id: str | None = None,
        selected: object = None,
        state: Mapping[str, Mapping[str, object]] | None = None,
        ts: str | None = None,
        channel: str = "dm",
        thread_ts: str | None = None,
        where: str | None = None,
    ) -> None:
        """Use an element, and wait for the acknowledgment. `selected` is an option's value, a date, IDs, and so on.

        Looks in the top modal, then in the channel's newest message with this action (or the message `ts`), then in the
        App Home. `where` (`modal`, `message`, or `home`) limits the search to one of them, and `thread_ts` to a thread.
        """
        if thread_ts is not None:
            where = "message"
        place = await self._find_container(
            action_id, block_id, ts=ts, channel=channel, thread_ts=thread_ts, where=where
        )
        press: Json = {**place, "block_id": block_id, "action_id": action_id, "state": state or {}}
        await self._post("/actions", press if selected is None else {**press, "selected": selected})

    async def submit(self, values: Mapping[str, object] | None = None) -> dict[str, str]:
        """Submit the top modal, and return the errors of its fields: none if the app accepted it.

        `values` is what to enter, by action_id, or by block and action as `{block_id: {action_id: …}}`.
        """
        view = await self.modal()
        if view is None:
            raise RefusedBySandbox({"error": "not_found", "detail": "No modal is open."})
        entered = _by_block(view["blocks"], values or {})
        try:
            await self._post(f"/views/{view['id']}/submit", {"values": entered})
        except RefusedBySandbox as refused:
            errors: dict[str, str] | None = refused.answer.get("errors")
            if errors is None:
                raise
            return errors
        return {}

    async def close_modal(self) -> None:
        """Close the top modal, if one is open."""
        view = await self.modal()
        if view is not None:
            await self._post(f"/views/{view['id']}/close", {})

    async def change_profile(self, **changes: object) -> None:
        """Change `tz`, `status_text`, `status_emoji`, `status_expiration`, or `deleted`."""
        await self._post("/profile", changes)

    async def invite(self, user_id: str, channel: str) -> None:
        """Invite somebody to a channel."""
        await self._post(f"/channels/{channel}/members", {"user": user_id})

    async def wait_for_message(
        self,
        matches: Callable[[Json], bool],
        channel: str = "dm",
        *,
        timeout: float | None = None,  # noqa: ASYNC109 - callers pass the number of seconds
    ) -> Json:
        """Wait for a message that matches, and return the newest one. Raises TimeoutError after `timeout` seconds.

        Edited messages match with their new content.
        """

        async def look() -> Json | None:
            return next((message for message in reversed(await self.messages(channel)) if matches(message)), None)

        return await self.wait_until(look, timeout)

    async def wait_for_modal(self, matches: Callable[[Json], bool] = bool, *, seconds: float | None = None) -> Json:
        """Wait until the top modal matches, and return it. Raises TimeoutError."""
        return await self.wait_until(lambda: _matching(self.modal(), matches), seconds)

    async def wait_for_home(self, matches: Callable[[Json], bool] = bool, *, seconds: float | None = None) -> Json:
        """Wait until the App Home matches, and return it. Raises TimeoutError."""
        return await self.wait_until(lambda: _matching(self.home(), matches), seconds)

    async def wait_until(self, look: Callable[[], Awaitable[Result | None]], seconds: float | None = None) -> Result:
        """Call `look` at each change that this person can see, until it returns something true. Raises TimeoutError."""
        within = asyncio.timeout(self._patience if seconds is None else seconds)
        async with within, self._open().get(self._address("/stream")) as stream:
            while not (found := await look()):
                await _next_change(stream)
            return found

    async def _find_container(
        self,
        action_id: str,
        block_id: str | None,
        *,
        ts: str | None,
        channel: str,
        thread_ts: str | None,
        where: str | None,
    ) -> Json:
        def has_it(shown: Json | None) -> bool:
            return shown is not None and _has(shown["blocks"], action_id, block_id)

        view = await self.modal() if where in (None, "modal") and ts is None else None
        if view is not None and has_it(view):
            return {"container": "view", "view_id": view["id"]}
        if where in (None, "message"):
            for message in reversed(await self.messages(channel, thread_ts=thread_ts)):
                if ts in (None, message["ts"]) and has_it(message):
                    return {"container": "message", "channel": channel, "ts": message["ts"]}
        view = await self.home() if where in (None, "home") and ts is None else None
        if view is not None and has_it(view):
            return {"container": "view", "view_id": view["id"]}
        raise RefusedBySandbox({"error": "no_such_action", "detail": f"{self.user_id} doesn't see {action_id!r}."})

    async def _get(self, path: str) -> Any:  # noqa: ANN401 - JSON
        async with self._open().get(self._address(path)) as reply:
            return _checked(await reply.json())

    async def _post(self, path: str, body: Json | aiohttp.FormData) -> Json:
        sent: Json = {"data": body} if isinstance(body, aiohttp.FormData) else {"json": body}
        async with self._open().post(self._address(path), **sent) as reply:
            answer: Json = _checked(await reply.json())
            return answer

    def _address(self, path: str) -> str:
        return f"{self._base}/people/{self.user_id}{path}"

    def _open(self) -> aiohttp.ClientSession:
        if self._session is None:
            self._session = aiohttp.ClientSession()
        return self._session


def _checked(answer: Any) -> Any:  # noqa: ANN401 - JSON
    if isinstance(answer, dict) and answer.get("ok") is False:
        raise RefusedBySandbox(answer)
    return answer


async def _matching(shown: Awaitable[Json | None], matches: Callable[[Json], bool]) -> Json | None:
    view = await shown
    return view if view is not None and matches(view) else None


async def _next_change(stream: aiohttp.ClientResponse) -> None:
    """Wait for the next notice, or a moment: the stream doesn't announce some changes, such as those of the clock."""
    try:
        await asyncio.wait_for(stream.content.readline(), POLL_INTERVAL_SECONDS)
    except TimeoutError:
        return


def _form_with(name: str, content: bytes) -> aiohttp.FormData:
    """Return a form with one file and its unescaped name, as browsers send it."""
    form = aiohttp.FormData(quote_fields=False)
    form.add_field("file", content, filename=name)
    return form


def _by_block(blocks: list[Json], values: Mapping[str, object]) -> dict[str, dict[str, object]]:
    entered: dict[str, dict[str, object]] = {}
    for name, value in values.items():
        if isinstance(value, Mapping):
            entered.setdefault(name, {}).update(value)
            continue
        block_ids = [
            block["block_id"] for block, element in interactive_elements(blocks) if element["action_id"] == name
        ]
        if not block_ids:
            raise RefusedBySandbox({"error": "no_such_action", "detail": f"The modal has no field {name!r}."})
        entered.setdefault(block_ids[0], {})[name] = value
    return entered


def _has(blocks: Iterable[Json], action_id: str, block_id: str | None) -> bool:
    return any(
        element["action_id"] == action_id and block_id in (None, block["block_id"])
        for block, element in interactive_elements(blocks)
    )
