"""Handles what people do with blocks, modals, and the App Home: press, choose, and submit."""

from collections.abc import Mapping
from typing import Any

from bot.sandbox.element_states import (
    ELEMENT_STATES,
    element_state,
    find_element,
    find_input_errors,
    interactive_elements,
)
from bot.sandbox.model import Json, SlackMessage, View
from bot.sandbox.payloads import InteractionPayloads, action_entry
from bot.sandbox.refusal import RequestRefused
from bot.sandbox.user_api.user_request import EnteredFields, UserRequest
from bot.sandbox.web_api.views import validate_view

_CHANNEL_MENUS = ("conversations_select", "channels_select")
"""How the types of menus with channels end."""


async def click(user_request: UserRequest) -> Json:
    """Use an element in a message or a view, and wait for the app's acknowledgment."""
    container = user_request.text("container")
    if container == "message":
        payload = _pressed_in_message(user_request)
    elif container == "view":
        payload = _pressed_in_view(user_request)
    else:
        raise RequestRefused("invalid_request", detail="The container must be 'message' or 'view'.")
    await user_request.deliver_to_app("interactive", payload)
    return {"ok": True}


async def open_home(user_request: UserRequest) -> Json:
    """Open the app's Home, or with `tab`, its messages."""
    components, tab = user_request.components, user_request.text("tab", default="home")
    if not components.manifest.home_tab:
        raise RequestRefused("home_tab_disabled")
    event: Json = {
        "type": "app_home_opened",
        "user": user_request.person.id,
        "channel": components.workspace.dm_with(user_request.person.id).id,
        "tab": tab,
        "event_ts": components.workspace.next_ts(components.clock()),
    }
    home = components.views.home(user_request.person.id)
    if home is not None and tab == "home":
        event["view"] = components.serializer.view(home)
    components.events.emit("app_home_opened", event)
    return {"ok": True}


async def get_home(user_request: UserRequest) -> Json:
    """Return this person's published App Home."""
    view = user_request.components.views.home(user_request.person.id)
    return {"view": None if view is None else user_request.components.serializer.view(view)}


async def list_views(user_request: UserRequest) -> list[Json]:
    """Return the open modals, the top one last."""
    return [
        user_request.components.serializer.view(view)
        for view in user_request.components.views.stack(user_request.person.id)
    ]


async def submit_view(user_request: UserRequest) -> Json:
    """Submit the modal; the answer tells what is wrong with which field, if anything is."""
    view = user_request.view_from_path()
    entered = _with_files(user_request, view.blocks, user_request.entered_fields("values"))
    _must_be_visible(user_request, view.blocks, entered)
    view = user_request.components.views.store_input(view, entered)
    if found := find_input_errors(view.blocks, view.values):
        return {"ok": False, "errors": found}
    answer = await user_request.deliver_to_app(
        "interactive", InteractionPayloads(user_request.components, user_request.person).view_submission(view)
    )
    return _follow(user_request, view, answer if isinstance(answer, dict) else {})


async def close_view(user_request: UserRequest) -> Json:
    """Close the modal; the app hears of it when the view asks for that."""
    view = user_request.view_from_path()
    if view.content.get("clear_on_close"):
        user_request.components.views.clear(user_request.person.id)
    else:
        user_request.components.views.close(view)
    if view.content.get("notify_on_close"):
        await user_request.deliver_to_app(
            "interactive", InteractionPayloads(user_request.components, user_request.person).view_closed(view)
        )
    return {"ok": True}


def _pressed_in_message(user_request: UserRequest) -> Json:
    message = _seen_message(user_request)
    block, element, entered = _pressed(user_request, list(message.blocks))
    interaction = InteractionPayloads(user_request.components, user_request.person)
    return interaction.message_action(message, _action(user_request, block, element), entered)


def _pressed_in_view(user_request: UserRequest) -> Json:
    view = user_request.own_view(user_request.text("view_id"))
    block, element, entered = _pressed(user_request, view.blocks)
    view = user_request.components.views.store_input(view, entered)
    return InteractionPayloads(user_request.components, user_request.person).view_action(
        view, _action(user_request, block, element)
    )


def _pressed(user_request: UserRequest, blocks: list[Json]) -> tuple[Json, Json, EnteredFields]:
    """Return the block and element that the person used, and what all fields hold afterwards."""
    block, element = find_element(blocks, user_request.body.get("block_id"), user_request.text("action_id"))
    entered = _with_files(user_request, blocks, user_request.entered_fields("state"))
    if _stateful(element) and "selected" in user_request.body:
        entered.setdefault(block["block_id"], {})[element["action_id"]] = user_request.body["selected"]
    _must_be_visible(user_request, blocks, entered)
    return block, element, entered


def _seen_message(user_request: UserRequest) -> SlackMessage:
    channel = user_request.channel(user_request.text("channel"))
    message = user_request.components.workspace.message(channel.id, user_request.text("ts"))
    if message is None or message.visible_to not in (None, user_request.person.id):
        raise RequestRefused("message_not_found", detail="That message doesn't exist.")
    return message


def _action(user_request: UserRequest, block: Json, element: Json) -> Json:
    state = element_state(element, user_request.body.get("selected")) if element["type"] in ELEMENT_STATES else {}
    return action_entry(
        block, element, state, user_request.components.workspace.next_ts(user_request.components.clock())
    )


def _stateful(element: Json) -> bool:
    held = ELEMENT_STATES.get(element["type"])
    return held is not None and held.in_state


def _with_files(user_request: UserRequest, blocks: list[Json], entered: EnteredFields) -> EnteredFields:
    """Return what was entered, with file objects instead of file IDs, as Slack sends them to the app."""
    for block, element in interactive_elements(blocks):
        answers = entered.get(block["block_id"], {})
        if element["type"] == "file_input" and element["action_id"] in answers:
            known, ids = user_request.components.workspace.files, answers[element["action_id"]] or []
            answers[element["action_id"]] = [
                user_request.components.serializer.file(known[id_]) for id_ in ids if id_ in known
            ]
    return entered


def _must_be_visible(user_request: UserRequest, blocks: list[Json], entered: EnteredFields) -> None:
    """Raise RequestRefused if a channel was chosen that menus don't offer this person: a private one without them."""
    workspace = user_request.components.workspace
    visible = {channel.id for channel in workspace.channels_visible_to(user_request.person.id)}
    hidden = {channel.id for channel in workspace.channels.values() if channel.kind == "private"} - visible
    for block, element in interactive_elements(blocks):
        chosen = entered.get(block["block_id"], {}).get(element["action_id"])
        if element["type"].endswith(_CHANNEL_MENUS) and not hidden.isdisjoint(
            chosen if isinstance(chosen, list) else [chosen]
        ):
            raise RequestRefused("no_such_option", detail=f"{element['action_id']!r} doesn't offer that channel.")


def _follow(user_request: UserRequest, view: View, answer: Mapping[str, Any]) -> Json:
    """Apply the app's answer to a submission: show errors or another view, or close the view."""
    stack, action = user_request.components.views, answer.get("response_action")
    if action == "errors":
        return {"ok": False, "errors": _errors(view, answer.get("errors"))}
    if action == "update":
        stack.update(stack.get(view.id), validate_view(answer.get("view"), "modal"), None)
    elif action == "push":
        stack.push(user_request.person.id, validate_view(answer.get("view"), "modal"))
    elif action == "clear":
        stack.clear(user_request.person.id)
    elif action is None:
        stack.close(view)
    else:
        raise RequestRefused(
            "invalid_response_action", detail=f"The app answered with {action!r}, which Slack doesn't know."
        )
    return {"ok": True}


def _errors(view: View, errors: object) -> Json:
    inputs = {block["block_id"] for block in view.blocks if block["type"] == "input"}
    if not isinstance(errors, dict) or not errors or not errors.keys() <= inputs:
        raise RequestRefused("invalid_errors", detail="The app returned errors for fields that aren't in the view.")
    return errors
