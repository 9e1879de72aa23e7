"""views.*: the app shows modals and Homes."""

from bot.sandbox.blocks import VIEW_BYTES_LIMIT, check_view, view_bytes
from bot.sandbox.model import Json, View, ViewKind
from bot.sandbox.refusal import Refused, invalid
from bot.sandbox.web_api.call import Call


def open_view(call: Call) -> Json:
    """views.open: a modal, for the person who just acted."""
    content = _content(call, "modal")
    view = call.parts.views.open(_actor(call), content)
    return _shown(call, view)


def push(call: Call) -> Json:
    """views.push: a modal on top of the open one."""
    content = _content(call, "modal")
    view = call.parts.views.push(_actor(call), content)
    return _shown(call, view)


def update(call: Call) -> Json:
    """views.update: something else in an open view, named by its id or the app's own external_id."""
    arguments = call.arguments
    if arguments.has("view_id"):
        view = call.parts.views.get(arguments.text("view_id"))
    else:
        view = call.parts.views.named(arguments.text("external_id"))
    content = _content(call, view.kind)
    return _shown(call, call.parts.views.update(view, content, arguments.maybe_text("hash")))


def publish(call: Call) -> Json:
    """views.publish: what a person sees as the app's Home."""
    if not call.parts.manifest.home_tab:
        raise Refused("not_enabled")
    user = call.user("user_id")
    if user.is_bot or user.deleted:
        raise Refused("user_not_found")
    content = _content(call, "home")
    return _shown(call, call.parts.views.publish(user.id, content, call.arguments.maybe_text("hash")))


def checked(content: object, kind: ViewKind) -> Json:
    """The content of a view, if Slack would take it for this kind. Refused with every problem at once."""
    if view_bytes(content) > VIEW_BYTES_LIMIT:
        raise Refused("view_too_large")
    if problems := check_view(content):
        raise invalid("invalid_arguments", problems)
    if not isinstance(content, dict) or content["type"] != kind:
        raise invalid("invalid_arguments", [f"[ERROR] must be a {kind} view [json-pointer:/view/type]"])
    return content


def _content(call: Call, kind: ViewKind) -> Json:
    view = call.arguments.parsed("view", "invalid_arguments")
    if view is None:
        raise invalid("invalid_arguments", ["[ERROR] missing required field: view"])
    return checked(view, kind)


def _actor(call: Call) -> str:
    return call.parts.triggers.exchange(call.arguments.text("trigger_id"))


def _shown(call: Call, view: View) -> Json:
    return {"view": call.parts.shapes.view(view)}
