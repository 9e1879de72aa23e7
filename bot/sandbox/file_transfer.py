"""The bytes of files: in through an upload URL, out with the app's token."""

from aiohttp import BodyPartReader, web

from bot.sandbox.components import BOT_TOKEN, COMPONENTS_KEY
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.user_api.workspace_state import download_response


async def upload(request: web.Request) -> web.Response:
    """Take the bytes that the app sends to an upload URL, as they are or as a form."""
    try:
        content = await _content(request)
        request.app[COMPONENTS_KEY].uploads.receive_content(request.match_info["token"], content)
    except RequestRefused as refused:
        return web.Response(status=400, text=refused.error)
    return web.Response(text=f"OK - {len(content)}")


async def download(request: web.Request) -> web.Response:
    """Give the app a file. Without its token, or the scope, Slack shows a sign-in page; here it is refused."""
    components = request.app[COMPONENTS_KEY]
    if request.headers.get("Authorization") != f"Bearer {BOT_TOKEN}":
        raise web.HTTPUnauthorized(text="A file needs the bot's token, as Authorization: Bearer.")
    if "files:read" not in components.manifest.scopes:
        raise web.HTTPForbidden(text="The app lacks the scope files:read.")
    file = components.workspace.files.get(request.match_info["file"])
    if file is None or file.content is None:
        raise web.HTTPNotFound(text="This file isn't there any more.")
    return download_response(file.content, file.name)


async def _content(request: web.Request) -> bytes:
    if request.content_type != "multipart/form-data":
        return await request.read()
    async for part in await request.multipart():
        if isinstance(part, BodyPartReader):
            return bytes(await part.read(decode=True))
    return b""
