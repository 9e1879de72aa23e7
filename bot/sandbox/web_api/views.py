"""Implements views.*: the app's modals and App Homes."""

from bot.sandbox.blocks import MAX_VIEW_BYTES, check_view, view_bytes
from bot.sandbox.model import Json, View, ViewKind
from bot.sandbox.refusal import RequestRefused, validation_refusal
from bot.sandbox.web_api.api_call import ApiCall


def open_view(call: ApiCall) -> Json:
    """Handle views.open: show a modal to the person who just acted."""
    content = _content(call, "modal")
    view = call.components.views.open(_actor(call), content)
    return _shown(call, view)


def push(call: ApiCall) -> Json:
    """Handle views.push: show a modal on top of the open one."""
    content = _content(call, "modal")
    view = call.components.views.push(_actor(call), content)
    return _shown(call, view)


def update(call: ApiCall) -> Json:
    """Handle views.update: change an open view, by its ID or its external_id."""
    arguments = call.arguments
    if arguments.has("view_id"):
        view = call.components.views.get(arguments.text("view_id"))
    else:
        view = call.components.views.find_by_external_id(arguments.text("external_id"))
    content = _content(call, view.kind)
    return _shown(call, call.components.views.update(view, content, arguments.optional_text("hash")))


def publish(call: ApiCall) -> Json:
    """Handle views.publish: publish a person's App Home."""
    if not call.components.manifest.home_tab:
        raise RequestRefused("not_enabled")
    user = call.user("user_id")
    if user.is_bot or user.deleted:
        raise RequestRefused("user_not_found")
    content = _content(call, "home")
    return _shown(call, call.components.views.publish(user.id, content, call.arguments.optional_text("hash")))


def validate_view(content: object, kind: ViewKind) -> Json:
    """Return the content of a view if Slack would accept it. Raises RequestRefused with every problem."""
    if view_bytes(content) > MAX_VIEW_BYTES:
        raise RequestRefused("view_too_large")
    if problems := check_view(content):
        raise validation_refusal("invalid_arguments", problems)
    if not isinstance(content, dict) or content["type"] != kind:
        raise validation_refusal("invalid_arguments", [f"[ERROR] must be a {kind} view [json-pointer:/view/type]"])
    return content


def _content(call: ApiCall, kind: ViewKind) -> Json:
    view = call.arguments.json_value("view", "invalid_arguments")
    if view is None:
        raise validation_refusal("invalid_arguments", ["[ERROR] missing required field: view"])
    return validate_view(view, kind)


def _actor(call: ApiCall) -> str:
    return call.components.triggers.exchange(call.arguments.text("trigger_id"))


def _shown(call: ApiCall, view: View) -> Json:
    return {"view": call.components.serializer.view(view)}
