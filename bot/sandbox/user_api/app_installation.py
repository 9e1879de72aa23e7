"""Uninstalls and reinstalls the app, as admins do on Slack's own pages."""

from aiohttp import web

from bot.sandbox.components import COMPONENTS_KEY
from bot.sandbox.events import UNINSTALL_EVENTS
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.user_api.user_request import read_json, refusal_response


async def change_installation(request: web.Request) -> web.Response:
    """`{"installed": false}`, with `first` and `refusal` as for `Sandbox.uninstall`, or `{"installed": true}`.

    `bot_token` in the answer is the app's token from now on.
    """
    components = request.app[COMPONENTS_KEY]
    try:
        body = await read_json(request)
        first, error = body.get("first", "app_uninstalled"), body.get("refusal", "account_inactive")
        if first not in UNINSTALL_EVENTS or not isinstance(error, str) or not isinstance(body.get("installed"), bool):
            raise RequestRefused(
                "invalid_request",
                detail=f"Give 'installed', true or false; 'first' is one of {', '.join(UNINSTALL_EVENTS)}.",
            )
    except RequestRefused as refused:
        return refusal_response(refused)
    if body["installed"]:
        components.installation.install()
    else:
        components.installation.uninstall(error)
        components.events.emit_uninstall_events(first)
    return web.json_response(
        {"ok": True, "installed": components.installation.installed, "bot_token": components.installation.token}
    )
