"""Reads requests to the user API, and turns refusals into JSON with an error name and a sentence."""

import json
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any

from aiohttp import web

from bot.sandbox.components import COMPONENTS_KEY, Components
from bot.sandbox.model import Channel, Json, Member, View
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.socket_mode import EnvelopeType, NoAppConnected, NotAcknowledged

ERROR_SENTENCES = {
    "account_inactive": "This person has left the workspace, and can't do anything here.",
    "app_not_installed": "The app was taken out of this workspace. Install it again, then try again.",
    "channel_not_found": "There is no such channel for this person.",
    "home_tab_disabled": "The app's manifest has no Home tab. Switch on features.app_home.home_tab_enabled.",
    "interactivity_disabled": "The app's manifest has interactivity off. Switch on settings.interactivity.is_enabled.",
    "invalid_request": "The request isn't the JSON that this address takes.",
    "messages_tab_read_only": "The app's manifest lets people read its messages tab only.",
    "no_app_connected": "The app isn't connected. Start it, then try again.",
    "not_found": "That window is closed.",
    "operation_timeout": "We had some trouble connecting. Try again?",
    "user_not_found": "There is nobody with this id in the workspace.",
}


EnteredFields = dict[str, dict[str, Any]]


@dataclass(frozen=True, slots=True)
class UserRequest:
    """A request by a person. `body` is its JSON, or empty if it had none."""

    components: Components
    person: Member
    request: web.Request
    body: Json

    def text(self, name: str, *, default: str | None = None) -> str:
        """Return text from the body. Raises RequestRefused `invalid_request` if it is missing without a default."""
        value = self.body.get(name, default)
        if not isinstance(value, str):
            raise RequestRefused("invalid_request", detail=f"The request needs {name!r} as text.")
        return value

    def entered_fields(self, name: str) -> EnteredFields:
        """Return what was entered in fields, by block_id and action_id; empty if it is missing."""
        value = self.body.get(name) or {}
        if not isinstance(value, dict) or not all(isinstance(answers, dict) for answers in value.values()):
            raise RequestRefused(
                "invalid_request", detail=f"{name!r} is {{block_id: {{action_id: what was entered}}}}."
            )
        return {block_id: dict(answers) for block_id, answers in value.items()}

    def channel(self, name: str) -> Channel:
        """Return the person's channel with this ID; `dm` is the direct message with the app."""
        workspace = self.components.workspace
        channel = workspace.dm_with(self.person.id) if name == "dm" else workspace.channels.get(name)
        if channel is None or self.person.id not in channel.members:
            raise RequestRefused("channel_not_found")
        return channel

    def view_from_path(self) -> View:
        """Return this person's view with the ID in the path."""
        return self.own_view(self.request.match_info["view"])

    def own_view(self, view_id: str) -> View:
        """Return this person's view with this ID. Raises RequestRefused `not_found`."""
        view = self.components.views.get(view_id)
        if view.user != self.person.id:
            raise RequestRefused("not_found")
        return view

    async def deliver_to_app(self, kind: EnvelopeType, payload: Json) -> object:
        """Send the app an interaction, and return its acknowledgment. Raises RequestRefused without one."""
        if kind == "interactive" and not self.components.manifest.interactive:
            raise RequestRefused("interactivity_disabled")
        if not self.components.installation.installed:
            raise RequestRefused("app_not_installed")
        try:
            return await self.components.app_link.deliver(kind, payload)
        except NoAppConnected:
            raise RequestRefused("no_app_connected") from None
        except NotAcknowledged:
            raise RequestRefused("operation_timeout") from None


UserRequestHandler = Callable[[UserRequest], Awaitable[object]]


def user_route(handler: UserRequestHandler) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """Wrap a handler: find the person, read the body, and turn a refusal into JSON."""

    async def handle(request: web.Request) -> web.StreamResponse:
        try:
            answer = await handler(await _user_request(request))
        except RequestRefused as refused:
            return refusal_response(refused)
        return answer if isinstance(answer, web.StreamResponse) else web.json_response(answer)

    return handle


def refusal_response(refused: RequestRefused) -> web.Response:
    """Return a refusal as JSON, with HTTP 404 for what doesn't exist and 200 otherwise, as Slack does."""
    detail = refused.details.pop("detail", ERROR_SENTENCES.get(refused.error, refused.error.replace("_", " ")))
    status = 404 if refused.error in ("user_not_found", "channel_not_found", "not_found") else 200
    return web.json_response({"ok": False, "error": refused.error, "detail": detail, **refused.details}, status=status)


async def read_json(request: web.Request) -> Json:
    """Return a request's JSON object, or an empty one without a body. Raises RequestRefused `invalid_request`."""
    if not request.can_read_body or request.content_type == "multipart/form-data":
        return {}
    try:
        body = json.loads(await request.text())
    except ValueError:
        raise RequestRefused("invalid_request") from None
    if not isinstance(body, dict):
        raise RequestRefused("invalid_request")
    return body


async def _user_request(request: web.Request) -> UserRequest:
    components = request.app[COMPONENTS_KEY]
    person = components.workspace.person(request.match_info["user"])
    if person.deleted and request.method == "POST" and not request.path.endswith("/profile"):
        raise RequestRefused("account_inactive")
    return UserRequest(components, person, request, await read_json(request))
