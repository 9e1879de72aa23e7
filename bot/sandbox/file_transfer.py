"""Receives file content at upload URLs, and serves files to the app."""

from aiohttp import BodyPartReader, web

from bot.sandbox.components import COMPONENTS_KEY
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.user_api.workspace_state import download_response


async def upload(request: web.Request) -> web.Response:
    """Receive the bytes that the app sends to an upload URL, raw or in a form."""
    try:
        content = await _content(request)
        request.app[COMPONENTS_KEY].uploads.receive_content(request.match_info["token"], content)
    except RequestRefused as refused:
        return web.Response(status=400, text=refused.error)
    return web.Response(text=f"OK - {len(content)}")


async def download(request: web.Request) -> web.Response:
    """Return a file to the app. Without the token or scope, Slack shows a sign-in page; the sandbox refuses."""
    components = request.app[COMPONENTS_KEY]
    token = request.headers.get("Authorization", "").removeprefix("Bearer ")
    if components.installation.token_error(token) is not None:
        raise web.HTTPUnauthorized(text="A file needs the bot's token in the header Authorization: Bearer.")
    if "files:read" not in components.manifest.scopes:
        raise web.HTTPForbidden(text="The app lacks the scope files:read.")
    file = components.workspace.files.get(request.match_info["file"])
    if file is None or file.content is None:
        raise web.HTTPNotFound(text="This file doesn't exist.")
    return download_response(file.content, file.name)


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader):
            return bytes(await part.read(decode=True))
    return b""
