"""Taking the app out of the workspace, and installing it again: what an admin does in Slack's own pages."""

from aiohttp import web

from bot.sandbox.events import GOODBYES
from bot.sandbox.parts import PARTS
from bot.sandbox.people.visit import read_json, refusal
from bot.sandbox.refusal import Refused


async def change(request: web.Request) -> web.Response:
    """`{"installed": false}`, with `first` and `refusal` as `Sandbox.uninstall` takes them, or `{"installed": true}`.

    `bot_token` in the answer is the app's token from now on.
    """
    parts = request.app[PARTS]
    try:
        body = await read_json(request)
        first, error = body.get("first", "app_uninstalled"), body.get("refusal", "account_inactive")
        if first not in GOODBYES or not isinstance(error, str) or not isinstance(body.get("installed"), bool):
            raise Refused(
                "invalid_request", detail=f"Give 'installed', true or false; 'first' is one of {', '.join(GOODBYES)}."
            )
    except Refused as refused:
        return refusal(refused)
    if body["installed"]:
        parts.installation.renew()
    else:
        parts.installation.remove(error)
        parts.events.say_goodbye(first)
    return web.json_response(
        {"ok": True, "installed": parts.installation.installed, "bot_token": parts.installation.token}
    )
